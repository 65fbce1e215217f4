from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from engine import index_model
from engine.disk_cache import DiskCache
from engine.gemma3 import Gemma3
from engine.index_model import IndexModel
from engine.lookup import Lookup, Query, Source, passage_words
from engine.search import found_passages
from engine.sight import Sight, View
from schemas.search import SearchFilters
from tests.engine.sources import source_of

WORDS = ("margin", "agent", "borrower", "total", "date", "cent")
TEXT = "\n\n".join(f"the {word} is of the {word}" for word in WORDS)
QUESTIONS = ["the margin", "the agent"]


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "entries", 1 << 24)


@pytest.fixture
def index(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> IndexModel:
    return index_model.untrained(tiny_model, tiny_tokenizer, (0, 1))


@pytest.fixture
def source() -> Source:
    return source_of(TEXT, passage_tokens=6)


def view_of(sight: Sight, source: Source) -> View:
    texts = [passage_words(passage) for passage in source.passages]
    return sight.view(source.passages, texts, source.document.name)


def test_the_most_promising_passages_are_read_first_and_no_more_than_the_budget(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    size = source.passages[0].num_tokens
    sight = Sight(index, cache, budget=3 * size)
    view = view_of(sight, source)
    promise = np.array([[0, 5, 0, 4, 3, 0], [0, 0, 9, 1, 0, 0]], dtype=np.float32)
    sight.choose([view], [promise])
    scores = sight.scores(view, sight.looks(QUESTIONS))
    read = [number for number in range(6) if number not in view.unread]
    assert read == [1, 2, 3]  # the best of each question, then a second best
    assert (np.isnan(scores) == [number not in read for number in range(6)]).all()
    assert view.num_tokens_seen == 3 * size


def test_nothing_is_read_twice(index: IndexModel, cache: DiskCache, source: Source) -> None:
    told: list[int] = []
    for _ in range(2):
        num_told = sum(told)
        sight = Sight(index, cache, budget=10_000, on_read=told.append)
        view = view_of(sight, source)
        sight.choose([view], [np.zeros((2, 6), dtype=np.float32)])
        scores = sight.scores(view, sight.looks(QUESTIONS))
        assert not np.isnan(scores).any()
    assert num_told == sum(told) > 0


def test_what_was_read_before_an_interruption_is_kept(
    index: IndexModel, cache: DiskCache, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sight._KEPT_TOKENS", 1)  # each passage is kept by itself
    told: list[int] = []

    def stop_at_the_third(num_tokens: int) -> None:
        told.append(num_tokens)
        if len(told) == 3:
            raise KeyboardInterrupt

    sight = Sight(index, cache, 10_000, on_read=stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        sight.prepare(view_of(sight, source))
    again = view_of(Sight(index, cache, 0), source)
    assert again.unread == [2, 3, 4, 5]


def test_scores_in_chunks_and_one_question_at_a_time_are_the_same(
    index: IndexModel, cache: DiskCache, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    sight = Sight(index, cache, 10_000)
    view = view_of(sight, source)
    sight.choose([view], [np.zeros((2, 6), dtype=np.float32)])
    whole = sight.scores(view, sight.looks(QUESTIONS))
    monkeypatch.setattr("engine.attention_index._CHUNK_TOKENS", 10)
    assert np.allclose(sight.scores(view, sight.looks(QUESTIONS)), whole, atol=1e-5)
    for row, question in zip(whole, QUESTIONS, strict=True):
        assert np.allclose(sight.scores(view, sight.looks([question]))[0], row, atol=1e-5)


def test_a_question_that_shares_no_word_is_ranked_by_what_the_model_sees(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    query = Query.of("Ann")
    assert Lookup([source], cache).ranked(query, top=9) == []
    lookup = Lookup([source], cache, sight=Sight(index, cache, 10_000))
    assert len(lookup.ranked(query, top=9)) == 6
    assert lookup.num_tokens_seen == sum(passage.num_tokens for passage in source.passages)


def test_words_decide_between_passages_that_are_not_read(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    lookup = Lookup([source], cache, sight=Sight(index, cache, 0))
    assert [hit.passage for hit in lookup.ranked(Query.of("agent"), top=9)] == [1]
    assert lookup.num_tokens_seen == 0


def test_what_promises_most_is_read_whichever_document_it_stands_in(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    filler = source_of("\n\n".join(["no word of it is here"] * 6), "b.txt", passage_tokens=6)
    size = source.passages[0].num_tokens
    query = Query.of("the agent of the borrower")
    for sources in ([filler, source], [source, filler]):
        cache.clear()
        lookup = Lookup(sources, cache, sight=Sight(index, cache, 2 * size))
        best = lookup.ranked(query, top=2)
        assert {(sources[hit.source].document.name, hit.passage) for hit in best} == {
            ("a.txt", 1),
            ("a.txt", 2),
        }
        assert lookup.num_tokens_seen == 2 * size


def test_what_others_read_before_changes_no_ranking(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    size = source.passages[0].num_tokens
    query = Query.of("the agent of the borrower")

    def ranked() -> list[tuple[int, float]]:
        lookup = Lookup([source], cache, sight=Sight(index, cache, 2 * size))
        hits = lookup.ranked(query, top=9)
        assert lookup.num_tokens_seen == 2 * size
        return [(hit.passage, hit.score) for hit in hits]

    cold = ranked()
    for other in ("margin", "total date"):
        Lookup([source], cache, sight=Sight(index, cache, 2 * size)).look([Query.of(other)])
    assert ranked() == cold


def test_a_prepared_document_is_seen_whole_until_it_is_forgotten(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    def num_seen() -> int:
        lookup = Lookup([source], cache, sight=Sight(index, cache, 0))
        lookup.look([Query.of("agent")])
        return lookup.num_tokens_seen

    assert num_seen() == 0
    Lookup([source], cache, sight=Sight(index, cache, 0)).prepare()
    assert num_seen() == sum(passage.num_tokens for passage in source.passages)
    cache.forget("", [source.document.name])
    assert num_seen() == 0


def test_where_nothing_is_to_be_read_only_what_is_kept_is_seen(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    size = source.passages[0].num_tokens
    query = Query.of("the agent of the borrower")
    for is_read, expected in ((False, 0), (True, 2 * size), (False, 2 * size)):
        lookup = Lookup([source], cache, sight=Sight(index, cache, 2 * size, reads=is_read))
        lookup.look([query])
        assert lookup.num_tokens_seen == expected


def test_queries_looked_for_together_are_ranked_as_alone(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    queries = [Query.of(question) for question in QUESTIONS]
    together = Lookup([source], cache, sight=Sight(index, cache, 10_000))
    together.look(queries)
    for query in queries:
        alone = Lookup([source], cache, sight=Sight(index, cache, 10_000))
        for ours, theirs in zip(together.ranked(query, 6), alone.ranked(query, 6), strict=True):
            assert ours.passage == theirs.passage
            assert ours.score == pytest.approx(theirs.score, abs=1e-5)


def test_nothing_is_spent_on_what_a_search_leaves_out(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    sight = Sight(index, cache, budget=2 * source.passages[0].num_tokens)
    lookup = Lookup([source], cache, sight=sight)
    lookup.look([Query.of("the margin")], is_allowed=lambda _, number: number >= 4)
    view = view_of(sight, source)
    assert [number for number in range(6) if number not in view.unread] == [4, 5]


def test_a_search_with_filters_reads_only_what_they_let_pass(
    index: IndexModel, cache: DiskCache, source: Source
) -> None:
    sight = Sight(index, cache, budget=100)
    found_passages(
        [source], "margin", cache, top=3, filters=SearchFilters(section="none"), sight=sight
    )
    assert view_of(sight, source).num_tokens_kept == 0
