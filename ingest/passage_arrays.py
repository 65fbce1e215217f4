"""How are passages kept as arrays, and read back without making all of their pieces?

A large workbook has tens of millions of pieces: they are taken in one passage at a time, and made
anew when a passage is looked at.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from schemas.document import Passage, Piece

Array = npt.NDArray[Any]


def passage_columns(passages: Iterable[Passage]) -> dict[str, Array]:
    """Pieces are (start, length), glue (-1 - its number, 0)."""
    glue: dict[str, int] = {}
    sections: dict[str, int] = {}
    pieces, rows = array("i"), array("i")
    for passage in passages:
        for piece in passage.pieces:
            if piece.start >= 0:
                pieces.append(piece.start)
                pieces.append(len(piece.text))
            else:
                pieces.append(-1 - glue.setdefault(piece.text, len(glue)))
                pieces.append(0)
        section = sections.setdefault(passage.section, len(sections))
        rows.extend((len(passage.pieces), passage.start, passage.stop, section, passage.num_tokens))
    told = json.dumps([list(glue), list(sections)]).encode("utf-8", "surrogatepass")
    return {
        "passages": np.frombuffer(rows, dtype=np.int32).reshape(-1, 5),
        "pieces": np.frombuffer(pieces, dtype=np.int32).reshape(-1, 2),
        "passage_texts": np.frombuffer(told, dtype=np.uint8),
    }


def passages_of_arrays(text: str, arrays: Mapping[str, Array]) -> list[Passage]:
    """They hold on to the text and to the array of pieces."""
    glue_texts, sections = json.loads(arrays["passage_texts"].tobytes())
    glue = tuple(Piece(glue_text) for glue_text in glue_texts)
    rows = arrays["passages"]
    bounds = [0, *np.cumsum(rows[:, 0]).tolist()]
    return [
        Passage(
            StoredPieces(text, arrays["pieces"], glue, first, last),
            start,
            stop,
            sections[section],
            num_tokens,
        )
        for (first, last), (_, start, stop, section, num_tokens) in zip(
            pairwise(bounds), rows.tolist(), strict=True
        )
    ]


class StoredPieces(Sequence[Piece]):
    """Some rows of the array of all pieces; equal to any sequence of the same pieces."""

    __slots__ = ("_first", "_glue", "_last", "_rows", "_text")

    def __init__(
        self, text: str, rows: Array, glue: tuple[Piece, ...], first: int, last: int
    ) -> None:
        self._text, self._rows, self._glue = text, rows, glue
        self._first, self._last = first, last

    def __len__(self) -> int:
        return self._last - self._first

    def __iter__(self) -> Iterator[Piece]:
        text, glue = self._text, self._glue
        for start, length in self._rows[self._first : self._last].tolist():
            if start >= 0:
                yield Piece(text[start : start + length], start)
            else:
                yield glue[-1 - start]

    @overload
    def __getitem__(self, at: int) -> Piece: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Piece, ...]: ...

    def __getitem__(self, at: int | slice) -> Piece | tuple[Piece, ...]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
