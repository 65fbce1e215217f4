from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document_arrays import arrays_of
from ingest.plain_text import read_plain_text
from jobs import sheet_window
from jobs.parsed_document import ParsedDocument, ParsedDocuments
from jobs.storage import Storage
from schemas.document import Document
from schemas.errors import InvalidInput, NotFound, TooLarge, Unavailable, UnsupportedFormat
from schemas.settings import Settings
from schemas.source_map import range_of, union_of
from schemas.stored_document import SheetWindow
from tests.ingest import office_files, pdf_maker, workbooks
from tests.ingest.test_document_arrays import columns, cut
from tests.jobs.parsed import file_of, parsed

WORDS = st.text("abcdefghijklmnopqrstuvwxyzé-", min_size=1, max_size=9)
PAGES = st.lists(st.lists(WORDS, max_size=8), min_size=1, max_size=3)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 9)),
    st.text("abc é", min_size=1) | st.integers(-999, 999),
    min_size=1,
    max_size=30,
)
EDGES = st.tuples(st.integers(1, 13), st.integers(1, 13)).map(sorted)


def opened(document: Document) -> ParsedDocument:
    """Without a file."""
    return ParsedDocument(arrays_of(document, []), 0)


def lines() -> Document:
    text = "# Head\n\nfirst line\n\nsecond é line\n"
    return read_plain_text(text.encode(), document_id="x", name="a.md", media_type="text/markdown")


def pdf(*pages: list[str]) -> Document:
    placed = [[(72.0, 72.0 + 20 * n, word) for n, word in enumerate(page)] for page in pages]
    return pdf_maker.read(pdf_maker.pdf_of(placed))


def sheet(fill: Callable[[Any], object]) -> Document:
    return workbooks.read(workbooks.bytes_of(fill))


def whole(document: Document, name: str = "Data") -> SheetWindow:
    return opened(document).sheet_window(name, 1, 1 << 20, 1, 1 << 14)


def test_the_whole_document_and_its_passages_come_back(tmp_path: Path) -> None:
    document = lines()
    again = parsed(document, tmp_path)
    assert columns(again.document()) == columns(document)
    assert [p.text for p in again.passages()] == [p.text for p in cut(document)]


def test_the_engine_reads_it_under_the_name_it_is_given(tmp_path: Path) -> None:
    source = parsed(lines(), tmp_path).source("doc_1")
    assert source.document.name == "doc_1"
    assert source.passages[0].text.startswith("Head")


def test_a_slice_says_how_long_the_text_is() -> None:
    found = opened(lines()).text_slice(6, 11)
    assert (found.text, found.start, found.stop, found.characters) == ("first", 6, 11, 31)


def test_a_slice_past_the_end_is_as_much_as_there_is() -> None:
    found = opened(lines()).text_slice(27, 99)
    assert (found.text, found.start, found.stop) == ("line", 27, 31)
    assert opened(lines()).text_slice(99, 100).text == ""


def test_a_slice_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidInput):
        opened(lines()).text_slice(2, 1)


@pytest.mark.slow
@given(PAGES)
def test_every_word_of_a_page_is_the_slice_it_says(pages: list[list[str]]) -> None:
    document = pdf(*pages)
    again = opened(document)
    words = [again.page_words(n).words for n in range(1, len(pages) + 1)]
    flat = [word for page in words for word in page]
    assert [document.text[w.start : w.stop] for w in flat] == [w.text for w in flat]
    assert sorted(w.start for w in flat) == document.source_map.start.tolist()


@pytest.mark.slow
@given(PAGES)
def test_a_word_lies_where_a_citation_of_it_would(pages: list[list[str]]) -> None:
    document = pdf(*pages)
    for number in range(1, len(pages) + 1):
        for word in opened(document).page_words(number).words:
            [region] = document.source_map.regions(word.start, word.stop)
            assert region.model_dump() == {
                "page": number,
                "page_label": None,
                "bboxes": [word.bbox],
                "ocr_confidence": None,
            }


def test_a_page_says_its_size() -> None:
    found = opened(pdf(["one"])).page_words(1)
    assert (found.page, found.width, found.height) == (1, 612.0, 792.0)


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_says_which_are(page: int) -> None:
    with pytest.raises(NotFound, match=f"no page {page}: the document has pages 1 to 2"):
        opened(pdf(["one"], ["two"])).page_words(page)


def test_what_has_no_pages_says_what_it_has() -> None:
    with pytest.raises(UnsupportedFormat, match="no pages, but values of JSON"):
        opened(office_files.read(b'{"a": 1}', "a.json")).page_words(1)
    with pytest.raises(UnsupportedFormat, match="no pages, but parts such as paragraphs"):
        opened(office_files.read(b"<html>a", "a.html")).page_words(1)


def test_a_text_and_a_workbook_have_no_pages() -> None:
    with pytest.raises(UnsupportedFormat, match="no pages, but lines of plain text"):
        opened(lines()).page_words(1)
    with pytest.raises(UnsupportedFormat, match="no pages, but the sheets 'Data'"):
        opened(sheet(lambda sheet: sheet.append(["a"]))).page_words(1)


@given(CELLS, EDGES, EDGES)
def test_a_window_holds_the_cells_that_the_source_map_places_in_it(
    cells: dict[tuple[int, int], Any], rows: list[int], columns: list[int]
) -> None:
    document = sheet(lambda sheet: [sheet.cell(*at, value) for at, value in cells.items()])
    source_map = document.source_map
    expected = {
        range_of(union_of(box[None])): document.text[start:stop]
        for start, stop, box in zip(
            source_map.start.tolist(), source_map.stop.tolist(), source_map.boxes, strict=True
        )
        if columns[0] <= box[0] <= columns[1] and rows[0] <= box[1] <= rows[1]
    }
    found = opened(document).sheet_window("Data", *rows, *columns).cells
    assert {cell.cell: cell.text for cell in found} == expected
    assert all(document.text[cell.start : cell.stop] == cell.text for cell in found)
    assert [(cell.row, cell.column) for cell in found] == sorted(
        (cell.row, cell.column) for cell in found
    )


def test_a_cell_brings_its_formula() -> None:
    found = whole(sheet(lambda sheet: sheet.append([41, "=A1+1"])))
    assert [(cell.cell, cell.formula) for cell in found.cells] == [("A1", None), ("B1", "=A1+1")]


def test_a_formula_without_text_is_there_too() -> None:
    document = workbooks.read(_with_empty_formula())
    found = whole(document).cells
    assert [(c.cell, c.text, c.formula, c.start, c.stop) for c in found][1] == (
        *("B2", "", '=IF(A1>0,"",1)'),
        *(0, 0),
    )


def test_a_merged_range_belongs_to_each_window_it_touches() -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"] = "wide"
        sheet.merge_cells("B2:D5")

    document = opened(sheet(fill))
    [cell] = document.sheet_window("Data", 5, 9, 4, 4).cells
    assert (cell.cell, cell.row, cell.column, cell.text) == ("B2:D5", 2, 2, "wide")
    assert document.sheet_window("Data", 6, 9, 1, 9).cells == []


def test_a_sheet_says_its_size_and_whether_it_is_hidden() -> None:
    def fill(sheet: Any) -> None:
        sheet["C4"] = "last"
        hidden = sheet.parent.create_sheet("Kept apart")
        hidden["A1"] = "x"
        hidden.sheet_state = "hidden"

    document = sheet(fill)
    data, apart = whole(document), whole(document, "Kept apart")
    assert (data.num_rows, data.num_columns, data.hidden) == (4, 3, False)
    assert (apart.num_rows, apart.num_columns, apart.hidden) == (1, 1, True)
    assert [cell.text for cell in apart.cells] == ["x"]


def test_a_sheet_that_is_not_there_says_which_are() -> None:
    with pytest.raises(NotFound, match="no sheet 'data': the document has the sheets 'Data'"):
        whole(sheet(lambda sheet: sheet.append(["a"])), "data")
    with pytest.raises(NotFound, match="the document has pages 1 to 1"):
        whole(pdf(["one"]))


def test_a_window_of_too_many_cells_asks_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_window, "MAX_CELLS", 3)
    document = sheet(lambda sheet: [sheet.append([1, 2]) for _ in range(2)])
    with pytest.raises(TooLarge, match=r"holds 4 cells, more than the 3 .* fewer rows"):
        whole(document)
    assert len(opened(document).sheet_window("Data", 1, 1, 1, 9).cells) == 2


def test_a_damaged_file_and_a_file_that_is_gone_are_errors(tmp_path: Path) -> None:
    path = file_of(lines(), tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unavailable, match="damaged"):
        ParsedDocument.open(path)
    with pytest.raises(NotFound):
        ParsedDocument.open(tmp_path / "none")


def test_it_stays_readable_when_its_file_is_removed(tmp_path: Path) -> None:
    path = file_of(lines(), tmp_path)
    document = ParsedDocument.open(path)
    path.unlink()
    assert document.text_slice(0, 4).text == "Head"


def test_documents_stay_open_up_to_so_many_bytes(tmp_path: Path) -> None:
    storage = Storage.of(Settings(data_directory=tmp_path))
    path = file_of(lines(), tmp_path)
    num_bytes = ParsedDocument.open(path).num_bytes
    for key in ("t/a", "t/b", "t/c"):
        storage.put_bytes(key, path.read_bytes())
    shelf = ParsedDocuments(storage, max_bytes=2 * num_bytes)
    first, second = shelf.open("t/a"), shelf.open("t/b")
    assert shelf.open("t/a") is first
    shelf.open("t/c")
    assert shelf.open("t/a") is first
    assert shelf.open("t/b") is not second


def _with_empty_formula() -> bytes:
    data = workbooks.rows_bytes(["a"], [None, 1])
    part = workbooks.part(data, "xl/worksheets/sheet1.xml")
    cell = b'<c r="B2" t="str"><f>IF(A1&gt;0,"",1)</f><v></v></c>'
    changed = part.replace(b'<c r="B2" t="n"><v>1</v></c>', cell)
    assert changed != part
    return workbooks.with_parts(data, {"xl/worksheets/sheet1.xml": changed})
