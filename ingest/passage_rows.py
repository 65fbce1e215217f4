"""How does one row of a grid read when it stands alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from schemas.document import Grid, MadePieces, Piece

_GLUE = Piece(" | ")


class GridRows:
    """The rows of one grid; where they begin is found once, and a row is taken apart only when
    it is asked for: a long table would not fit in memory otherwise."""

    def __init__(self, text: str, grid: Grid, number: int) -> None:
        """`number` is that of the grid in its document."""
        self.number = number
        self._text, self._grid = text, grid
        self._has_heads = any(grid.heads)
        self._starts = np.searchsorted(grid.cells[:, 0], np.arange(grid.num_rows + 1))
        self._heads: dict[int, tuple[list[Piece], str]] = {}

    def part(self, row: int) -> Piece | RowPieces | None:
        """A row under heads, or a row without heads or of heads as it stands in the document;
        None for one that holds nothing."""
        cells = self._cells(row)
        if not cells:
            return None
        if row >= self._grid.num_head_rows and self._has_heads:
            return RowPieces(self, row)
        start, stop = cells[0][1], cells[-1][2]
        return Piece(self._text[start:stop], start)

    def pieces(self, row: int) -> Iterator[Piece]:
        """ "label | head: cell | head: cell", the heads of several levels joined with a blank.

        The first cell is the label, without its head, where it is made of words.
        """
        for at, (column, start, stop) in enumerate(self._cells(row)):
            cell = self._text[start:stop]
            if at:
                yield _GLUE
            if at or not _is_label(cell, column):
                yield from self._head(column)[0]
            yield Piece(cell, start)

    def text(self, row: int) -> str:
        """What these pieces are together, without making them: this is asked of every row."""
        text, cells = self._text, self._cells(row)
        parts = [self._head(column)[1] + text[start:stop] for column, start, stop in cells]
        column, start, stop = cells[0]
        if _is_label(text[start:stop], column):
            parts[0] = text[start:stop]
        return _GLUE.text.join(parts)

    def _cells(self, row: int) -> list[list[int]]:
        """Column, start and stop of each cell."""
        first, last = self._starts[row : row + 2].tolist()
        cells: list[list[int]] = self._grid.cells[first:last, 1:].tolist()
        return cells

    def _head(self, column: int) -> tuple[list[Piece], str]:
        known = self._heads.get(column)
        if known is None:
            pieces = _head_pieces(self._text, self._grid, column)
            known = self._heads[column] = (pieces, "".join(piece.text for piece in pieces))
        return known


class RowPieces(MadePieces):
    """Those of one row that stands under heads."""

    __slots__ = ("row", "rows")

    def __init__(self, rows: GridRows, row: int) -> None:
        self.rows, self.row = rows, row

    def __iter__(self) -> Iterator[Piece]:
        return self.rows.pieces(self.row)

    @property
    def text(self) -> str:
        return self.rows.text(self.row)


Part = Piece | RowPieces


class PartedPieces(MadePieces):
    """Pieces among which whole rows stand."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[Piece]:
        for part in self.parts:
            if isinstance(part, Piece):
                yield part
            else:
                yield from part

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def _is_label(cell: str, column: int) -> bool:
    return column == 0 and any(letter.isalpha() for letter in cell)


def _head_pieces(text: str, grid: Grid, column: int) -> list[Piece]:
    pieces: list[Piece] = []
    for start, stop in grid.heads[column]:
        if pieces:
            pieces.append(Piece(" "))
        pieces.append(Piece(text[start:stop], start))
    if pieces:
        pieces.append(Piece(" " if pieces[-1].text.endswith(":") else ": "))
    return pieces
