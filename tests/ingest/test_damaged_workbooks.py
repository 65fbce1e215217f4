"""Whatever went wrong in a workbook, it is read or refused in clear words."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from evals.large_workbook import write_workbook
from ingest.read import document_of
from schemas.document_invariants import broken_invariants
from schemas.errors import ServiceError
from schemas.ingest_settings import IngestSettings
from tests.ingest.damaged import damaged
from tests.ingest.workbooks import part, with_parts

LIMITS = IngestSettings(max_cells=20_000, max_characters=1_000_000)
IN_BULK = LIMITS.model_copy(update={"full_cells": 0})


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Item", "Cost", "Day", "Late", "Sum"])
    for row in range(2, 6):
        day = datetime.date(2024, 1, row)
        sheet.append([f"Item {row}", row * 1.5, day, row % 2 == 0, f"=B{row}*2"])
        sheet[f"B{row}"].number_format = "#,##0.00"
    sheet["A1"].font = Font(bold=True)
    sheet["B2"].comment = Comment("to be confirmed", "Ann")
    sheet.merge_cells("A7:C8")
    sheet["A7"] = "Merged"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="Sheet!$B$2")
    book.create_sheet("More").append(["x", 1, 2])
    book["More"].sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def orders() -> bytes:
    """With shared texts, date formats and formulas that have values."""
    file = io.BytesIO()
    write_workbook(file, 6)
    return file.getvalue()


SOUND = (workbook(), orders())


def outcome(data: bytes, limits: IngestSettings) -> tuple[str, list[str]]:
    """The error or the warnings, and what is wrong with the document."""
    try:
        document = document_of(data, "a.xlsx", limits)
    except ServiceError as error:
        return error.message, []
    warnings = " ".join(problem.message for problem in document.warnings)
    return f"a.xlsx: {warnings}", broken_invariants(document)


@pytest.mark.parametrize("limits", [LIMITS, IN_BULK], ids=["cell-by-cell", "in-bulk"])
@pytest.mark.parametrize("start", range(0, 100, 50))
def test_a_damaged_workbook_ends_in_a_document_or_in_a_clear_error(
    start: int, limits: IngestSettings
) -> None:
    for number in range(start, start + 50):
        told, faults = outcome(damaged(SOUND[number % 2], number), limits)
        assert (told.startswith("a.xlsx"), faults) == (True, []), number


@pytest.mark.parametrize("number", [b"-1", b"99999"])
def test_a_text_that_is_not_among_the_shared_ones_is_told(number: bytes) -> None:
    name = "xl/worksheets/sheet1.xml"
    sheet = part(SOUND[1], name)
    changed = sheet.replace(b't="s"><v>1</v>', b't="s"><v>' + number + b"</v>", 1)
    assert changed != sheet
    told, _ = outcome(with_parts(SOUND[1], {name: changed}), LIMITS)
    assert f"a cell holds text {number.decode()} of" in told


def test_a_sheet_without_a_name_is_called_by_its_number() -> None:
    name = "xl/workbook.xml"
    changed = part(SOUND[1], name).replace(b'sheet name="Orders"', b'sheet name=" "')
    document = document_of(with_parts(SOUND[1], {name: changed}), "a.xlsx", LIMITS)
    assert (document.sheets[0].name, broken_invariants(document)) == ("Sheet 1", [])
