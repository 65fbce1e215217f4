"""Of what is a page made, before it is laid out? Texts may hold marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Line breaks in the text are kept."""

    text: str
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels with what is said to them."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """`num_left` columns hold words; the others are set to the right. `bold` rows are totals."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    num_left: int = 1
    bold: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bullets:
    items: Sequence[str]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Two runs of blocks side by side."""

    left: Sequence[Block]
    right: Sequence[Block]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Pairs | Table | Bullets | Columns | PageBreak


def flat(blocks: Sequence[Block]) -> str:
    """All the words in the order in which they are read, marks included."""
    return "\n".join(_lines(blocks))


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Pairs():
                yield from (f"{label} {text}" for label, text in block.pairs)
            case Table():
                yield from (" | ".join(row) for row in (block.head, *block.rows))
            case Bullets():
                yield from block.items
            case Columns():
                yield from _lines(block.left)
                yield from _lines(block.right)
            case PageBreak():
                pass
