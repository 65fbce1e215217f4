from __future__ import annotations

from dataclasses import replace

import pytest

from engine.lookup import Source
from engine.tables import is_figure, tables_in
from schemas.document import Page
from tests.engine.sources import source_of

HEADS = "| Store | Units |\n|---|---|\n"


def on_two_pages(first: str, second: str) -> Source:
    source = source_of(f"{first}\n{second}", "a.md")
    pages = tuple(Page(number, str(number), 600, 800) for number in (1, 2))
    grids = tuple(
        replace(grid, place=page) for page, grid in zip((1, 2), source.document.grids, strict=True)
    )
    return Source(replace(source.document, pages=pages, grids=grids), source.passages)


@pytest.mark.parametrize("text", ["12", "$ 1,234.50", "(7)", "12 %", "3 Mio."])
def test_a_cell_is_a_figure(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize("text", ["", "North", "Clause 5 of the lease", "3 May 2020", "2020-05-03"])
def test_a_cell_of_words_or_a_date_is_no_figure(text: str) -> None:
    assert not is_figure(text)


def test_a_table_is_found_once_and_whole_by_any_of_its_rows() -> None:
    rows = "".join(f"Store {number},{number}\n" for number in range(100))
    source = source_of(f"Store,Units\n{rows}", "a.csv")
    (table,) = tables_in([source], [(0, 0), (0, 1), (0, 2)])
    assert len(list(table.rows())) == 100


def test_tables_of_other_sources_and_passages_are_not_read() -> None:
    source = source_of("Store,Units\nNorth,12\n", "a.csv")
    assert list(tables_in([source, source], [])) == []
    assert [table.source for table in tables_in([source, source], [(1, 0)])] == [1]


def test_a_table_goes_on_over_the_page_and_its_heads_are_read_once() -> None:
    source = on_two_pages(f"{HEADS}| North | 12 |\n", f"{HEADS}| South | 7 |\n")
    (table,) = tables_in([source], [(0, 0)])
    assert [table.text(row[0]) for row in table.rows()] == ["North", "South"]


def test_a_table_with_other_heads_is_another() -> None:
    other = "| Town | People |\n|---|---|\n| Lyon | 7 |\n"
    source = on_two_pages(f"{HEADS}| North | 12 |\n", other)
    assert len(list(tables_in([source], [(0, 0)]))) == 2


def test_a_table_behind_a_paragraph_is_another() -> None:
    words = "The stores of the south are told here on their own, as they were bought in the autumn."
    source = on_two_pages(f"{HEADS}| North | 12 |\n\n{words}\n", f"{HEADS}| South | 7 |\n")
    assert len(list(tables_in([source], [(0, 0)]))) == 2
