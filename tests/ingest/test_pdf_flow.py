from __future__ import annotations

import pymupdf

from schemas.document import SegmentKind
from schemas.extraction import PageRegion
from tests.ingest.pdf_maker import Item, pdf_of, read, texts

FULL = "The borrower shall repay the loan in full on the day on which the agreement ends and it"
REST = "shall pay the interest that is due on that day to the agent without any deduction."
CAPITAL = "Agent may then apply what it was paid to the costs of the lenders named in the schedule."
SIZE = 9.0


def _page(body: list[str], *, number: int, head: str = "Facility Agreement") -> list[Item]:
    lines: list[Item] = [(72, 40, head), (300, 770, str(number))]
    return lines + [(72.0, 100.0 + 12 * i, line) for i, line in enumerate(body)]


def _book(*bodies: list[str]) -> bytes:
    filler = [["Clause one says so."], ["Clause two says so."]]
    pages = [_page(body, number=n) for n, body in enumerate([*bodies, *filler], start=1)]
    return pdf_of(pages, size=SIZE)


def test_a_sentence_that_a_page_cuts_is_one_paragraph() -> None:
    document = read(_book([FULL, FULL], [REST]))
    assert texts(document, SegmentKind.PARAGRAPH)[0] == f"{FULL} {FULL} {REST}"


def test_a_range_over_the_end_of_a_page_has_a_region_on_both() -> None:
    document = read(_book([FULL, FULL], [REST]))
    start = document.text.index("and it shall")
    regions = document.source_map.regions(start, start + len("and it shall"))
    assert [r.page for r in regions if isinstance(r, PageRegion)] == [1, 2]


def test_heads_and_feet_between_follow_the_paragraph() -> None:
    document = read(_book([FULL, FULL], [REST]))
    after = document.text.index(REST) + len(REST)
    assert document.text[after:].split("\n\n")[1:3] == ["1", "Facility Agreement"]


def test_a_word_that_a_page_breaks_is_put_together() -> None:
    document = read(_book([FULL, FULL[:-10] + "agree-"], ["ment has ended on that very day."]))
    assert "agreement has ended" in document.text


def test_a_sentence_that_ended_does_not_go_on() -> None:
    document = read(_book([FULL, "and so it ended."], [REST]))
    assert f"ended.\n\n{REST}" in document.text.replace("1\n\nFacility Agreement\n\n", "")


def test_a_capital_goes_on_only_with_a_full_line() -> None:
    full, short = _book([FULL, FULL], [CAPITAL]), _book([FULL, "a short line"], [CAPITAL])
    assert f"{FULL} {CAPITAL}" in read(full).text
    assert f"line {CAPITAL}" not in read(short).text


def test_a_list_item_does_not_go_on() -> None:
    assert f"{FULL} (b) {REST}" not in read(_book([FULL, FULL], [f"(b) {REST}"])).text


def test_a_paragraph_goes_on_from_column_to_column() -> None:
    words = "of running text that fills it"
    left = [(72.0, 100.0 + 12 * i, f"line {i} {words}") for i in range(8)]
    right = [(320.0, 100.0 + 12 * i, f"more {i} {words}") for i in range(8)]
    document = read(pdf_of([[*left, *right]]))
    assert f"line 7 {words} more 0" in document.text


def _with_notes(columns: int) -> bytes:
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    for column in range(columns):
        x = 72 + 250 * column
        for line in range(10):
            text = f"line {line} of column {column} with running text"
            page.insert_text((x, 100 + 12 * line), text, fontsize=10)
        page.insert_text((x, 240), f"{column + 1} Note {column + 1} says more.", fontsize=7)
    return bytes(pdf.tobytes())


def test_notes_follow_all_of_the_running_text() -> None:
    blocks = read(_with_notes(columns=2)).text.split("\n\n")
    assert blocks[-2:] == ["1 Note 1 says more.", "2 Note 2 says more."]


def test_a_paragraph_goes_on_over_the_notes_between() -> None:
    text = read(_with_notes(columns=2)).text
    assert "line 9 of column 0 with running text line 0 of column 1" in text


def test_numbered_lines_in_the_text_s_size_are_no_notes() -> None:
    items = [(72.0, 100.0 + 24 * n, f"{n} Sheets of paper in box {n}") for n in range(1, 5)]
    assert read(pdf_of([[*items, (72, 300, "The end of the list.")]])).text.endswith("list.")


def test_a_running_foot_stands_above_the_number_wherever_the_text_ends() -> None:
    pages: list[list[Item]] = []
    for n in range(1, 6):
        end = 200.0 + 60 * n
        pages.append(
            [(72, 100, f"What page {n} says"), (280, end, f"- {n} -"), (200, end + 12, "Plan of A")]
        )
    assert "Plan of A" in texts(read(pdf_of(pages)), SegmentKind.FURNITURE)
