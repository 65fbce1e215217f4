"""Of which day is a statement? Of the one that its passage gives, else its section, else its
document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from engine.answers import Leaf, Place
from engine.customs import customs_of
from engine.dates_in_text import date_of, dates_in
from engine.lookup import Source
from schemas.document import Passage, SegmentKind

_HEADING = SegmentKind.HEADING


class StatementDates:
    """Looks up the days of statements in the documents that were asked."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._day_first: dict[int, bool | None] = {}

    def date_of(self, leaf: Leaf) -> date | None:
        """The latest day of the passage that states it, under the same heading and what it states
        aside; else of the headings above; else of the first passage that gives one: under the
        same heading, the heading above that, in the document."""
        if not leaf.places:
            return None
        place = leaf.places[0]
        passages = self._sources[place.document].passages
        at = bisect_right(passages, place.start, key=lambda passage: passage.start) - 1
        own = passages[max(at, 0)]
        start = max(own.start, self._last_heading(place.document, place.start))
        day = self._latest(start, own.stop, place) or self._of_text(place, own.section)
        if day is not None:
            return day
        for above in _sections(own.section):
            for passage in passages:
                if _is_under(passage, above):
                    last = self._last_heading(place.document, passage.stop - 1)
                    start = max(passage.start, last) if above == own.section else passage.start
                    day = self._latest(start, passage.stop, place)
                    if day is not None:
                        return day
        return None

    def _last_heading(self, number: int, position: int) -> int:
        """Where the heading above a position begins; 0 without one."""
        document = self._sources[number].document
        last = bisect_right(document.segments, position, key=lambda segment: segment.start)
        above = (s.start for s in reversed(document.segments[:last]) if s.kind is _HEADING)
        return next(above, 0)

    def _latest(self, first: int, last: int, apart: Place) -> date | None:
        text = self._sources[apart.document].document.text[first:last]
        days = [
            self._day(apart, text[start:stop])
            for start, stop in dates_in(text)
            if not _meets(apart, first + start, first + stop)
        ]
        return max((day for day in days if day is not None), default=None)

    def _of_text(self, place: Place, text: str) -> date | None:
        days = [self._day(place, text[start:stop]) for start, stop in dates_in(text)]
        return max((day for day in days if day is not None), default=None)

    def _day(self, place: Place, quote: str) -> date | None:
        if place.document not in self._day_first:
            text = self._sources[place.document].document.text
            self._day_first[place.document] = customs_of(text).day_first
        return date_of(quote, day_first=self._day_first[place.document])


def _sections(section: str) -> Iterator[str]:
    """The path of headings, then those above it, then "" for the document."""
    parts = section.split(" > ") if section else []
    for length in range(len(parts), -1, -1):
        yield " > ".join(parts[:length])


def _is_under(passage: Passage, section: str) -> bool:
    return not section or f"{passage.section} > ".startswith(f"{section} > ")


def _meets(place: Place, start: int, stop: int) -> bool:
    return start < place.stop and place.start < stop
