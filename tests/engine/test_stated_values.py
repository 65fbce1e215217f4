from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.lookup import Source
from engine.stated_values import NotStated, Stated, stated_in
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.ingest_settings import IngestSettings
from schemas.response_schema import parse

TEXT = (
    "The agent is Ann Lee. The amount is $ 18 million, the margin 2.5 per cent.\n\n"
    "It was signed on 7 May 2024. The lenders are Bank A and Bank B. Rent is paid monthly; the "
    "ANN LEE account is closed.\n"
)


def source(text: str = TEXT, token_length: int = 4) -> Source:
    document = document_of(text.encode(), "a.txt", IngestSettings())

    def count(texts: Sequence[str]) -> list[int]:
        return [len(one) // token_length + 1 for one in texts]

    return Source(document, passages_of(document, count, 160))


def stated(
    schema: dict[str, Any], value: Any, quote: str | None = None, of: Source | None = None
) -> Stated | NotStated:
    root = parse({"type": "object", "properties": {"a": schema}})
    quotes = {} if quote is None else {"/a": quote}
    [(_, found)] = stated_in(of or source(), root, {"a": value}, quotes)
    return found


def words(found: Stated | NotStated) -> list[str]:
    assert isinstance(found, Stated)
    text = source().document.text
    return [text[start:stop] for start, stop in found.places]


@pytest.mark.parametrize(
    ("schema", "value", "item"),
    [
        ({"type": "string"}, "Ann Lee", "Ann Lee"),
        ({"type": "string"}, "ann  lee", "Ann Lee"),
        ({"type": "number", "description": "the amount"}, 18_000_000, "$ 18 million"),
        ({"type": "number"}, 2.5, "2.5 per cent"),
        ({"type": "string", "format": "date"}, "2024-05-07", "7 May 2024"),
        ({"enum": ["monthly", "yearly"]}, "monthly", "monthly"),
    ],
    ids=["words", "in any case", "scaled", "percentage", "date", "choice"],
)
def test_a_value_is_found_in_the_words_that_state_it(
    schema: dict[str, Any], value: Any, item: str
) -> None:
    found = stated(schema, value)
    assert isinstance(found, Stated)
    assert (found.items, words(found)[0]) == ((item,), item)


def test_a_list_is_its_items_each_at_its_place() -> None:
    found = stated({"type": "array", "items": {"type": "string"}}, ["Bank A", "Bank B"])
    assert isinstance(found, Stated)
    assert found.items == ("Bank A", "Bank B")
    assert words(found) == ["Bank A", "Bank B"]


def test_null_and_an_empty_list_are_answered_by_nothing() -> None:
    assert stated({"type": ["string", "null"]}, None) == Stated(None)
    assert stated({"type": "array", "items": {"type": "string"}}, []) == Stated([])


def test_a_quote_says_which_place_is_meant() -> None:
    found = stated({"type": "string"}, "Ann Lee", "ANN LEE account")
    assert words(found) == ["ANN LEE"]


def test_a_truth_is_borne_out_by_its_quote() -> None:
    found = stated({"type": "boolean"}, True, "Rent is paid monthly")
    assert isinstance(found, Stated)
    assert (found.items, words(found), found.is_sure) == (("yes",), ["Rent is paid monthly"], True)


def test_a_truth_about_a_short_document_needs_no_quote() -> None:
    found = stated({"type": "boolean"}, False)
    assert isinstance(found, Stated)
    assert (found.items, found.is_sure) == (("no",), False)


@pytest.mark.parametrize(
    ("schema", "value", "quote", "told"),
    [
        ({"type": "string"}, "Bob", None, "is 'Bob', which the document does not state"),
        ({"type": "number"}, 3, None, "is 3, which the document does not state"),
        ({"type": "number"}, "2.5", None, "is '2.5', which is not a number"),
        ({"type": "string"}, "Ann Lee", "Bob", "has the quote 'Bob', which does not stand"),
        ({"type": "number"}, 3, "2.5 per cent", "is 3, which the quote '2.5 per cent' does not"),
        ({"enum": ["a", "b"]}, "c", None, r"is 'c', which is not one of \['a', 'b'\]"),
        ({"type": "array", "items": {"type": "string"}}, "Bank A", None, "is an array"),
    ],
    ids=["words", "number", "type", "quote", "number in quote", "choice", "list"],
)
def test_what_can_not_be_placed_says_why(
    schema: dict[str, Any], value: Any, quote: str | None, told: str
) -> None:
    found = stated(schema, value, quote)
    assert isinstance(found, NotStated)
    with pytest.raises(NotStated, match=told):
        raise found


def test_a_truth_about_a_long_document_needs_a_quote() -> None:
    found = stated({"type": "boolean"}, True, of=source(TEXT * 40, token_length=1))
    assert isinstance(found, NotStated)
    assert "name the words that bear it out in `quotes`" in str(found)


def test_rows_are_left_out() -> None:
    row = {"type": "object", "properties": {"b": {"type": "string"}}}
    root = parse({"type": "object", "properties": {"a": {"type": "array", "items": row}}})
    assert list(stated_in(source(), root, {"a": []}, {})) == []
