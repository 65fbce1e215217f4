from __future__ import annotations

import pymupdf
import pytest
from PIL import Image

from ingest import ocr_pool
from schemas.document import Document, SegmentKind
from schemas.extraction import PageRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import pdf_of, read, table_of, texts
from tests.ingest.scans import (
    LINES,
    ONE,
    box_of,
    bytes_of,
    drawn,
    drawn_box,
    overlap,
    page_of_lines,
    read_file,
    scan_of,
)

MARGIN_LINE = drawn_box(72, 150, "The Margin is ", "2.75")


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.warnings]


@pytest.mark.slow
def test_a_scan_is_read_where_it_was_drawn_and_with_its_confidence() -> None:
    document = read(scan_of(page_of_lines()), limits=ONE)
    assert document.text.splitlines()[::2] == LINES
    assert overlap(box_of(document, "2.75"), MARGIN_LINE) > 0.6
    start = document.text.index("2.75")
    assert (document.source_map.ocr_confidence(start, start + 4) or 0) > 0.9
    [region] = document.source_map.regions(start, start + 4)
    assert isinstance(region, PageRegion)
    assert region.ocr_confidence == document.source_map.ocr_confidence(start, start + 4)
    assert codes(document) == ["read_by_ocr"]


def test_a_page_with_a_text_layer_starts_no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_pool, "OcrPool", None)
    document = read(pdf_of([[(72, 100, LINES[0])]]))
    assert document.source_map.ocr_confidence(0, 10) is None
    assert not len(document.source_map.confidence)


def test_a_hidden_text_layer_over_a_scan_is_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_pool, "OcrPool", None)
    pdf = pymupdf.open(stream=scan_of(page_of_lines()))
    pdf[0].insert_text((72, 120), "as others read it", render_mode=3)
    assert read(pdf.tobytes()).text == "as others read it"


def test_a_blank_scan_has_no_text_and_needs_no_word() -> None:
    document = read(scan_of(Image.new("L", (600, 800), 250)))
    assert (document.text, document.warnings) == ("", ())


def test_pictures_are_named_when_ocr_is_off() -> None:
    document = read(scan_of(page_of_lines()), limits=IngestSettings(ocr="off"))
    assert (document.text, codes(document)) == ("", ["no_text_layer"])


@pytest.mark.slow
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_scan_that_lies_on_its_side_or_head_is_read(turns: int) -> None:
    picture = page_of_lines().rotate(-90 * turns, expand=True)
    width = 612 if turns == 2 else 792
    document = read(scan_of(picture, width=width), limits=ONE)
    assert document.text.splitlines()[::2] == LINES
    x0, y0, x1, y1 = MARGIN_LINE
    expected = {
        1: (792 - y1, x0, 792 - y0, x1),
        2: (612 - x1, 792 - y1, 612 - x0, 792 - y0),
        3: (y0, 612 - x1, y1, 612 - x0),
    }[turns]
    assert overlap(box_of(document, "2.75"), expected) > 0.6


@pytest.mark.slow
def test_a_page_that_is_shown_turned_has_its_boxes_as_displayed() -> None:
    sideways = page_of_lines().rotate(90, expand=True)
    document = read(scan_of(sideways, rotation=90, width=792), limits=ONE)
    assert overlap(box_of(document, "2.75"), MARGIN_LINE) > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [3, -3, 8])
def test_a_scan_askew_is_read_and_boxes_lie_over_the_words(degrees: float) -> None:
    picture = page_of_lines().rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
    document = read(scan_of(picture), limits=ONE)
    assert document.text.splitlines()[::2] == LINES
    x0, y0, x1, y1 = MARGIN_LINE
    around = pymupdf.Matrix(1, 0, 0, 1, -306, -396) * pymupdf.Matrix(-degrees)
    turned = pymupdf.Rect(x0, y0, x1, y1) * (around * pymupdf.Matrix(1, 0, 0, 1, 306, 396))
    assert overlap(box_of(document, "2.75"), tuple(turned)) > 0.5


@pytest.mark.slow
def test_a_picture_beside_a_text_layer_is_read_and_the_layer_is_kept() -> None:
    pdf = pymupdf.open(stream=pdf_of([[(72, 80, "Said by the file itself.")]]))
    picture = page_of_lines().crop((0, 150, 1275, 500))
    pdf[0].insert_image(pymupdf.Rect(0, 300, 612, 468), stream=bytes_of(picture))
    document = read(pdf.tobytes(), limits=ONE)
    assert document.text.splitlines()[::2] == ["Said by the file itself.", *LINES]
    assert document.source_map.ocr_confidence(0, 10) is None
    x0, y0, x1, y1 = MARGIN_LINE
    moved = (x0, y0 - 72 + 300, x1, y1 - 72 + 300)
    assert overlap(box_of(document, "2.75"), moved) > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("is_wrong", [True, False])
def test_fonts_that_do_not_name_their_characters_are_read_from_the_page(is_wrong: bool) -> None:
    lines = [*LINES, "The Agent may by notice to the Borrower cancel the whole of each Commitment."]
    lines.append("Interest accrues from day to day on a year of three hundred and sixty days.")
    document = read(with_unicode_map(lines, is_wrong=is_wrong), limits=ONE)
    assert document.text.splitlines()[::2] == lines
    assert codes(document) == ["read_by_ocr"]


@pytest.mark.slow
def test_a_text_layer_that_only_looks_odd_is_kept() -> None:
    odd = ["brrr grrr pssst hmm tsk nth sh " * 3] * 4
    document = read(pdf_of([[(72, 100 + 20 * i, line) for i, line in enumerate(odd)]]), limits=ONE)
    assert document.source_map.ocr_confidence(0, len(document.text)) is None
    assert document.text.split() == " ".join(odd).split()


@pytest.mark.slow
def test_two_columns_of_a_scan_are_read_one_after_the_other() -> None:
    words = "several words of running text here"
    left = [(72.0, 100.0 + 14 * i, f"left {i} {words}") for i in range(8)]
    right = [(330.0, 100.0 + 14 * i, f"right {i} {words}") for i in range(8)]
    text = read(scan_of(drawn([*left, *right], size=10)), limits=ONE).text
    assert text.index("left 7") < text.index("right 0")


@pytest.mark.slow
def test_a_ruled_table_of_a_scan_keeps_its_grid() -> None:
    rows = [["Tranche", "Amount", "Due"], ["A", "1,250,000", "2029"], ["B", "730,500", "2031"]]
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    for y in range(4):
        page.draw_line((72, 100 + 24 * y), (432, 100 + 24 * y))
    for x in range(4):
        page.draw_line((72 + 120 * x, 100), (72 + 120 * x, 172))
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            page.insert_text((80 + 120 * x, 116 + 24 * y), cell, fontsize=11)
    picture = Image.frombytes(
        "L", (1275, 1650), page.get_pixmap(dpi=150, colorspace="gray").samples
    )
    document = read(scan_of(picture), limits=ONE)
    [grid] = document.grids
    assert table_of(document, grid) == rows


@pytest.mark.slow
def test_what_repeats_on_scanned_pages_is_furniture() -> None:
    pages = [
        drawn([(72, 40, "Facility Agreement"), (72, 300, LINES[n]), (300, 770, f"Page {n + 1}")])
        for n in range(3)
    ]
    document = read(scan_of(*pages), limits=IngestSettings(ocr_processes=2))
    assert texts(document, SegmentKind.PARAGRAPH) == LINES
    assert texts(document, SegmentKind.FURNITURE)[::2] == ["Facility Agreement"] * 3


@pytest.mark.slow
def test_a_process_that_dies_takes_one_page_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked = ocr_pool._asked, []

    def die_once(process: object, picture: ocr_pool.Picture) -> bytes:
        asked.append(picture)
        if len(asked) == 1:
            process.kill()  # type: ignore[attr-defined]
        return ask(process, picture)  # type: ignore[arg-type]

    monkeypatch.setattr(ocr_pool, "_asked", die_once)
    document = read(scan_of(page_of_lines(), page_of_lines()), limits=ONE)
    assert document.text.splitlines()[::2] == LINES
    assert codes(document) == ["read_by_ocr", "ocr_failed"]
    assert "OCR failed on page 1" in document.warnings[1].message


@pytest.mark.slow
def test_force_reads_what_the_page_looks_like() -> None:
    pdf = pymupdf.open(stream=scan_of(page_of_lines()))
    pdf[0].insert_text((72, 120), "as others read it", render_mode=3)
    limits = IngestSettings(ocr="force", ocr_processes=1)
    assert read(pdf.tobytes(), limits=limits).text.splitlines()[::2] == LINES


@pytest.mark.slow
def test_words_alone_on_a_page_are_not_overlooked() -> None:
    picture = drawn([(400, 500, "7,175"), (90, 160, "Phone"), (300, 700, "93")])
    assert set(read_file(bytes_of(picture, dpi=(150, 150))).text.split()) == {
        "7,175",
        "Phone",
        "93",
    }


def with_unicode_map(lines: list[str], *, is_wrong: bool) -> bytes:
    """A PDF that shows the lines; its font takes an "a" for a "d", or names no characters."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    page.insert_htmlbox(pymupdf.Rect(72, 100, 540, 500), "<br><br>".join(lines))
    pdf = pymupdf.open(stream=pdf.tobytes())
    [(font, *_)] = pdf[0].get_fonts()
    stream = int(pdf.xref_get_key(font, "ToUnicode")[1].split()[0])
    if is_wrong:
        pdf.update_stream(stream, pdf.xref_stream(stream).replace(b"<0061>", b"<0064>"))
    else:
        pdf.xref_set_key(font, "ToUnicode", "null")
    return bytes(pdf.tobytes())
