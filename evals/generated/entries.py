"""Which facts of a document stand beside labels, which in sentences, and which are left unsaid?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table
from evals.generated.pen import Pen

Pair = tuple[str, str]
_LURE_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact that is told with the chance `share`, "{}" in its sentences being what `write`
    returns; it is called once, with whether the words stand in a sentence. Where the fact is
    not told, a sentence `instead` may say something similar."""

    labels: Sequence[str]
    sentences: Sequence[str]
    write: Callable[[bool], str]
    share: float = 1.0
    instead: Sequence[str] = ()


def claim(
    pen: Pen,
    key: str,
    label: Sequence[str],
    yes: Sequence[str],
    no: Sequence[str],
    share: float,
    chance_of_yes: float = 0.5,
) -> Entry:
    """Something that is or is not so."""
    is_so = pen.chance(chance_of_yes)
    sentence, word = pen.pick(*(yes if is_so else no)), "Yes" if is_so else "No"
    return Entry(
        label, ["{}"], lambda in_prose: pen.flag(key, sentence if in_prose else word, is_so), share
    )


def dated(
    pen: Pen,
    key: str,
    day: date,
    labels: Sequence[str],
    sentences: Sequence[str],
    share: float = 1.0,
    instead: Sequence[str] = (),
) -> Entry:
    return Entry(
        labels, sentences, lambda in_prose: pen.date(key, day, in_prose=in_prose), share, instead
    )


def worded(
    pen: Pen,
    key: str,
    text: str,
    labels: Sequence[str],
    sentences: Sequence[str],
    share: float = 1.0,
    instead: Sequence[str] = (),
) -> Entry:
    return Entry(labels, sentences, lambda _: pen.say(key, text), share, instead)


def told(pen: Pen, entries: Iterable[Entry], prose_share: float) -> tuple[list[Pair], list[str]]:
    """What stands beside labels, and the sentences, both in the order of the entries."""
    pairs: list[Pair] = []
    sentences: list[str] = []
    for entry in entries:
        if not pen.chance(entry.share):
            if entry.instead and pen.chance(_LURE_SHARE):
                sentences.append(pen.pick(*entry.instead))
        elif entry.sentences and (not entry.labels or pen.chance(prose_share)):
            sentences.append(pen.pick(*entry.sentences).replace("{}", entry.write(True)))
        else:
            pairs.append((pen.pick(*entry.labels), entry.write(False)))
    return pairs, sentences


def section(pen: Pen, entries: Iterable[Entry], prose_share: float) -> list[Block]:
    pairs, sentences = told(pen, entries, prose_share)
    return [*pair_blocks(pen, pairs), *paragraphs(pen, sentences)]


def pair_blocks(pen: Pen, pairs: Sequence[Pair]) -> list[Block]:
    if not pairs:
        return []
    form = pen.pick("pairs", "pairs", "pairs", "grid", "columns", "strip")
    if form == "grid":
        return [Table([pen.pick("Item", "Subject"), pen.pick("Details", "Entry")], pairs, 2)]
    if form == "columns" and len(pairs) > 3:
        half = (len(pairs) + 1) // 2
        return [Columns([Pairs(pairs[:half])], [Pairs(pairs[half:])])]
    if form == "strip" and len(pairs) > 2:
        runs = [pairs[start : start + 3] for start in range(0, len(pairs), 3)]
        return [Table([p[0] for p in run], [[p[1] for p in run]], len(run)) for run in runs]
    return [Pairs(pairs)]


def paragraphs(pen: Pen, sentences: Sequence[str], most: int = 4) -> list[Block]:
    """A few sentences each."""
    blocks: list[Block] = []
    start = 0
    while start < len(sentences):
        stop = start + pen.rng.randint(1, most)
        blocks.append(Paragraph(" ".join(sentences[start:stop])))
        start = stop
    return blocks
