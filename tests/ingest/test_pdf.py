from __future__ import annotations

import pymupdf
import pytest

from ingest import pdf_pages
from ingest.pdf import read_pdf
from schemas.document import SegmentKind
from schemas.errors import PasswordRequired, UnreadableDocument, WrongPassword
from schemas.extraction import PageRegion
from schemas.ingest_settings import IngestSettings
from schemas.progress import Progress
from tests.ingest.pdf_maker import pdf_of, read, texts

PARAGRAPH = ["The lender shall make the loan available to the borrower on the", "closing date."]


def test_lines_of_a_paragraph_become_one_segment() -> None:
    document = read(pdf_of([[(72, 100, PARAGRAPH[0]), (72, 112, PARAGRAPH[1])]]))
    assert texts(document, SegmentKind.PARAGRAPH) == [" ".join(PARAGRAPH)]


def test_a_wide_gap_parts_two_paragraphs() -> None:
    document = read(pdf_of([[(72, 100, PARAGRAPH[0]), (72, 140, PARAGRAPH[1])]]))
    assert document.text == "\n\n".join(PARAGRAPH)


def test_a_hyphen_that_breaks_a_word_is_taken_out() -> None:
    document = read(pdf_of([[(72, 100, "This facility agree-"), (72, 112, "ment is made.")]]))
    assert document.text == "This facility agreement is made."


def test_a_hyphen_of_the_word_itself_stays() -> None:
    lines = ["The term is long. The debt is long-", "term debt."]
    document = read(pdf_of([[(72, 100, lines[0]), (72, 112, lines[1])]]))
    assert document.text == "The term is long. The debt is long-term debt."


def test_both_parts_of_a_broken_word_are_cited_with_their_boxes() -> None:
    document = read(pdf_of([[(72, 100, "This facility agree-"), (72, 112, "ment is made.")]]))
    start = document.text.index("agreement")
    [region] = document.source_map.regions(start, start + len("agreement"))
    assert isinstance(region, PageRegion)
    assert [round(box[3] - 100) // 10 for box in region.bboxes] == [0, 1]


def test_two_columns_are_read_one_after_the_other() -> None:
    words = "several words of running text here"
    left = [(72.0, 100.0 + 12 * i, f"left {i} {words}") for i in range(8)]
    right = [(320.0, 100.0 + 12 * i, f"right {i} {words}") for i in range(8)]
    text = read(pdf_of([[*left, *right]])).text
    assert text.index("left 7") < text.index("right 0")
    assert not read(pdf_of([[*left, *right]])).grids


def test_running_heads_and_page_numbers_are_furniture() -> None:
    pages = [
        [(72.0, 40.0, "Facility Agreement"), (72.0, 300.0, f"Clause {n}"), (300.0, 770.0, str(n))]
        for n in range(1, 5)
    ]
    document = read(pdf_of(pages))
    assert texts(document, SegmentKind.FURNITURE)[:2] == ["Facility Agreement", "1"]
    assert len(texts(document, SegmentKind.FURNITURE)) == 8


def test_a_line_that_stands_on_one_page_alone_is_no_furniture() -> None:
    pages = [[(72.0, 40.0, word)] for word in ("One fish", "Two birds", "Red cats", "Blue dogs")]
    assert not texts(read(pdf_of(pages)), SegmentKind.FURNITURE)


def test_a_page_of_how_many_is_furniture() -> None:
    pages = [[(72.0, 300.0, f"Clause {n}"), (280.0, 400.0, f"Page {n} of 3")] for n in (1, 2, 3)]
    found = texts(read(pdf_of(pages)), SegmentKind.FURNITURE)
    assert found == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


def test_notes_that_happen_to_count_with_the_pages_are_no_furniture() -> None:
    notes = ["1 see also there", "2 but not here", "3 nor elsewhere"]
    pages = [[(72.0, 300.0, f"On {note}"), (72.0, 760.0, note)] for note in notes]
    assert not texts(read(pdf_of(pages)), SegmentKind.FURNITURE)


def test_a_number_in_brackets_that_begins_a_line_by_chance_begins_no_paragraph() -> None:
    lines = [
        "The recipient keeps secret (i) what it was told in the course of these talks,",
        "(ii) that they take place, and (iii) what their subject is, until they have",
        "ended.",
    ]
    document = read(pdf_of([[(72.0, 100.0 + 12 * n, line) for n, line in enumerate(lines)]]))
    assert texts(document, SegmentKind.PARAGRAPH) == [" ".join(lines)]


def test_items_of_a_list_are_paragraphs() -> None:
    lines = ["The lender may", "(a) ask for payment;", "(b) sell the loan;", "(c) do neither."]
    document = read(pdf_of([[(72.0, 100.0 + 12 * n, line) for n, line in enumerate(lines)]]))
    assert texts(document, SegmentKind.PARAGRAPH) == lines


def test_lines_of_a_table_of_contents_are_no_headings() -> None:
    pdf = pymupdf.open()
    page = pdf.new_page()
    page.insert_text((72, 80), "Contents", fontsize=18)
    for n in range(6):
        text = f"{n + 1}. Clause of the kind {'.' * 40} {3 * n + 2}"
        page.insert_text((72, 110 + 14 * n), text, fontsize=10, fontname="hebo")
    document = read(pdf.tobytes())
    assert texts(document, SegmentKind.HEADING) == ["Contents"]
    assert len(texts(document, SegmentKind.PARAGRAPH)) == 6


def test_a_larger_line_is_a_heading() -> None:
    pdf = pymupdf.open()
    page = pdf.new_page()
    page.insert_text((72, 80), "Definitions", fontsize=18)
    page.insert_text((72, 110), PARAGRAPH[0], fontsize=10)
    document = read(pdf.tobytes())
    assert texts(document, SegmentKind.HEADING) == ["Definitions"]
    assert document.segments[0].level == 1


def test_a_title_of_the_outline_is_a_heading_of_its_level() -> None:
    pdf = pymupdf.open(stream=pdf_of([[(72, 80, "1.1 Term"), (72, 120, PARAGRAPH[0])]]))
    pdf.set_toc([[1, "General", 1], [2, "Term", 1]])
    [heading] = [s for s in read(pdf.tobytes()).segments if s.kind is SegmentKind.HEADING]
    assert heading.level == 2


def test_printed_labels_stand_beside_physical_numbers() -> None:
    pdf = pymupdf.open(stream=pdf_of([[(72, 80, "a")], [(72, 80, "b")]]))
    pdf.set_page_labels([{"startpage": 0, "prefix": "", "style": "r", "firstpagenum": 1}])
    assert [(p.number, p.label) for p in read(pdf.tobytes()).pages] == [(1, "i"), (2, "ii")]


def test_a_turned_page_has_the_size_it_is_shown_at() -> None:
    [page] = read(pdf_of([[(72, 80, "a")]], rotation=90)).pages
    assert (page.width, page.height) == (792, 612)


def test_pages_that_are_pictures_are_named() -> None:
    pdf = pymupdf.open(stream=pdf_of([[(72, 80, "text")], []]))
    picture = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 8, 8))
    picture.clear_with(9)
    pdf[1].insert_image(pymupdf.Rect(0, 0, 400, 400), pixmap=picture)
    [warning] = read(pdf.tobytes(), limits=IngestSettings(ocr="off")).warnings
    assert (warning.code, "page 2" in warning.message) == ("no_text_layer", True)


def test_a_document_without_text_is_a_document() -> None:
    document = read(pdf_of([[]]))
    assert (document.text, len(document.pages), len(document.source_map.start)) == ("", 1, 0)


def test_progress_counts_the_pages() -> None:
    seen: list[Progress] = []
    data = pdf_of([[(72, 80, "a")], [(72, 80, "b")]])
    limits = IngestSettings()
    read_pdf(data, document_id="0", name="a.pdf", limits=limits, on_progress=seen.append)
    assert [(p.done, p.total) for p in seen if not p.at] == [(1, 2), (2, 2)]
    assert [p.at for p in seen if p.at] == [1, 2, 1, 2]  # laid out, then written


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"plain text"])
def test_what_is_no_pdf_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.pdf"):
        read(data)


def test_a_file_cut_short_is_repaired_with_a_warning(capfd: pytest.CaptureFixture[str]) -> None:
    data = pdf_of([[(72, 80, "still here")]])
    document = read(data[: data.rindex(b"xref")])
    assert document.text == "still here"
    assert [warning.code for warning in document.warnings] == ["repaired"]
    assert capfd.readouterr() == ("", "")


def test_pages_past_those_allowed_are_left_out() -> None:
    data = pdf_of([[(72, 80, "a")], [(72, 80, "b")]])
    limits = IngestSettings(max_pages=1)
    document = read_pdf(data, document_id="0", name="a.pdf", limits=limits)
    assert (document.text, len(document.pages)) == ("a", 1)
    assert [problem.message for problem in document.warnings] == [
        "a.pdf: page 2 was not read: past NEEDLEPOINT_INGEST__MAX_PAGES"
    ]


def _encrypted() -> bytes:
    pdf = pymupdf.open(stream=pdf_of([[(72, 80, "secret")]]))
    data = pdf.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    return bytes(data)


def test_an_encrypted_file_asks_for_its_password() -> None:
    with pytest.raises(PasswordRequired, match="give its password"):
        read(_encrypted())


def test_a_wrong_password_is_told() -> None:
    with pytest.raises(WrongPassword):
        read(_encrypted(), password="wrong")


def test_the_right_password_opens_the_file() -> None:
    assert read(_encrypted(), password="open").text == "secret"


def test_a_page_there_is_no_memory_for_is_not_taken_for_a_damaged_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: object) -> None:
        raise pymupdf.mupdf.FzErrorSystem("malloc (289942440 bytes) failed")

    monkeypatch.setattr(pdf_pages, "words_of", refuse)
    with pytest.raises(MemoryError):
        read(pdf_of([[(72, 100, "text")]]))


@pytest.mark.parametrize("typed", ["pässwört", "pa\u0308sswo\u0308rt"])
def test_a_password_may_be_typed_with_its_accents_apart(typed: str) -> None:
    pdf = pymupdf.open()
    pdf.new_page().insert_text((72, 72), "secret")
    encryption = pymupdf.PDF_ENCRYPT_AES_256
    data = bytes(pdf.tobytes(encryption=encryption, user_pw="pässwört", owner_pw="own"))
    assert read(data, password=typed).text == "secret"


def test_the_password_of_the_owner_opens_too_and_no_other() -> None:
    pdf = pymupdf.open()
    pdf.new_page().insert_text((72, 72), "secret")
    encryption = pymupdf.PDF_ENCRYPT_AES_128
    data = bytes(pdf.tobytes(encryption=encryption, user_pw=" a ", owner_pw="  "))
    assert read(data, password="  ").text == "secret"
    for wrong in ("a", " ", ""):
        with pytest.raises(WrongPassword, match=r"a\.pdf: the password does not open the file"):
            read(data, password=wrong)
