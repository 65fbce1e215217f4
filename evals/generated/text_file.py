"""How are blocks written as plain text or Markdown?"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from evals.generated.blocks import (
    Block,
    Bullets,
    Columns,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    Table,
)
from evals.generated.marks import keys_in, unmarked


def text_of(blocks: Sequence[Block], width: int = 84) -> str:
    return "\n\n".join(filter(None, (_text(block, width) for block in blocks))) + "\n"


def markdown_of(blocks: Sequence[Block]) -> str:
    return "\n\n".join(filter(None, map(_markdown, blocks))) + "\n"


def _text(block: Block, width: int) -> str:
    match block:
        case Heading():
            text = unmarked(block.text)
            if block.level == 1:
                return text if keys_in(block.text) else text.upper()
            return f"{text}\n{'-' * len(text)}"
        case Paragraph():
            lines = unmarked(block.text).split("\n")
            return "\n".join(textwrap.fill(line, width, break_on_hyphens=False) for line in lines)
        case Pairs():
            pairs = [(unmarked(label), unmarked(text)) for label, text in block.pairs]
            wide = max(len(label) for label, _ in pairs) + 2
            return "\n".join(f"{label + ':':<{wide}} {text}" for label, text in pairs)
        case Table():
            return _aligned(block)
        case Bullets():
            marks = [f"{n}." if block.is_numbered else "-" for n in range(1, len(block.items) + 1)]
            return "\n".join(
                textwrap.fill(f"{sign} {unmarked(item)}", width, subsequent_indent="  ")
                for sign, item in zip(marks, block.items, strict=True)
            )
        case Columns():
            return text_of([*block.left, *block.right], width).rstrip()
        case PageBreak():
            return ""


def _aligned(table: Table) -> str:
    rows = [[unmarked(cell) for cell in row] for row in (table.head, *table.rows) if any(row)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < table.num_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _markdown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {unmarked(block.text)}"
        case Paragraph():
            return unmarked(block.text).replace("\n", "  \n")
        case Pairs():
            return "\n".join(f"- **{unmarked(k)}:** {unmarked(v)}" for k, v in block.pairs)
        case Table():
            rows = [[unmarked(cell) for cell in row] for row in (block.head, *block.rows)]
            lines = [f"| {' | '.join(row)} |" for row in rows]
            return "\n".join([lines[0], "|" + " --- |" * len(block.head), *lines[1:]])
        case Bullets():
            return "\n".join(
                f"{f'{number}.' if block.is_numbered else '-'} {unmarked(item)}"
                for number, item in enumerate(block.items, start=1)
            )
        case Columns():
            return markdown_of([*block.left, *block.right]).rstrip()
        case PageBreak():
            return "---"
