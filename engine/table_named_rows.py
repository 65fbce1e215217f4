"""Which rows does a question name, whatever it asks about them?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from engine.table_cells import ColumnKind
from engine.table_frame import Frame
from engine.table_mentions import CellIndex

_MOST_ROWS = 4
_NUMBER = re.compile(r"(?<![\w.,/-])\d{4,}(?![\w.,/-]*\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")


class NamedRows:
    """`index_of` gives the cells of the frame of a number."""

    def __init__(self, frames: Sequence[Frame], index_of: Callable[[int], CellIndex]) -> None:
        self._frames, self._index_of = frames, index_of
        self._texts: list[str] | None = None

    def of(self, question: str) -> list[tuple[Frame, int]]:
        """The few rows that a cell picks whose words stand in the question: a number, such as
        B-056, or a name of several words. None where they are many, or where the words stand
        elsewhere too: what is asked for may be said there."""
        rows: set[tuple[int, int]] = set()
        num_cells: Counter[str] = Counter()
        for number, frame in enumerate(self._frames):
            for column, value in self._cells(question, number):
                has_it = (frame.texts[str(column)] == value).fill_null(value=False)
                found = has_it.arg_true().to_list()
                rows |= {(number, row) for row in found}
                num_cells[value] += len(found)
        if not 0 < len(rows) <= _MOST_ROWS:
            return []
        if any(self._num_of(value) != num_cells[value] for value in num_cells):
            return []
        return [(self._frames[number], row) for number, row in sorted(rows)]

    def _cells(self, question: str, number: int) -> set[tuple[int, str]]:
        cells = {(cell.column, cell.value) for cell in self._index_of(number).named_in(question)}
        own = {(column, value) for column, value in cells if _is_own(value)}
        return own | set(_numbers_named(question, self._frames[number]))

    def _num_of(self, value: str) -> int:
        """How often it stands in the documents."""
        if self._texts is None:
            documents = {id(frame.document): frame.document for frame in self._frames}
            self._texts = [document.text.casefold() for document in documents.values()]
        return sum(text.count(value.casefold()) for text in self._texts)


def _is_own(value: str) -> bool:
    """Whether a cell says which row it is, rather than of what kind."""
    return any(map(str.isdigit, value)) or len(value.split()) > 1


def _numbers_named(question: str, frame: Frame) -> Iterator[tuple[int, str]]:
    """Numbers of the question that are no years, for the columns of numbers."""
    for match in _NUMBER.finditer(question):
        if not _YEAR.fullmatch(match[0]):
            for column in frame.columns_of(ColumnKind.NUMBER):
                yield column, match[0]
