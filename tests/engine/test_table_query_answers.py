from __future__ import annotations

from typing import Any

import pytest

from engine.answers import Finding
from engine.lookup import Source
from engine.table_answers import answer_by_table
from engine.table_ranges import PlacedCells
from schemas.extraction import Match, PageRegion, SheetRegion
from tests.engine.sources import question_about
from tests.engine.test_table_query_planner import STAFF
from tests.ingest import pdf_maker
from tests.ingest.workbooks import read, rows_bytes

SALES: list[list[Any]] = [
    ["Region", "Product", "Units"],
    ["North", "Lamp", 3],
    ["South", "Lamp", 4],
    ["South", "Rake", 5],
    ["North", "Rake", 6],
]
NUMBER, TEXT = {"type": "number"}, {"type": "string"}


def answered(description: str, schema: dict[str, Any], *rows: list[Any]) -> Finding | None:
    source = Source(read(rows_bytes(*(rows or SALES))), [])
    question = question_about({**schema, "description": description}, "asked")
    return answer_by_table(question, [source])


def found(description: str, schema: dict[str, Any], *rows: list[Any]) -> Finding:
    finding = answered(description, schema, *rows)
    assert finding is not None
    return finding


def test_a_computed_value_cites_its_cells_as_derived() -> None:
    leaf = found("Total units in the South", NUMBER).leaves[0]
    assert (leaf.value, leaf.match) == (9, Match.DERIVED)
    assert isinstance(leaf.places[0], PlacedCells)
    assert leaf.places[0].cells == (SheetRegion(sheet="Data", range="C3:C4"),)


def test_what_was_computed_is_told() -> None:
    assert found("Total units in the South", NUMBER).notes == (
        ("computed", "sum of Units where Region is 'South': 2 of 4 rows of the table 'Data'"),
    )


def test_a_list_has_a_leaf_for_each_cell() -> None:
    schema = {"type": "array", "items": TEXT}
    finding = found("List the products sold in the North", schema)
    assert finding.value == ["Lamp", "Rake"]
    assert [leaf.path for leaf in finding.leaves] == ["/0", "/1"]


def test_a_value_of_another_kind_is_no_answer() -> None:
    assert answered("Which region had the most units?", NUMBER) is None
    assert found("Which region had the most units?", TEXT, *SALES, ["South", "Saw", 9]).value == (
        "South"
    )


def test_an_average_that_is_not_whole_is_no_integer() -> None:
    assert answered("Average units in the South", {"type": "integer"}) is None
    assert found("Average units in the South", NUMBER).value == 4.5


def test_a_sum_is_in_the_unit_asked_for() -> None:
    rows: list[list[Any]] = [
        ["Store", "City", "Sales (USD thousands)"],
        ["A", "Lyon", 1200],
        ["B", "Nice", 800],
        ["C", "Pau", 500],
    ]
    finding = found("Total sales, in USD millions", NUMBER, *rows)
    assert (finding.value, finding.leaves[0].match) == (2.5, Match.DERIVED)
    assert len(finding.leaves[0].places) == 2


def test_without_tables_there_is_no_answer() -> None:
    assert answered("Total units", NUMBER, ["Only words stand here, and no table."]) is None


def test_a_cell_of_the_one_row_that_is_named_is_looked_up() -> None:
    source = Source(read(rows_bytes(*STAFF)), [])
    schema = {**TEXT, "description": "Which office does Ann Lee work in?"}
    finding = answer_by_table(question_about(schema, "office"), [source], computed_only=True)
    assert finding is not None
    assert (finding.value, finding.leaves[0].match) == ("Oslo", Match.NORMALISED)


def test_cells_of_several_rows_can_be_left_to_the_reader() -> None:
    source = Source(read(rows_bytes(*SALES)), [])
    schema = {"type": "array", "items": TEXT, "description": "List the products sold in the North"}
    question = question_about(schema, "asked")
    assert answer_by_table(question, [source]) is not None
    assert answer_by_table(question, [source], computed_only=True) is None


@pytest.mark.parametrize(
    ("description", "value"),
    [
        ("Asset C0020: site", "Graz"),
        ("Asset C0020: asset", "oven"),
        ("Asset of C0021", "lamp"),
        ("The site of asset C0021", "Porto"),
    ],
)
def test_the_noun_before_a_number_says_what_is_numbered(description: str, value: str) -> None:
    rows = [["Tag", "Asset", "Site"], ["C0020", "oven", "Graz"], ["C0021", "lamp", "Porto"]]
    assert found(description, TEXT, *rows).value == value


LOANS: list[list[Any]] = [
    ["Loan", "Drawn", "Matures", "Currency", "Amount", "Amount in £", "Paid on", "Paid to"],
    ["B-055", "2024-02-20", "2024-05-20", "GBP", 4000000, 4000000, "2024-05-21", "Ann"],
    ["B-056", "2024-02-26", "2024-05-27", "EUR", 5500000, 4654650, "2024-05-28", "Bob"],
    ["B-057", "2024-03-04", "2024-06-04", "EUR", 2000000, 1692600, "2024-06-05", "Cid"],
]


@pytest.mark.parametrize(
    ("description", "value"),
    [
        ("Amount of loan B-056", 5500000),
        ("Amount of loan B-056, in pounds", 4654650),
        ("Loan B-056: £ amount", 4654650),
        ("Sterling amount of loan B-056", 4654650),
    ],
)
def test_heads_alike_are_told_apart_by_their_currency(description: str, value: int) -> None:
    assert found(description, NUMBER, *LOANS).value == value


@pytest.mark.parametrize(
    "asked", ["Amount of loan B-056 in US dollars", "Amount of B-056, converted"]
)
def test_an_amount_in_a_currency_that_no_head_has_is_not_looked_up(asked: str) -> None:
    assert answered(asked, NUMBER, *LOANS) is None


def cell_of_loan(name: str, schema: dict[str, Any]) -> Finding | None:
    group = {"type": "object", "description": "Loan B-056", "properties": {name: schema}}
    question = question_about(group, "loan")
    return answer_by_table(question, [Source(read(rows_bytes(*LOANS)), [])])


def test_a_capital_behind_the_name_of_a_group_makes_no_name() -> None:
    day = {**TEXT, "format": "date", "description": "Date it matures"}
    finding = cell_of_loan("until", day)
    assert finding is not None
    assert finding.value == "2024-05-27"


def test_what_is_described_unclearly_may_be_clear_by_its_name() -> None:
    described = {**NUMBER, "description": "Amount in the currency drawn"}
    assert cell_of_loan("sum_lent", described) is None
    finding = cell_of_loan("amount", described)
    assert finding is not None
    assert (finding.value, finding.leaves[0].match) == (5500000, Match.NORMALISED)


def test_a_name_does_not_stand_against_what_is_described() -> None:
    assert (
        cell_of_loan("drawn", {**TEXT, "description": "The day or the person it was paid"}) is None
    )


def test_a_cell_that_is_none_of_the_choices_is_no_answer() -> None:
    rows = [["Loan", "Currency"], ["B-056", "GBP"], ["B-057", "EUR"]]
    assert found("Currency of loan B-056", {"enum": ["GBP", "EUR"]}, *rows).value == "GBP"
    assert answered("Currency of loan B-056", {"enum": ["USD", "EUR"]}, *rows) is None


def test_cells_of_a_page_are_cited_with_a_box_around_them() -> None:
    lines = [("Name", "Votes For", "Abstentions"), ("Ann Ash", "600", "10"), ("Bob Oak", "70", "5")]
    items: list[pdf_maker.Item] = []
    for number, (label, *cells) in enumerate(lines):
        y = 100 + 16 * number
        items += [(72, y, label)]
        items += [pdf_maker.right(300 + 100 * i, y, cell) for i, cell in enumerate(cells)]
    source = Source(pdf_maker.read(pdf_maker.pdf_of([items])), [])
    question = question_about({**NUMBER, "description": "Total votes for"}, "votes")
    finding = answer_by_table(question, [source])
    assert finding is not None
    [place] = finding.leaves[0].places
    assert isinstance(place, PlacedCells)
    [region] = place.cells
    assert isinstance(region, PageRegion)
    [[x0, y0, x1, y1]] = region.bboxes
    assert (finding.value, region.page) == (670, 1)
    assert x1 == pytest.approx(300, abs=1)
    assert y1 - y0 > 16
    assert 270 < x0 < 300


def test_cells_in_very_many_ranges_are_cited_as_one_and_told() -> None:
    rows: list[list[Any]] = [["Item", "Site", "Units"]]
    for number in range(210):
        rows.append([f"item {number}", ("Oslo", "Bergen")[number % 2], 2])
    finding = found("Total units in Bergen", NUMBER, *rows)
    [place] = finding.leaves[0].places
    assert isinstance(place, PlacedCells)
    assert (finding.value, place.cells) == (210, (SheetRegion(sheet="Data", range="C3:C211"),))
    assert dict(finding.notes)["cells_cited_as_one"] == (
        "the cells stand in 105 ranges: one range around them all is cited"
    )
