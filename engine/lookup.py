"""Which passages are worth reading for a question?

Passages are ranked and the best are taken, whole, until the budget of tokens is full. Today
the words rank them; the model's attention index is to be fused in here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from blake3 import blake3

from engine.disk_cache import DiskCache
from engine.lexical_index import LexicalIndex, words_of
from schemas.document import Document, Passage

_INDEX_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it is asked: its passages, in reading order."""

    document: Document
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Hit:
    source: int
    passage: int
    score: float


class Lookup:
    """One index a source; scores of several sources are compared as they are."""

    def __init__(
        self,
        sources: Sequence[Source],
        cache: DiskCache,
        *,
        owner: str = "",
        on_indexed: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`on_indexed` is told the number of sources done, after each."""
        self._sources = sources
        self._indexes = []
        for num_done, source in enumerate(sources, start=1):
            self._indexes.append(_index_of(source, cache, owner))
            on_indexed(num_done)

    def ranked(
        self, query: str, top: int, is_allowed: Callable[[int, int], bool] | None = None
    ) -> list[Hit]:
        """The best passages that share a word with the query, best first; of those alone whose
        source and passage are allowed."""
        hits = []
        for number, index in enumerate(self._indexes):
            scores = index.scores(query)
            if is_allowed is not None:
                for i in np.flatnonzero(scores).tolist():
                    scores[i] = scores[i] if is_allowed(number, i) else 0.0
            best = np.argsort(-scores, kind="stable")[:top]
            hits += [Hit(number, int(i), float(scores[i])) for i in best if scores[i] > 0]
        return sorted(hits, key=lambda hit: -hit.score)[:top]

    def selected(self, query: str, budget: int) -> tuple[tuple[int, int], ...]:
        """Source and passage, in document order, of at most `budget` tokens (one at least).

        Where no word of the query stands anywhere, as with one in another language, it is the
        beginning of the documents that is read.
        """
        chosen: list[tuple[int, int]] = []
        num_tokens = 0
        for hit in self.ranked(query, top=200) or self._beginning():
            size = self._sources[hit.source].passages[hit.passage].num_tokens
            if chosen and num_tokens + size > budget:
                continue
            chosen.append((hit.source, hit.passage))
            num_tokens += size
            if num_tokens >= budget:
                break
        return tuple(sorted(chosen))

    def _beginning(self) -> Iterator[Hit]:
        for number, source in enumerate(self._sources):
            for passage in range(len(source.passages)):
                yield Hit(number, passage, 0.0)

    def unmet(self, query: str, selection: Sequence[tuple[int, int]]) -> float:
        """The share of the query's words, by their weight, that none of the passages has."""
        met = total = 0.0
        for word, weight in self._weights(query).items():
            total += weight
            met += weight * any(
                self._indexes[source].has(word, passage) for source, passage in selection
            )
        return 1.0 - met / total if total else 0.0

    def _weights(self, query: str) -> dict[str, float]:
        """The query's words by how few of all passages have them."""
        num_passages = sum(index.num_passages for index in self._indexes)
        return {
            word: math.log(
                1 + (num_passages + 0.5) / (0.5 + sum(i.num_with(word) for i in self._indexes))
            )
            for word in words_of(query)
        }


def _index_of(source: Source, cache: DiskCache, owner: str) -> LexicalIndex:
    texts = [f"{passage.section}\n{passage.text}" for passage in source.passages]
    digest = blake3(_INDEX_VERSION.encode())
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x00")
    key = digest.hexdigest()
    index = LexicalIndex.load(cache, key, owner=owner)
    if index is None:
        index = LexicalIndex.build(texts)
        index.store(cache, key, source.document.name, owner=owner)
    return index
