"""What stands in the files a result is taken away in?"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import exports
from jobs.exports import csv_lines, safe_in_csv, write_xlsx
from schemas.errors import TooLarge
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    LineRegion,
    Match,
    Mode,
    PageRegion,
    PartRegion,
    PointerRegion,
    Problem,
    Region,
    SheetRegion,
    Status,
)

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def test_a_field_has_a_row_for_each_of_its_citations() -> None:
    places: list[Region] = [PageRegion(page=3, bboxes=[])]
    field = _field("/total", 93, _citation("$ 93", places), _citation("93", places))
    rows = _csv_rows(_extraction([field]))
    assert [(row["value"], row["citation"], row["quote"]) for row in rows] == [
        ("93", "1", "$ 93"),
        ("93", "2", "93"),
    ]


def test_an_absent_field_has_one_row_without_a_place() -> None:
    field = FieldResult(path="/total", value=None, status=FieldStatus.ABSENT, confidence=0.5)
    (row,) = _csv_rows(_extraction([field]))
    assert row == {
        **dict.fromkeys(exports.COLUMNS, ""),
        "path": "/total",
        "status": "absent",
        "confidence": "0.5",
    }


def test_a_part_and_a_value_of_json_have_a_column() -> None:
    regions: list[Region] = [
        PartRegion(part="table 2", range="B3", section="Fees"),
        PointerRegion(pointer="/a/0", first_line=4, last_line=4),
    ]
    (row,) = _csv_rows(_extraction([_field("/a", "x", _citation("x", regions))]))
    assert (row["part"], row["cells"], row["lines"]) == ("table 2; /a/0", "B3", "4")


def test_a_place_is_a_page_or_cells_or_lines() -> None:
    regions: list[Region] = [
        PageRegion(page=3, bboxes=[]),
        PageRegion(page=4, bboxes=[]),
        SheetRegion(sheet="Q1", range="B7:C9"),
        LineRegion(first_line=3, last_line=5),
    ]
    (row,) = _csv_rows(_extraction([_field("/a", "x", _citation("x", regions))]))
    assert (row["page"], row["sheet"], row["cells"], row["lines"]) == ("3; 4", "Q1", "B7:C9", "3-5")


@given(st.sampled_from(FORMULAS), st.text(max_size=20))
def test_no_text_in_csv_begins_like_a_formula(start: str, rest: str) -> None:
    text = start + rest
    safe = safe_in_csv(text)
    assert safe == f"'{text}" or exports._NUMBER.fullmatch(text)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_csv_stays_a_number(number: float) -> None:
    assert safe_in_csv(number) == str(number)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_value_in_csv_reads_back_as_it_is_but_for_the_quote(value: str) -> None:
    (row,) = _csv_rows(_extraction([_field("/a", value)]))
    assert row["value"] in (value, f"'{value}")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+A1", "{=1}", "http://a.example/x", "-5"])
def test_a_string_in_xlsx_is_a_string(tmp_path: Path, text: str) -> None:
    book = _book(_extraction([_field("/a", text)]), tmp_path)
    cell = book["fields"]["B2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_numbers_and_booleans_in_xlsx_keep_their_types(tmp_path: Path) -> None:
    book = _book(_extraction([_field("/a", 1.5), _field("/b", True)]), tmp_path)
    assert [book["fields"][cell].value for cell in ("B2", "B3")] == [1.5, True]


def test_an_integer_past_what_excel_counts_exactly_is_a_string(tmp_path: Path) -> None:
    book = _book(_extraction([_field("/a", 12345678901234567890)]), tmp_path)
    assert book["fields"]["B2"].value == "12345678901234567890"


def test_an_array_of_objects_has_a_sheet_of_its_own(tmp_path: Path) -> None:
    output = {"deal": {"fees": [{"kind": "=A1", "rate": 2}, {"kind": "exit", "rate": None}]}}
    book = _book(_extraction([], output), tmp_path)
    assert list(book["deal fees"].values) == [("kind", "rate"), ("=A1", 2), ("exit", None)]


def test_sheets_whose_names_would_be_the_same_are_numbered(tmp_path: Path) -> None:
    rows = [{"a": 1}]
    book = _book(_extraction([], {"x" * 40: rows, "X" * 40: rows, "fields": rows}), tmp_path)
    assert book.sheetnames == ["fields", "x" * 31, "X" * 27 + " (2)", "fields (2)", "notes"]


def test_text_that_a_cell_can_not_hold_is_cut_and_named(tmp_path: Path) -> None:
    book = _book(_extraction([_field("/a", "é" * 40_000)]), tmp_path)
    notes = [str(row[1]) for row in book["notes"].values]
    assert (len(book["fields"]["B2"].value), [note for note in notes if "40000" in note]) == (
        32_767,
        [
            "The text of fields!B2 has 40000 characters: it is cut to what a cell can hold. "
            "JSON and CSV hold all of it."
        ],
    )


def test_more_rows_than_a_sheet_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_SHEET_ROWS", 3)
    fields = [_field(f"/{number}", number) for number in range(3)]
    with pytest.raises(TooLarge, match="more than 2 rows"):
        write_xlsx(_extraction(fields), tmp_path / "result.xlsx")


def test_errors_and_warnings_stand_in_the_notes(tmp_path: Path) -> None:
    problem = Problem(code="required", message="is not in the document", path="/rent")
    extraction = _extraction([]).model_copy(update={"errors": [problem]})
    book = _book(extraction, tmp_path)
    assert ("error", "/rent: is not in the document") in list(book["notes"].values)


def _book(extraction: Extraction, folder: Path) -> openpyxl.Workbook:
    write_xlsx(extraction, folder / "result.xlsx")
    return openpyxl.load_workbook(folder / "result.xlsx")


def _csv_rows(extraction: Extraction) -> list[dict[str, str]]:
    text = "".join(csv_lines(extraction))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _field(path: str, value: Any, *citations: Citation) -> FieldResult:
    return FieldResult(
        path=path,
        value=value,
        status=FieldStatus.FOUND,
        confidence=0.9,
        citations=list(citations),
    )


def _citation(quote: str, regions: list[Region]) -> Citation:
    return Citation(
        document="doc_1", quote=quote, start=0, stop=len(quote), regions=regions, match=Match.EXACT
    )


def _extraction(fields: list[FieldResult], output: dict[str, Any] | None = None) -> Extraction:
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="fake",
        mode=Mode.DENSE,
        output=output or {},
        fields=fields,
        coverage=Coverage(
            num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
        ),
    )
