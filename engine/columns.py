"""Which words does a column share with what is asked of it?"""

from __future__ import annotations

import re

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_GRAMMAR = {"the", "of", "and", "in", "an", "to", "for", "by", "on", "or", "is", "are"}
_TOTAL = re.compile(
    r"(?:(?:grand |sub-?\s?|net )?totals?|(?:zwischen|gesamt)?summe|total g[eé]n[eé]ral)\s*:?",
    re.IGNORECASE,
)
_SHORTENED = 3  # qty has no stem
_VOWELS = re.compile("[aeiou]")


def stems(text: str) -> set[str]:
    """The stems of a text's words, without its grammar."""
    words = [word.lower() for word in _WORD.findall(text.replace("%", " percent "))]
    found: list[str] = Stemmer.Stemmer("english").stemWords(words)
    pairs = zip(words, found, strict=True)
    kept = {word if len(word) <= _SHORTENED else stem for word, stem in pairs}
    return {word for word in kept if len(word) > 1 or word.isdigit()} - _GRAMMAR


def shared(asked: set[str], head: set[str]) -> float:
    """The share of the words asked that a head has; a shortened word (qty, desc) counts half."""
    met = sum(
        1.0 if word in head else 0.5 if any(_is_short(word, other) for other in head) else 0.0
        for word in asked
    )
    return met / max(1, len(asked))


def is_total(label: str) -> bool:
    return _TOTAL.fullmatch(label.strip()) is not None


def _is_short(one: str, other: str) -> bool:
    """Whether one of two words is the other shortened: its beginning, or its consonants."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or len(long) - len(short) < 2 or short[0] != long[0]:
        return False
    if len(short) >= 4 and long.startswith(short):
        return True
    letters = iter(re.sub("i$", "y", long[1:]))  # the stem of quantity is quantiti
    return not _VOWELS.search(short[1:]) and all(letter in letters for letter in short[1:])
