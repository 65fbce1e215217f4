"""What was read and answered so far, and who is told?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from engine.lookup import Source
from schemas.document import Passage
from schemas.extraction import Coverage, FieldResult, Usage
from schemas.progress import OnProgress, Progress

Selection = tuple[tuple[int, int], ...]
"""The passages that are read together, each as the numbers of its source and of itself."""


class Tally:
    """Counts one request. `told_seconds` is the time spent in `on_progress`, where a request
    may wait for others: it is no time of the work's own."""

    def __init__(
        self,
        num_fields: int,
        sources: Sequence[Source],
        on_progress: OnProgress,
    ) -> None:
        self._sources, self._on_progress = sources, on_progress
        self._total = 0
        self._num_fields = num_fields
        self._read: set[tuple[int, int]] = set()
        self._tokens_done = self._fields_done = 0
        self._prompt_tokens = self._cached_tokens = self._completion_tokens = 0
        self.read_seconds = self.answer_seconds = self.told_seconds = 0.0

    def expect(self, readings: Iterable[Iterable[tuple[int, Passage]]]) -> None:
        """These passages, each with the number of its source, are about to be read together."""
        self._total += sum(passage.num_tokens for reading in readings for _, passage in reading)

    def tokens_read(self, num_tokens: int) -> None:
        self._tokens_done = min(self._total, self._tokens_done + num_tokens)
        self._tell(Progress("read", self._tokens_done, self._total, "tokens"))

    def prefix_done(self, num_tokens: int, num_cached: int, seconds: float) -> None:
        self._prompt_tokens += num_tokens
        self._cached_tokens += num_cached
        self.read_seconds += seconds

    def step(self) -> None:
        """Another token of the answers."""
        self._tell(Progress("answer", self._fields_done, self._num_fields, "fields"))

    def answered(self, num_branch_tokens: int, num_answer_tokens: int, seconds: float) -> None:
        self._prompt_tokens += num_branch_tokens
        self._completion_tokens += num_answer_tokens
        self.answer_seconds += seconds

    def selection_done(self, selection: Selection) -> None:
        self._read.update(selection)

    def answers_final(self, num_fields: int, results: Sequence[FieldResult]) -> None:
        if not num_fields:
            return
        self._fields_done += num_fields
        self._tell(
            Progress("answer", self._fields_done, self._num_fields, "fields", fields=tuple(results))
        )

    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            completion_tokens=self._completion_tokens,
        )

    def coverage(self) -> Coverage:
        everything = everything_in(self._sources)
        num_tokens, num_read = self._num_tokens(everything), self._num_tokens(self._read)
        return Coverage(
            num_tokens=num_tokens,
            num_tokens_read=num_read,
            num_passages=len(everything),
            num_passages_read=len(self._read),
            share_read=round(num_read / num_tokens, 4) if num_tokens else 1.0,
        )

    def _num_tokens(self, selection: Iterable[tuple[int, int]]) -> int:
        return sum(self._sources[s].passages[p].num_tokens for s, p in selection)

    def _tell(self, progress: Progress) -> None:
        begun = time.monotonic()
        self._on_progress(progress)
        self.told_seconds += time.monotonic() - begun


def everything_in(sources: Sequence[Source]) -> Selection:
    return tuple((s, p) for s, source in enumerate(sources) for p in range(len(source.passages)))
