"""How is a workbook of millions of cells made in seconds?

Its XML is written as it stands in files of spreadsheet programs: shared and inline strings, dates
and amounts with number formats, formulas with their values, and dimensions that are wrong.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from schemas.source_map import column_letters

SHEET = "Orders"
HEADS = (
    *("Order", "Ordered", "Shipped", "Country", "Customer", "Product", "Category", "Channel"),
    *("Quantity", "Unit price", "Net", "Tax", "Gross", "Discount", "Cost", "Margin"),
    *("Warehouse", "Priority", "Reference"),
)
_FIRST_ORDER = 1_000_000
_FIRST_DAY = 43_000
_NAMES = tuple(
    f"{one} {two} {three}"
    for one in ("Northern", "Southern", "Upper", "Lower", "Old", "New")
    for two in ("Ridge", "Harbour", "Valley", "Mill", "Grove")
    for three in ("Trading", "Supplies", "Works", "Foods", "Steel", "Paper", "Glass")
)
_COUNTRIES = ("Germany", "France", "Italy", "Poland", "Norway", "Spain")
_CATEGORIES = ("Stationery", "Furniture", "Tools", "Toys")
_CHANNELS = ("Online", "Shop", "Phone")
_WAREHOUSES, _PRIORITIES = ("WH-1", "WH-2", "WH-3"), ("low", "normal", "high")
_STRINGS = (*(*HEADS, *_NAMES, *_COUNTRIES, *_CATEGORIES, *_CHANNELS, *_WAREHOUSES, *_PRIORITIES),)
_NUMBERS = {text: number for number, text in enumerate(_STRINGS)}
_LETTERS = [column_letters(number) for number in range(1, len(HEADS) + 1)]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPENXML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_OPENXML}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_OPENXML}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_OPENXML}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_OPENXML}.sharedStrings+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
    f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/>'
    '<xf numFmtId="164" fontId="0"/><xf numFmtId="4" fontId="0"/><xf numFmtId="10" fontId="0"/>'
    "</cellXfs></styleSheet>",
    "xl/sharedStrings.xml": f"<sst {_MAIN}>"
    + "".join(f"<si><t>{text}</t></si>" for text in _STRINGS)
    + "</sst>",
}


def write_workbook(path: Path | IO[bytes], num_rows: int, seed: int = 7) -> None:
    """So many rows of orders under their heads."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in _PARTS.items():
            package.writestr(name, f'<?xml version="1.0"?>{text}')
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            heads = "".join(_string(letter, 1, head, 1) for letter, head in _heads())
            dimension = '<dimension ref="A1:XFD1048576"/>'
            file.write(f"<worksheet {_MAIN}>{dimension}<sheetData>".encode())
            file.write(f'<row r="1">{heads}</row>'.encode())
            for row in _rows(num_rows, random.Random(seed)):
                file.write(row.encode())
            file.write(b"</sheetData></worksheet>")


def order_of(row: int) -> int:
    """The number of the order that stands in a row of the sheet, from 2."""
    return _FIRST_ORDER + row


def _heads() -> Iterator[tuple[str, str]]:
    return zip(_LETTERS, HEADS, strict=True)


def _rows(num_rows: int, rng: random.Random) -> Iterator[str]:
    for row in range(2, num_rows + 2):
        quantity, price = 1 + rng.randrange(90), rng.randrange(90_000) / 100
        net = round(quantity * price, 2)
        tax, cost = round(net * 0.2, 2), round(net * 0.6, 2)
        day = _FIRST_DAY + row % 2000
        yield "".join(
            (
                f'<row r="{row}"><c r="A{row}"><v>{order_of(row)}</v></c>',
                f'<c r="B{row}" s="2"><v>{day}</v></c>',
                f'<c r="C{row}" s="2"><v>{day + rng.randrange(9)}</v></c>',
                _string("D", row, _COUNTRIES[row % 6]),
                _string("E", row, rng.choice(_NAMES)),
                _string("F", row, rng.choice(_NAMES)),
                _string("G", row, _CATEGORIES[row % 4]),
                _string("H", row, _CHANNELS[row % 3]),
                f'<c r="I{row}"><v>{quantity}</v></c><c r="J{row}" s="3"><v>{price}</v></c>',
                f'<c r="K{row}" s="3"><f>I{row}*J{row}</f><v>{net}</v></c>',
                f'<c r="L{row}" s="3"><v>{tax}</v></c>',
                f'<c r="M{row}" s="3"><v>{round(net + tax, 2)}</v></c>',
                f'<c r="N{row}" s="4"><v>{rng.randrange(30) / 100}</v></c>',
                f'<c r="O{row}" s="3"><v>{cost}</v></c>',
                f'<c r="P{row}" s="3"><v>{round(net - cost, 2)}</v></c>',
                _string("Q", row, _WAREHOUSES[row % 3]),
                _string("R", row, _PRIORITIES[row % 3]),
                f'<c r="S{row}" t="inlineStr"><is><t>{reference_of(row)}</t></is></c></row>',
            )
        )


def reference_of(row: int) -> str:
    """The reference that stands in a row of the sheet: no other has it."""
    return f"REF-{row * 7919 % 1_000_000_007:09d}"


def _string(letter: str, row: int, text: str, style: int = 0) -> str:
    styled = f' s="{style}"' if style else ""
    return f'<c r="{letter}{row}"{styled} t="s"><v>{_NUMBERS[text]}</v></c>'
