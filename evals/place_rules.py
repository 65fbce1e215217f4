"""When does a citation point at the right place?

Of the first three citations of a leaf one must quote 1 to 80 words and stand on the page, or be a
range of at most 200 cells that holds the cell, or touch the range of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from evals.answer_rules import words_of
from schemas.extraction import Citation, PageRegion, SheetRegion

Cited = Sequence[Sequence[Citation]]
"""The citations of a field, by the leaves of its value."""
PlaceRule = Callable[[Cited], bool]

_MAX_CITATIONS = 3
_MAX_WORDS = 80
_MAX_CELLS = 200
_CELL = re.compile(r"([A-Z]+)(\d+)")


def on_pages(pages: Collection[int]) -> PlaceRule:
    def holds(citation: Citation) -> bool:
        found = [r.page for r in citation.regions if isinstance(r, PageRegion)]
        return any(page in pages for page in found)

    return _one_of_the_first(holds)


def in_cell(sheet: str, cell: str) -> PlaceRule:
    def holds(citation: Citation) -> bool:
        found = [r for r in citation.regions if isinstance(r, SheetRegion)]
        return any(r.sheet == sheet and range_holds(r.range, cell) for r in found)

    return _one_of_the_first(holds)


def touching(ranges: Iterable[tuple[int, int]]) -> PlaceRule:
    """Each of these ranges of the document's text must be touched by some leaf's citation."""
    wanted = list(ranges)

    def rule(cited: Cited) -> bool:
        quotes = [citation for leaf in cited for citation in _quotes(leaf)]
        return all(any(c.start < stop and start < c.stop for c in quotes) for start, stop in wanted)

    return rule


def quoting(bears_out: Callable[[str], bool]) -> PlaceRule:
    """The quote itself bears out the value."""
    return _one_of_the_first(lambda citation: bears_out(citation.quote))


def range_holds(cell_range: str, cell: str) -> bool:
    ends = [_CELL.fullmatch(end.replace("$", "")) for end in cell_range.upper().split(":")]
    point = _CELL.fullmatch(cell.upper())
    first, last = ends[0], ends[-1]
    if first is None or last is None or point is None or len(ends) > 2:
        return False
    left, right = sorted((_column_of(first[1]), _column_of(last[1])))
    top, bottom = sorted((int(first[2]), int(last[2])))
    if (right - left + 1) * (bottom - top + 1) > _MAX_CELLS:
        return False
    return left <= _column_of(point[1]) <= right and top <= int(point[2]) <= bottom


def _one_of_the_first(holds: Callable[[Citation], bool]) -> PlaceRule:
    return lambda cited: any(holds(citation) for leaf in cited for citation in _quotes(leaf))


def _quotes(leaf: Sequence[Citation]) -> list[Citation]:
    return [c for c in leaf[:_MAX_CITATIONS] if 1 <= len(words_of(c.quote)) <= _MAX_WORDS]


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
