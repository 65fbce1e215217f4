from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.lookup import Source
from engine.table_cells import ColumnKind
from engine.table_frame import Frame, frames_in
from engine.table_plan import Comparison, Condition, Operator, Order, Plan
from engine.table_query import run
from engine.table_ranges import PlacedCells, place_of
from schemas.extraction import SheetRegion
from tests.engine.sources import source_of
from tests.ingest.workbooks import read, rows_bytes

SALES: list[list[Any]] = [
    ["Region", "Booked", "Amount"],
    ["North", "2021-03-01", 10.10],
    ["South", "2021-04-02", 20.20],
    ["North", "2022-01-05", "n/a"],
    ["North", "2022-02-06", 30.30],
    ["Total", None, 60.60],
]
REGION, BOOKED, AMOUNT = 0, 1, 2
NORTH = Condition(REGION, Comparison.IS, ("north",))


def frame_of_rows(*rows: list[Any]) -> Frame:
    return next(frames_in([Source(read(rows_bytes(*rows)), [])]))


@pytest.fixture
def sales() -> Frame:
    return frame_of_rows(*SALES)


def ranges(frame: Frame, column: int, rows: tuple[int, ...]) -> list[str]:
    place = place_of(frame, column, rows, 100)
    assert isinstance(place, PlacedCells)
    return [region.range for region in place.cells if isinstance(region, SheetRegion)]


def test_columns_are_numbers_dates_or_words(sales: Frame) -> None:
    kinds = [column.kind for column in sales.columns]
    assert kinds == [ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.NUMBER]


def test_codes_are_words() -> None:
    frame = frame_of_rows(["Code", "Units"], ["A-100", 1], ["A-200", 2], ["A-300", 3])
    assert frame.columns[0].kind is ColumnKind.TEXT


def test_a_sum_leaves_the_total_out_and_says_so(sales: Frame) -> None:
    result = run(Plan(Operator.SUM, AMOUNT), sales)
    assert result.value == 60.6
    assert ("totals_left_out", "1 rows that sum up others were not counted with them: "
            "'Total' in Data!A6") in result.notes  # fmt: skip


def test_cells_that_are_no_numbers_are_left_out_and_told(sales: Frame) -> None:
    result = run(Plan(Operator.MEAN, AMOUNT, (NORTH,)), sales)
    assert result.value == pytest.approx(20.2)
    assert result.notes[1] == (
        "cells_left_out",
        "1 cells of 'Amount' are no number and were left out: 'n/a' in Data!C4",
    )


def test_cells_that_follow_each_other_are_one_range(sales: Frame) -> None:
    result = run(Plan(Operator.SUM, AMOUNT), sales)
    assert ranges(sales, result.column, result.rows) == ["C2:C3", "C5"]


def test_a_range_does_not_go_over_a_subtotal() -> None:
    frame = frame_of_rows(
        ["Item", "Site", "Units"], ["a", "x", 1], ["b", "x", 2], ["Subtotal", None, 3],
        ["c", "y", 4], ["d", "y", 5], ["Subtotal", None, 9], ["Grand total", None, 12],
    )  # fmt: skip
    result = run(Plan(Operator.SUM, 2), frame)
    assert (result.value, ranges(frame, 2, result.rows)) == (12, ["C2:C3", "C5:C6"])


def test_one_cell_is_a_place_that_can_be_quoted(sales: Frame) -> None:
    result = run(Plan(Operator.MAX, AMOUNT), sales)
    place = place_of(sales, AMOUNT, result.rows, 100)
    assert place is not None
    assert sales.document.text[place.start : place.stop] == "30.3"


def test_past_the_most_ranges_one_is_cited(sales: Frame) -> None:
    place = place_of(sales, AMOUNT, (0, 3), 1)
    assert isinstance(place, PlacedCells)
    assert place.cells == (SheetRegion(sheet="Data", range="C2:C5"),)


def test_a_product_called_total_is_no_total() -> None:
    frame = frame_of_rows(
        ["Brand", "Kind", "Units"], ["Total Care", "soap", 5], ["Plain", "soap", 6],
        ["Other", "gel", 1],
    )  # fmt: skip
    assert run(Plan(Operator.SUM, 2), frame).value == 12


def test_a_sum_without_a_label_under_the_rows_is_a_total() -> None:
    frame = frame_of_rows(["Item", "Units"], ["a", 3], ["b", 4], ["c", 5], [None, 12])
    assert run(Plan(Operator.SUM, 1), frame).value == 12


def test_a_row_of_formulas_that_sum_up_is_a_total() -> None:
    rows: list[list[Any]] = [
        ["Item", "Site", "Units"],
        ["a", "x", 3],
        ["b", "x", 4],
        ["All of it", "x", 7],
    ]
    document = read(rows_bytes(*rows))
    sheet = replace(document.sheets[0], formulas={"C4": "=SUM(C2:C3)"})
    frames = [
        next(frames_in([Source(d, [])])) for d in (document, replace(document, sheets=(sheet,)))
    ]
    assert [frame.is_total.tolist()[2] for frame in frames] == [False, True]


def test_dates_are_compared_as_days(sales: Frame) -> None:
    condition = Condition(
        BOOKED,
        Comparison.BETWEEN,
        (sales.values["1"][0], sales.values["1"][2]),
    )
    assert run(Plan(Operator.COUNT, REGION, (condition,)), sales).value == 3


@pytest.mark.parametrize(
    ("comparison", "count"),
    [
        (Comparison.IS, 1), (Comparison.IS_NOT, 2), (Comparison.OVER, 1),
        (Comparison.AT_LEAST, 2), (Comparison.UNDER, 1), (Comparison.AT_MOST, 2),
    ],
)  # fmt: skip
def test_numbers_are_compared(sales: Frame, comparison: Comparison, count: int) -> None:
    plan = Plan(Operator.COUNT, REGION, (Condition(AMOUNT, comparison, (20.2,)),))
    assert run(plan, sales).value == count


def test_of_rows_the_first_by_a_column_is_looked_up(sales: Frame) -> None:
    plan = Plan(Operator.LIST, BOOKED, order=Order(AMOUNT, is_descending=True))
    assert run(plan, sales).value == "2022-02-06"


def test_the_greatest_group_is_named_with_its_measure(sales: Frame) -> None:
    plan = Plan(Operator.SUM, AMOUNT, group=REGION, order=Order(AMOUNT, is_descending=True))
    result = run(plan, sales)
    assert (result.value, result.measures) == ("North", (pytest.approx(40.4),))


def test_no_row_has_no_sum_and_a_count_of_nothing(sales: Frame) -> None:
    nowhere = Condition(REGION, Comparison.IS, ("West",))
    assert run(Plan(Operator.SUM, AMOUNT, (nowhere,)), sales).values == ()
    assert run(Plan(Operator.COUNT, AMOUNT, (nowhere,)), sales).value == 0


def test_a_sum_has_no_more_decimals_than_its_cells() -> None:
    frame = frame_of_rows(["Item", "Price"], ["a", 0.1], ["b", 0.2], ["c", 0.4])
    assert run(Plan(Operator.SUM, 1), frame).value == 0.7


def test_the_customs_of_the_document_tell_numbers() -> None:
    source = source_of("Posten;Betrag\nMiete;1.200,50\nStrom;80,25\nSumme;1.280,75\n", "a.csv")
    frame = next(frames_in([source]))
    assert run(Plan(Operator.SUM, 1), frame).value == 1280.75


def test_a_name_that_ends_as_a_total_does_is_none_for_one_sum_by_chance() -> None:
    frame = frame_of_rows(
        ["Rank", "Name", "Polls", "Error"],
        [1, "North", 1, 5], [2, "South", 2, 7], [9, "Research and Media", 3, 6],
    )  # fmt: skip
    assert not frame.is_total.any()
