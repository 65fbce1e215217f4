"""How is the value of a field written, once it is known whether it stands in a sentence?"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from evals.generated.entry import Write
from evals.generated.pen import Pen


class Teller:
    """Makes what `Entry.write` wants, of a field and its value."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def text(self, key: str, text: str) -> Write:
        return lambda _: self._pen.say(key, text)

    def choice(self, key: str, text: str, value: str) -> Write:
        return lambda _: self._pen.say(key, text, value)

    def date(self, key: str, day: datetime.date) -> Write:
        return lambda in_prose: self._pen.date(key, day, in_prose=in_prose)

    def money(self, key: str, value: float) -> Write:
        return lambda _: self._pen.money(key, value)

    def percent(self, key: str, value: float) -> Write:
        return lambda _: self._pen.percent(key, value, 1)

    def count(self, key: str, value: int) -> Write:
        """In words only where there is a sentence."""
        return lambda in_prose: (
            self._pen.in_words(key, value) if in_prose else self._pen.say(key, str(value), value)
        )

    def claim(self, key: str, yes: Sequence[str], no: Sequence[str]) -> Write:
        """Either claim, at random, in a sentence that is drawn at once; "Yes" or "No" beside a
        label."""
        is_so = self._pen.chance(0.5)
        sentence, word = self._pen.pick(*(yes if is_so else no)), "Yes" if is_so else "No"
        return lambda in_prose: self._pen.flag(key, sentence if in_prose else word, is_so)

    def late_claim(self, key: str, yes: Sequence[str], no: Sequence[str]) -> Write:
        """As `claim`, in a sentence that is drawn only where the claim is told."""
        is_so = self._pen.chance(0.5)
        return lambda _: self._pen.flag(key, self._pen.pick(*(yes if is_so else no)), is_so)
