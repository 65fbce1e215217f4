from __future__ import annotations

import pymupdf
import pytest

from ingest.pdf_breaks import kept_breaks
from ingest.pdf_lines import Row
from ingest.pdf_words import Fragment, Word
from tests.ingest.pdf_maker import Item, pdf_of, read

PROSE = (
    "The borrower shall repay the loan in full on the day on which the agreement ends and it",
    "shall pay the interest that is due on that day to the agent without any deduction, and",
    "then the agent shall tell the lenders.",
)
ADDRESS = ("Harbour Mills", "Kade 12", "3012 CN Rotterdam", "mail@harbour.example")


def _block(x: float, y: float, lines: tuple[str, ...]) -> list[Item]:
    return [(x, y + 12 * at, line) for at, line in enumerate(lines)]


def _text(*blocks: list[Item]) -> str:
    return read(pdf_of([[item for block in blocks for item in block]])).text


def test_the_lines_of_an_address_keep_their_breaks() -> None:
    assert "\n".join(ADDRESS) in _text(_block(72, 100, ADDRESS), _block(72, 300, PROSE))


def test_prose_is_one_line() -> None:
    assert " ".join(PROSE) in _text(_block(72, 100, PROSE))


def test_prose_in_a_narrow_place_is_one_line() -> None:
    narrow = (
        "An agent that leaves shall",
        "tell the lenders of it and",
        "name who comes after it.",
    )
    assert " ".join(narrow) in _text(_block(72, 100, narrow), _block(72, 300, PROSE))


def test_a_line_that_had_room_for_the_next_word_was_ended() -> None:
    lines = (PROSE[0], "Costs are borne by the borrower", PROSE[1], PROSE[2])
    joined = f"{PROSE[0]} Costs are borne by the borrower\n{PROSE[1]} {PROSE[2]}"
    assert joined in _text(_block(72, 100, lines))


def test_a_line_that_a_page_ends_is_not() -> None:
    pages = [_block(72, 700, PROSE[:1]), _block(72, 100, PROSE[1:])]
    assert " ".join(PROSE) in read(pdf_of(pages)).text


@pytest.mark.parametrize(
    "lines",
    [
        ("Die Kosten tragen die", "Parteien nach Maßgabe der", "Anlage vier je zur Hälfte."),
        ("An agent that leaves", "Lenders of more than half", "may name who comes after it."),
    ],
)
def test_a_narrow_sentence_is_one_line_however_its_lines_begin(lines: tuple[str, ...]) -> None:
    assert " ".join(lines) in _text(_block(72, 100, lines), _block(72, 300, PROSE))


def test_a_hyphen_at_a_break_that_is_kept_stays() -> None:
    lines = ("Offer = gross-", "Rebate = 12", "Sum = Offer")
    assert "\n".join(lines) in _text(_block(72, 100, lines), _block(72, 300, PROSE))


def _rows(*lines: str) -> list[Row]:
    """Six points a letter, one line below the other."""
    return [
        [Fragment([Word(72, 12 * at, 72 + 6 * len(line), 12 * at + 10, line, 10, False, False)])]
        for at, line in enumerate(lines)
    ]


def test_a_script_without_capitals_does_not_tell_lines_from_prose() -> None:
    reach = (72.0, 540.0)
    assert (
        kept_breaks(_rows("비용은계약에따라", "대리인이부담하고", "나머지는낸다"), reach)
        == [False] * 2
    )
    assert kept_breaks(_rows("Kade 12", "3012 CN", "Rotterdam"), reach) == [True] * 2
    assert kept_breaks(_rows("Улица 12", "Город 3012", "Почта"), reach) == [True] * 2


@pytest.mark.parametrize("size", [22.0, 30.0])
def test_lines_beside_tall_words_are_lines_of_their_own(size: float) -> None:
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    page.insert_text((72, 116), "INVOICE", fontsize=size)
    page.insert_text((250, 116), "2024-17", fontsize=size)
    for x, y, line in _block(400, 100, ADDRESS):
        page.insert_text((x, y), line, fontsize=8)
    text = read(pdf.tobytes()).text
    assert "Harbour Mills Kade 12" not in text
    assert "Kade 12 3012" not in text
