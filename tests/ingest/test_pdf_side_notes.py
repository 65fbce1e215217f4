from __future__ import annotations

from collections.abc import Sequence

import pymupdf

from schemas.document import Document, SegmentKind
from schemas.extraction import PageRegion
from tests.ingest.pdf_maker import read, texts

LINE = "the borrower shall repay the loan in full on the day on which the agreement"
NOTE = ["Day of", "repayment"]


def _page(
    notes: Sequence[tuple[float, list[str]]], *, x: float = 480, size: float = 7.5, left: float = 90
) -> Document:
    """Two paragraphs of eight lines, the first from 100 and the second from 220 points."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    for top, name in ((100, "First"), (220, "Second")):
        for line in range(8):
            end = "ends." if line == 7 else LINE
            text = f"{name} {LINE}" if not line else end
            page.insert_text((left, top + 12 * line), text, fontsize=9.5)
    for y, lines in notes:
        for at, text in enumerate(lines):
            page.insert_text((x, y + 9 * at), text, fontsize=size)
    return read(bytes(pdf.tobytes()))


def _paragraphs(document: Document) -> list[str]:
    return [text[:9] for text in texts(document, SegmentKind.PARAGRAPH)]


def test_a_note_in_the_margin_follows_the_paragraph_beside_it() -> None:
    document = _page([(112, NOTE), (232, ["Early end"])])
    assert _paragraphs(document) == ["First the", "Day of re", "Second th", "Early end"]
    assert "agreement the borrower" in document.text


def test_a_note_in_the_left_margin_is_kept_out_of_the_sentences_too() -> None:
    document = _page([(112, NOTE)], x=30)
    assert _paragraphs(document) == ["First the", "Day of re", "Second th"]


def test_a_note_is_cited_where_it_stands() -> None:
    document = _page([(112, NOTE)])
    start = document.text.index("Day of")
    [region] = document.source_map.regions(start, start + len("Day of repayment"))
    assert isinstance(region, PageRegion)
    assert [round(box[0]) for box in region.bboxes] == [480, 480]


def test_a_note_set_like_the_text_stands_beside_few_of_its_lines() -> None:
    document = _page([(112, NOTE)], size=9.5)
    assert _paragraphs(document) == ["First the", "Day of re", "Second th"]


def test_numbers_of_lines_are_no_notes() -> None:
    numbers = [(100 + 60.0 * at, [str(5 * at)]) for at in range(4)]
    assert "\n\n5\n\n" not in _page(numbers, x=60).text


def test_terms_beside_what_they_mean_are_no_notes() -> None:
    document = _page([(100, ["Loan"]), (220, ["Agent"])], x=30, size=9.5)
    assert document.text.index("Agent") < document.text.index("Second")
