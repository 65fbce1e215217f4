"""What would a spreadsheet program have saved? Values beside formulas, and one fixed time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook

from examples.facility_agreement.formulas import Calculation

SAVED = dt.datetime(2025, 2, 14, 16, 42)
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>')
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def save(workbook: Workbook, path: Path) -> None:
    """Stored, not compressed: the bytes then depend on no version of a compressor."""
    workbook.properties.creator = "Group Treasury"
    workbook.properties.created = SAVED
    calculation = Calculation(workbook)
    plain = io.BytesIO()
    workbook.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = _MODIFIED.sub(rb"\g<1>2025-02-14T16:42:00Z", source.read(name))
            sheet = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if sheet:
                title = workbook.sheetnames[int(sheet[1]) - 1]
                content = _with_values(content.decode(), title, calculation).encode()
            entry = zipfile.ZipInfo(name, (SAVED.year, SAVED.month, SAVED.day, 16, 42, 0))
            entry.create_system = 3  # the same on every system
            target.writestr(entry, content)


def _with_values(xml: str, sheet: str, calculation: Calculation) -> str:
    def with_value(found: re.Match[str]) -> str:
        cell, attributes, formula = found.groups()
        value = calculation.value_of(sheet, cell)
        if isinstance(value, str):
            return f'<c r="{cell}"{attributes} t="str"><f>{formula}</f><v>{escape(value)}</v></c>'
        return f'<c r="{cell}"{attributes}><f>{formula}</f><v>{value:.15g}</v></c>'

    return _FORMULA.sub(with_value, xml)
