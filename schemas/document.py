"""What is a document once it has been read?

One text, normalised once, with segments in reading order, tables as grids, and a source map
that takes any range of the text to the place where it stands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import overload

import numpy as np
import numpy.typing as npt

from schemas.extraction import Problem
from schemas.source_map import SourceMap

GAPS = frozenset(
    {
        *("unreadable_page", "page_crashed", "page_slow", "page_large", "ocr_failed"),
        *("past_max_pages", "past_max_characters", "past_max_seconds", "after_lost_pages"),
    }
)
"""Codes of warnings that say of a part of a document that it was not read."""

PAST_MAX_SECONDS = "past_max_seconds"
"""The one that another reading, with more time, may come without."""


class SegmentKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ROW = "row"  # one row of a grid, its heads included
    FURNITURE = "furniture"  # running heads and feet: part of the text, kept out of passages
    ANNOTATION = "annotation"  # what a reader wrote on the page: a note, a comment, a text box


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the text, half-open. Segments are ordered, do not overlap, and only white space
    stands between them."""

    kind: SegmentKind
    start: int
    stop: int
    place: int  # page, sheet or line where it begins, from 1, as in the source map
    level: int = 0  # of a heading, from 1
    grid: int = -1  # index into Document.grids of a row
    row: int = -1  # row of that grid, from 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `cells` [n, 4] are row, column (from 0), start, stop of the cells that hold
    text, sorted by row and column. In the text, the cells of a row are joined by " | ".

    `heads[column]` are the text ranges that head that column, from the top head down; empty
    where the column has none. The rows before `num_head_rows` are heads.
    """

    place: int
    num_rows: int
    num_columns: int
    num_head_rows: int
    cells: npt.NDArray[np.int32]
    heads: tuple[tuple[tuple[int, int], ...], ...]

    def row_cells(self, row: int) -> npt.NDArray[np.int32]:
        """The rows of `cells` that belong to one row of the grid."""
        first = int(np.searchsorted(self.cells[:, 0], row, side="left"))
        last = int(np.searchsorted(self.cells[:, 0], row, side="right"))
        return self.cells[first:last]


@dataclass(frozen=True, slots=True)
class Page:
    """Size in points as displayed (rotation applied)."""

    number: int
    label: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """`formulas` are by cell ("B7"); the cached value is what stands in the text. Hidden rows and
    columns are runs, first and last, from 1; `names` are what ranges ("B7:C9") are called."""

    name: str
    num_rows: int
    num_columns: int
    is_hidden: bool = False
    formulas: Mapping[str, str] = field(default_factory=dict)
    hidden_rows: tuple[tuple[int, int], ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    num_comments: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a page leads to; `text[start:stop]` is what it stands behind, empty where
    that is no text."""

    uri: str
    place: int
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a document carries, without its bytes. `num_bytes` is what the document says,
    -1 where it does not; `place` is the page that it is pinned to, 0 for none."""

    name: str
    media_type: str
    num_bytes: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """`id` is the SHA-256 of the bytes in hex, `name` the file's name without its folder."""

    id: str
    name: str
    media_type: str
    text: str
    segments: tuple[Segment, ...]
    grids: tuple[Grid, ...]
    source_map: SourceMap
    pages: tuple[Page, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    warnings: tuple[Problem, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a passage's text: the slice of the document from `start`, or, where `start` is
    -1, glue that stands nowhere in it (" | ", ": ", a line break) and can not be cited."""

    text: str
    start: int = -1


class MadePieces(Sequence[Piece], ABC):
    """Pieces that are made each time they are looked at, for there may be millions; equal to any
    sequence of the same pieces."""

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[Piece]: ...

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, at: int) -> Piece: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Piece, ...]: ...

    def __getitem__(self, at: int | slice) -> Piece | tuple[Piece, ...]:
        return tuple(iter(self))[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(iter(self)) == tuple(iter(other))

    def __hash__(self) -> int:
        return hash(tuple(iter(self)))


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of a document that can be read alone: whole paragraphs or rows.

    `start` and `stop` bound its own text; the heads that are repeated for its rows may stand
    before. `section` are the headings above it, joined by " > ".
    """

    pieces: Sequence[Piece]
    start: int
    stop: int
    section: str
    num_tokens: int

    @property
    def text(self) -> str:
        pieces = self.pieces
        if isinstance(pieces, MadePieces):
            return pieces.text
        return "".join(piece.text for piece in pieces)
