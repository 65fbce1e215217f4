"""How is one thing that a paper says set out: as a pair, in a row or as a sentence?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table
from evals.generated.pen import Pen

FORMS = ("pairs", "pairs", "table", "prose", "prose", "columns", "strip", "mixed")


@dataclass(frozen=True, slots=True)
class Entry:
    """The `sentence` says by itself what the `text` says beside the label."""

    label: str
    text: str
    sentence: str


def entry(pen: Pen, labels: str, text: str, *sentences: str) -> Entry:
    """One of the labels, which "|" parts; in a sentence "{}" stands for the text."""
    return Entry(pen.pick(*labels.split("|")), text, pen.pick(*sentences).format(text))


def drawn(pen: Pen, entries: Sequence[tuple[float, Callable[[], Entry]]]) -> list[Entry]:
    """Each with its chance; what is not drawn is not written and so not stated."""
    return [write() for share, write in entries if pen.chance(share)]


def entries_set_out(pen: Pen, entries: Sequence[Entry], form: str = "") -> list[Block]:
    """In the form, or in any."""
    if not entries:
        return []
    match form or pen.pick(*FORMS):
        case "pairs":
            return [_pairs(entries)]
        case "table":
            return [_table(pen, entries)]
        case "columns" if len(entries) > 3:
            middle = (len(entries) + 1) // 2
            return [Columns([_pairs(entries[:middle])], [_pairs(entries[middle:])])]
        case "strip":
            return _strips(entries)
        case "mixed" if len(entries) > 2:
            middle = len(entries) // 2
            return [_pairs(entries[:middle]), prose_of(entries[middle:])]
        case _:
            return [prose_of(entries)]


def prose_of(entries: Sequence[Entry]) -> Paragraph:
    return Paragraph(" ".join(one.sentence for one in entries))


def _pairs(entries: Sequence[Entry]) -> Pairs:
    return Pairs([(one.label, one.text) for one in entries])


def _table(pen: Pen, entries: Sequence[Entry]) -> Table:
    head = pen.pick(("Item", "Entry"), ("Particular", "Detail"), ("", ""))
    if pen.chance(0.4):
        rows = [[str(n), one.label, one.text] for n, one in enumerate(entries, start=1)]
        return Table(["No." if any(head) else "", *head], rows, 3)
    return Table(head, [[one.label, one.text] for one in entries], 2)


def _strips(entries: Sequence[Entry]) -> list[Block]:
    """Labels over what is said to them, a few beside each other."""
    wide = 3
    return [
        Table([one.label for one in part], [[one.text for one in part]], len(part))
        for part in (entries[start : start + wide] for start in range(0, len(entries), wide))
    ]
