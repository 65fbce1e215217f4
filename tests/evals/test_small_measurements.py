"""Every measurement from its data to its record, on a tiny model of random weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.certainty import Certainty, Signals
from evals import confidence, generated_cases, invoices, kleister, qa, tatqa
from evals.generated.documents import HELD_OUT_KINDS, TRAIN_KINDS
from schemas.settings import Settings
from tests.evals import small_data


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_data.write(tmp_path / "data")
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(folder))


@pytest.fixture(autouse=True)
def one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated documents of one kind a side are enough to go through everything."""
    for module, name in (
        (generated_cases, "TRAIN_KINDS"),
        (generated_cases, "HELD_OUT_KINDS"),
        (confidence, "CHOOSE_KINDS"),
        (confidence, "HELD_OUT_KINDS"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name)[:1])


def test_the_shared_questions_come_to_a_row_each(tiny_settings: Settings) -> None:
    measured = qa.measure(tiny_settings)
    assert [row.field for row in measured.rows] == ["total", "auditor"]
    assert (measured.record["present"], measured.record["absent"]) == (1, 1)


def test_only_the_questions_named_are_asked(tiny_settings: Settings) -> None:
    measured = qa.measure(tiny_settings, only=["s1"])
    assert [row.field for row in measured.rows] == ["auditor"]


def test_a_held_out_report_is_asked_what_stands_in_it_and_one_foreign_question(
    tiny_settings: Settings,
) -> None:
    measured = tatqa.measure(tiny_settings, every=2)
    assert [row.kind for row in measured.rows] == [
        tatqa.SPAN,
        tatqa.SCALED,
        tatqa.SEVERAL,
        tatqa.FOREIGN,
    ]
    assert measured.record["spans"] == 2


def test_an_agreement_is_asked_its_four_fields(tiny_settings: Settings) -> None:
    measured = kleister.measure(tiny_settings)
    assert [row.field for row in measured.rows] == [
        "effective_date",
        "jurisdiction",
        "party",
        "term",
    ]
    assert set(measured.record["fields"]) == {row.field for row in measured.rows}


def test_an_invoice_is_asked_what_stands_in_it(tiny_settings: Settings) -> None:
    measured = invoices.measure(tiny_settings)
    asked = {row.field for row in measured.rows}
    assert asked == {"issuer", "invoice_number", "date", "amount", "currency"}


def test_generated_documents_of_both_sides_are_measured_apart(tiny_settings: Settings) -> None:
    record = generated_cases.measure(tiny_settings, per_kind=1, every=6).record
    assert list(record["kinds"]) == list(HELD_OUT_KINDS[:1])
    assert list(record["trained_kinds"]["kinds"]) == list(TRAIN_KINDS[:1])


def test_confidence_is_set_on_one_part_and_measured_on_another(tiny_settings: Settings) -> None:
    record = confidence.measure(tiny_settings, per_kind=1, every=6).record
    assert list(record["sets"]) == ["squad", "generated", "tatqa"]
    assert {"any", "absence"} <= set(record["certainty"]["curves"])
    assert record["fields"] == sum(told["fields"] for told in record["sets"].values())


def test_rows_that_set_the_confidence_are_told_from_those_that_measure_it(
    tiny_settings: Settings,
) -> None:
    written = json.loads(confidence.measure(tiny_settings, per_kind=1, every=6).json())
    parts = [row["part"] for row in written["rows"]]
    figures = written["figures"]
    held_out = ["held_out"] * figures["fields"]
    assert parts == ["development"] * figures["development_fields"] + held_out


def test_never_null_is_a_threshold_that_nothing_reaches(tiny_settings: Settings) -> None:
    settings = confidence.never_null(tiny_settings)
    certainty = Certainty.load(None, settings.engine.absent_threshold)
    assert certainty.absence(Signals(0.0, 0.0, null_likelihood=1.0)) < certainty.threshold


def test_the_file_of_a_measurement_holds_its_figures_and_rows(tiny_settings: Settings) -> None:
    measured = qa.measure(tiny_settings)
    written = json.loads(measured.json())
    assert written["figures"] == measured.record
    assert [row["expected"] for row in written["rows"]] == [93, None]
