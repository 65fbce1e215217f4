"""Where is a text cut that is longer than a passage may be?

At the ends of sentences, a sentence that is too long between words, and a word that is too
long anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

CountTokens = Callable[[Sequence[str]], Sequence[int]]
Range = tuple[int, int]

_SENTENCE = re.compile(r".+?(?:[.!?;][\"')\]]*(?=\s)|[。！？；]|\n|$)\s*", re.DOTALL)
_WORD = re.compile(r"\S+\s*")


def cut(text: str, span: Range, count_tokens: CountTokens, budget: int, first: int) -> list[Range]:
    """Ranges of at most `budget` tokens each, the first of at most `first`, in order; together
    they hold everything of the span but white space."""
    parts = _parts_of(text, [span], _SENTENCE)
    limit = max(1, min(first, budget))
    parts = _smaller(text, parts, count_tokens, limit, lambda long: _parts_of(text, long, _WORD))
    width = max(1, limit // 4)
    parts = _smaller(text, parts, count_tokens, limit, lambda long: _slices(long, width))
    counts = count_tokens([text[start:stop] for start, stop in parts])
    return [_stripped(text, run) for run in _merged(parts, counts, budget, first)]


def _parts_of(text: str, spans: Sequence[Range], pattern: re.Pattern[str]) -> list[Range]:
    return [found.span() for span in spans for found in pattern.finditer(text, *span)]


def _smaller(
    text: str,
    parts: Sequence[Range],
    count_tokens: CountTokens,
    limit: int,
    split: Callable[[list[Range]], list[Range]],
) -> list[Range]:
    """The parts, those of more than `limit` tokens split."""
    counts = count_tokens([text[start:stop] for start, stop in parts])
    smaller: list[Range] = []
    for part, count in zip(parts, counts, strict=True):
        smaller.extend(split([part]) if count > limit else [part])
    return smaller


def _slices(spans: Sequence[Range], width: int) -> list[Range]:
    return [
        (at, min(at + width, stop)) for start, stop in spans for at in range(start, stop, width)
    ]


def _merged(parts: Sequence[Range], counts: Sequence[int], budget: int, first: int) -> list[Range]:
    runs: list[Range] = []
    left = -1
    for (start, stop), count in zip(parts, counts, strict=True):
        if runs and count <= left:
            runs[-1] = (runs[-1][0], stop)
            left -= count
        else:
            left = (budget if runs else first) - count
            runs.append((start, stop))
    return runs


def _stripped(text: str, span: Range) -> Range:
    start, stop = span
    run = text[start:stop]
    return start + len(run) - len(run.lstrip()), stop - (len(run) - len(run.rstrip()))
