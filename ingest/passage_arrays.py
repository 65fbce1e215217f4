"""How are passages kept as arrays, and read back without making all of their pieces?

A large workbook has tens of millions of pieces: a row of a grid is kept by its number, and its
pieces are made anew when a passage is looked at.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.passage_rows import GridRows, Part, PartedPieces, RowPieces
from schemas.document import Grid, MadePieces, Passage, Piece

Array = npt.NDArray[Any]


def passage_columns(passages: Iterable[Passage]) -> dict[str, Array]:
    """Pieces are (start, length), glue (-1 - its number, 0), and whole rows (number of the grid,
    -1 - row)."""
    glue: dict[str, int] = {}
    sections: dict[str, int] = {}
    pieces, rows = array("i"), array("i")
    for passage in passages:
        parts = _parts_of(passage)
        for part in parts:
            if isinstance(part, RowPieces):
                pieces.extend((part.rows.number, -1 - part.row))
            elif part.start >= 0:
                pieces.extend((part.start, len(part.text)))
            else:
                pieces.extend((-1 - glue.setdefault(part.text, len(glue)), 0))
        section = sections.setdefault(passage.section, len(sections))
        rows.extend((len(parts), passage.start, passage.stop, section, passage.num_tokens))
    told = json.dumps([list(glue), list(sections)]).encode("utf-8", "surrogatepass")
    return {
        "passages": np.frombuffer(rows, dtype=np.int32).reshape(-1, 5),
        "pieces": np.frombuffer(pieces, dtype=np.int32).reshape(-1, 2),
        "passage_texts": np.frombuffer(told, dtype=np.uint8),
    }


def _parts_of(passage: Passage) -> Sequence[Part]:
    pieces = passage.pieces
    if isinstance(pieces, PartedPieces):
        return pieces.parts
    return tuple(pieces.parts()) if isinstance(pieces, StoredPieces) else pieces


def passages_of_arrays(
    text: str, grids: Sequence[Grid], arrays: Mapping[str, Array]
) -> list[Passage]:
    """They hold on to the text, the grids and the array of pieces."""
    glue_texts, sections = json.loads(arrays["passage_texts"].tobytes())
    stored = _Stored(text, grids, arrays["pieces"], [Piece(glue) for glue in glue_texts])
    rows = arrays["passages"]
    bounds = [0, *np.cumsum(rows[:, 0]).tolist()]
    return [
        Passage(StoredPieces(stored, first, last), start, stop, sections[section], num_tokens)
        for (first, last), (_, start, stop, section, num_tokens) in zip(
            pairwise(bounds), rows.tolist(), strict=True
        )
    ]


class _Stored:
    """What the pieces of all passages are made of."""

    def __init__(
        self, text: str, grids: Sequence[Grid], pieces: Array, glue: Sequence[Piece]
    ) -> None:
        self._text, self._grids = text, grids
        self._pieces, self._glue = pieces, glue
        self._rows: dict[int, GridRows] = {}

    def parts(self, first: int, last: int) -> Iterator[Part]:
        for start, length in self._pieces[first:last].tolist():
            if length < 0:
                yield RowPieces(self._rows_of(start), -1 - length)
            elif start >= 0:
                yield Piece(self._text[start : start + length], start)
            else:
                yield self._glue[-1 - start]

    def _rows_of(self, grid: int) -> GridRows:
        known = self._rows.get(grid)
        if known is None:
            known = self._rows[grid] = GridRows(self._text, self._grids[grid], grid)
        return known


class StoredPieces(MadePieces):
    """Some rows of the array of all pieces."""

    __slots__ = ("_first", "_last", "_stored")

    def __init__(self, stored: _Stored, first: int, last: int) -> None:
        self._stored, self._first, self._last = stored, first, last

    def parts(self) -> Iterator[Part]:
        return self._stored.parts(self._first, self._last)

    def __iter__(self) -> Iterator[Piece]:
        for part in self.parts():
            if isinstance(part, Piece):
                yield part
            else:
                yield from part

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts())
