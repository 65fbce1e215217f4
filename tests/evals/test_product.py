from __future__ import annotations

from typing import Any

from evals.cases import Case
from evals.place_rules import touching
from evals.product import Product, row_of
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    Match,
    Mode,
    Status,
)
from schemas.settings import Settings

NUMBER = {"type": ["number", "null"]}
STRINGS = {"type": ["array", "null"], "items": {"type": "string"}}


def extraction(output: dict[str, Any], *fields: FieldResult) -> Extraction:
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="m",
        mode=Mode.DENSE,
        output=output,
        fields=list(fields),
        coverage=Coverage(
            num_tokens=1, num_tokens_read=1, num_passages=1, num_passages_read=1, share_read=1.0
        ),
    )


def found(path: str, value: Any, quote: str, start: int) -> FieldResult:
    stop = start + len(quote)
    citation = Citation(
        document="a.txt", quote=quote, start=start, stop=stop, regions=[], match=Match.EXACT
    )
    return FieldResult(
        path=path, value=value, status=FieldStatus.FOUND, confidence=0.9, citations=[citation]
    )


def test_a_right_value_at_the_right_place() -> None:
    case = Case("total", "Total", NUMBER, 93, is_place=touching([(4, 6)]))
    row = row_of("a.txt", case, extraction({"total": 93}, found("/total", 93, "93", 4)), 0.5)
    assert (row.is_value_right, row.is_place_right, row.quotes) == (True, True, ("93",))
    assert (row.value_kind, row.confidence, row.status) == ("number", 0.9, "found")


def test_the_leaves_of_a_list_are_one_row() -> None:
    case = Case("names", "Names", STRINGS, ["Ann", "Bob"], is_place=touching([(0, 3), (8, 11)]))
    fields = [found("/names/0", "Ann", "Ann", 0), found("/names/1", "Bob", "Bob", 8)]
    row = row_of("a.txt", case, extraction({"names": ["Ann", "Bob"]}, *fields), 0.5)
    assert (row.is_value_right, row.is_place_right, row.quotes) == (True, True, ("Ann", "Bob"))


def test_a_null_that_is_expected_needs_no_place() -> None:
    case = Case("total", "Total", NUMBER, None)
    absent = FieldResult(path="/total", value=None, status=FieldStatus.ABSENT, confidence=0.8)
    row = row_of("a.txt", case, extraction({"total": None}, absent), 0.5)
    assert (row.is_value_right, row.is_place_right, row.absence) == (True, True, 0.8)


def test_an_extraction_that_failed_answers_nothing_rightly() -> None:
    row = row_of("a.txt", Case("total", "Total", NUMBER, None), None, 0.5, "too long")
    assert (row.is_value_right, row.status, row.problem) == (False, "invalid", "too long")


def test_a_field_that_the_product_refuses_says_why(tiny_settings: Settings) -> None:
    with Product.open(tiny_settings) as product:
        document = product.read(b"The total is 93.", "a.txt")
        [refused] = product.rows(document, [Case("total", "Total " * 1000, NUMBER, 93)])
        [row] = product.rows(document, [Case("total", "Total", NUMBER, 93)])
    assert "tokens" in refused.problem
    assert row.problem == ""
