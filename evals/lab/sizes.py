"""How many lines, words or edges make a text of so many tokens?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from evals.lab.haystack import CountTokens
from schemas.errors import InvalidInput

_CLOSE_ENOUGH, _AIM = 0.99, 0.995
_LEAST_SLOPE = 0.25  # tokens that one more of anything has
_MOST_TRIES = 8
_BATCH = 512


def fitted(
    text_of: Callable[[int], str], count_tokens: CountTokens, most: int, first: int = 16
) -> tuple[int, int]:
    """The size whose text has at most so many tokens, and its tokens: the first that is within
    one percent, else the best of a few tries. Texts must grow about evenly with their size.

    A long text takes seconds to count, so the search draws a line through the last two counts
    and does not halve.
    """
    before, size, best, best_tokens = (0, 0), max(1, first), 0, 0
    for _ in range(_MOST_TRIES):
        num_tokens = count_tokens([text_of(size)])[0]
        if best_tokens < num_tokens <= most:
            best, best_tokens = size, num_tokens
        if best_tokens >= _CLOSE_ENOUGH * most:
            break
        slope = (num_tokens - before[1]) / (size - before[0])
        before = (size, num_tokens)
        aim = size + int((_AIM * most - num_tokens) / max(slope, _LEAST_SLOPE))
        size = max(1, aim if aim != size else size - 1 if num_tokens > most else size + 1)
        if size == before[0]:
            break
    if best == 0:
        raise InvalidInput(f"nothing of this kind fits in {most} tokens: choose longer lengths")
    return best, best_tokens


def filled(
    lines: Iterable[str], count_tokens: CountTokens, most: int, glue: str = "\n"
) -> tuple[list[str], int]:
    """The first lines that have at most so many tokens together, with the glue behind each, and
    their tokens; fewer where there are no more."""
    taken: list[str] = []
    total = 0
    source = iter(lines)
    while batch := list(itertools.islice(source, _BATCH)):
        counts = count_tokens([f"{line}{glue}" for line in batch])
        for line, count in zip(batch, counts, strict=True):
            if total + count > most:
                return taken, total
            taken.append(line)
            total += count
    return taken, total
