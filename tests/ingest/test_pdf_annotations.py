from __future__ import annotations

import pymupdf
import pytest

from ingest.passages import passages_of
from ingest.pdf_attachments import attached_files
from schemas.document import Attachment, SegmentKind
from schemas.extraction import PageRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import pdf_of, read, texts


def _page() -> pymupdf.Document:
    lines = ["The loan is repaid on the first of May.", "The rate is fixed."]
    return pymupdf.open(stream=pdf_of([[(72, 100, lines[0]), (72, 112, lines[1])]]))


def test_a_note_is_a_segment_after_the_text_with_its_author() -> None:
    pdf = _page()
    page = pdf[0]
    note = page.add_text_annot((400, 90), "check this date")
    note.set_info(title="Bob")
    note.update()
    document = read(pdf.tobytes())
    assert texts(document, SegmentKind.ANNOTATION) == ["Bob: check this date"]
    assert document.text.endswith("fixed.\n\nBob: check this date")


def test_a_comment_stands_where_the_mark_is() -> None:
    pdf = _page()
    page = pdf[0]
    mark = page.add_highlight_annot((72, 90, 200, 102))
    mark.set_info(content="of which year?")
    mark.update()
    document = read(pdf.tobytes())
    start = document.text.index("of which")
    [region] = document.source_map.regions(start, start + 5)
    assert isinstance(region, PageRegion)
    assert region.bboxes[0][1] == pytest.approx(90, abs=2)


def test_a_mark_without_a_word_is_nothing() -> None:
    pdf = _page()
    page = pdf[0]
    page.add_highlight_annot((72, 90, 200, 102)).update()
    assert not texts(read(pdf.tobytes()), SegmentKind.ANNOTATION)


def test_a_text_box_is_told_once_and_apart_from_the_text_under_it() -> None:
    pdf = _page()
    page = pdf[0]
    page.add_freetext_annot((150, 104, 260, 120), "Not agreed").update()
    document = read(pdf.tobytes())
    assert texts(document, SegmentKind.ANNOTATION) == ["Not agreed"]
    assert texts(document, SegmentKind.PARAGRAPH)[0].endswith("May. The rate is fixed.")


def test_what_was_typed_on_the_page_stays_in_its_line() -> None:
    pdf = pymupdf.open(stream=pdf_of([[(72, 100, "Name:")]]))
    page = pdf[0]
    box = page.add_freetext_annot((110, 90, 200, 104), "Ann Ash", fontsize=10)
    box.update()
    pdf.xref_set_key(box.xref, "IT", "/FreeTextTypewriter")
    assert read(pdf.tobytes()).text.replace(" | ", " ") == "Name: Ann Ash"


def test_a_passage_says_what_is_an_annotation() -> None:
    pdf = _page()
    page = pdf[0]
    page.add_text_annot((400, 90), "check this date").update()
    [passage] = passages_of(read(pdf.tobytes()), lambda batch: [len(t) for t in batch], 200)
    assert "\nAnnotation: check this date" in passage.text


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_link_names_the_words_it_stands_behind(rotation: int) -> None:
    pdf = _page()
    pdf[0].set_rotation(rotation)
    [box] = pdf[0].search_for("The rate") if not rotation else [pymupdf.Rect(72, 103, 110, 115)]
    uri = "https://example.org/rates"
    pdf[0].insert_link({"kind": pymupdf.LINK_URI, "from": box, "uri": uri})
    document = read(pymupdf.open(stream=pdf.tobytes()).tobytes())
    [link] = document.links
    assert (link.uri, document.text[link.start : link.stop]) == (uri, "The rate")


def _with_files() -> bytes:
    pdf = _page()
    pdf.embfile_add("rates", b"a,b\n1,2\n", filename="rates.csv")
    pdf[0].add_file_annot((400, 300), b"hello", "../../note.txt")
    return bytes(pdf.tobytes())


def test_attached_files_are_listed_and_said_to_be_unread() -> None:
    document = read(_with_files())
    assert document.attachments == (
        Attachment("rates.csv", "text/csv", 8),
        Attachment("note.txt", "text/plain", 5, place=1),
    )
    [warning] = document.warnings
    assert (warning.code, "rates.csv (8 bytes)" in warning.message) == (
        "attachments_not_read",
        True,
    )


def test_attached_files_can_be_taken_out() -> None:
    files = attached_files(_with_files(), name="a.pdf", limits=IngestSettings())
    assert [(file.about.name, file.load(100)) for file in files] == [
        ("rates.csv", b"a,b\n1,2\n"),
        ("note.txt", b"hello"),
    ]
