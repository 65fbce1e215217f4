"""What does an XLS, XLSB or ODS workbook say, sheet by sheet? Its values, by calamine."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import datetime

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.workbook_budget import CellBudget
from ingest.workbook_bulk import BulkReader
from ingest.workbook_cells import SheetCells
from ingest.workbook_panics import panics_as_errors
from ingest.workbook_problems import problem
from schemas.errors import TooLarge
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_EPOCH = datetime(1899, 12, 30)  # calamine has made dates of what is a date


class OtherWorkbook:
    """One open workbook; `problems` grow while its sheets are read."""

    def __init__(self, data: bytes, name: str, limits: IngestSettings) -> None:
        self._name, self._limits = name, limits
        with panics_as_errors():
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        self._budget = CellBudget(name, len(data), limits)
        self.problems: list[Problem] = [
            problem(
                "values_alone",
                "of a workbook of this kind only values are read: no number formats, formulas, "
                "comments, errors or hidden rows; save it as XLSX to have them read",
                name,
            )
        ]

    @property
    def num_sheets(self) -> int:
        return len(self._book.sheets_metadata)

    def sheets(self) -> Iterator[SheetCells | None]:
        """None for one that has no cells, such as a chart."""
        reader = BulkReader((), _EPOCH, self._budget)
        for number, about in enumerate(self._book.sheets_metadata):
            if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                self.problems.append(self._not_a_sheet(about.name))
                yield None
                continue
            with panics_as_errors():
                sheet = self._book.get_sheet_by_index(number)
            if sheet.total_height * sheet.width > self._limits.max_cells:
                raise TooLarge(
                    f"{self._name}: sheet {about.name!r} has more cells than the limit of "
                    f"{self._limits.max_cells:,}; split the file or raise "
                    "NEEDLEPOINT_INGEST__MAX_CELLS",
                    param=self._name,
                )
            cells, _ = reader.read(sheet, None)
            is_hidden = about.visible != SheetVisibleEnum.Visible
            yield dataclasses.replace(cells, name=about.name, is_hidden=is_hidden)

    def _not_a_sheet(self, sheet: str) -> Problem:
        return problem("chart_sheet", f"sheet {sheet!r} is a chart or a dialog", self._name)
