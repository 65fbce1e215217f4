from __future__ import annotations

import pytest

from evals.place_rules import in_cell, on_pages, quoting, range_holds, touching
from schemas.extraction import Citation, Match, PageRegion, Region, SheetRegion


def cite(quote: str = "93", start: int = 0, *regions: Region) -> Citation:
    return Citation(
        document="a.pdf",
        quote=quote,
        start=start,
        stop=start + len(quote),
        regions=list(regions),
        match=Match.EXACT,
    )


def on(page: int) -> PageRegion:
    return PageRegion(page=page, bboxes=[])


def test_a_quote_on_one_of_the_pages_is_right() -> None:
    assert on_pages({15, 16})([[cite("93", 0, on(3)), cite("93", 0, on(16))]])


def test_the_fourth_citation_of_a_leaf_comes_too_late() -> None:
    assert not on_pages({15})([[*[cite("93", 0, on(3))] * 3, cite("93", 0, on(15))]])


def test_any_leaf_of_a_list_may_be_on_the_page() -> None:
    assert on_pages({15})([[cite("a", 0, on(3))], [cite("b", 0, on(15))]])


@pytest.mark.parametrize("quote", ["", "word " * 81])
def test_an_empty_or_a_very_long_quote_is_not_right(quote: str) -> None:
    assert not on_pages({15})([[cite(quote, 0, on(15))]])


def test_a_range_on_the_sheet_that_holds_the_cell_is_right() -> None:
    region = SheetRegion(sheet="Sales", range="B7:C9")
    assert in_cell("Sales", "C8")([[cite("93", 0, region)]])
    assert not in_cell("Costs", "C8")([[cite("93", 0, region)]])


@pytest.mark.parametrize(
    ("cells", "cell", "holds"),
    [
        ("B7", "B7", True),
        ("C9:B7", "B8", True),
        ("$B$7:$C$9", "b8", True),
        ("B7:C9", "D8", False),
        ("A1:T10", "B2", True),
        ("A1:T11", "B2", False),
        ("B7:C9:D10", "B8", False),
        ("B:B", "B8", False),
        ("Y1:AB1", "AA1", True),
    ],
)
def test_a_range_of_at_most_200_cells_holds_its_cells(cells: str, cell: str, holds: bool) -> None:
    assert range_holds(cells, cell) is holds


def test_every_range_must_be_touched_by_some_leaf() -> None:
    rule = touching([(10, 12), (20, 22)])
    assert rule([[cite("ab", 11)], [cite("cd", 19)]])
    assert not rule([[cite("ab", 12)], [cite("cd", 20)]])


def test_a_quote_may_have_to_bear_out_the_value() -> None:
    assert quoting(lambda quote: "9" in quote)([[cite("€ 9.00")]])
    assert not quoting(lambda quote: "9" in quote)([[cite("€ 8.00")]])
