from __future__ import annotations

import dataclasses

import numpy as np

from ingest.document_arrays import arrays_of, document_of_arrays
from ingest.passages import passages_of
from ingest.plain_text import read_plain_text
from schemas.document import Attachment, Document, Link, Passage
from tests.ingest import office_files
from tests.ingest.workbooks import read, rows_bytes


def columns(document: Document) -> list[object]:
    """Everything of a document, arrays as lists, so that it can be compared."""
    source_map = document.source_map
    return [
        *(document.id, document.name, document.media_type, document.text, document.segments),
        *(document.pages, document.sheets, document.warnings, document.metadata),
        *(document.links, document.attachments),
        [(g.cells.tolist(), g.heads, g.place, g.num_rows, g.num_head_rows) for g in document.grids],
        *(source_map.kind, source_map.labels, source_map.start.tolist(), source_map.stop.tolist()),
        *(source_map.place.tolist(), source_map.line.tolist(), source_map.boxes.tolist()),
        *(source_map.sections, source_map.section_starts.tolist()),
    ]


def cut(document: Document) -> list[Passage]:
    return passages_of(document, lambda texts: [len(text.split()) for text in texts], 8)


def test_parts_and_the_headings_above_them_come_back_the_same() -> None:
    document = office_files.read(b"<html><h1>One</h1><p>text<h2>Two</h2><p>more", "a.html")
    again, passages = document_of_arrays(arrays_of(document, cut(document)))
    assert (columns(again), passages) == (columns(document), cut(document))
    assert document.source_map.sections == ("One", "One > Two")


def test_a_workbook_and_its_passages_come_back_the_same() -> None:
    document = read(rows_bytes(["Name", "Age"], ["Änn", 41], ["Bob", "=B2"], [], ["only"]))
    again, passages = document_of_arrays(arrays_of(document, cut(document)))
    assert columns(again) == columns(document)
    assert passages == cut(document)


def test_a_text_and_its_passages_come_back_the_same() -> None:
    document = read_plain_text(
        "# A\n\none two 🙂\n\n| a | b |\n|---|---|\n| 1 | |\n".encode(),
        document_id="x",
        name="a.md",
        media_type="text/markdown",
    )
    again, passages = document_of_arrays(arrays_of(document, cut(document)))
    assert columns(again) == columns(document)
    assert passages == cut(document)


def test_links_and_attachments_come_back_the_same() -> None:
    document = dataclasses.replace(
        read_plain_text(b"one two", document_id="x", name="a.txt", media_type="text/plain"),
        links=(Link("https://example.org", place=1, start=0, stop=3), Link("mailto:a@b.c", 2)),
        attachments=(Attachment("a.csv", "text/csv", 8), Attachment("b", "text/plain", -1, 3)),
    )
    again, _ = document_of_arrays(arrays_of(document, []))
    assert columns(again) == columns(document)


def test_columns_keep_their_types() -> None:
    document = read(rows_bytes(["a", 1]))
    again, _ = document_of_arrays(arrays_of(document, []))
    assert again.source_map.start.dtype == np.dtype(np.int32)
    assert again.source_map.boxes.dtype == np.dtype(np.float32)
    assert again.grids[0].cells.dtype == np.dtype(np.int32)


def test_what_ocr_was_sure_of_comes_back_and_older_files_have_none() -> None:
    document = read(rows_bytes(["a", 1]))
    sure = np.linspace(0.5, 1.0, len(document.source_map.start), dtype=np.float32)
    source_map = dataclasses.replace(document.source_map, confidence=sure)
    arrays = arrays_of(dataclasses.replace(document, source_map=source_map), [])
    assert document_of_arrays(arrays)[0].source_map.confidence.tolist() == sure.tolist()
    del arrays["map_confidence"]
    assert len(document_of_arrays(arrays)[0].source_map.confidence) == 0
