"""What does a table say, as columns of numbers, dates and words that can be computed with?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.customs import Customs, customs_of
from engine.lookup import Source
from engine.segments import segment_at
from engine.table_cells import ColumnKind, dates_of, decimals_of, kind_of, numbers_of
from engine.table_totals import formula_rows, total_rows
from engine.tables import Table, tables_in
from schemas.document import Document, Grid, Passage, SegmentKind

Ints = npt.NDArray[np.int32]
_SEGMENTS_ABOVE = 6
_TITLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    kind: ColumnKind
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of data of a table that begins on page or sheet `place`. Of column i, `values` has
    what its cells are read as, under "i" (null where there is no cell, or it is not of the
    column's kind), and `texts` what is printed. `starts` and `stops` [num_rows, num_columns] are
    the cells' ranges of the text, -1 where there is none. Rows that `is_total` [num_rows] sum up
    others."""

    source: int
    document: Document
    place: int
    title: str
    columns: tuple[Column, ...]
    values: pl.DataFrame
    texts: pl.DataFrame
    starts: Ints
    stops: Ints
    is_total: npt.NDArray[np.bool_]

    @property
    def heads(self) -> list[str]:
        return [column.head for column in self.columns]

    @property
    def num_rows(self) -> int:
        return len(self.starts)

    def columns_of(self, kind: ColumnKind) -> list[int]:
        return [i for i, column in enumerate(self.columns) if column.kind is kind]


def frames_in(sources: Sequence[Source], *, least_rows: int = 2) -> Iterator[Frame]:
    """All the tables of the documents that have heads and rows enough."""
    for number, source in enumerate(sources):
        document = source.document
        everything = Source(document, [Passage((), 0, len(document.text), "", 0)])
        for table in tables_in([everything], [(0, 0)]):
            if sum(grid.num_rows - grid.num_head_rows for grid in table.grids) >= least_rows:
                yield frame_of(Table(number, document, table.grids))


def frame_of(table: Table) -> Frame:
    document = table.document
    cells = _data_cells(table)
    num_rows = int(cells[-1, 0]) + 1 if len(cells) else 0
    heads = table.heads()
    starts = np.full((num_rows, len(heads)), -1, dtype=np.int32)
    stops = np.full((num_rows, len(heads)), -1, dtype=np.int32)
    starts[cells[:, 0], cells[:, 1]] = cells[:, 2]
    stops[cells[:, 0], cells[:, 1]] = cells[:, 3]
    customs = customs_of(document.text)
    columns, values, texts = [], {}, {}
    for number, head in enumerate(heads):
        printed = _texts(document, starts[:, number], stops[:, number])
        column, read = _column(head, printed, customs)
        columns.append(column)
        values[str(number)], texts[str(number)] = read, printed
    frame_texts, frame_values = pl.DataFrame(texts), pl.DataFrame(values)
    numeric = [i for i, column in enumerate(columns) if column.kind is ColumnKind.NUMBER]
    is_total = total_rows(frame_texts, frame_values, numeric, heads)
    is_total[formula_rows(document, table.grids[0].place, starts)] = True
    title = _title(document, table.grids[0])
    return Frame(
        table.source,
        document,
        table.grids[0].place,
        title,
        tuple(columns),
        frame_values,
        frame_texts,
        starts,
        stops,
        is_total,
    )


def _data_cells(table: Table) -> Ints:
    """The cells of the rows of data, with their rows numbered from 0 through all the grids."""
    if len(table.grids) == 1:
        first = next((int(row[0, 0]) for row in table.rows() if len(row)), None)
        cells = table.grids[0].cells
        kept = cells[cells[:, 0] >= first] if first is not None else cells[:0]
        numbers = np.unique(kept[:, 0], return_inverse=True)[1]
    else:
        rows = [row for row in table.rows() if len(row)]
        kept = np.concatenate([np.zeros((0, 4), dtype=np.int32), *rows])
        numbers = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    found = kept.astype(np.int32, copy=True)
    found[:, 0] = numbers
    return found


def _texts(document: Document, starts: Ints, stops: Ints) -> pl.Series:
    text = document.text
    bounds = zip(starts.tolist(), stops.tolist(), strict=True)
    printed = [text[start:stop] if start >= 0 else None for start, stop in bounds]
    return pl.Series(printed, dtype=pl.String).str.strip_chars()


def _column(head: str, texts: pl.Series, customs: Customs) -> tuple[Column, pl.Series]:
    kind = kind_of(texts)
    if kind is ColumnKind.NUMBER:
        return Column(head, kind, decimals_of(texts, customs)), numbers_of(texts, customs)
    if kind is ColumnKind.DATE:
        return Column(head, kind), dates_of(texts, customs)
    return Column(head, kind), texts


def _title(document: Document, grid: Grid) -> str:
    """The sheet's name, and the headings and short texts right above a table."""
    number = segment_at(document, int(grid.cells[0, 2]))
    told: list[str] = []
    for segment in reversed(document.segments[max(0, (number or 0) - _SEGMENTS_ABOVE) : number]):
        text = document.text[segment.start : segment.stop]
        if segment.kind is SegmentKind.ROW:
            break
        if segment.kind is not SegmentKind.FURNITURE and len(text) <= _TITLE_CHARACTERS:
            told.insert(0, text)
    if document.sheets:
        told.insert(0, document.sheets[grid.place - 1].name)
    return " > ".join(dict.fromkeys(told))
