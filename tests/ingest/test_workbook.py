from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from schemas.document import SegmentKind
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import (
    bytes_of,
    heads,
    part,
    place,
    read,
    rows_bytes,
    with_parts,
)

SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
STRINGS = b"xl/sharedStrings.xml"
NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def codes(document: Any) -> list[str]:
    return [problem.code for problem in document.warnings]


def test_a_row_is_its_cells_between_bars_and_each_cell_is_cited() -> None:
    document = read(rows_bytes(["Name", "Age"], ["Ann", 41], ["Bob", 39]))
    assert document.text == "Data\n\nName | Age\nAnn | 41\nBob | 39"
    assert (place(document, "41"), place(document, "Bob")) == ("Data!B2", "Data!A3")
    assert heads(document) == ["Name", "Age"]


def test_a_sheets_name_is_a_heading_that_stands_in_no_cell() -> None:
    document = read(rows_bytes(["a"]))
    assert document.segments[0].kind is SegmentKind.HEADING
    assert document.source_map.regions(0, 4) == []


def test_a_range_of_cells_is_cited_as_one_range() -> None:
    document = read(rows_bytes(["Name", "Age"], ["Ann", 41], ["Bob", 39]))
    start, stop = document.text.index("Ann"), len(document.text)
    assert document.source_map.first_place(start, stop) == "Data!A2:B3"


def test_a_hidden_sheet_is_read_and_flagged() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "seen"
        other = sheet.parent.create_sheet("Secret")
        other["B2"] = "unseen"
        other.sheet_state = "veryHidden"

    document = read(bytes_of(fill))
    assert place(document, "unseen") == "Secret!B2"
    assert [sheet.is_hidden for sheet in document.sheets] == [False, True]
    assert codes(document) == ["hidden_sheet"]


def test_a_formula_without_a_value_stands_in_the_text_and_is_reported() -> None:
    document = read(rows_bytes([1], [2], ["=A1+A2"]))
    assert document.text.endswith("=A1+A2")
    assert document.sheets[0].formulas == {"A3": "=A1+A2"}
    assert "1 formulas have no stored value" in document.warnings[0].message
    assert "A3" in document.warnings[0].message


def test_a_formulas_cached_value_stands_in_the_text() -> None:
    data = rows_bytes([1], [2], ["=A1+A2"])
    xml = part(data, SHEET).replace(b"<v />", b"<v>3</v>").replace(b"<v></v>", b"<v>3</v>")
    document = read(with_parts(data, {SHEET: xml}))
    assert (document.text, codes(document)) == ("Data\n\n1\n2\n3", [])
    assert document.sheets[0].formulas == {"A3": "=A1+A2"}


def test_values_are_written_as_a_person_sees_them() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["what", "value"])
        for what, value, number_format in [
            ("share", 0.125, "0.0%"),
            ("amount", 1234.5, "#,##0.00"),
            ("day", datetime.date(2019, 1, 29), "dd/mm/yyyy"),
            ("flag", True, "General"),
            ("error", "#N/A", "General"),
        ]:
            sheet.append([what, value])
            sheet.cell(sheet.max_row, 2).number_format = number_format

    lines = read(bytes_of(fill)).text.splitlines()[3:]
    assert lines == [
        "share | 12.5%",
        "amount | 1,234.50",
        "day | 2019-01-29",
        "flag | TRUE",
        "error | #N/A",
    ]


def test_a_merged_range_is_cited_whole() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Region", "Sales", "Cost"])
        sheet.append(["North", 1, 2])
        sheet.append([None, 3, 4])
        sheet.merge_cells("A2:A3")

    assert place(read(bytes_of(fill)), "North") == "Data!A2:A3"


def test_groups_over_heads_become_heads_of_two_levels() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["", "2021", None, "2020", None])
        sheet.append(["Item", "Plan", "Actual", "Plan", "Actual"])
        sheet.append(["Rent", 1, 2, 3, 4])
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:E1")

    assert heads(read(bytes_of(fill))) == [
        "Item",
        "2021 / Plan",
        "2021 / Actual",
        "2020 / Plan",
        "2020 / Actual",
    ]


def test_years_over_numbers_are_heads_and_years_over_years_are_not() -> None:
    over_numbers = read(rows_bytes(["Item", 2021, 2020], ["Rent", 7, 8], ["Power", 5, 6]))
    over_years = read(rows_bytes(["Ann", 1990, 2020], ["Bob", 1991, 2021], ["Cy", 1992, 2022]))
    assert heads(over_numbers) == ["Item", "2021", "2020"]
    assert over_years.grids[0].num_head_rows == 0


def test_pairs_of_names_and_values_have_no_heads() -> None:
    document = read(rows_bytes(["Company", "Acme"], ["City", "Paris"], ["Staff", 40]))
    assert document.grids[0].num_head_rows == 0


def test_a_bold_row_heads_a_table_of_words() -> None:
    def fill(sheet: Any) -> None:
        for row in [["Term", "Meaning"], ["KV", "keys and values"], ["LRU", "oldest first"]]:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)

    assert heads(read(bytes_of(fill))) == ["Term", "Meaning"]


def test_a_title_and_a_note_stand_outside_the_table() -> None:
    note = "Source: the annual report, page 12, restated for the sale of a subsidiary."
    document = read(
        rows_bytes(["Sales by month"], ["Month", "Sum"], ["May", 3], ["June", 4], [note])
    )
    kinds = [segment.kind.value for segment in document.segments]
    assert kinds == ["heading", "heading", "row", "row", "row", "paragraph"]


def test_a_first_row_over_few_of_the_columns_is_no_head() -> None:
    document = read(
        rows_bytes(["Kilometres", "2011/12"], *[[f"line {n}", *range(9)] for n in "abc"])
    )
    assert document.grids[0].num_head_rows == 0


def test_a_lone_number_above_a_table_does_not_hide_its_heads() -> None:
    rows: list[list[Any]] = [[None, 52], ["Name", "Age"], ["Ann", 41], ["Bob", 39]]
    assert heads(read(rows_bytes(*rows))) == ["Name", "Age"]


def test_notes_of_several_cells_above_the_heads_are_no_heads() -> None:
    document = read(
        rows_bytes(
            ["some", "notes"],
            ["Name", "Born", "Age"],
            ["Ann", datetime.date(1979, 1, 2), 41],
            ["Bob", datetime.date(1981, 3, 4), 39],
        )
    )
    assert heads(document, grid=1) == ["Name", "Born", "Age"]


def test_blank_rows_part_tables_and_each_has_its_own_heads() -> None:
    rows: list[list[Any]] = [
        ["Name", "Age"],
        ["Ann", 41],
        ["Bob", 39],
        [],
        ["City", "Size"],
        ["Rome", 9],
        ["Bern", 1],
    ]
    document = read(rows_bytes(*rows))
    assert [heads(document, grid) for grid in (0, 1)] == [["Name", "Age"], ["City", "Size"]]


def test_a_blank_row_inside_a_table_does_not_take_its_heads_away() -> None:
    rows: list[list[Any]] = [["Name", "Age"], ["Ann", 41], ["Bob", 39], [], ["Cy", 25], ["Di", 31]]
    document = read(rows_bytes(*rows))
    assert (len(document.grids), document.grids[0].num_rows) == (1, 5)


def test_tables_side_by_side_are_parted() -> None:
    document = read(
        rows_bytes(
            ["Name", "Age", None, "City", "Size"],
            ["Ann", 41, None, "Rome", 9],
            ["Bob", 39, None, "Bern", 1],
            ["Cy", 25, None, None, None],
        )
    )
    assert [heads(document, grid) for grid in (0, 1)] == [["Name", "Age"], ["City", "Size"]]


def test_a_blank_column_between_labels_and_numbers_parts_nothing() -> None:
    document = read(rows_bytes(["Item", None, "2021x", "2020x"], ["Rent", None, 7, 8]))
    assert len(document.grids) == 1


def test_a_styled_cell_in_the_last_row_costs_nothing() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "only"
        sheet["XFD1048576"].font = Font(bold=True)

    sheet = read(bytes_of(fill)).sheets[0]
    assert (sheet.num_rows, sheet.num_columns) == (1, 1)


def test_more_cells_than_the_limit_are_refused() -> None:
    with pytest.raises(TooLarge, match="more cells than the limit of 3"):
        read(rows_bytes([1, 2], [3, 4]), IngestSettings(max_cells=3))


def test_an_archive_that_unfolds_too_far_is_refused() -> None:
    data = with_parts(rows_bytes(["a"]), {"xl/media/bomb.xml": bytes(40 << 20)})
    with pytest.raises(TooLarge, match="more than the limit of 200"):
        read(data)


def test_a_text_named_many_times_is_refused() -> None:
    data = rows_bytes(["a"])
    start, _, _ = part(data, SHEET).partition(b"<sheetData>")
    rows = b'<row><c t="s"><v>0</v></c></row>' * 2_000
    types = part(data, TYPES).replace(
        b"</Types>",
        b'<Override PartName="/%s" ContentType="%s"/></Types>' % (STRINGS, STRINGS_TYPE),
    )
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (NAMESPACE, b"x" * 32_000)
    parts = {
        TYPES: types,
        SHEET: start + b"<sheetData>" + rows + b"</sheetData></worksheet>",
        STRINGS.decode(): strings,
    }
    with pytest.raises(TooLarge, match="repeat far more text"):
        read(with_parts(data, parts))


def test_a_document_type_in_a_part_is_refused() -> None:
    xml = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UnreadableDocument, match="declares a document type"):
        read(with_parts(rows_bytes(["a"]), {STRINGS.decode(): xml}))


def test_a_broken_sheet_is_one_clear_line() -> None:
    with pytest.raises(UnreadableDocument, match=r"book.xlsx: the workbook can not be read"):
        read(with_parts(rows_bytes(["a"]), {SHEET: b"<worksheet><sheetData>"}))


def test_every_cell_that_openpyxl_finds_is_in_the_text_where_the_map_says() -> None:
    data = rows_bytes(*[[f"r{row}c{column}" for column in range(7)] for row in range(50)])
    document = read(data)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Data"]
    quotes = {
        cell.coordinate: str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value
    }
    source_map = document.source_map
    mapped = {
        source_map.first_place(start, stop): document.text[start:stop]
        for start, stop in zip(source_map.start, source_map.stop, strict=True)
    }
    assert mapped == {f"Data!{cell}": text for cell, text in quotes.items()}


def test_a_number_below_and_right_of_a_lone_text_is_read() -> None:
    document = read(rows_bytes(["total", None], [None, 0]))
    assert document.text == "Data\n\ntotal\n\n0"
    assert place(document, "0") == "Data!B2"
