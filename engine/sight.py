"""What does the model's early layer see in the passages of these documents?

Passages that were read before come from the cache; of the others, the most promising are read
now, up to a budget of tokens, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from engine.attention_index import Looks, attention_scores
from engine.disk_cache import DiskCache
from engine.index_model import IndexModel
from engine.key_blocks import KeyBlocks
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
        on_read: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`on_read` is told the tokens of each batch that is read, and 0 between chunks that are
        looked through; what it raises ends the work, and what was read before is kept."""
        self._model, self._cache, self._owner = model, cache, owner
        self._granted, self._budget, self._on_read = budget, budget, on_read

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

    def read(self, views: Sequence[View], promises: Sequence[Scores]) -> None:
        """Read what is not read yet, the most promising first, as far as the budget goes.

        `promises` [num_questions, num_passages] of each view: the best of each question come
        first, then the second best of each, and at last what promises nothing, in reading order.
        """
        unread = [(at, number) for at, view in enumerate(views) for number in view.unread]
        if not unread or not self._budget:
            return
        promise = np.stack([promises[at][:, number] for at, number in unread], axis=1)
        ranks = np.argsort(np.argsort(-promise, axis=1, kind="stable"), axis=1)
        ranks = np.where(promise > 0, ranks, len(unread))
        order = np.argsort(ranks.min(axis=0), kind="stable").tolist()
        self._read(views, [unread[each] for each in order])

    def read_all(self, views: Sequence[View]) -> None:
        """In reading order."""
        self._read(views, [(at, number) for at, view in enumerate(views) for number in view.unread])

    def scores(self, view: View, looks: Looks) -> Scores:
        """[num_questions, num_passages]; not a number for passages that are not read."""
        return attention_scores(view.blocks.keys, looks, lambda: self._on_read(0))

    def _read(self, views: Sequence[View], wanted: Sequence[tuple[int, int]]) -> None:
        chosen: dict[int, list[int]] = {}
        for at, number in wanted:
            size = views[at].num_tokens[number]
            if size <= self._budget:
                self._budget -= size
                chosen.setdefault(at, []).append(number)
        for at, numbers in chosen.items():
            view = views[at]
            for batch in _batches(numbers, view.num_tokens):
                texts = [view.texts[number] for number in batch]
                keys = self._model.reader.read(texts, self._on_read)
                view.blocks.add(dict(zip(batch, keys, strict=True)))


class View:
    """One document as far as it was read."""

    def __init__(self, num_tokens: Sequence[int], texts: Sequence[str], blocks: KeyBlocks) -> None:
        self.num_tokens, self.texts, self.blocks = num_tokens, texts, blocks

    @property
    def unread(self) -> list[int]:
        return [number for number, keys in enumerate(self.blocks.keys) if keys is None]

    @property
    def num_tokens_seen(self) -> int:
        """Of the passages that are read by now."""
        keys = self.blocks.keys
        return sum(size for size, each in zip(self.num_tokens, keys, strict=True) if each)


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
