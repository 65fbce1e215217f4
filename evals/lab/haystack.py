"""How is a haystack of so many tokens made, and a needle put at such a depth?

One text serves all lengths: a longer haystack begins with the shorter one, and a needle changes
only the paragraph it stands in, so that what was read for one cell of a grid serves the next.
As Kamradt's test does, a needle goes behind the last end of a sentence before its place.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from schemas.errors import InvalidInput

CountTokens = Callable[[Sequence[str]], Sequence[int]]

BREAK = "\n\n"
_BATCH = 64  # small, so that a source behind another is not opened before its time
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*(?=\s+\S)")
Line = TypeVar("Line")
_Place = tuple[int, int]  # paragraph, character of it


@dataclass(frozen=True, slots=True)
class Haystack:
    """`starts` are the tokens before each paragraph."""

    paragraphs: tuple[str, ...]
    starts: tuple[int, ...]
    num_tokens: int

    @property
    def text(self) -> str:
        return BREAK.join(self.paragraphs)

    def with_needles(self, needles: Sequence[tuple[float, str]]) -> tuple[str, list[float]]:
        """The text with each needle at its depth, from 0 to 100, and the depths that came of it.
        Needles at one place stand there in their order."""
        places = [self._place_of(depth) for depth, _ in needles]
        paragraphs = list(self.paragraphs)
        order = sorted(range(len(needles)), key=lambda at: (places[at], at))
        for at in reversed(order):
            number, character = places[at]
            paragraphs[number] = _inserted(paragraphs[number], character, needles[at][1])
        return BREAK.join(paragraphs), [self._depth_of(place) for place in places]

    def _place_of(self, depth: float) -> _Place:
        target = self.num_tokens * depth / 100
        number = max(0, bisect.bisect_right(self.starts, target) - 1)
        size = self._size_of(number)
        share = min(1.0, (target - self.starts[number]) / size) if size else 0.0
        paragraph = self.paragraphs[number]
        if depth >= 100:
            return number, len(paragraph)
        return number, _sentence_end_before(paragraph, round(share * len(paragraph)))

    def _depth_of(self, place: _Place) -> float:
        number, character = place
        share = character / max(1, len(self.paragraphs[number]))
        return 100 * (self.starts[number] + share * self._size_of(number)) / self.num_tokens

    def _size_of(self, number: int) -> int:
        is_last = number + 1 == len(self.starts)
        stop = self.num_tokens if is_last else self.starts[number + 1]
        return stop - self.starts[number]


class Hay:
    """Paragraphs as they come, counted as far as a haystack has asked for."""

    def __init__(self, paragraphs: Iterator[str], count_tokens: CountTokens) -> None:
        self._source, self._count_tokens = paragraphs, count_tokens
        self._paragraphs: list[str] = []
        self._starts = [0]  # one more than paragraphs: the last is the sum

    def of(self, num_tokens: int) -> Haystack:
        """At most so many tokens, and less by no more than a sentence."""
        if num_tokens < 1:
            raise InvalidInput("the lengths are too short for needles and a question")
        while self._starts[-1] < num_tokens:
            if not self._read_more():
                raise InvalidInput(
                    f"the haystack's text has {self._starts[-1]:,} tokens and {num_tokens:,} are "
                    "asked for: choose a longer text or smaller lengths"
                )
        whole = bisect.bisect_right(self._starts, num_tokens) - 1
        paragraphs, starts = self._paragraphs[:whole], self._starts[:whole]
        total = self._starts[whole]
        cut, size = self._cut(self._paragraphs[whole:][:1], num_tokens - total)
        if cut:
            paragraphs, starts, total = [*paragraphs, cut], [*starts, total], total + size
        if not paragraphs:
            raise InvalidInput(f"{num_tokens} tokens are too few for a haystack of this text")
        return Haystack(tuple(paragraphs), tuple(starts), total)

    def __iter__(self) -> Iterator[str]:
        """All paragraphs, from the first."""
        for at in itertools.count():
            if at == len(self._paragraphs) and not self._read_more():
                return
            yield self._paragraphs[at]

    def _read_more(self) -> bool:
        """Whether there was more."""
        batch = list(itertools.islice(self._source, _BATCH))
        counts = self._count_tokens([f"{text}{BREAK}" for text in batch]) if batch else []
        for paragraph, count in zip(batch, counts, strict=True):
            self._paragraphs.append(paragraph)
            self._starts.append(self._starts[-1] + count)
        return bool(batch)

    def _cut(self, following: Sequence[str], room: int) -> tuple[str, int]:
        """As many sentences of what follows as there is room for, and their tokens."""
        if not following:
            return "", 0
        ends = _sentence_ends(following[0])
        counts = self._count_tokens([f"{following[0][:end]}{BREAK}" for end in ends])
        fitting = [(end, count) for end, count in zip(ends, counts, strict=True) if count <= room]
        return (following[0][: fitting[-1][0]], fitting[-1][1]) if fitting else ("", 0)


def swapped_in(lines: list[Line], place: int, needle: Line) -> None:
    """Put a needle where a line stands, which goes to the end: among lines that are merged to
    passages, one more would shift all that follow into others."""
    lines.append(needle)
    lines[place], lines[-1] = lines[-1], lines[place]


def _sentence_end_before(paragraph: str, character: int) -> int:
    return max((end for end in _sentence_ends(paragraph) if end <= character), default=0)


def _sentence_ends(paragraph: str) -> list[int]:
    """Those that something follows."""
    return [match.end() for match in _SENTENCE_END.finditer(paragraph)]


def _inserted(paragraph: str, character: int, needle: str) -> str:
    before, after = paragraph[:character].rstrip(), paragraph[character:].lstrip()
    return " ".join(part for part in (before, needle, after) if part)
