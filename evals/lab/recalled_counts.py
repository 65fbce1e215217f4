"""How many tokens has a text that an earlier trial had, too? Not counted again."""

from __future__ import annotations

from collections.abc import Sequence

from evals.lab.haystack import CountTokens


class RecalledCounts:
    """Haystacks of one length differ in a passage or two, and a million tokens take seconds to
    count. What neither this trial nor the one before asked for is forgotten."""

    def __init__(self, count_tokens: CountTokens) -> None:
        self._count_tokens = count_tokens
        self._before: dict[str, int] = {}
        self._now: dict[str, int] = {}

    def next_trial(self) -> None:
        self._before, self._now = self._now, {}

    def __call__(self, texts: Sequence[str]) -> list[int]:
        wanted = dict.fromkeys(text for text in texts if text not in self._now)
        new = [text for text in wanted if text not in self._before]
        self._now.update({text: self._before[text] for text in wanted if text in self._before})
        self._now.update(zip(new, self._count_tokens(new) if new else (), strict=True))
        return [self._now[text] for text in texts]
