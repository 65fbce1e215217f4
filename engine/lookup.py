"""Which passages are worth reading for a question?

Passages are ranked by the words they share with it and, where the model has an index, by what its
early layer looks at; the best are taken, whole, until the budget of tokens is full.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from blake3 import blake3

from engine import fusion
from engine.attention_index import Looks
from engine.disk_cache import DiskCache
from engine.lexical_index import LexicalIndex, words_of
from engine.sight import Scores, Sight
from schemas.document import Document, Passage

IsAllowed = Callable[[int, int], bool]
"""Whether a passage, given by the numbers of its source and of itself, may be found."""
_INDEX_VERSION = "2"
_MOST_HITS = 200


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


@dataclass(frozen=True, slots=True)
class Query:
    """`words` are for the lexical index, `question` is what the model is asked."""

    words: str
    question: str

    @classmethod
    def of(cls, text: str) -> Query:
        return cls(text, text)


class Lookup:
    """One index a source; scores of several sources are compared as they are."""

    def __init__(
        self,
        sources: Sequence[Source],
        cache: DiskCache,
        *,
        sight: Sight | None = None,
        owner: str = "",
        on_indexed: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`on_indexed` is told the number of sources done, after each. Without `sight` words
        alone rank."""
        self._sources, self._sight = sources, sight
        self._indexes, self._views = [], []
        for num_done, source in enumerate(sources, start=1):
            texts = [passage_words(passage) for passage in source.passages]
            self._indexes.append(_index_of(texts, source.document.name, cache, owner))
            if sight is not None:
                self._views.append(sight.view(source.passages, texts, source.document.name))
            on_indexed(num_done)
        self._found: dict[Query, list[Scores]] = {}

    @property
    def num_tokens_seen(self) -> int:
        """Of the passages that the model's early layer has ranked."""
        return sum(view.num_tokens_seen for view in self._views)

    @property
    def num_tokens_kept(self) -> int:
        """Of the passages that are in the index on disk."""
        return sum(view.num_tokens_kept for view in self._views)

    @property
    def is_prepared(self) -> bool:
        """Whether all of the documents is seen, since they were prepared."""
        return bool(self._views) and all(view.is_prepared for view in self._views)

    def prepare(self) -> None:
        """Let the model's early layer read everything."""
        if self._sight is not None:
            for view in self._views:
                self._sight.prepare(view)

    def look(
        self,
        queries: Sequence[Query],
        looks: Looks | None = None,
        is_allowed: IsAllowed | None = None,
    ) -> None:
        """Rank the passages for all these queries in one scan; `ranked` and `selected` know them
        then. `looks` are those of the queries' questions, where they were made before. For
        passages that are not allowed nothing of the budget is spent."""
        new = list(dict.fromkeys(query for query in queries if query not in self._found))
        if looks is not None:
            new = list(queries)
        if not new:
            return
        if self._sight is not None and looks is None:
            looks = self._sight.looks([query.question for query in new])
        weights = np.array([sum(self._weights(query.words).values()) for query in new])
        scores = [np.stack([index.scores(query.words) for query in new]) for index in self._indexes]
        if self._sight is not None and looks is not None and scores:
            self._sight.choose(self._views, self._promises(scores, is_allowed))
            seen = [self._sight.scores(view, looks) for view in self._views]
            unread = fusion.unread_of(seen)
            both = zip(scores, seen, strict=True)
            scores = [fusion.fused(lexical, weights, each, unread) for lexical, each in both]
        for number, query in enumerate(new):
            self._found[query] = [of_source[number] for of_source in scores]

    def _promises(self, scores: list[Scores], is_allowed: IsAllowed | None) -> list[Scores]:
        """Negative for what is not allowed."""
        if is_allowed is None:
            return scores
        promises = [of_source.copy() for of_source in scores]
        for source, of_source in enumerate(promises):
            barred = [n for n in range(of_source.shape[1]) if not is_allowed(source, n)]
            of_source[:, barred] = -1.0
        return promises

    def ranked(self, query: Query, top: int, is_allowed: IsAllowed | None = None) -> list[Hit]:
        """The best passages, best first; of those alone whose source and passage are allowed.
        Where words alone rank, only those that share one."""
        self.look([query])
        hits = []
        for number, found in enumerate(self._found[query]):
            scores = found.copy()
            if is_allowed is not None:
                for i in np.flatnonzero(scores > 0).tolist():
                    scores[i] = scores[i] if is_allowed(number, i) else 0.0
            best = np.argsort(-scores, kind="stable")[:top]
            hits += [Hit(number, int(i), float(scores[i])) for i in best if scores[i] > 0]
        return sorted(hits, key=lambda hit: -hit.score)[:top]

    def selected(
        self, query: Query, budget: int, among: Collection[tuple[int, int]] = ()
    ) -> tuple[tuple[int, int], ...]:
        """Source and passage, in document order, of at most `budget` tokens (one at least); of some
        alone, where they are given.

        Where words alone rank and none of the query's stands anywhere, as with one in another
        language, it is the beginning of the documents that is read.
        """
        hits = self._among(query, among) if among else self.ranked(query, top=_MOST_HITS)
        chosen: list[tuple[int, int]] = []
        num_tokens = 0
        for hit in hits or self._beginning():
            size = self._sources[hit.source].passages[hit.passage].num_tokens
            if chosen and num_tokens + size > budget:
                continue
            chosen.append((hit.source, hit.passage))
            num_tokens += size
            if num_tokens >= budget:
                break
        return tuple(sorted(chosen))

    def _among(self, query: Query, places: Collection[tuple[int, int]]) -> list[Hit]:
        """All of them, those that share no word last."""
        hits = self.ranked(query, len(places), lambda *place: place in places)
        found = {(hit.source, hit.passage) for hit in hits}
        return [*hits, *(Hit(*place, 0.0) for place in sorted(places) if place not in found)]

    def _beginning(self) -> Iterator[Hit]:
        for number, source in enumerate(self._sources):
            for passage in range(len(source.passages)):
                yield Hit(number, passage, 0.0)

    def unmet(self, words: str, selection: Sequence[tuple[int, int]]) -> float:
        """The share of a query's words, by their weight, that none of the passages has."""
        met = total = 0.0
        for word, weight in self._weights(words).items():
            total += weight
            met += weight * any(
                self._indexes[source].has(word, passage) for source, passage in selection
            )
        return 1.0 - met / total if total else 0.0

    def passages_with(self, words: str) -> list[tuple[int, int]]:
        """Source and passage of all that have every one of the words, in reading order."""
        wanted = [word for word in words_of(words) if word.isalnum()]
        found: list[tuple[int, int]] = []
        for source, index in enumerate(self._indexes):
            having = [index.passages_with(word) for word in wanted]
            if having:
                common = reduce(np.intersect1d, having)
                found += [(source, passage) for passage in common.tolist()]
        return found

    def _weights(self, words: str) -> dict[str, float]:
        """The words by how few of all passages have them."""
        num_passages = sum(index.num_passages for index in self._indexes)
        return {
            word: math.log(
                1 + (num_passages + 0.5) / (0.5 + sum(i.num_with(word) for i in self._indexes))
            )
            for word in words_of(words)
        }


def passage_words(passage: Passage) -> str:
    """A passage as it is looked up: behind the path of its section."""
    return f"{passage.section}\n{passage.text}" if passage.section else passage.text


def _index_of(texts: Sequence[str], document: str, cache: DiskCache, owner: str) -> LexicalIndex:
    digest = blake3(_INDEX_VERSION.encode())
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x00")
    key = digest.hexdigest()
    index = LexicalIndex.load(cache, key, owner=owner)
    if index is None:
        index = LexicalIndex.build(texts)
        index.store(cache, key, document, owner=owner)
    return index
