from __future__ import annotations

from schemas.document import SegmentKind
from tests.ingest.pdf_maker import Item, pdf_of, read, texts

LEFT = ["A", "Agent, 12", "agreement, 3, 14-16", "B", "borrower, 7", "breach, 4", "C", "costs, 31"]
RIGHT = ["D", "default, 40", "E", "events, 8, 41", "F", "fees, 22", "L", "lender, 9", "loan, 10"]


def _column(x: float, lines: list[str], top: float = 100) -> list[Item]:
    return [(x, top + 14 * at, line) for at, line in enumerate(lines)]


def test_an_index_is_read_column_by_column_entry_by_entry() -> None:
    document = read(pdf_of([[*_column(72, LEFT), *_column(230, RIGHT)]]))
    assert not document.grids
    assert texts(document, SegmentKind.PARAGRAPH) == [*LEFT, *RIGHT]


def test_an_index_may_have_three_columns() -> None:
    last = [
        "M",
        "margin, 12",
        "N",
        "notices, 55",
        "P",
        "parties, 1",
        "payment, 20",
        "R",
        "rate, 11",
    ]
    page = [*_column(72, LEFT), *_column(230, RIGHT), *_column(400, last)]
    assert texts(read(pdf_of([page])), SegmentKind.PARAGRAPH) == [*LEFT, *RIGHT, *last]


def test_a_line_that_reaches_the_next_column_is_cut_there() -> None:
    left = [*LEFT[:-1], "costs, 31, 42, 55, 56, 71,", "   72, 80, 81"]
    document = read(pdf_of([[*_column(72, left), *_column(196, RIGHT)]]))
    assert "costs, 31, 42, 55, 56, 71, 72, 80, 81" in texts(document, SegmentKind.PARAGRAPH)
    assert "default, 40" in texts(document, SegmentKind.PARAGRAPH)


def test_a_table_of_words_and_figures_stays_a_table() -> None:
    names = ["Agent 12", "Borrower 7", "Lender 9", "Parent 1", "Security 3", "Surety 8"]
    others = ["Wine 4", "Tea 5", "Coffee 2", "Beer 8", "Milk 9", "Ale 1"]
    document = read(pdf_of([[*_column(72, names), *_column(230, others)]]))
    assert document.grids[0].num_columns == 2
