"""What does an XLSX or XLSM workbook say, sheet by sheet?

A sheet of ordinary size is taken apart cell by cell. One that is larger, or on which that fails,
is read by calamine, with what it lacks from one pass over the XML: what comes out is the same.
"""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property

from openpyxl.reader.strings import read_string_table
from python_calamine import CalamineSheet, CalamineWorkbook

from ingest.workbook_budget import CellBudget
from ingest.workbook_bulk import BulkReader
from ingest.workbook_cells import SheetCells
from ingest.workbook_comments import comments_of
from ingest.workbook_format import is_date_format
from ingest.workbook_marks import MarksReader, SheetMarks, count_cells
from ingest.workbook_names import names_on
from ingest.workbook_package import BookParts, SheetPart, book_parts
from ingest.workbook_panics import panics_as_errors
from ingest.workbook_problems import formulas_without_value, problem
from ingest.workbook_scan import scanned_marks
from ingest.workbook_sheet import SheetXml
from schemas.errors import ServiceError
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_MOST_BLANK = 8  # cells of the rectangle around them, for each cell that is there
_FEW_CELLS = 1 << 20


class Xlsx:
    """One open workbook; `problems` grow while its sheets are read."""

    def __init__(self, data: bytes, name: str, limits: IngestSettings) -> None:
        self._data, self._name = data, name
        self._full_cells = limits.full_cells
        self._package = zipfile.ZipFile(io.BytesIO(data))
        self._parts: BookParts = book_parts(self._package)
        self._limits = limits
        self._budget = self._new_budget()
        self.problems: list[Problem] = []

    @property
    def num_sheets(self) -> int:
        return len(self._parts.sheets)

    def sheets(self) -> Iterator[SheetCells | None]:
        """None for one that has no cells, such as a chart."""
        for number, part in enumerate(self._parts.sheets):
            if part.path and part.kind in ("worksheet", "xlMacrosheet"):
                cells = self._cells(number, part)
                comments = comments_of(self._package, self._parts, part, self._budget)
                names = names_on(self._parts, number)
                yield dataclasses.replace(cells, comments=comments, names=names)
            else:
                self.problems.append(self._not_a_sheet(part))
                yield None

    def _cells(self, number: int, part: SheetPart) -> SheetCells:
        cells = None
        if self._num_cells(part) > self._full_cells:
            cells = self._in_bulk_if_so(number, part)
        try:
            return cells or self._one_by_one(part)
        except (ServiceError, MemoryError):
            raise
        except Exception as error:
            return self._after(error, number, part)

    def _in_bulk_if_so(self, number: int, part: SheetPart) -> SheetCells | None:
        """None for a sheet that is mostly blank, or that calamine fails on."""
        try:
            marks = self._marks(part)
            return self._in_bulk(number, part, marks) if _is_dense(marks) else None
        except (ServiceError, MemoryError):
            raise
        except Exception:
            return None

    def _one_by_one(self, part: SheetPart) -> SheetCells:
        reader = SheetXml(self._strings, self._parts.styles, self._parts.epoch, self._budget)
        with self._package.open(part.path) as source:
            cells = reader.read(source, part)
        self._report_formulas(reader.without_value, part)
        return cells

    def _after(self, error: Exception, number: int, part: SheetPart) -> SheetCells:
        """What calamine makes of a sheet that we fail on; our error where it fails too."""
        try:
            cells = self._in_bulk(number, part, self._marks_if_any(part))
        except (ServiceError, MemoryError):
            raise
        except Exception:
            raise error from None
        reason = " ".join(str(error).split())[:100]
        self.problems.append(
            problem(
                "read_otherwise",
                f"sheet {part.name!r} is not as it should be ({type(error).__name__}: {reason}), "
                "so it was read by another library; compare with the source",
                self._name,
            )
        )
        return cells

    @panics_as_errors()
    def _in_bulk(self, number: int, part: SheetPart, marks: SheetMarks | None) -> SheetCells:
        reader = BulkReader(self._parts.styles, self._parts.epoch, self._budget)
        cells, without_value = reader.read(self._sheet(number), marks)
        self._report_formulas(without_value, part)
        return dataclasses.replace(cells, name=part.name, is_hidden=part.is_hidden)

    def _num_cells(self, part: SheetPart) -> int:
        with self._package.open(part.path) as source:
            return count_cells(source, self._full_cells)

    def _marks(self, part: SheetPart) -> SheetMarks:
        styles = enumerate(self._parts.styles)
        dates = {number for number, style in styles if is_date_format(style.number_format)}
        with self._package.open(part.path) as source:
            marks = scanned_marks(source, self._new_budget(), dates)
        if marks is not None:
            return marks
        with self._package.open(part.path) as source:
            return MarksReader(self._new_budget(), dates).read(source)

    def _new_budget(self) -> CellBudget:
        return CellBudget(self._name, len(self._data), self._limits)

    def _marks_if_any(self, part: SheetPart) -> SheetMarks | None:
        try:
            return self._marks(part)
        except (ServiceError, MemoryError):
            raise
        except Exception:
            return None

    def _sheet(self, number: int) -> CalamineSheet:
        return self._calamine.get_sheet_by_index(number)

    @cached_property
    def _calamine(self) -> CalamineWorkbook:
        return CalamineWorkbook.from_filelike(io.BytesIO(self._data))

    @cached_property
    def _strings(self) -> Sequence[str]:
        if not self._parts.strings_path:
            return ()
        with self._package.open(self._parts.strings_path) as source:
            return list(read_string_table(source))

    def _report_formulas(self, addresses: Sequence[str], part: SheetPart) -> None:
        self.problems.extend(formulas_without_value(addresses, part.name, self._name))

    def _not_a_sheet(self, part: SheetPart) -> Problem:
        if part.kind == "chartsheet":
            return problem("chart_sheet", f"sheet {part.name!r} is a chart", self._name)
        what = "is missing in the file" if not part.path else f"is a {part.kind}, not cells"
        return problem("sheet_not_read", f"sheet {part.name!r} {what}", self._name)


def _is_dense(marks: SheetMarks) -> bool:
    """Whether the rectangle around the cells, which calamine holds whole, is not much larger than
    they are many."""
    if not len(marks.rows):
        return True
    size = int(marks.rows.max()) * (int(marks.columns.max()) - int(marks.columns.min()) + 1)
    return size <= max(_FEW_CELLS, _MOST_BLANK * len(marks.rows))
