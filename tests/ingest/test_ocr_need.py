from __future__ import annotations

import pymupdf
import pytest
from PIL import Image

from ingest.ocr_need import Need, OcrMode, Wants, is_readable, is_unmapped
from ingest.pdf_words import words_of
from tests.ingest.pdf_maker import pdf_of
from tests.ingest.scans import LINES, bytes_of, page_of_lines, scan_of

PAGE = [(72.0, 100.0 + 14 * index, "words of the text layer " * 4) for index in range(40)]


def need_of(data: bytes, mode: OcrMode = "auto", page: int = 0) -> Need:
    wants, pdf = Wants(mode), pymupdf.open(stream=data)
    found = [wants.of(one, words_of(one)).need for one in pdf]
    return found[page]


def with_picture(box: tuple[float, float, float, float], pages: int = 1) -> bytes:
    pdf = pymupdf.open(stream=pdf_of([PAGE] * pages))
    for page in pdf:
        picture = bytes_of(Image.new("L", (90, 60), 200))
        page.insert_image(pymupdf.Rect(box), stream=picture, keep_proportion=False)
    return bytes(pdf.tobytes())


@pytest.mark.parametrize(
    ("data", "need"),
    [
        (pdf_of([PAGE]), Need.NONE),
        (pdf_of([[]]), Need.NONE),
        (scan_of(page_of_lines()), Need.PAGE),
        (with_picture((72, 700, 400, 780)), Need.PICTURES),
        (with_picture((72, 700, 110, 780)), Need.NONE),
        (with_picture((0, 0, 612, 792)), Need.NONE),
    ],
)
def test_pages_are_read_for_what_their_text_layer_leaves_out(data: bytes, need: Need) -> None:
    assert need_of(data) is need


def test_a_stamp_over_a_scan_is_not_its_text() -> None:
    pdf = pymupdf.open(stream=scan_of(page_of_lines()))
    pdf[0].insert_text((72, 30), "Case 1:22-cv-01234 Document 7 Filed 03/14/22 Page 1 of 9")
    assert need_of(pdf.tobytes()) is Need.PICTURES


def test_a_logo_is_read_where_it_is_shown_first() -> None:
    data = with_picture((72, 700, 400, 780), pages=2)
    assert [need_of(data, page=0), need_of(data, page=1)] == [Need.PICTURES, Need.NONE]


def test_force_reads_every_page_that_shows_something() -> None:
    data = pdf_of([PAGE, []])
    assert [need_of(data, "force", 0), need_of(data, "force", 1)] == [Need.PAGE, Need.NONE]


def test_characters_that_no_font_names_are_noticed() -> None:
    assert is_unmapped("\ufffd\ufffd rent \ue012")
    assert not is_unmapped("• " + LINES[0])


def test_scripts_that_ocr_does_not_know_are_told_apart() -> None:
    assert is_readable("Grüße, źródło, 東京")
    assert not is_readable("Договор аренды")
