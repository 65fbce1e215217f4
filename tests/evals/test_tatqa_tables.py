from __future__ import annotations

import pytest

from evals.tatqa_tables import HeadCell, head_cells, num_head_rows


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([["", "2019", "2018"], ["Revenue", "93", "81"]], 1),
        ([["Year Ended June 30,", "2019", "2018"], ["Revenue", "$ 93", "81"]], 1),
        ([["", "2 0 1 9", ""], ["", "Level 1", "Level 2"], ["Revenue", "93", "81"]], 2),
        ([["", "2019"], ["Assets:", ""], ["Cash", "93"]], 1),
        ([["(In millions)", ""], ["", "2019"], ["Assets:", ""], ["Cash", "(93)"]], 2),
        ([["Revenue", "93"], ["Loss", "—"]], 0),
        ([["Name", "Office"], ["Ann", "Chair"]], 1),
    ],
)
def test_heads_end_where_a_label_has_a_value(rows: list[list[str]], number: int) -> None:
    assert num_head_rows(rows) == number


def test_a_head_alone_in_its_row_stands_over_all_values() -> None:
    assert head_cells(["", "", "Year ended", ""]) == [HeadCell("Year ended", 1, 3)]


def test_one_of_several_heads_stands_over_the_blanks_behind_it() -> None:
    assert head_cells(["Plan", "2019", "", "2018", ""]) == [
        HeadCell("Plan", 0, 0),
        HeadCell("2019", 1, 2),
        HeadCell("2018", 3, 4),
    ]


def test_a_row_with_a_label_alone_has_one_head() -> None:
    assert head_cells(["(In thousands)", "", ""]) == [HeadCell("(In thousands)", 0, 0)]
