from __future__ import annotations

import re
from pathlib import Path

import bm25s
import numpy as np
import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.disk_cache import DiskCache
from engine.lexical_index import LexicalIndex, is_stop_word, words_of

TEXTS = ["The borrower pays the margin.", "Stores in Lyon", "", "Paying agents and margins in Lyon"]


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path, 1 << 24)


def test_the_text_that_shares_most_words_is_best() -> None:
    scores = LexicalIndex.build(TEXTS).scores("stores of Lyon")
    assert scores.argmax() == 1
    assert (scores > 0).tolist() == [False, True, False, True]


def test_words_are_the_same_in_any_form() -> None:
    scores = LexicalIndex.build(TEXTS).scores("MARGIN paid")
    assert (scores > 0).tolist() == [True, False, False, True]


@pytest.mark.parametrize("query", ["", "  ", "of the", "zebra", "\x00", "?!"])
def test_a_query_that_shares_no_word_scores_nothing(query: str) -> None:
    assert LexicalIndex.build(TEXTS).scores(query).tolist() == [0.0] * 4


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_there_may_be_nothing_to_find(texts: list[str]) -> None:
    assert LexicalIndex.build(texts).scores("margin").tolist() == [0.0] * len(texts)


@settings(deadline=None, max_examples=25)
@given(texts=st.lists(st.text("ab é1\n\x00京", max_size=12), max_size=5), query=st.text("ab é京"))
def test_a_loaded_index_scores_as_the_one_that_was_stored(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], query: str
) -> None:
    cache = DiskCache(tmp_path_factory.mktemp("cache"), 1 << 24)
    built = LexicalIndex.build(texts)
    built.store(cache, "key", "a.txt")
    loaded = LexicalIndex.load(cache, "key")
    assert loaded is not None
    assert loaded.num_passages == len(texts)
    np.testing.assert_array_equal(loaded.scores(query), built.scores(query))


def test_an_index_that_was_not_stored_is_not_there(cache: DiskCache) -> None:
    LexicalIndex.build(TEXTS).store(cache, "key", "a.txt")
    assert LexicalIndex.load(cache, "other") is None


@pytest.mark.parametrize("is_loaded", [False, True])
def test_it_tells_which_passages_have_a_word(cache: DiskCache, is_loaded: bool) -> None:
    index: LexicalIndex | None = LexicalIndex.build(TEXTS)
    assert index is not None
    if is_loaded:
        index.store(cache, "key", "a.txt")
        index = LexicalIndex.load(cache, "key")
    assert index is not None
    (margin,), (zebra,) = words_of("Margins"), words_of("zebra")
    assert [index.has(margin, passage) for passage in range(4)] == [True, False, False, True]
    assert (index.num_with(margin), index.num_with(zebra)) == (2, 0)
    assert not index.has(zebra, 0)


def test_the_words_of_a_query_are_told_once_and_without_those_that_say_nothing() -> None:
    assert words_of("the margins of a margin at B-056") == ["margin", "b", "056", "b-056"]


@settings(deadline=None, max_examples=50)
@given(
    texts=st.lists(st.text("abB-. é1_京\n", max_size=30), min_size=1, max_size=9),
    query=st.text("ab-. é1京", max_size=12),
)
def test_scores_are_those_of_bm25s(texts: list[str], query: str) -> None:
    peer = bm25s.BM25()
    peer.index([all_words_of(text) or ["\x00"] for text in texts], show_progress=False)
    known = [word for word in all_words_of(query) if word in peer.vocab_dict]
    expected = peer.get_scores(known) if known else np.zeros(len(texts), dtype=np.float32)
    np.testing.assert_array_equal(LexicalIndex.build(texts).scores(query), expected)


def all_words_of(text: str) -> list[str]:
    """As often as they stand in it, by a definition of their own."""
    words = [word for word in re.findall(r"\w+", text.lower()) if not is_stop_word(word)]
    stems = Stemmer.Stemmer("english").stemWords(words)
    return [*stems, *re.findall(r"\w+(?:[-./_:@]\w+)+", text.lower())]
