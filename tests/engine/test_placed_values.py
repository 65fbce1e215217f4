from __future__ import annotations

from typing import Any

import pytest

from engine.placed_values import PlacedValue, ValueReader
from engine.values import NotThatKind
from schemas.extraction import Match
from schemas.response_schema import Kind
from tests.engine.sources import node_of, source_of

TABLE = "In thousands\n\n| | Sales |\n|---|---|\n| North | $ 1,234 |\n| Growth | 12 % |\n"


def read(text: str, quote: str, question: str, kind: Kind = Kind.NUMBER) -> PlacedValue:
    document = source_of(text, "a.md").document
    start = document.text.index(quote)
    reader = ValueReader.of(document, question, kind)
    return reader.value_at(node_of(kind), start, start + len(quote))


def told(text: str, quote: str, question: str) -> tuple[Any, Match, list[str]]:
    found = read(text, quote, question)
    shown = source_of(text, "a.md").document.text
    return found.value, found.match, [shown[start:stop] for start, stop in found.places]


def test_a_table_in_thousands_is_told_in_the_unit_that_is_asked_and_cited_with_its_scale() -> None:
    assert told(TABLE, "$ 1,234", "Sales of North, in USD") == (
        1_234_000,
        Match.DERIVED,
        ["$ 1,234", "In thousands"],
    )
    assert told(TABLE, "1,234", "Sales of North, in USD millions")[0] == 1.234


@pytest.mark.parametrize("question", ["Sales of North", "Sales of North, in USD thousands"])
def test_a_table_is_told_as_printed_where_its_unit_or_none_is_asked(question: str) -> None:
    assert told(TABLE, "1,234", question) == (1234, Match.NORMALISED, ["1,234"])


def test_a_percentage_is_not_scaled() -> None:
    assert told(TABLE, "12 %", "Growth of sales, in USD")[0] == 12


def test_the_unit_behind_a_number_is_read_where_the_answer_left_it_out() -> None:
    assert told("It paid $18 million.", "18", "Amount paid, in USD") == (
        18_000_000,
        Match.NORMALISED,
        ["$18 million"],
    )
    assert told("It paid $18 million.", "18", "Amount paid, in USD millions")[0] == 18


def test_an_amount_in_full_is_told_in_millions_where_they_are_asked() -> None:
    assert told("It paid $18,000,000.", "$18,000,000", "Amount paid, in USD millions") == (
        18,
        Match.DERIVED,
        ["$18,000,000"],
    )


def test_a_number_that_is_repeated_in_brackets_is_not_negative() -> None:
    assert told("within twelve (12) days", "(12)", "Days")[0] == 12


def test_other_numbers_and_dates_of_the_document_tell_how_one_is_read() -> None:
    text = "Summe 1.234.567,80; Rabatt 1.234; am 31/12/2020 und 02/03/2021"
    assert read(text, "1.234;", "Rabatt").value == 1234
    assert read(text, "02/03/2021", "Datum", Kind.DATE).value == "2021-03-02"


def test_words_that_state_no_number_are_told() -> None:
    with pytest.raises(NotThatKind, match="it states no number"):
        read("no number", "number", "How many?")


def test_a_currency_is_cited_with_the_amount_that_it_stands_at() -> None:
    document = source_of("Total € 717,97 to pay in EUR", "a.md").document
    node = node_of(Kind.ENUM, choices=("EUR", "USD"))
    reader = ValueReader.of(document, "Currency", Kind.ENUM)
    sign, code = (document.text.index(word) for word in ("€", "EUR"))
    amount = reader.value_at(node, sign, sign + 1)
    assert (amount.value, amount.match) == ("EUR", Match.NORMALISED)
    assert [document.text[slice(*place)] for place in amount.places] == ["€ 717,97"]
    assert reader.value_at(node, code, code + 3).match is Match.EXACT
