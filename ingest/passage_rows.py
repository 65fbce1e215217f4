"""How does one row of a grid read when it stands alone?"""

from __future__ import annotations

from schemas.document import Grid, Piece

Cell = tuple[int, int, int]
"""Column, start, stop."""


class GridRows:
    """The rows of one grid; they are found once, so that a long table costs no search a row."""

    def __init__(self, text: str, grid: Grid) -> None:
        self._text, self._grid = text, grid
        self._rows: list[list[Cell]] = [[] for _ in range(grid.num_rows)]
        for row, column, start, stop in grid.cells.tolist():
            self._rows[row].append((column, start, stop))

    def pieces(self, row: int) -> list[Piece]:
        """ "label | head: cell | head: cell", the heads of several levels joined with a blank.

        The first cell is the label, without its head, where it is made of words. A row without
        heads, and a row of heads, is as it stands in the document.
        """
        cells = self._rows[row]
        if not cells:
            return []
        if row < self._grid.num_head_rows or not any(self._grid.heads):
            start, stop = cells[0][1], cells[-1][2]
            return [Piece(self._text[start:stop], start)]
        pieces: list[Piece] = []
        for at, (column, start, stop) in enumerate(cells):
            cell = self._text[start:stop]
            if at:
                pieces.append(Piece(" | "))
            if at or not _is_label(cell, column):
                pieces.extend(_head_pieces(self._text, self._grid, column))
            pieces.append(Piece(cell, start))
        return pieces


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
