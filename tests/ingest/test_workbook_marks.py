"""What people hide, name and write on cells."""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from schemas.document import Document, SegmentKind
from tests.ingest.workbooks import bytes_of, place, read


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.warnings]


def test_hidden_rows_and_columns_are_read_and_flagged() -> None:
    def fill(sheet: Any) -> None:
        for row in [["Item", "Cost", "Margin"], ["Rent", 7, 1], ["Wages", 8, 2], ["Power", 5, 3]]:
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[4].hidden = True
        sheet.row_dimensions[90].hidden = True
        sheet.column_dimensions["C"].hidden = True

    document = read(bytes_of(fill))
    assert "Wages | 8 | 2" in document.text
    assert document.sheets[0].hidden_rows == ((3, 4),)
    assert document.sheets[0].hidden_columns == ((3, 3),)
    assert codes(document) == ["hidden_rows", "hidden_columns"]
    assert "2 hidden rows were read too: 3-4" in document.warnings[0].message
    assert "1 hidden columns were read too: C" in document.warnings[1].message


def test_a_comment_is_an_annotation_and_cites_its_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Rent", 93])
        sheet["B1"].comment = Comment("Ann:\nto be confirmed", "Ann")

    document = read(bytes_of(fill))
    assert document.text.endswith("comment by Ann on B1: to be confirmed")
    assert document.segments[-1].kind is SegmentKind.ANNOTATION
    assert place(document, "to be confirmed") == "Data!B1"
    assert document.sheets[0].num_comments == 1


def test_a_cell_that_has_a_name_is_found_by_it_and_a_range_is_only_listed() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Tax", 0.19])
        sheet["B1"].number_format = "0%"
        names = sheet.parent.defined_names
        names["TaxRate"] = DefinedName("TaxRate", attr_text="Data!$B$1")
        names["Everything"] = DefinedName("Everything", attr_text="Data!$A$1:$B$9")
        names["Constant"] = DefinedName("Constant", attr_text="42")

    document = read(bytes_of(fill))
    assert document.text.endswith("TaxRate: 19%")
    assert document.source_map.first_place(len(document.text) - 3, len(document.text)) == "Data!B1"
    assert document.sheets[0].names == {"TaxRate": "B1", "Everything": "A1:B9"}
