from __future__ import annotations

import pytest

from evals.cases import Row
from evals.kleister import cases_of, f1_record, form_of
from tests.evals.test_figures import row


@pytest.mark.parametrize(
    ("field", "value", "form"),
    [
        ("effective_date", "2011-07-13", "2011-07-13"),
        ("jurisdiction", "the State of New York", "new york"),
        ("jurisdiction", "Commonwealth of Virginia", "virginia"),
        ("party", "Leonard Green & Partners, L.P.", "leonard green and partners lp"),
        ("party", "Leonard Green and Partners LP", "leonard green and partners lp"),
        ("party", "99¢ Only Stores", "99¢ only stores"),
        ("term", "two (2) years", "2 years"),
        ("term", "eleven months", "11 months"),
        ("term", "a period of one year from the date hereof", "1 year"),
        ("term", "2 years", "2 years"),
    ],
)
def test_a_value_is_brought_to_the_form_of_the_challenge(field: str, value: str, form: str) -> None:
    assert form_of(field, value) == form


def answered(field: str, expected: object, got: object) -> Row:
    return row(field=field, expected=expected, got=got)


def test_f1_is_over_pairs_of_field_and_value() -> None:
    rows = [
        answered("party", ["Acme Inc.", "Ann Doe"], ["Acme, Inc.", "Bob"]),
        answered("term", None, "two years"),
        answered("jurisdiction", "Delaware", None),
    ]
    record = f1_record(rows)
    assert record["micro_f1"] == pytest.approx(100 * 2 / 6, abs=0.1)
    assert record["fields"]["party"] == {
        "f1": 50.0,
        "precision": 50.0,
        "recall": 50.0,
        "values": 2,
    }


def test_a_value_told_twice_counts_once() -> None:
    record = f1_record([answered("party", ["Acme Inc.", "Acme Inc."], ["Acme Inc."])])
    assert record["micro_f1"] == 100.0


def test_a_list_of_parties_is_right_as_a_whole() -> None:
    [_, _, party, _] = cases_of({"party": ["Acme Inc.", "Ann Doe"]})
    assert party.is_right(["Ann Doe", "ACME, INC."])
    assert not party.is_right(["Ann Doe"])


def test_fields_without_a_label_are_expected_to_be_absent() -> None:
    assert [case.expected for case in cases_of({"term": ["2 years"]})] == [
        None,
        None,
        None,
        "2 years",
    ]
