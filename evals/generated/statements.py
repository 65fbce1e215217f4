"""Which facts of a document stand beside a label, and which in a sentence?"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.generated.blocks import Block, Paragraph
from evals.generated.pen import Pen

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """`write` is told whether it writes prose; "{}" in a sentence is where its words go. With no
    labels it is always a sentence, with no sentences always a pair."""

    labels: tuple[str, ...]
    sentences: tuple[str, ...]
    write: Callable[[bool], str]
    chance: float = 0.55


def parted(
    pen: Pen, statements: Sequence[Statement], share_in_prose: float
) -> tuple[list[Pair], list[str]]:
    """Pairs and sentences of those that this document makes."""
    pairs: list[Pair] = []
    sentences: list[str] = []
    for statement in statements:
        if not pen.chance(statement.chance):
            continue
        is_prose = bool(statement.sentences) and pen.chance(share_in_prose)
        if is_prose or not statement.labels:
            sentence = pen.pick(*statement.sentences)
            sentences.append(sentence.replace("{}", statement.write(True)))
        else:
            pairs.append((pen.pick(*statement.labels), statement.write(False)))
    return pairs, sentences


def run_together(pen: Pen, sentences: Sequence[str]) -> list[Block]:
    """Paragraphs of a few sentences each, in the order given."""
    blocks: list[Block] = []
    start = 0
    while start < len(sentences):
        stop = start + pen.rng.randint(1, 4)
        blocks.append(Paragraph(" ".join(sentences[start:stop])))
        start = stop
    return blocks


class Teller:
    """Makes what `Statement.write` wants, of a field and its value."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def text(self, key: str, text: str) -> Callable[[bool], str]:
        return lambda _: self._pen.say(key, text)

    def choice(self, key: str, text: str, value: str) -> Callable[[bool], str]:
        return lambda _: self._pen.say(key, text, value)

    def date(self, key: str, day: datetime.date) -> Callable[[bool], str]:
        return lambda in_prose: self._pen.date(key, day, in_prose=in_prose)

    def money(self, key: str, value: float) -> Callable[[bool], str]:
        return lambda _: self._pen.money(key, value)

    def number(self, key: str, value: float, places: int) -> Callable[[bool], str]:
        return lambda _: self._pen.number(key, value, places)

    def percent(self, key: str, value: float) -> Callable[[bool], str]:
        return lambda _: self._pen.percent(key, value, 1)

    def count(self, key: str, value: int) -> Callable[[bool], str]:
        """In words only where there is a sentence."""
        return lambda in_prose: (
            self._pen.in_words(key, value) if in_prose else self._pen.say(key, str(value), value)
        )

    def flag(self, key: str, sentences: Mapping[bool, tuple[str, ...]]) -> Callable[[bool], str]:
        """Either claim, at random."""
        value = self._pen.chance(0.5)
        return lambda _: self._pen.flag(key, self._pen.pick(*sentences[value]), value)
