"""Which lines of a paragraph did their writer end, and which only ran out of room?

The lines of an address or of a letter's head end where the next word would still have had room.
Those breaks are kept in the text: they part what belongs to different things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf_lines import Row, box_of, is_rtl, text_of
from ingest.pdf_table import Interval

_ROOM_EM = 2.5  # to spare, beside the word: less may be for what may not be parted from it
_NARROW, _NARROW_EM = 0.6, 16.0  # of the column's width, or by itself: prose is set wider
_FREE = 0.3  # of the column's width, at the end of a line
_FEW = 0.25  # lines that begin with a small letter, as those of prose do
_ENDS_SENTENCE = tuple(".!?;:")
_ADDRESS = re.compile(r"\S*(?:[@/]|\.\w)")  # of a site or for mail


def kept_breaks(rows: Sequence[Row], reach: Interval) -> list[bool]:
    """Of the breaks between the rows of a paragraph, on one page, in a column from `reach[0]` to
    `reach[1]`; one less than there are rows."""
    if len(rows) < 2:
        return []
    column = reach[1] - reach[0]
    boxes = [box_of(row) for row in rows]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    narrow = max(_NARROW * column, _NARROW_EM * rows[0][0].size)
    if right - left < narrow and _are_lines(rows):
        return [not _hangs(row, then) for row, then in pairwise(rows)]
    rooms = [_room(row, then, (left, right)) for row, then in pairwise(rows)]
    if not any(room > 0 for room in rooms):
        return [False] * len(rooms)
    return [
        room > 0 or _left_free(row, reach) > _FREE * column
        for room, row in zip(rooms, rows, strict=False)
    ]


def _are_lines(rows: Sequence[Row]) -> bool:
    """Whether they begin as lines do that were written one by one, and make no sentence. A script
    without capitals does not tell."""
    texts = [text_of(row) for row in rows]
    has_capitals = any(text.lower() != text.upper() for text in texts)
    if texts[-1].endswith(_ENDS_SENTENCE) or not has_capitals:
        return False
    num_small = sum(text[:1].islower() and not _ADDRESS.match(text) for text in texts[1:])
    return num_small <= _FEW * (len(texts) - 1)


def _hangs(row: Row, then: Row) -> bool:
    """Whether a list of figures goes on, further in, on the next line: as in an index."""
    return text_of(row).endswith(",") and then[0].x0 > row[0].x0 + 0.5 * row[0].size


def _room(row: Row, then: Row, width: Interval) -> float:
    """What would be left of a line had the next word been put on it; negative where it is short."""
    word = then[0].words[0]
    return _left_free(row, width) - (word.x1 - word.x0) - _ROOM_EM * word.size


def _left_free(row: Row, width: Interval) -> float:
    left, _, right, _ = box_of(row)
    return left - width[0] if is_rtl(text_of(row)) else width[1] - right
