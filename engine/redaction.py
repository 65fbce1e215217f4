"""What is left of a text that no longer says something?

A text that says all it said but for the one thing that is asked is the hardest to be honest about:
everything that is like the answer is still there.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Sequence

Span = tuple[int, int]

_ENDS = re.compile(r"\n|(?<=[.!?;])[ \t]+(?=[^\W\d_a-z]|[\"“(\d])")
_MOST_REMOVED = 0.4  # of a text: what is left is to be the same text still
_BLANK_SHARE = 0.35  # of what stands in no sentence: the label stays, as in a form not filled in


def redacted(
    text: str, places: Sequence[Span], rng: random.Random
) -> tuple[str, list[Span]] | None:
    """The text without the sentences or lines of some places, or without the bare words where they
    are no part of a sentence; with the spans that were taken out, in order.

    None where too much of it would go.
    """
    ends = [0, *(match.end() for match in _ENDS.finditer(text)), len(text)]
    is_blanked = rng.random() < _BLANK_SHARE
    spans = sorted({_span_of(text, ends, place, is_blanked) for place in places})
    removed: list[Span] = []
    for start, stop in spans:
        if removed and start <= removed[-1][1]:
            removed[-1] = removed[-1][0], max(stop, removed[-1][1])
        else:
            removed.append((start, stop))
    if sum(stop - start for start, stop in removed) > _MOST_REMOVED * len(text):
        return None
    kept, begin = [], 0
    for start, stop in removed:
        kept.append(text[begin:start])
        begin = stop
    return "".join([*kept, text[begin:]]), removed


def _span_of(text: str, ends: Sequence[int], place: Span, is_blanked: bool) -> Span:
    start = ends[bisect_right(ends, place[0]) - 1]
    stop = next(end for end in ends if end >= place[1])
    is_sentence = text[start:stop].rstrip().endswith((".", "!", "?", ";"))
    is_in_words_too = text.startswith(")", place[1])  # nine (9)
    if is_blanked and not is_sentence and not is_in_words_too and text[start : place[0]].strip():
        return place
    return start, stop
