"""Which segment of a document holds a position?"""

from __future__ import annotations

from bisect import bisect_right

from schemas.document import Document


def segment_at(document: Document, position: int) -> int | None:
    """The number of the segment that holds a position of the text."""
    number = bisect_right(document.segments, position, key=lambda segment: segment.start) - 1
    return number if number >= 0 and position < document.segments[number].stop else None
