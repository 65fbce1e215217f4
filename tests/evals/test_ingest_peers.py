from __future__ import annotations

import importlib

import pytest

from evals.ingest_pages import made_pages
from evals.ingest_peers import cells_right, order_kept
from evals.ingest_readers import peer_module, read_ours
from schemas.errors import InvalidInput


def test_order_is_the_share_of_neighbours_that_stayed_neighbours() -> None:
    assert order_kept("one two three four", ["one", "two", "three", "four"]) == 1.0
    assert order_kept("three four one two", ["one", "two", "three", "four"]) == pytest.approx(2 / 3)
    assert order_kept("one three four", ["one", "two", "three", "four"]) == pytest.approx(1 / 3)


def test_cells_count_where_they_stand_in_their_row_and_column() -> None:
    expected = [["a", "b"], ["c", "d"]]
    assert cells_right([[["x"]], [["a", "b"], ["d", "c"]]], expected) == 0.5
    assert cells_right([], expected) == 0.0


def test_what_was_made_stands_on_the_pages() -> None:
    for page in made_pages(1, seed=3):
        text = read_ours(page.data).text
        assert all(mark in text for mark in page.order)
        assert all(cell in text for row in page.table for cell in row)


@pytest.mark.slow
def test_the_same_seed_makes_the_same_pages() -> None:
    one, other = ([page.order for page in made_pages(2, seed=5)] for _ in range(2))
    assert one == other


def test_without_the_peer_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InvalidInput, match=r"pip install 'needlepoint\[evals-peers\]'"):
        peer_module()
