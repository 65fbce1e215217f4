"""Which lines at the foot of a page or a column are notes to what stands above?

They are set smaller than the running text, and begin with a mark.
"""

from __future__ import annotations

import re

from ingest.pdf_lines import Row, box_of, text_of
from ingest.pdf_paragraphs import Paragraph
from ingest.pdf_table import Block, Rule, Table, overlap

_SMALLER = 0.93  # times the running text's size
_MARK = re.compile(
    r"^(?:(\d{1,3})(?=[^\W\d_]|\s|[\"“„‘(])|\((\d{1,2})\)|\[(\d{1,2})\]|[*†‡§¶]{1,3})"
)
_LISTED = re.compile(r"^(\d{1,3})\.(?=\s)")  # a note where a rule parts it from the text


def without_notes(
    regions: list[list[Block]], rules: list[Rule], body_size: float
) -> tuple[list[list[Block]], list[Paragraph]]:
    """The regions less the notes that end them, and those notes in order."""
    limit = _SMALLER * body_size
    if not any(_is_small(block, limit) for blocks in regions for block in blocks):
        return regions, []
    left: list[list[Block]] = []
    notes: list[Paragraph] = []
    for blocks in regions:
        start = _start(blocks, rules, limit)
        if start == 0 and not _stands_below(blocks, regions, limit):
            start = len(blocks)
        left.append(blocks[:start])
        notes += _notes([block for block in blocks[start:] if not isinstance(block, Table)])
    return left, notes


def _start(blocks: list[Block], rules: list[Rule], limit: float) -> int:
    """The first of the lines that are notes, to the region's end."""
    first = len(blocks)
    while first and _is_small(blocks[first - 1], limit):
        first -= 1
    small = [block for block in blocks[first:] if not isinstance(block, Table)]
    if small and _is_under_rule(small[0], rules):
        return first if any(map(_mark, small)) or _LISTED.match(text_of(small[0])) else len(blocks)
    marked = [index for index, row in enumerate(small, start=first) if _mark(row)]
    return marked[0] if marked else len(blocks)


def _is_small(block: Block, limit: float) -> bool:
    if isinstance(block, Table):
        return False
    return max(word.size for f in block for word in f.words) < limit


def _mark(row: Row) -> re.Match[str] | None:
    """The mark that a line begins with, a letter at least after it."""
    text = text_of(row)
    found = _MARK.match(text)
    return found if found and any(map(str.isalpha, text[found.end() :])) else None


def _is_under_rule(row: Row, rules: list[Rule]) -> bool:
    x0, y0, x1, y1 = box_of(row)
    height = y1 - y0
    return any(0 <= y0 - r.y < 1.5 * height and overlap((x0, x1), (r.x0, r.x1)) > 0 for r in rules)


def _stands_below(blocks: list[Block], regions: list[list[Block]], limit: float) -> bool:
    """Whether running text stands over a region that is notes from its beginning."""
    first = blocks[0]
    if isinstance(first, Table):
        return False
    x0, y0, x1, _ = box_of(first)
    rows = [b for r in regions if r is not blocks for b in r if not isinstance(b, Table)]
    over = [row for row in rows if box_of(row)[3] <= y0 + 1 and not _is_small(row, limit)]
    return any(overlap((x0, x1), (box_of(row)[0], box_of(row)[2])) > 0 for row in over)


def _notes(rows: list[Row]) -> list[Paragraph]:
    """Each note of its own; numbers count up."""
    runs: list[list[Row]] = []
    last: int | None = None
    for row in rows:
        found = _mark(row) or _LISTED.match(text_of(row))
        number = next((int(group) for group in found.groups() if group), None) if found else None
        if not runs or (found and (number is None or last is None or number == last + 1)):
            runs.append([])
            last = number
        runs[-1].append(row)
    return [Paragraph(run) for run in runs]
