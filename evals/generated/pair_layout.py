"""How are labels laid out with what is said to them, and sentences beside them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table
from evals.generated.entry import Entry, Pair, Wording, told
from evals.generated.marks import unmarked
from evals.generated.pen import Pen

FORMAL = ("pairs", "pairs", "pairs", "headed", "columns", "strips")
"""The shapes of what comes from an office."""

_LOOSE = ("pairs", "pairs", "bare", "lines", "inline")
_FORMS = ("pairs", "pairs", "listed", "prose", "prose", "columns", "strips", "mixed")
_MAX_IN_COLUMN = 30
_MIN_PAIRS = {"columns": 4, "strips": 3}


def laid_out(pen: Pen, pairs: Sequence[Pair], shapes: Sequence[str] = ()) -> list[Block]:
    """In one of the shapes, or as pairs where there are too few for it. Without shapes the ones
    without a head, columns being among them where they are narrow."""
    if not pairs:
        return []
    shape = pen.pick(*(shapes or _loose_shapes(pairs)))
    return _shaped(pen, pairs, shape if len(pairs) >= _MIN_PAIRS.get(shape, 1) else "pairs")


def set_out(pen: Pen, wordings: Sequence[Wording], form: str = "") -> list[Block]:
    """In the form, or in any: as pairs of some shape, in prose, or half in each. Too few for
    the form are told in prose."""
    if not wordings:
        return []
    form, num = form or pen.pick(*_FORMS), len(wordings)
    if form == "mixed" and num > 2:
        return [_pairs_of(wordings[: num // 2]), _prose_of(wordings[num // 2 :])]
    if form in ("prose", "mixed") or (form == "columns" and num < _MIN_PAIRS["columns"]):
        return [_prose_of(wordings)]
    return _shaped(pen, [one.pair for one in wordings], form)


def section(pen: Pen, entries: Iterable[Entry], prose_share: float) -> list[Block]:
    pairs, sentences = told(pen, entries, prose_share)
    return [*laid_out(pen, pairs, FORMAL), *paragraphs(pen, sentences)]


def paragraphs(pen: Pen, sentences: Sequence[str], most: int = 4) -> list[Block]:
    """A few sentences each, in the order given."""
    blocks: list[Block] = []
    start = 0
    while start < len(sentences):
        stop = start + pen.rng.randint(1, most)
        blocks.append(Paragraph(" ".join(sentences[start:stop])))
        start = stop
    return blocks


def _prose_of(wordings: Sequence[Wording]) -> Paragraph:
    return Paragraph(" ".join(one.sentence for one in wordings))


def _pairs_of(wordings: Sequence[Wording]) -> Pairs:
    return Pairs([one.pair for one in wordings])


def _loose_shapes(pairs: Sequence[Pair]) -> Sequence[str]:
    is_narrow = max(len(unmarked(f"{label}{text}")) for label, text in pairs) <= _MAX_IN_COLUMN
    is_for_columns = is_narrow and len(pairs) >= _MIN_PAIRS["columns"]
    return [*_LOOSE, "columns"] if is_for_columns else _LOOSE


def _shaped(pen: Pen, pairs: Sequence[Pair], shape: str) -> list[Block]:
    match shape:
        case "pairs":
            return [Pairs(pairs)]
        case "bare":
            return [Table(["", ""], pairs, 2)]
        case "headed":
            return [Table([pen.pick("Item", "Subject"), pen.pick("Details", "Entry")], pairs, 2)]
        case "listed":
            return [_listed(pen, pairs)]
        case "columns":
            half = (len(pairs) + 1) // 2
            return [Columns([Pairs(pairs[:half])], [Pairs(pairs[half:])])]
        case "strips":
            return _strips(pairs)
        case "lines":
            return [_joined(pairs, "\n")]
        case _:
            assert shape == "inline", f"there is no shape {shape}"
            return [_joined(pairs, pen.pick(" | ", " · ", "; "))]


def _listed(pen: Pen, pairs: Sequence[Pair]) -> Table:
    """A table whose lines may be numbered."""
    head = pen.pick(("Item", "Entry"), ("Particular", "Detail"), ("", ""))
    if pen.chance(0.4):
        rows = [[str(n), *pair] for n, pair in enumerate(pairs, start=1)]
        return Table(["No." if any(head) else "", *head], rows, 3)
    return Table(head, pairs, 2)


def _strips(pairs: Sequence[Pair]) -> list[Block]:
    """Labels over what is said to them, a few beside each other."""
    runs = [pairs[start : start + 3] for start in range(0, len(pairs), 3)]
    return [
        Table([label for label, _ in run], [[text for _, text in run]], len(run)) for run in runs
    ]


def _joined(pairs: Sequence[Pair], between: str) -> Paragraph:
    return Paragraph(between.join(f"{label}: {text}" for label, text in pairs))
