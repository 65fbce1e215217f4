"""How is a sheet written into a document's text: headings, notes and tables in reading order?"""

from __future__ import annotations

import numpy as np

from ingest.text_writer import Range, TextWriter
from ingest.workbook_cells import SheetCells
from ingest.workbook_tables import Note, Table, parts_of
from schemas.document import Grid, SegmentKind

CELL_GLUE = " | "


def write_sheet(
    writer: TextWriter, sheet: SheetCells, place: int, *, expects_head: bool = False
) -> None:
    """The sheet's name is a heading of level 1 and stands in no cell."""
    writer.gap("\n\n")
    start, _ = writer.write(sheet.name)
    writer.segment(SegmentKind.HEADING, start, place, level=1)
    for part in parts_of(sheet, expects_head=expects_head):
        if isinstance(part, Note):
            _write_note(writer, sheet, place, part)
        else:
            _write_table(writer, sheet, place, part)


def _write_note(writer: TextWriter, sheet: SheetCells, place: int, note: Note) -> None:
    writer.gap("\n\n")
    span = _write_cell(writer, sheet, place, note.cell)
    if note.is_title:
        writer.segment(SegmentKind.HEADING, span[0], place, level=2)
    else:
        writer.segment(SegmentKind.PARAGRAPH, span[0], place)


def _write_table(writer: TextWriter, sheet: SheetCells, place: int, table: Table) -> None:
    grid = len(writer.grids)
    left = table.first_column
    spans: dict[int, Range] = {}
    cells: list[tuple[int, int, int, int]] = []
    for number, row in enumerate(table.rows):
        writer.gap("\n" if number else "\n\n")
        start = writer.length
        for at, cell in enumerate(row.tolist()):
            if at:
                writer.write(CELL_GLUE)
            span = _write_cell(writer, sheet, place, cell)
            cells.append((number, int(sheet.columns[cell]) - left, *span))
            if number < table.num_head_rows:
                spans[cell] = span
        writer.segment(SegmentKind.ROW, start, place, grid=grid, row=number)
    heads = tuple(
        tuple(spans[cell] for cell in table.heads.get(left + column, ()))
        for column in range(table.num_columns)
    )
    writer.grids.append(
        Grid(
            place=place,
            num_rows=len(table.rows),
            num_columns=table.num_columns,
            num_head_rows=table.num_head_rows,
            cells=np.array(cells, dtype=np.int32).reshape(-1, 4),
            heads=heads,
        )
    )


def _write_cell(writer: TextWriter, sheet: SheetCells, place: int, cell: int) -> Range:
    span = writer.write(sheet.texts[cell])
    writer.place(span, place, int(sheet.rows[cell]), sheet.box(cell))
    return span
