"""Which keys and values do needles carry? RULER's: seven digits, adjective-noun, UUID.

Keys and values drawn together are all different, and none stands in the haystack by chance.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from enum import StrEnum

from evals.lab.words import ADJECTIVES, NOUNS

_FEW = 100  # draws in a row without a new one: there are none left


class Magic(StrEnum):
    """As RULER writes them in the plural."""

    NUMBERS = "numbers"
    WORDS = "words"
    UUIDS = "uuids"


class Draws:
    """Draws without repeats, and nothing that stands in `text`."""

    def __init__(self, rng: random.Random, text: str = "") -> None:
        self._rng, self._text = rng, text
        self._drawn: set[str] = set()

    def one(self, kind: Magic) -> str:
        for _ in range(_FEW):
            drawn = _DRAWS[kind](self._rng)
            if drawn not in self._drawn and drawn not in self._text:
                self._drawn.add(drawn)
                return drawn
        raise AssertionError(f"there are no {kind} left after {len(self._drawn)}")

    def some(self, kind: Magic, count: int) -> list[str]:
        return [self.one(kind) for _ in range(count)]

    def near(self, key: str, count: int) -> list[str]:
        """Pairs of words that share one with the key, by turns the noun and the adjective."""
        adjective, _, noun = key.partition("-")
        found: list[str] = []
        while len(found) < count:
            other = self.one(Magic.WORDS)
            first, _, second = other.partition("-")
            near = f"{first}-{noun}" if len(found) % 2 == 0 else f"{adjective}-{second}"
            if near not in self._drawn and near not in self._text:
                self._drawn.add(near)
                found.append(near)
        return found


def seeded(*parts: object) -> random.Random:
    """The same draws for the same parts, on every machine."""
    return random.Random("/".join(map(str, parts)))


def _number(rng: random.Random) -> str:
    return str(rng.randint(1_000_000, 9_999_999))


def _word(rng: random.Random) -> str:
    return f"{rng.choice(ADJECTIVES)}-{rng.choice(NOUNS)}"


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


_DRAWS: dict[Magic, Callable[[random.Random], str]] = {
    Magic.NUMBERS: _number,
    Magic.WORDS: _word,
    Magic.UUIDS: _uuid,
}
