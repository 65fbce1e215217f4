"""How much may a workbook hold before it is refused?

Counted while it is read: a few kilobytes of XML can name one long text a million times.
"""

from __future__ import annotations

from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings

_ALWAYS_ALLOWED_CHARACTERS = 32 << 20
_LAST_ROW, _LAST_COLUMN = 1 << 20, 1 << 14


class CellBudget:
    def __init__(self, name: str, num_bytes: int, limits: IngestSettings) -> None:
        self._name = name
        self._max_cells = self._cells_left = limits.max_cells
        self._characters_left = min(
            max(_ALWAYS_ALLOWED_CHARACTERS, int(limits.max_expansion_ratio * num_bytes)),
            (1 << 31) - 1 - _ALWAYS_ALLOWED_CHARACTERS,
        )

    def take_cell(self) -> None:
        """Blank cells count too: they take as long to read."""
        self.take_cells(1)

    def take_cells(self, number: int) -> None:
        self._cells_left -= number
        if self._cells_left < 0:
            raise TooLarge(
                f"{self._name}: has more cells than the limit of {self._max_cells:,}; split the "
                "file or raise NEEDLEPOINT_INGEST__MAX_CELLS",
                param=self._name,
            )

    def take_text(self, row: int, column: int, num_characters: int) -> None:
        if not (0 < row <= _LAST_ROW and 0 < column <= _LAST_COLUMN):
            raise UnreadableDocument(
                f"{self._name}: a cell stands in row {row}, column {column}, which no sheet has; "
                "open the file in a spreadsheet program and save it again",
                param=self._name,
            )
        self._characters_left -= num_characters + 3
        if self._characters_left < 0:
            raise TooLarge(
                f"{self._name}: its cells repeat far more text than the file's size allows for; "
                "if it can be trusted, raise NEEDLEPOINT_INGEST__MAX_EXPANSION_RATIO",
                param=self._name,
            )
