"""Which facts of a document stand beside a label, which in a sentence, which are left out?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from evals.generated.pen import Pen

Pair = tuple[str, str]
Write = Callable[[bool], str]
PairOption = tuple[str, Callable[[], str]]
"""A label and what writes the words beside it, if they are wanted."""

_LURE_SHARE = 0.7
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact that is told with the chance `share`, "{}" in its sentences being what `write`
    returns; it is called once, with whether the words stand in a sentence. With no labels it is
    always a sentence, with no sentences always a pair. Where the fact is not told, a sentence
    `instead` may say something similar."""

    labels: Sequence[str]
    sentences: Sequence[str]
    write: Write
    share: float = 1.0
    instead: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A fact written before it is known how it is set out: the `sentence` says by itself what
    the `text` says beside the label."""

    label: str
    text: str
    sentence: str

    @property
    def pair(self) -> Pair:
        return self.label, self.text


def told(
    pen: Pen, entries: Iterable[Entry], prose_share: float, *, always_draws: bool = False
) -> tuple[list[Pair], list[str]]:
    """What stands beside labels, and the sentences, both in the order of the entries.

    With `always_draws` chance is asked for a sentence also where there is no label, so that
    documents stay what they were; the answer does not matter then.
    """
    pairs: list[Pair] = []
    sentences: list[str] = []
    for entry in entries:
        if not pen.chance(entry.share):
            if entry.instead and pen.chance(_LURE_SHARE):
                sentences.append(pen.pick(*entry.instead))
        elif _is_sentence(pen, entry, prose_share, always_draws):
            sentences.append(pen.pick(*entry.sentences).replace("{}", entry.write(True)))
        else:
            pairs.append((pen.pick(*entry.labels), entry.write(False)))
    return pairs, sentences


def _is_sentence(pen: Pen, entry: Entry, prose_share: float, always_draws: bool) -> bool:
    if not entry.sentences:
        return False
    if not entry.labels and not always_draws:
        return True
    return pen.chance(prose_share) or not entry.labels


def worded(pen: Pen, entries: Iterable[Entry]) -> list[Wording]:
    """Those that are told, in order; what is not told is not written and so not stated."""
    return [wording(pen, entry) for entry in entries if pen.chance(entry.share)]


def wording(pen: Pen, entry: Entry) -> Wording:
    """Written as it stands beside a label."""
    text = entry.write(False)
    label = pen.pick(*entry.labels)
    return Wording(label, text, pen.pick(*entry.sentences).replace("{}", text))


def drawn(pen: Pen, options: Iterable[Callable[[], T]], share: float) -> list[T]:
    """What those write that are wanted; each is with the chance `share`."""
    return [write() for write in options if pen.chance(share)]


def drawn_pairs(pen: Pen, options: Iterable[PairOption], share: float) -> list[Pair]:
    return [(label, write()) for label, write in options if pen.chance(share)]
