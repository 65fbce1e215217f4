from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.customs import Customs
from engine.values import NotThatKind, items_of, value_of
from schemas.extraction import Match
from schemas.response_schema import Kind
from tests.engine.sources import node_of


@pytest.mark.parametrize(
    ("kind", "quote", "value", "match"),
    [
        (Kind.STRING, " Smith & Co. ", " Smith & Co. ", Match.EXACT),
        (Kind.NUMBER, "$ 93.50", 93.5, Match.NORMALISED),
        (Kind.NUMBER, "(5.5)", -5.5, Match.NORMALISED),
        (Kind.INTEGER, "1,234", 1234, Match.NORMALISED),
        (Kind.INTEGER, "12345678901234567890", 12345678901234567890, Match.NORMALISED),
        (Kind.DATE, "2020-03-01", "2020-03-01", Match.EXACT),
        (Kind.DATE, "March 1, 2020", "2020-03-01", Match.NORMALISED),
        (Kind.BOOLEAN, "Yes", True, Match.NORMALISED),
        (Kind.BOOLEAN, "false", False, Match.NORMALISED),
        (Kind.BOOLEAN, "Renewable: Yes.", True, Match.NORMALISED),
        (Kind.BOOLEAN, "Yes ☐ No ☒", False, Match.NORMALISED),
        (Kind.BOOLEAN, "☒", True, Match.NORMALISED),
        (Kind.INTEGER, "3rd", 3, Match.NORMALISED),
        (Kind.DATE, "the first day of May, 2020", "2020-05-01", Match.NORMALISED),
    ],
)
def test_a_quote_states_a_value(kind: Kind, quote: str, value: Any, match: Match) -> None:
    assert value_of(node_of(kind), quote, "") == (value, match)


@pytest.mark.parametrize(
    ("kind", "quote", "problem"),
    [
        (Kind.NUMBER, "none", "states no number"),
        (Kind.NUMBER, "9" * 5000, "states no number"),
        (Kind.INTEGER, "2.5", "2.5 is not a whole number"),
        (Kind.DATE, "February 30, 2020", "states no date"),
        (Kind.ENUM, "green", "none of the choices"),
        (Kind.BOOLEAN, "maybe", "neither yes nor no"),
    ],
)
def test_a_quote_of_another_kind_is_told(kind: Kind, quote: str, problem: str) -> None:
    with pytest.raises(NotThatKind, match=problem):
        value_of(node_of(kind), quote, "")


def test_a_choice_is_found_in_any_case_and_keeps_its_own() -> None:
    node = node_of(Kind.ENUM, choices=("EUR", 7))
    assert value_of(node, "EUR", "") == ("EUR", Match.EXACT)
    assert value_of(node, "eur", "") == ("EUR", Match.NORMALISED)
    assert value_of(node, "7", "") == (7, Match.NORMALISED)


def test_a_choice_is_found_however_it_is_spelled() -> None:
    node = node_of(Kind.ENUM, choices=("part_time", "full_time"))
    assert value_of(node, "Part-time", "") == ("part_time", Match.NORMALISED)
    assert value_of(node, "on a full time basis", "") == ("full_time", Match.NORMALISED)


def test_numbers_and_dates_are_read_by_the_customs_of_the_document() -> None:
    german = Customs(decimal_mark=",", day_first=True)
    assert value_of(node_of(Kind.NUMBER), "1.234", "", german)[0] == 1234
    assert value_of(node_of(Kind.DATE), "02/03/2001", "", german)[0] == "2001-03-02"


def test_a_number_is_given_in_the_unit_that_is_asked() -> None:
    node = node_of(Kind.NUMBER)
    assert value_of(node, "$18 million", "revenue in USD millions")[0] == 18
    assert value_of(node, "$18 million", "revenue")[0] == 18_000_000


def told(kind: Kind, quote: str) -> list[str]:
    return [quote[start:stop] for start, stop in items_of(node_of(kind), quote)]


@pytest.mark.parametrize(
    ("quote", "items"),
    [
        ("Ann, Bob and Cy", ["Ann", "Bob", "Cy"]),
        ("Ann, Bob, and Cy", ["Ann", "Bob", "Cy"]),
        ("Smith, Ann; Jones, Bob", ["Smith, Ann", "Jones, Bob"]),
        ("Ann\nBob\n", ["Ann", "Bob"]),
        ("Ann", ["Ann"]),
        ("1,000 sheep, 2 dogs", ["1,000 sheep", "2 dogs"]),
        (" ; , ", []),
    ],
)
def test_a_list_is_parted_where_it_enumerates(quote: str, items: list[str]) -> None:
    assert told(Kind.STRING, quote) == items


def test_numbers_and_dates_of_a_list_keep_their_commas() -> None:
    assert told(Kind.NUMBER, "$1,000, 2.5 % and 7") == ["$1,000", "2.5 %", "7"]
    assert told(Kind.NUMBER, "twelve (12) and three") == ["twelve (12)", "three"]
    assert told(Kind.DATE, "March 1, 2020 and May 2, 2021") == ["March 1, 2020", "May 2, 2021"]


@settings(deadline=None)
@given(st.text("ab1, ;\n.and", max_size=60), st.sampled_from([Kind.STRING, Kind.NUMBER, Kind.DATE]))
def test_items_are_runs_of_the_quote_in_order_and_do_not_overlap(quote: str, kind: Kind) -> None:
    bounds = [edge for span in items_of(node_of(kind), quote) for edge in span]
    assert bounds == sorted(bounds)
    assert all(0 <= edge <= len(quote) for edge in bounds)
    assert all(told(kind, quote))
