from __future__ import annotations

from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from engine.lexical_index import LexicalIndex
from engine.lookup import Lookup, Query, Source
from tests.engine.sources import source_of

STORES = "\n\n".join(
    f"{city} has a store. " + "It opened in spring and sells shoes. " * 3
    for city in ("Lyon", "Nice", "Pau")
)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path, 1 << 24)


@pytest.fixture
def stores() -> Source:
    source = source_of(STORES)
    assert [passage.num_tokens for passage in source.passages] == [25, 25, 25]
    return source


def test_the_passage_that_names_it_is_first(stores: Source, cache: DiskCache) -> None:
    (hit,) = Lookup([stores], cache).ranked(Query.of("the one at Nice"), top=3)
    assert (hit.source, hit.passage) == (0, 1)


def test_no_more_are_ranked_than_asked(stores: Source, cache: DiskCache) -> None:
    assert len(Lookup([stores], cache).ranked(Query.of("store"), top=2)) == 2


def test_passages_of_several_documents_are_ranked_together(
    stores: Source, cache: DiskCache
) -> None:
    other = source_of("Nice Nice Nice", "b.txt")
    hits = Lookup([stores, other], cache).ranked(Query.of("Nice"), top=5)
    assert {(hit.source, hit.passage) for hit in hits} == {(1, 0), (0, 1)}
    assert hits[0].score >= hits[1].score


def test_the_best_are_read_in_the_order_of_the_document(stores: Source, cache: DiskCache) -> None:
    lookup = Lookup([stores], cache)
    assert [hit.passage for hit in lookup.ranked(Query.of("Pau Pau Lyon"), top=9)] == [2, 0]
    assert lookup.selected(Query.of("Pau Pau Lyon"), budget=50) == ((0, 0), (0, 2))


@pytest.mark.parametrize(("budget", "num_read"), [(1, 1), (25, 1), (49, 1), (50, 2), (900, 3)])
def test_passages_are_read_whole_within_the_budget_and_one_at_least(
    stores: Source, cache: DiskCache, budget: int, num_read: int
) -> None:
    assert len(Lookup([stores], cache).selected(Query.of("store"), budget)) == num_read


def test_for_words_that_are_not_there_the_beginning_is_read(
    stores: Source, cache: DiskCache
) -> None:
    other = source_of("Nice", "b.txt")
    assert Lookup([stores, other], cache).selected(Query.of("zebra"), budget=50) == ((0, 0), (0, 1))
    assert Lookup([other, stores], cache).selected(Query.of("zebra"), budget=2) == ((0, 0),)


def test_nothing_is_read_of_documents_without_passages(stores: Source, cache: DiskCache) -> None:
    assert Lookup([Source(stores.document, [])], cache).selected(Query.of("Nice"), budget=99) == ()


def test_the_headings_above_a_passage_are_found(cache: DiskCache) -> None:
    words = "one two three four five six seven eight. " * 4
    source = source_of(f"# Alpha\n\n{words}\n\n{words}\n\n# Beta\n\n{words}\n", "a.md")
    found = {
        source.passages[hit.passage].section
        for hit in Lookup([source], cache).ranked(Query.of("alpha"), top=9)
    }
    assert found == {"Alpha"}


def test_the_index_of_a_document_is_kept_and_told_by_what_it_holds(
    stores: Source, cache: DiskCache
) -> None:
    Lookup([stores], cache)
    Lookup([source_of(STORES, "renamed.txt")], cache)
    assert [entry.label for entry in cache.entries()] == ["a.txt"]
    Lookup([source_of(STORES + "!", "b.txt")], cache)
    assert len(cache.entries()) == 2


def test_a_document_without_passages_is_looked_up(stores: Source, cache: DiskCache) -> None:
    empty = Source(stores.document, [])
    assert Lookup([empty], cache).ranked(Query.of("store"), top=3) == []
    assert Lookup([empty, stores], cache).ranked(Query.of("Nice"), top=3)[0].source == 1


def test_an_owner_finds_its_own_index_and_no_other(
    stores: Source, cache: DiskCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lookup([stores], cache, owner="a")
    monkeypatch.setattr(LexicalIndex, "build", None)
    Lookup([stores], cache, owner="a")
    with pytest.raises(TypeError):
        Lookup([stores], cache, owner="b")


def test_what_is_not_allowed_is_not_ranked(stores: Source, cache: DiskCache) -> None:
    lookup = Lookup([stores], cache)
    every = lookup.ranked(Query.of("store"), top=9)
    first = every[0]
    rest = lookup.ranked(Query.of("store"), 1, lambda source, passage: passage != first.passage)
    assert rest == every[1:2]


def test_each_source_that_is_indexed_is_told(stores: Source, cache: DiskCache) -> None:
    told: list[int] = []
    Lookup([stores, stores], cache, on_indexed=told.append)
    assert told == [1, 2]


def test_no_word_is_unmet_where_the_passages_have_all(stores: Source, cache: DiskCache) -> None:
    lookup = Lookup([stores], cache)
    assert lookup.unmet("the store in Nice", [(0, 1)]) == 0
    assert lookup.unmet("Nice and Pau", [(0, 1), (0, 2)]) == 0


def test_every_word_is_unmet_where_the_passages_have_none(stores: Source, cache: DiskCache) -> None:
    lookup = Lookup([stores], cache)
    assert lookup.unmet("zebra of Lyon", [(0, 1)]) == 1
    assert lookup.unmet("Nice", []) == 1


def test_a_rare_word_that_is_unmet_weighs_more_than_a_common_one(
    stores: Source, cache: DiskCache
) -> None:
    """Lyon, in one of three passages: ln(1 + 3.5 / 1.5); store, in all: ln(1 + 3.5 / 3.5)."""
    lookup = Lookup([stores], cache)
    assert lookup.unmet("store Lyon", [(0, 1)]) == pytest.approx(0.63463, abs=1e-5)
    assert lookup.unmet("store Lyon", [(0, 0)]) == 0


def test_words_are_weighed_over_all_documents_and_met_in_any(
    stores: Source, cache: DiskCache
) -> None:
    lookup = Lookup([stores, source_of("Nice Nice Nice", "b.txt")], cache)
    assert lookup.unmet("stores in Nice", [(0, 0), (1, 0)]) == 0
    assert 0.5 < lookup.unmet("stores in Nice", [(0, 0)]) < 0.6


@pytest.mark.parametrize("query", ["", "of the", "?"])
def test_a_query_without_words_leaves_nothing_unmet(
    stores: Source, cache: DiskCache, query: str
) -> None:
    assert Lookup([stores], cache).unmet(query, [(0, 0)]) == 0
