"""Which value does a place of a document state, and which other words does it take?

What stands around the place is read too: the unit behind a number ("million"), the scale of its
table, the customs of the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.currencies import codes_of
from engine.customs import Customs, customs_of
from engine.numbers_in_text import NumberRead, numbers_in, read_number
from engine.segments import segment_at
from engine.table_scale import Scale, scale_of
from engine.units import unit_asked
from engine.values import NotThatKind, checked_number, value_of
from schemas.document import Document
from schemas.extraction import Match
from schemas.response_schema import Kind, Node

_CHARACTERS_AROUND = 80
_CUSTOMARY = (Kind.NUMBER, Kind.INTEGER, Kind.DATE)


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """`places` are ranges of the text: of the value, then of the words that scale it."""

    value: Any
    match: Match
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Reads values of one question off one document."""

    document: Document
    question: str
    customs: Customs

    @classmethod
    def of(cls, document: Document, question: str, kind: Kind) -> ValueReader:
        is_customary = kind in _CUSTOMARY
        customs = customs_of(document.text) if is_customary else Customs()
        return cls(document, question, customs)

    def value_at(self, node: Node, start: int, stop: int) -> PlacedValue:
        """Raises `NotThatKind` as `value_of` does."""
        quote = self.document.text[start:stop]
        if node.kind in (Kind.NUMBER, Kind.INTEGER):
            return self._number_at(node, start, stop)
        value, match = value_of(node, quote, self.question, self.customs)
        if node.kind is Kind.ENUM and codes_of(node.choices):
            amount = self._around(start, stop)  # a bare sign is hard to see on a page
            if amount != (start, stop):
                return PlacedValue(value, Match.NORMALISED, (amount,))
        return PlacedValue(value, match, ((start, stop),))

    def _number_at(self, node: Node, start: int, stop: int) -> PlacedValue:
        place, read = self._read_at(start, stop)
        if read is None:
            raise NotThatKind("it states no number")
        unit = unit_asked(self.question)
        scale = self._scale_at(start, read) if unit is not None else None
        factor = scale.factor if scale is not None else _plain_factor(read, unit)
        number = checked_number(node, read.value(factor, unit))
        if factor is None or factor == unit:
            return PlacedValue(number, Match.NORMALISED, (place,))
        places = (place,) if scale is None else (place, (scale.start, scale.stop))
        return PlacedValue(number, Match.DERIVED, places)

    def _read_at(self, start: int, stop: int) -> tuple[tuple[int, int], NumberRead | None]:
        """The number, with the unit that stands beside it, and where it stands with what it
        takes of it."""
        text = self.document.text
        bare = read_number(text[start:stop], self.question, self.customs)
        outer = self._around(start, stop)
        read = read_number(text[slice(*outer)], self.question, self.customs)
        if read is None or (bare is not None and read.value() == bare.value()):
            return (start, stop), read or bare
        return outer, read

    def _around(self, start: int, stop: int) -> tuple[int, int]:
        """The whole of the number that a place is a part of."""
        first, last = start - _CHARACTERS_AROUND, stop + _CHARACTERS_AROUND
        number = segment_at(self.document, start)
        if number is not None:
            segment = self.document.segments[number]
            first, last = max(first, segment.start), min(last, max(stop, segment.stop))
        first = max(first, 0)
        for stated in numbers_in(self.document.text[first:last], with_ordinals=True):
            outer = (first + stated.outer_start, first + stated.outer_stop)
            if outer[0] <= start and stop <= outer[1]:
                return outer
        return start, stop

    def _scale_at(self, start: int, read: NumberRead) -> Scale | None:
        tells_itself = read.factor is not None or read.is_percentage
        return None if tells_itself else scale_of(self.document, start)


def _plain_factor(read: NumberRead, unit: int | None) -> int | None:
    """1 for an amount of money that is told in full where it is asked for in millions."""
    is_in_full = unit is not None and read.is_money and abs(read.number) * 10 >= unit > 1
    return 1 if is_in_full and read.factor is None else None
