"""How is a sheet written into a document's text: headings, notes and tables in reading order?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.text_writer import Ints, TextWriter
from ingest.workbook_blocks import Cells
from ingest.workbook_cells import Comment, SheetCells
from ingest.workbook_tables import Note, Table, parts_of
from schemas.document import Grid, SegmentKind
from schemas.source_map import column_letters

CELL_GLUE = " | "


def write_sheet(
    writer: TextWriter, sheet: SheetCells, place: int, *, expects_head: bool = False
) -> None:
    """The sheet's name is a heading of level 1 and stands in no cell. Comments and cells that
    have a name come at the end."""
    writer.gap("\n\n")
    start, _ = writer.write(sheet.name)
    writer.segment(SegmentKind.HEADING, start, place, level=1)
    for part in parts_of(sheet, expects_head=expects_head):
        if isinstance(part, Note):
            _write_note(writer, sheet, place, part)
        else:
            _write_table(writer, sheet, place, part)
    for comment in sheet.comments:
        _write_comment(writer, place, comment)
    _write_names(writer, sheet, place)


def _write_note(writer: TextWriter, sheet: SheetCells, place: int, note: Note) -> None:
    writer.gap("\n\n")
    start, stop = writer.write(sheet.texts[note.cell])
    writer.place((start, stop), place, int(sheet.rows[note.cell]), sheet.box(note.cell))
    if note.is_title:
        writer.segment(SegmentKind.HEADING, start, place, level=2)
    else:
        writer.segment(SegmentKind.PARAGRAPH, start, place)


def _write_table(writer: TextWriter, sheet: SheetCells, place: int, table: Table) -> None:
    """All at once: a sheet may have millions of cells."""
    writer.gap("\n\n")
    grid, base = len(writer.grids), writer.length
    cells = np.concatenate(table.rows)
    sizes = np.array([len(row) for row in table.rows])
    first = np.cumsum(sizes) - sizes  # of each row, among the cells
    starts, stops = _bounds(sheet, cells, first)
    row_starts, row_stops = starts[first], stops[first + sizes - 1]
    writer.write_cells(
        "\n".join(_line(sheet, row) for row in table.rows),
        starts,
        stops,
        place,
        sheet.rows[cells],
        _boxes(sheet, cells),
    )
    for number, (start, stop) in enumerate(
        zip(row_starts.tolist(), row_stops.tolist(), strict=True)
    ):
        writer.segment_to(SegmentKind.ROW, base + start, base + stop, place, grid, number)
    columns = sheet.columns[cells] - table.first_column
    numbers = np.repeat(np.arange(len(table.rows)), sizes)
    writer.grids.append(
        Grid(
            place=place,
            num_rows=len(table.rows),
            num_columns=table.num_columns,
            num_head_rows=table.num_head_rows,
            cells=np.column_stack((numbers, columns, starts + base, stops + base)).astype(np.int32),
            heads=_heads(table, cells, starts + base, stops + base),
        )
    )


def _line(sheet: SheetCells, row: Cells) -> str:
    return CELL_GLUE.join([sheet.texts[cell] for cell in row.tolist()])


def _bounds(sheet: SheetCells, cells: Cells, first: npt.NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Where the text of each cell starts and stops in that of the table."""
    texts = sheet.texts
    lengths = np.fromiter((len(texts[cell]) for cell in cells.tolist()), np.int32, len(cells))
    glue = np.full(len(cells), len(CELL_GLUE), dtype=np.int32)
    glue[first] = 1  # a line break
    glue[0] = 0
    stops = np.cumsum(glue + lengths, dtype=np.int32)
    return stops - lengths, stops


def _boxes(sheet: SheetCells, cells: Cells) -> Ints:
    columns, rows = sheet.columns[cells], sheet.rows[cells]
    boxes = np.column_stack((columns, rows, columns, rows))
    if sheet.merged_cells:
        places = np.flatnonzero(np.isin(cells, list(sheet.merged_cells)))
        for at in places.tolist():
            boxes[at] = sheet.merged_cells[int(cells[at])]
    return boxes


def _heads(
    table: Table, cells: Cells, starts: Ints, stops: Ints
) -> tuple[tuple[tuple[int, int], ...], ...]:
    num_cells = sum(len(row) for row in table.rows[: table.num_head_rows])
    spans = {
        int(cell): (int(starts[at]), int(stops[at])) for at, cell in enumerate(cells[:num_cells])
    }
    columns = range(table.first_column, table.first_column + table.num_columns)
    return tuple(tuple(spans[cell] for cell in table.heads.get(c, ())) for c in columns)


def _write_comment(writer: TextWriter, place: int, comment: Comment) -> None:
    by = f" by {comment.author}" if comment.author else ""
    address = f"{column_letters(comment.column)}{comment.row}"
    box = (comment.column, comment.row, comment.column, comment.row)
    writer.gap("\n\n")
    start, _ = writer.write(f"{comment.what}{by} on {address}: ")
    writer.place(writer.write(comment.text), place, comment.row, box)
    writer.segment(SegmentKind.ANNOTATION, start, place)


def _write_names(writer: TextWriter, sheet: SheetCells, place: int) -> None:
    """A cell that has a name can be asked for by it; a range that has one holds too much."""
    for named in sheet.names:
        left, top, right, bottom = named.box
        cell = sheet.cell_at(top, left) if (left, top) == (right, bottom) else None
        if cell is None:
            continue
        writer.gap("\n\n")
        start, _ = writer.write(f"{named.name}: ")
        writer.place(writer.write(sheet.texts[cell]), place, top, named.box)
        writer.segment(SegmentKind.ANNOTATION, start, place)
