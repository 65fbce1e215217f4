"""Which passages are worth reading for a question?

Passages are ranked and the best are taken, whole, until the budget of tokens is full. Today
the words rank them; the model's attention index is to be fused in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from blake3 import blake3

from engine.disk_cache import DiskCache
from engine.lexical_index import LexicalIndex
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

    def __init__(self, sources: Sequence[Source], cache: DiskCache) -> None:
        self._sources = sources
        self._indexes = [_index_of(source, cache) for source in sources]

    def ranked(self, query: str, top: int) -> list[Hit]:
        """The best passages that share a word with the query, best first."""
        hits = []
        for number, index in enumerate(self._indexes):
            scores = index.scores(query)
            best = np.argsort(-scores, kind="stable")[:top]
            hits += [Hit(number, int(i), float(scores[i])) for i in best if scores[i] > 0]
        return sorted(hits, key=lambda hit: -hit.score)[:top]

    def selected(self, query: str, budget: int) -> tuple[tuple[int, int], ...]:
        """Source and passage, in document order, of at most `budget` tokens (one at least)."""
        chosen: list[tuple[int, int]] = []
        num_tokens = 0
        for hit in self.ranked(query, top=200):
            size = self._sources[hit.source].passages[hit.passage].num_tokens
            if chosen and num_tokens + size > budget:
                continue
            chosen.append((hit.source, hit.passage))
            num_tokens += size
            if num_tokens >= budget:
                break
        return tuple(sorted(chosen))


def _index_of(source: Source, cache: DiskCache) -> LexicalIndex:
    texts = [f"{passage.section}\n{passage.text}" for passage in source.passages]
    digest = blake3(_INDEX_VERSION.encode())
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x00")
    key = digest.hexdigest()
    index = LexicalIndex.load(cache, key)
    if index is None:
        index = LexicalIndex.build(texts)
        index.store(cache, key, label=source.document.name)
    return index
