from __future__ import annotations

from collections.abc import Sequence

from tests.ingest.pdf_maker import Item, heads_of, pdf_of, read, right, table_of

HEADS = ("Name", "Votes For", "Votes Against", "Abstentions")
FIRST = [("Ann Ash", "59,657", "294", "10"), ("Bob Oak", "54,760", "518", "11")]
SECOND = [("Cid Elm", "43,100", "77", "12"), ("Dan Fir", "41,001", "83", "13")]


def _table(lines: Sequence[Sequence[str]], top: float = 100) -> list[Item]:
    items: list[Item] = []
    for n, (label, *cells) in enumerate(lines):
        y = top + 16 * n
        items += [(72, y, label)]
        items += [right(300 + 100 * i, y, cell) for i, cell in enumerate(cells) if cell]
    return items


def test_a_table_carries_its_heads_onto_the_next_page() -> None:
    document = read(pdf_of([_table([HEADS, *FIRST]), _table(SECOND)]))
    one, other = document.grids
    assert heads_of(document, other) == heads_of(document, one) == list(HEADS)
    assert (other.num_head_rows, table_of(document, other)) == (0, [list(row) for row in SECOND])


def test_a_third_page_has_the_heads_of_the_first() -> None:
    document = read(pdf_of([_table([HEADS, *FIRST]), _table(SECOND), _table(FIRST)]))
    assert heads_of(document, document.grids[2]) == list(HEADS)


def test_columns_that_are_empty_on_a_page_stay_where_they_are() -> None:
    rows = [(label, first, "", last) for label, first, _, last in SECOND]
    document = read(pdf_of([_table([HEADS, *FIRST]), _table(rows)]))
    assert table_of(document, document.grids[1]) == [list(row) for row in rows]


def test_heads_that_are_printed_again_are_heads_again() -> None:
    document = read(pdf_of([_table([HEADS, *FIRST]), _table([HEADS, *SECOND])]))
    other = document.grids[1]
    assert (other.num_head_rows, heads_of(document, other)) == (1, list(HEADS))
    start = other.heads[1][0][0]
    assert document.text[start:].startswith("Votes For | Votes Against")


def test_a_table_under_other_columns_has_none_of_the_heads() -> None:
    rows = [("Sales", "1,234"), ("Costs", "1,111"), ("Income", "123")]
    document = read(pdf_of([_table([HEADS, *FIRST]), _table(rows)]))
    assert not any(document.grids[1].heads)


def test_a_table_after_a_paragraph_is_another_one() -> None:
    prose: list[Item] = [
        (72, 100, "The meeting then turned to the question of the dividend, on which shares"),
        (72, 112, "of both classes had a vote, and of which the outcome was the one shown below."),
    ]
    document = read(pdf_of([_table([HEADS, *FIRST]), [*prose, *_table(SECOND, top=140)]]))
    assert not any(document.grids[1].heads)
