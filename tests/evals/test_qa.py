from __future__ import annotations

from typing import Any

import pytest

from evals.qa import case_of, schema_of
from schemas.extraction import Citation, Match, PageRegion, Region, SheetRegion

QUESTION: dict[str, Any] = {
    "field_name": "total",
    "question": "The total",
    "kind": "table",
    "expected": 93,
    "json_type": "number",
    "page": 15,
    "also_on_pages": [20],
}


def cite(region: Region) -> list[list[Citation]]:
    return [
        [Citation(document="a", quote="93", start=0, stop=2, regions=[region], match=Match.EXACT)]
    ]


@pytest.mark.parametrize(
    ("expected", "declared", "schema"),
    [
        (93, "", {"type": ["number", "null"]}),
        (True, "", {"type": ["boolean", "null"]}),
        ("2009-04-30", "", {"type": ["string", "null"], "format": "date"}),
        (None, "integer|null", {"type": ["integer", "null"]}),
        (None, "", {"type": ["string", "null"]}),
        (
            ["a"],
            "",
            {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
        ),
    ],
)
def test_a_field_is_asked_in_the_kind_of_its_answer(
    expected: Any, declared: str, schema: dict[str, Any]
) -> None:
    assert schema_of(expected, declared) == schema


def test_the_page_or_one_that_says_the_same_is_the_place() -> None:
    rule = case_of(QUESTION).is_place
    assert rule is not None
    assert rule(cite(PageRegion(page=20, bboxes=[])))
    assert not rule(cite(PageRegion(page=16, bboxes=[])))


def test_a_cell_is_the_place_on_its_sheet() -> None:
    rule = case_of({**QUESTION, "cell": "Sales 2019!C8"}).is_place
    assert rule is not None
    assert rule(cite(SheetRegion(sheet="Sales 2019", range="C8")))
    assert not rule(cite(SheetRegion(sheet="Sales 2019", range="C9")))
