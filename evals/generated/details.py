"""How are labelled details set out, so that not all documents look the same?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table
from evals.generated.marks import unmarked
from evals.generated.pen import Pen

_MAX_IN_COLUMN = 30
Detail = tuple[str, str]
Optional = tuple[str, Callable[[], str]]
"""A label and what writes the words behind it, if they are wanted."""


def chosen(pen: Pen, options: Sequence[Optional], share: float = 0.6) -> list[Detail]:
    return [(label, write()) for label, write in options if pen.chance(share)]


def sentences(pen: Pen, options: Sequence[Callable[[], str]], share: float = 0.6) -> list[str]:
    return [write() for write in options if pen.chance(share)]


def laid_out(pen: Pen, details: Sequence[Detail]) -> list[Block]:
    """As pairs, as a table with or without lines, in columns, line by line or in a strip."""
    if not details:
        return []
    shapes = ["pairs", "pairs", "table", "lines", "strip"]
    is_narrow = max(len(unmarked(f"{label}{text}")) for label, text in details) <= _MAX_IN_COLUMN
    match pen.pick(*shapes, *(["columns"] if is_narrow and len(details) > 3 else [])):
        case "pairs":
            return [Pairs(details)]
        case "table":
            return [Table(["", ""], details, 2)]
        case "columns":
            half = (len(details) + 1) // 2
            return [Columns([Pairs(details[:half])], [Pairs(details[half:])])]
        case "lines":
            return [Paragraph("\n".join(f"{label}: {text}" for label, text in details))]
        case _:
            between = pen.pick(" | ", " · ", "; ")
            return [Paragraph(between.join(f"{label}: {text}" for label, text in details))]
