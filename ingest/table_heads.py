"""Which rows head a table that does not say so itself?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingest.part_writer import PartCell


def head_rows_of(cells: Sequence[PartCell], *, said: Collection[int] = ()) -> int:
    """How many rows at the top are heads: those of which the file says so, else the first one if
    it is made of words, is as wide as the table, and values stand below."""
    num_rows = max((cell.row for cell in cells), default=-1) + 1
    if said:
        return next((row for row in range(num_rows) if row not in said), num_rows)
    first = [cell for cell in cells if cell.row == 0 and cell.text.strip()]
    below = [cell for cell in cells if cell.row > 0]
    width = max((cell.column + cell.num_columns for cell in cells), default=0)
    is_whole = sum(cell.num_columns for cell in first) >= width - 1 and len(first) > 1
    has_values = any(_is_value(cell.text) for cell in below)
    is_words = not any(_is_value(cell.text) for cell in first)
    return 1 if is_whole and has_values and is_words else 0


def _is_value(text: str) -> bool:
    """Whether at least a third of what is written is digits, as in amounts, dates and counts."""
    digits = sum(letter.isdigit() for letter in text)
    return 3 * digits >= sum(not letter.isspace() for letter in text) > 0
