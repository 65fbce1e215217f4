"""How is a file written that is cited by its parts: paragraphs, tables, slides, headers?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.normalise import normalise
from ingest.text_writer import Range, TextWriter
from schemas.document import Attachment, Document, Grid, SegmentKind
from schemas.errors import TooLarge
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.source_map import PlaceKind

_MAX_TABLE_COLUMNS = 16_384
MAX_SPAN = 1_000
"""Rows or columns that one cell reaches over; browsers stop there too."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a reader would look for: "paragraph" 12, or "footnote 3", which is not counted on."""

    label: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class PartCell:
    """A cell of a table as it stands there, rows and columns from 0."""

    row: int
    column: int
    text: str
    num_rows: int = 1
    num_columns: int = 1


class PartWriter:
    """Text is normalised here; what is empty then leaves no trace."""

    def __init__(self, name: str, limits: IngestSettings) -> None:
        self._name, self._limits = name, limits
        self._writer = TextWriter(limits.max_characters)
        self._labels: dict[str, int] = {}
        self._cells_left = limits.max_cells

    def heading(self, text: str, level: int, part: Part | None) -> None:
        """Without a part it stands nowhere in the file, and says only what follows."""
        if text := normalise(text):
            start = self._writer.length + (2 if self._writer.length else 0)
            self._writer.section(start, level, text)
            self._block([text], part, SegmentKind.HEADING, level)

    def end_sections(self) -> None:
        """What follows stands under no heading."""
        self._writer.section(self._writer.length, 0, "")

    def paragraph(self, text: str, part: Part, kind: SegmentKind = SegmentKind.PARAGRAPH) -> None:
        """Lines keep their breaks."""
        lines = [line for line in map(normalise, text.split("\n")) if line]
        if lines:
            self._block(lines, part, kind)

    def lines(
        self,
        lines: Iterable[tuple[str, Part]],
        is_joined: Callable[[str, str], bool] = lambda before, after: False,
    ) -> None:
        """One paragraph whose lines are parts of their own; those that are joined, such as lines
        that only wrapped, have a blank between them."""
        kept = [(line, text, part) for text, part in lines if (line := normalise(text))]
        if not kept:
            return
        self._writer.gap("\n\n")
        start = self._writer.length
        for at, (line, text, part) in enumerate(kept):
            if at:
                self._writer.write(" " if is_joined(kept[at - 1][1], text) else "\n")
            self._place(self._writer.write(line), part)
        self._writer.segment(SegmentKind.PARAGRAPH, start, self._place_of(kept[0][2]))

    def table(self, cells: Sequence[PartCell], part: Part, num_head_rows: int) -> None:
        """Cells may come in any order; of those that overlap, the first is kept."""
        placed = self._placed(cells)
        if not placed:
            return
        num_rows = max(cell.row for cell in placed) + 1
        num_columns = max(cell.column + cell.num_columns for cell in placed)
        num_head_rows = min(num_head_rows, num_rows - 1) if num_rows > 1 else 0
        place, grid = self._place_of(part), len(self._writer.grids)
        spans: dict[tuple[int, int], Range] = {}
        before = -1
        for cell in placed:
            if cell.row != before:
                self._end_row(before, place, grid)
                self._writer.gap("\n" if spans else "\n\n")
                self._row_start, before = self._writer.length, cell.row
            else:
                self._writer.write(" | ")
            span = self._writer.write(cell.text)
            self._writer.place(span, place, part.number, _box_of(cell))
            spans[cell.row, cell.column] = span
        self._end_row(before, place, grid)
        self._writer.grids.append(
            Grid(
                place=place,
                num_rows=num_rows,
                num_columns=num_columns,
                num_head_rows=num_head_rows,
                cells=np.array([(*at, *span) for at, span in spans.items()], dtype=np.int32),
                heads=_heads(placed, spans, num_head_rows, num_columns),
            )
        )

    def document(
        self,
        document_id: str,
        media_type: str,
        *,
        warnings: Sequence[Problem] = (),
        metadata: Mapping[str, str] | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> Document:
        return self._writer.document(
            document_id,
            self._name,
            media_type,
            kind=PlaceKind.PART,
            labels=tuple(self._labels),
            warnings=tuple(warnings),
            metadata=metadata,
            attachments=tuple(attachments),
        )

    def _block(
        self, lines: Sequence[str], part: Part | None, kind: SegmentKind, level: int = 0
    ) -> None:
        self._writer.gap("\n\n")
        start = self._writer.length
        for at, line in enumerate(lines):
            if at:
                self._writer.write("\n")
            span = self._writer.write(line)
            if part:
                self._place(span, part)
        self._writer.segment(kind, start, self._place_of(part) if part else 1, level=level)

    def _place(self, span: Range, part: Part) -> None:
        self._writer.place(span, self._place_of(part), part.number)

    def _place_of(self, part: Part) -> int:
        return self._labels.setdefault(part.label, len(self._labels) + 1)

    def _placed(self, cells: Sequence[PartCell]) -> list[PartCell]:
        """Those with text, in the order of rows and columns."""
        self._cells_left -= len(cells)
        if self._cells_left < 0:
            raise TooLarge(
                f"{self._name}: has more cells than the limit of {self._limits.max_cells:,}; "
                "split the file or raise NEEDLEPOINT_INGEST__MAX_CELLS",
                param=self._name,
            )
        found: dict[tuple[int, int], PartCell] = {}
        for cell in cells:
            if cell.column + cell.num_columns > _MAX_TABLE_COLUMNS:
                raise TooLarge(
                    f"{self._name}: a table has more than {_MAX_TABLE_COLUMNS:,} columns; split it",
                    param=self._name,
                )
            if text := normalise(cell.text):
                found.setdefault(
                    (cell.row, cell.column),
                    PartCell(cell.row, cell.column, text, cell.num_rows, cell.num_columns),
                )
        return [found[at] for at in sorted(found)]

    def _end_row(self, row: int, place: int, grid: int) -> None:
        if row >= 0:
            start = self._row_start
            self._writer.segment(SegmentKind.ROW, start, place, grid=grid, row=row)


def _box_of(cell: PartCell) -> tuple[int, int, int, int]:
    """First column, first row, last column, last row, from 1."""
    return (
        cell.column + 1,
        cell.row + 1,
        cell.column + cell.num_columns,
        cell.row + cell.num_rows,
    )


def _heads(
    cells: Sequence[PartCell],
    spans: Mapping[tuple[int, int], Range],
    num_head_rows: int,
    num_columns: int,
) -> tuple[tuple[Range, ...], ...]:
    """A head stands over every column that its cell reaches."""
    heads: list[list[Range]] = [[] for _ in range(num_columns)]
    for cell in cells:
        if cell.row < num_head_rows:
            for column in range(cell.column, cell.column + cell.num_columns):
                heads[column].append(spans[cell.row, cell.column])
    return tuple(map(tuple, heads))
