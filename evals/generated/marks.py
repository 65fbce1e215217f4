"""Which words of a document that is being written state which field?

Marks are put around the words as the text is made, and are taken out where it is written into
a file. They may not be nested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evals.generated.place import find
from ingest.normalise import normalise

_OPEN, _NAMED, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_OPEN}(.*?){_NAMED}(.*?){_CLOSE}", re.DOTALL)
_MAX_CONTEXT_WORDS = 24


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of a mark and how they are found: see `Fact.after`."""

    quote: str
    after: str


def mark(key: str, text: str) -> str:
    return f"{_OPEN}{key}{_NAMED}{text}{_CLOSE}"


def unmarked(text: str) -> str:
    return _MARK.sub(r"\2", text)


def keys_in(text: str) -> list[str]:
    return [match[1] for match in _MARK.finditer(text)]


def marked_in(text: str) -> dict[str, Marked]:
    """The first mark of each key in a text whose order is the document's."""
    plain = ""
    places: dict[str, tuple[int, int]] = {}
    stop = 0
    for match in _MARK.finditer(text):
        plain += text[stop : match.start()]
        places.setdefault(match[1], (len(plain), len(plain) + len(match[2])))
        plain += match[2]
        stop = match.end()
    plain += text[stop:]
    return {
        key: Marked(normalise(plain[start:stop]), _context(plain, start, stop))
        for key, (start, stop) in places.items()
    }


def _context(plain: str, start: int, stop: int) -> str:
    """The fewest words before a mark that tell it from other places with the same words."""
    quote = plain[start:stop]
    words = [match.start() for match in re.finditer(r"\S+", plain[max(0, start - 600) : start])]
    starts = [start, *(max(0, start - 600) + word for word in reversed(words))]
    for first in starts[:_MAX_CONTEXT_WORDS]:
        after = normalise(plain[first:start])
        if find(plain, quote, after) == (start, stop):
            return after
    return ""
