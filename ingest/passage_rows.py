"""How does one row of a grid read when it stands alone?"""

from __future__ import annotations

import numpy as np

from schemas.document import Grid, Piece

_GLUE = Piece(" | ")


class GridRows:
    """The rows of one grid; where they begin is found once, and a row is taken apart only when
    it is asked for: a long table would not fit in memory otherwise."""

    def __init__(self, text: str, grid: Grid) -> None:
        self._text, self._grid = text, grid
        self._starts = np.searchsorted(grid.cells[:, 0], np.arange(grid.num_rows + 1))
        self._heads: dict[int, list[Piece]] = {}

    def pieces(self, row: int) -> list[Piece]:
        """ "label | head: cell | head: cell", the heads of several levels joined with a blank.

        The first cell is the label, without its head, where it is made of words. A row without
        heads, and a row of heads, is as it stands in the document.
        """
        first, last = self._starts[row : row + 2].tolist()
        cells = self._grid.cells[first:last, 1:].tolist()
        if not cells:
            return []
        if row < self._grid.num_head_rows or not any(self._grid.heads):
            start, stop = cells[0][1], cells[-1][2]
            return [Piece(self._text[start:stop], start)]
        pieces: list[Piece] = []
        for at, (column, start, stop) in enumerate(cells):
            cell = self._text[start:stop]
            if at:
                pieces.append(_GLUE)
            if at or not _is_label(cell, column):
                pieces.extend(self._head(column))
            pieces.append(Piece(cell, start))
        return pieces

    def _head(self, column: int) -> list[Piece]:
        known = self._heads.get(column)
        if known is None:
            known = self._heads[column] = _head_pieces(self._text, self._grid, column)
        return known


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
