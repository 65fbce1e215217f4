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
        """`on_read` is told the tokens of each batch that is read; what it raises ends the work,
        and what was read before is kept."""
        self._model, self._cache, self._owner = model, cache, owner
        self._budget, self._on_read = budget, on_read

    def looks(self, questions: Sequence[str]) -> Looks:
        return self._model.encoder.looks(questions)

    def view(self, passages: Sequence[Passage], texts: Sequence[str], document: str) -> View:
        """Of one document; `texts` are its passages as they are looked up."""
        blocks = KeyBlocks(
            self._cache, self._model.fingerprint, texts, document=document, owner=self._owner
        )
        return View(self, [passage.num_tokens for passage in passages], texts, blocks)

    def read(self, view: View, numbers: Sequence[int]) -> None:
        """Read these passages, the first first, as far as the budget goes."""
        chosen: list[int] = []
        for number in numbers:
            size = view.num_tokens[number]
            if size <= self._budget:
                self._budget -= size
                chosen.append(number)
        for batch in _batches(chosen, view.num_tokens):
            texts = [view.texts[number] for number in batch]
            keys = self._model.reader.read(texts, self._on_read)
            view.blocks.add(dict(zip(batch, keys, strict=True)))


class View:
    """One document as far as it was read."""

    def __init__(
        self, sight: Sight, num_tokens: Sequence[int], texts: Sequence[str], blocks: KeyBlocks
    ) -> None:
        self._sight = sight
        self.num_tokens, self.texts, self.blocks = num_tokens, texts, blocks

    def scores(self, looks: Looks, promise: Scores) -> Scores:
        """[num_questions, num_passages]; not a number for passages that are not read.

        `promise` [num_questions, num_passages] says which are to be read first: the best of each
        question, then the second best of each.
        """
        unread = self.unread
        if unread:
            ranks = np.argsort(np.argsort(-promise[:, unread], axis=1, kind="stable"), axis=1)
            order = np.argsort(ranks.min(axis=0), kind="stable")
            self._sight.read(self, [unread[at] for at in order.tolist()])
        return attention_scores(self.blocks.keys, looks)

    def read_all(self) -> None:
        self._sight.read(self, self.unread)

    @property
    def num_tokens_seen(self) -> int:
        """Of the passages that are read by now."""
        keys = self.blocks.keys
        return sum(size for size, each in zip(self.num_tokens, keys, strict=True) if each)

    @property
    def unread(self) -> list[int]:
        return [number for number, keys in enumerate(self.blocks.keys) if keys is None]


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
