"""What does a workbook say, sheet by sheet?"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator

from ingest.sniff import MediaType
from ingest.text_writer import TextTooLong, TextWriter
from ingest.workbook_cells import Runs, SheetCells
from ingest.workbook_other import OtherWorkbook
from ingest.workbook_parts import check_parts
from ingest.workbook_problems import hidden_parts, parts_not_read
from ingest.workbook_text import write_sheet
from ingest.workbook_xlsx import Xlsx
from schemas.document import Document, Sheet
from schemas.errors import ServiceError, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.source_map import PlaceKind, range_of

_OTHERS = (MediaType.XLS, MediaType.XLSB, MediaType.ODS)


def read_workbook(
    data: bytes,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    """Every row of every sheet, hidden ones included.

    The cached value of a formula stands in the text; where there is none, the formula itself.
    A sheet's name is a heading that stands in no cell, so the source map leaves it out.
    """
    is_other = media_type in _OTHERS
    parts = [] if media_type == MediaType.XLS else check_parts(data, name, limits)
    problems = list(parts_not_read(parts, name))
    writer = TextWriter(limits.max_characters)
    sheets: list[Sheet] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = (OtherWorkbook if is_other else Xlsx)(data, name, limits)
            for cells in _sheets(book, name, on_progress):
                write_sheet(writer, cells, len(sheets) + 1)
                sheets.append(_sheet_of(cells))
                problems.extend(hidden_parts(cells, name))
                del cells
    except (ServiceError, MemoryError, TextTooLong):
        raise
    except Exception as error:  # the file comes from anyone, and libraries fail in too many ways
        raise _unreadable(error, name) from error
    if not sheets:
        raise UnreadableDocument(f"{name}: the workbook has no sheet that can be read", param=name)
    return writer.document(
        document_id,
        name,
        media_type,
        kind=PlaceKind.SHEET,
        labels=tuple(sheet.name for sheet in sheets),
        sheets=tuple(sheets),
        warnings=(*problems, *book.problems),
    )


def _sheets(book: Xlsx | OtherWorkbook, name: str, on_progress: OnProgress) -> Iterator[SheetCells]:
    for done, cells in enumerate(book.sheets(), start=1):
        if cells is not None:
            yield _seen(_named(cells, done))
        on_progress(Progress("parse", done, book.num_sheets, "sheets", name))


def _named(cells: SheetCells, number: int) -> SheetCells:
    """Every sheet has a name that can be cited, also where a damaged file has none."""
    return cells if cells.name.strip() else dataclasses.replace(cells, name=f"Sheet {number}")


def _seen(cells: SheetCells) -> SheetCells:
    """Hidden rows and columns past the last cell hide nothing."""
    num_rows, num_columns = cells.size
    return dataclasses.replace(
        cells,
        hidden_rows=_up_to(num_rows, cells.hidden_rows),
        hidden_columns=_up_to(num_columns, cells.hidden_columns),
    )


def _up_to(last: int, runs: Runs) -> Runs:
    return tuple((start, min(stop, last)) for start, stop in runs if start <= last)


def _sheet_of(cells: SheetCells) -> Sheet:
    num_rows, num_columns = cells.size
    return Sheet(
        cells.name,
        num_rows,
        num_columns,
        cells.is_hidden,
        cells.formulas,
        hidden_rows=cells.hidden_rows,
        hidden_columns=cells.hidden_columns,
        names={named.name: range_of(named.box) for named in cells.names},
        num_comments=len(cells.comments),
    )


def _unreadable(error: Exception, name: str) -> UnreadableDocument:
    reason = " ".join(str(error).split())[:200]
    return UnreadableDocument(
        f"{name}: the workbook can not be read ({type(error).__name__}: {reason}); open it in "
        "a spreadsheet program and save it again as XLSX",
        param=name,
    )
