"""Which lines of a page are its furniture: running heads and feet, page numbers?

A line at the edge of a page is furniture when it stands at the same place on pages near by,
digits masked, or when it carries a number that counts the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict

from ingest.pdf_lines import Row, box_of, text_of

LOOKAHEAD = 8  # pages that must have been seen past one before it is judged
_EDGE_ROWS = 3
_EDGE_SHARE = 0.13  # of the page's height, at its top and its foot
_MIN_PAGES = 3
_PLACE = 4.0  # points within which two lines stand at the same place
_NEAR = 2.5  # heights between a page's number and the line beside it
_ANYWHERE = 1 << 20  # the place of bare numbers: pages made from HTML end where their text does
_ROMAN = r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_BARE = re.compile(
    rf"^(?:page|seite|página|pagina|p\.)?[-–—( ]*(\d{{1,5}}|{_ROMAN})"
    r"(?: ?(?:of|/|von|de|sur|di|van) ?\d{1,5})?[-–—) ]*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"^\W*\d{1,5}\s+[^\W\dA-Z_]|[.;:!?][\"'”’)]*$")  # "18 see also": a note
_DIGITS = re.compile(rf"\d+|^{_ROMAN}(?= )|(?<= ){_ROMAN}$")
_NUMBER = re.compile(
    rf"^(?:page )?[-–—( ]*(\d{{1,5}}|{_ROMAN})\b|\b(\d{{1,5}}|{_ROMAN})[-–—) ]*$", re.IGNORECASE
)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}


class Furniture:
    """What stood at the edges of the pages seen so far."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._numbers: dict[tuple[int, int], set[int]] = defaultdict(set)

    def observe(self, page: int, rows: list[Row], height: float) -> None:
        for row in edge_rows(rows, height):
            for key in _keys(row):
                self._pages[key].add(page)
            for place in _places(row):
                for number in _numbers(row):
                    self._numbers[place, number - page].add(page)
        for row in _beside_number(rows):
            self._pages[text_of(row), _ANYWHERE].add(page)

    def is_furniture(self, page: int, row: Row) -> bool:
        return self._is_repeated(page, row) or self._counts_pages(page, row)

    def _is_repeated(self, page: int, row: Row) -> bool:
        if _is_bare(row):
            return False
        keys = [*_keys(row), (text_of(row), _ANYWHERE)]
        return any(len(self._near(page, self._pages[key])) >= _MIN_PAGES for key in keys)

    def _counts_pages(self, page: int, row: Row) -> bool:
        return any(
            len(self._near(page, self._numbers[place, number - page])) >= _MIN_PAGES
            for place in _places(row)
            for number in _numbers(row)
        )

    def _near(self, page: int, pages: set[int]) -> set[int]:
        return {other for other in pages if abs(other - page) <= LOOKAHEAD}


def printed_label(furniture: list[Row]) -> str:
    """The number that a page's running head or foot is, as it is printed; "" where none is."""
    bare = [found[1] for row in furniture if (found := _BARE.match(text_of(row)))]
    return bare[0] if len(bare) == 1 else ""


def edge_rows(rows: list[Row], height: float) -> list[Row]:
    """The first and last rows of a page that stand near its edges, and a number that ends it."""
    top = [r for r in rows[:_EDGE_ROWS] if box_of(r)[3] < _EDGE_SHARE * height]
    foot = [r for r in rows[-_EDGE_ROWS:] if box_of(r)[1] > (1 - _EDGE_SHARE) * height]
    if rows and rows[-1] not in foot and _is_bare(rows[-1]):
        foot.append(rows[-1])
    foot += [row for row in _beside_number(rows) if row not in foot]
    return top + [row for row in foot if row not in top]


def _beside_number(rows: list[Row]) -> list[Row]:
    """The last two lines, where one is the page's number and the other, without one, is near."""
    last = rows[-2:]
    if len(last) < 2 or _is_bare(last[0]) == _is_bare(last[1]):
        return []
    gap = box_of(last[1])[1] - box_of(last[0])[3]
    is_near = gap < _NEAR * (box_of(last[1])[3] - box_of(last[1])[1])
    return last if is_near else []


def _is_bare(row: Row) -> bool:
    """Whether it holds a page's number and nothing else."""
    return bool(_BARE.match(text_of(row)))


def _places(row: Row) -> list[int]:
    """Both buckets that a line's height may fall in, so that no edge parts two equal ones."""
    if _is_bare(row):
        return [_ANYWHERE]
    middle = (box_of(row)[1] + box_of(row)[3]) / 2
    return [int(middle / _PLACE), -1 - int(middle / _PLACE + 0.5)]


def _keys(row: Row) -> list[tuple[str, int]]:
    masked = _DIGITS.sub("#", text_of(row))
    return [(masked, place) for place in _places(row)]


def _numbers(row: Row) -> list[int]:
    text = text_of(row)
    if _SENTENCE.search(text) and not _is_bare(row):
        return []
    return [_number_of(one or other) for one, other in _NUMBER.findall(text) if one or other]


def _number_of(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN_DIGITS[letter] for letter in text.lower()]
    return sum(
        -value if value < after else value
        for value, after in zip(values, [*values[1:], 0], strict=True)
    )
