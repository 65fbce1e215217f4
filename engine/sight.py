"""What does the model's early layer see in the passages of these documents?

Of a document that was prepared, everything. Of any other, the passages that promise most, up to a
budget of tokens: which they are depends on the documents and the questions alone, so that an
answer is the same whatever is in the cache. Those of them that are in it are not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from engine.attention_index import Looks, attention_scores
from engine.disk_cache import DiskCache
from engine.index_model import IndexModel
from engine.key_blocks import KeyBlocks
from engine.passage_keys import PassageKeys
from schemas.document import Passage

Scores = npt.NDArray[np.float32]
_KEPT_TOKENS = 4096  # read between two writes


class Sight:
    """Of one request: `budget` is in tokens, of all its documents together."""

    def __init__(
        self,
        model: IndexModel,
        cache: DiskCache,
        budget: int,
        *,
        owner: str = "",
        reads: bool = True,
        on_read: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Where it does not read (`reads`), what the cache lacks stays unseen.

        `on_read` is told the tokens of each batch that is read, and 0 between chunks that are
        looked through; what it raises ends the work, and what was read before is kept.
        """
        self._model, self._cache, self._owner = model, cache, owner
        self._granted, self._budget, self._on_read = budget, budget, on_read
        self._reads = reads

    def renew(self) -> None:
        """The whole budget once more, for another document."""
        self._budget = self._granted

    def looks(self, questions: Sequence[str]) -> Looks:
        return self._model.encoder.looks(questions)

    def view(self, passages: Sequence[Passage], texts: Sequence[str], document: str) -> View:
        """Of one document; `texts` are its passages as they are looked up."""
        blocks = KeyBlocks(
            self._cache, self._model.fingerprint, texts, document=document, owner=self._owner
        )
        return View([passage.num_tokens for passage in passages], texts, blocks)

    def choose(self, views: Sequence[View], promises: Sequence[Scores]) -> None:
        """Let the passages be seen that promise most, as far as the budget goes.

        `promises` [num_questions, num_passages] of each view: the best of each question come
        first, then the second best of each, and at last what promises nothing, in reading order.
        What is below zero is left out.
        """
        unseen = [
            (at, number)
            for at, view in enumerate(views)
            for number in view.unseen
            if promises[at][:, number].max() >= 0
        ]
        if not unseen or not self._budget:
            return
        promise = np.stack([promises[at][:, number] for at, number in unseen], axis=1)
        ranks = np.argsort(np.argsort(-promise, axis=1, kind="stable"), axis=1)
        ranks = np.where(promise > 0, ranks, len(unseen))
        order = np.argsort(ranks.min(axis=0), kind="stable").tolist()
        for at, number in (unseen[each] for each in order):
            size = views[at].num_tokens[number]
            if size <= self._budget:
                self._budget -= size
                views[at].chosen.add(number)
        if self._reads:
            for view in views:
                self._read(view, [n for n in sorted(view.chosen) if view.blocks.keys[n] is None])

    def prepare(self, view: View) -> None:
        """Read all that is not read yet, whatever the budget; it is seen as a whole from now on."""
        self._read(view, view.unread)
        view.blocks.mark_prepared()

    def scores(self, view: View, looks: Looks) -> Scores:
        """[num_questions, num_passages]; not a number for passages that are not seen."""
        return attention_scores(view.seen, looks, lambda: self._on_read(0))

    def _read(self, view: View, numbers: Sequence[int]) -> None:
        for batch in _batches(numbers, view.num_tokens):
            texts = [view.texts[number] for number in batch]
            keys = self._model.reader.read(texts, self._on_read)
            view.blocks.add(dict(zip(batch, keys, strict=True)))


class View:
    """One document as far as a request sees it."""

    def __init__(self, num_tokens: Sequence[int], texts: Sequence[str], blocks: KeyBlocks) -> None:
        self.num_tokens, self.texts, self.blocks = num_tokens, texts, blocks
        self.is_prepared = blocks.is_prepared
        self.chosen: set[int] = set()

    @property
    def seen(self) -> list[PassageKeys | None]:
        """By passage; None for one that is not to be seen, or not read yet."""
        keys = self.blocks.keys
        if self.is_prepared:
            return list(keys)
        return [each if number in self.chosen else None for number, each in enumerate(keys)]

    @property
    def unseen(self) -> list[int]:
        if self.is_prepared:
            return []
        return [number for number in range(len(self.texts)) if number not in self.chosen]

    @property
    def unread(self) -> list[int]:
        return [number for number, keys in enumerate(self.blocks.keys) if keys is None]

    @property
    def num_tokens_seen(self) -> int:
        return _total(self.num_tokens, self.seen)

    @property
    def num_tokens_kept(self) -> int:
        """Of the passages that are in the cache."""
        return _total(self.num_tokens, self.blocks.keys)


def _total(num_tokens: Sequence[int], keys: Sequence[PassageKeys | None]) -> int:
    return sum(size for size, each in zip(num_tokens, keys, strict=True) if each is not None)


def _batches(numbers: Sequence[int], num_tokens: Sequence[int]) -> list[list[int]]:
    """Runs in reading order that are kept together."""
    batches: list[list[int]] = []
    size = _KEPT_TOKENS
    for number in sorted(numbers):
        if size >= _KEPT_TOKENS:
            batches.append([])
            size = 0
        batches[-1].append(number)
        size += num_tokens[number]
    return batches
