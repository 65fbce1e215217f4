"""Which rows stand under which heads, where blank rows part them?"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.workbooks import heads, read, rows_bytes

SECTIONS = st.lists(st.integers(2, 4), min_size=2, max_size=4)
"""How many rows each section has."""


@settings(max_examples=20)
@given(SECTIONS, st.booleans(), st.booleans(), st.integers(1, 2))
def test_sections_parted_by_blank_rows_stand_under_the_heads_above_them(
    sections: list[int], has_labels: bool, has_gaps: bool, num_blank: int
) -> None:
    rows: list[list[Any]] = [["Item", "Cost", "Share"]]
    for number, size in enumerate(sections):
        rows += [[]] * num_blank if number else []
        rows += [[f"Group {number}"]] if has_labels else []
        for at in range(size):
            share = None if has_gaps and at == size - 1 else at / 7
            rows.append([f"Item {number}.{at}", 100 + at, share])
    document = read(rows_bytes(*rows))
    [grid] = document.grids
    assert grid.num_rows == 1 + sum(sections) + len(sections) * has_labels
    assert heads(document) == ["Item", "Cost", "Share"]


@settings(max_examples=20)
@given(SECTIONS)
def test_a_section_with_heads_of_its_own_is_another_table(sections: list[int]) -> None:
    rows: list[list[Any]] = []
    for number, size in enumerate(sections):
        rows += [[f"Item {number}", f"Cost {number}"]]
        rows += [[f"Thing {number}.{at}", 7 + at] for at in range(size)] + [[]]
    document = read(rows_bytes(*rows))
    assert len(document.grids) == len(sections)
    assert [heads(document, grid)[1] for grid in range(len(sections))] == [
        f"Cost {number}" for number in range(len(sections))
    ]


def test_words_below_a_table_of_numbers_are_not_its_rows() -> None:
    rows: list[list[Any]] = [["Item", "Cost"], ["Rent", 7], ["Food", 8], [], ["Checked", "by Ann"]]
    document = read(rows_bytes(*rows))
    assert [grid.num_rows for grid in document.grids] == [3, 1]


def test_rows_far_below_a_table_that_start_otherwise_are_not_its_rows() -> None:
    rows: list[list[Any]] = [["Item", "Cost"], ["Rent", 7], ["Food", 8], *[[]] * 5]
    document = read(rows_bytes(*rows, ["Late"], ["Power", 5], ["Water", 6]))
    assert document.grids[0].num_rows == 3


def test_an_error_among_numbers_does_not_part_them() -> None:
    rows: list[list[Any]] = [["Item", "Cost"], ["Rent", 7], ["Food", 8], [], ["Wine", "#N/A"]]
    assert read(rows_bytes(*rows, ["Beer", 3])).grids[0].num_rows == 5
