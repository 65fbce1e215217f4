"""What writes covenants.xlsx? `python -m examples.facility_agreement.write_workbook [FILE]`.

Three sheets as a treasurer keeps them. The same seed gives the same bytes, always.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

from dateutil.relativedelta import relativedelta
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from examples.facility_agreement.clause_text import agreement_lines
from examples.facility_agreement.drawings import NUM_DRAWINGS, drawings
from examples.facility_agreement.saved_workbook import save

HERE = Path(__file__).parent
_BOLD, _GREY = Font(bold=True), PatternFill("solid", fgColor="E8E8E8")
_QUARTERS = [dt.date(2022, 9, 30) + relativedelta(months=3 * n, day=31) for n in range(10)]
_COLUMNS = "BCDEFGHIJK"
_FIRST_TEST = 3  # the quarters before only feed the sums over twelve months


def write_workbook(path: Path) -> None:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _write_covenants(workbook.create_sheet("Covenants"))
    _write_drawings(workbook.create_sheet("Drawings"))
    _write_lenders(workbook.create_sheet("Lenders"))
    save(workbook, path)


_INPUTS = {  # £ thousand
    5: ("Operating profit", [9110, 8640, 7925, 9480, 10205, 9770, 8615, 9290, 9140, 7385]),
    6: ("Depreciation, amortisation", [6120, 6135, 6180, 6240, 6410, 6455, 6530, 6590, 6640, 6715]),
    7: ("Restructuring costs added back", [0, 410, 0, 0, 685, 0, 1240, 930, 0, 315]),
    12: ("Facility A", [0, 0, 156250, 187500, 187500, 187500, 187500, 187500, 178125, 178125]),
    14: ("Leases", [11320, 11105, 10890, 12640, 12390, 12140, 13875, 13590, 13305, 13020]),
    15: ("Cash", [14200, 16850, 12310, 15475, 11930, 18260, 13045, 9780, 14515, 12690]),
    23: ("Net Finance Charges", [2985, 3040, 3110, 3790, 4085, 4160, 4205, 4230, 4185, 4140]),
}  # fmt: skip
_LEVELS = {
    18: ("Maximum Leverage", [4.00, 4.00, 4.00, 3.75, 3.75, 3.75, 4.25]),
    26: ("Minimum Interest Cover", [3.50, 3.50, 3.50, 3.50, 3.50, 3.75, 3.75]),
}
_FORMULAS = {  # {c} is the column, {y} the one three quarters before
    8: ("EBITDA, quarter", "=SUM({c}5:{c}7)", "#,##0"),
    9: ("EBITDA, twelve months", "=SUM({y}8:{c}8)", "#,##0"),
    13: (
        "Facility B",
        '=ROUND(SUMPRODUCT((Drawings!$B$5:$B$124="B")*(Drawings!$C$5:$C$124<={c}4)'
        "*(Drawings!$D$5:$D$124>{c}4)*Drawings!$I$5:$I$124)/1000,0)",
        "#,##0",
    ),
    16: ("Total Net Debt", "=SUM({c}12:{c}14)-{c}15", "#,##0"),
    17: ("Leverage (x)", "=ROUND({c}16/{c}9,2)", "0.00"),
    19: ("Headroom in EBITDA", "=ROUND({c}9-{c}16/{c}18,0)", "#,##0;[Red](#,##0)"),
    20: ("Leverage met?", '=IF({c}17<={c}18,"Yes","No")', "General"),
    24: ("Net Finance Charges, twelve months", "=SUM({y}23:{c}23)", "#,##0"),
    25: ("Interest Cover (x)", "=ROUND({c}9/{c}24,2)", "0.00"),
    27: ("Interest Cover met?", '=IF({c}25>={c}26,"Yes","No")', "General"),
}


def _write_covenants(sheet: Worksheet) -> None:
    _title(sheet, "A1:K1", "Calderbrook Harbour Group: covenant calculations, Clause 18.2")
    sheet["A2"] = "£ thousand unless stated. Relevant Periods of twelve months ending on:"
    heads: list[str | dt.date] = ["Quarter ended", *_QUARTERS]
    _heads(sheet, 4, heads)
    for row, name in ((11, "Borrowings and cash"), (22, "Finance charges")):
        sheet.cell(row, 1, name).font = _BOLD
    for row, (name, numbers) in _INPUTS.items():
        _row(sheet, row, name, dict(zip(_COLUMNS, numbers, strict=True)), "#,##0")
    for row, (name, levels) in _LEVELS.items():
        tested = _COLUMNS[_FIRST_TEST:]
        _row(sheet, row, name, dict(zip(tested, levels, strict=True)), "0.00")
    for row, (name, formula, number_format) in _FORMULAS.items():
        first = 0 if row == 8 else _FIRST_TEST
        cells = {
            column: formula.format(c=column, y=_COLUMNS[max(0, index - 3)])
            for index, column in enumerate(_COLUMNS)
            if index >= first
        }
        _row(sheet, row, name, cells, number_format)
    sheet["A29"] = (
        "Levels at 31 December 2024 are those of the Amendment Letter of 22 November 2024."
    )
    sheet.column_dimensions["A"].width = 36
    sheet.freeze_panes = "B5"


def _write_drawings(sheet: Worksheet) -> None:
    _title(sheet, "A1:K1", "Drawings under the £280,000,000 Facilities Agreement")
    sheet["A2"] = (
        "Euro drawings are translated at the Agent's Spot Rate of Exchange on the day drawn."
    )
    _heads(
        sheet, 4,
        ["Loan", "Facility", "Drawn", "Matures", "Months", "Currency", "Amount", "Rate to £",
         "Amount in £", "Margin (%)", "Purpose"],
    )  # fmt: skip
    for row, drawing in enumerate(drawings(), start=5):
        fields: list[str | float | dt.date] = list(astuple(drawing))
        fields.insert(8, f"=ROUND(G{row}*H{row},2)")
        for column, content in enumerate(fields, start=1):
            cell = sheet.cell(row, column, content)
            cell.number_format = _DRAWING_FORMATS.get(column, "General")
    last = 4 + NUM_DRAWINGS
    sheet.cell(last + 1, 1, "Total drawn since signing").font = _BOLD
    sheet.cell(last + 1, 9, f"=SUM(I5:I{last})").number_format = "#,##0.00"
    sheet.auto_filter.ref = f"A4:K{last}"
    sheet.freeze_panes = "A5"


_DRAWING_FORMATS = {
    3: "dd-mmm-yy",
    4: "dd-mmm-yy",
    7: "#,##0",
    8: "0.0000",
    9: "#,##0.00",
    10: "0.00",
}


_CONTACTS = (
    "Oliver Pemberley-Nash", "Anne-Laure Quesnoy", "Lennart Hallqvist", "Priyanka Wetherall",
    "Jürgen Falkenhain", "Saskia ter Haar", "Íñigo Larrañeta", "Fulvia Santagostini",
    "Beat Zurlinden", "Sunniva Aakre", "Gwilym Rees-Hathaway", "Korbinian Mayrhauser",
    "Thibault d'Arsonval", "Rosalind Okonjo-Dean",
)  # fmt: skip
_DOMAINS = (
    "wexmoor", "sauveniere", "nordhavn", "kestrelthorne", "ostermark", "hoogwater", "almenara",
    "valdarena", "rheinthaler", "fjordkreditt", "aldermere", "isarauer", "pontvieux", "tidewell",
)  # fmt: skip
_NOTES = {
    2: "Also Arranger",
    4: "On leave until 6 January; copy Per Lindqvist-Moe",
    9: "Swiss francs never drawn",
    15: "Term loan only. Fund: KYC renewed 11 March 2024",
}


def _write_lenders(sheet: Worksheet) -> None:
    _title(sheet, "A1:G1", "Lenders of record")
    sheet["A2"] = "Commitments as signed; transfers since signing: none notified"
    for area, text in (("B3:D3", "Commitment at 14 March 2023 (£)"), ("F3:G3", "Contact")):
        _title(sheet, area, text)
    _heads(
        sheet,
        4,
        ["Lender", "Facility A", "Facility B", "Total", "Share", "Name", "E-mail", "Notes"],
    )
    for row, (name, amount_a, amount_b) in enumerate(_commitments(), start=5):
        index = row - 5
        email = f"loans@{_DOMAINS[index]}.example"
        cells: list[float | str | None] = [
            name, amount_a, amount_b, f"=SUM(B{row}:C{row})", f"=D{row}/D$19",
                 _CONTACTS[index], email, _NOTES.get(index + 2)]  # fmt: skip
        for column, content in enumerate(cells, start=1):
            sheet.cell(row, column, content).number_format = "0.00%" if column == 5 else "#,##0"
    _row(sheet, 19, "Total", {c: f"=SUM({c}5:{c}18)" for c in "BCD"}, "#,##0")
    sheet["A21"] = (
        "Agent: Wexmoor Agency Services Limited. Security Agent: Larkfell Trustees Limited."
    )
    sheet.merge_cells("A21:H21")
    sheet["C18"].comment = Comment(
        "No revolving commitment: the fund may not lend on demand.", "IS"
    )
    for letter, width in {"A": 34, "B": 15, "C": 15, "D": 15, "F": 24, "G": 28, "H": 48}.items():
        sheet.column_dimensions[letter].width = width


def _commitments() -> list[tuple[str, int, int]]:
    """The table of Schedule 1, Part II, as the agreement has it."""
    table = next(
        line for line in agreement_lines() if line.rows and "Original Lender" in line.rows[0][0]
    )
    return [(row[0], _amount_of(row[1]), _amount_of(row[2])) for row in table.rows[1:-1]]


def _amount_of(text: str) -> int:
    return 0 if text == "–" else int(text.replace(",", ""))


def _title(sheet: Worksheet, area: str, text: str) -> None:
    sheet.merge_cells(area)
    cell = sheet[area.split(":")[0]]
    cell.value, cell.font, cell.alignment = text, _BOLD, Alignment(horizontal="center")


def _heads(sheet: Worksheet, row: int, names: Sequence[str | dt.date]) -> None:
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill, cell.number_format = _BOLD, _GREY, "d mmm yyyy"
        sheet.column_dimensions[cell.column_letter].width = 14


def _row(
    sheet: Worksheet, row: int, name: str, cells: Mapping[str, float | str], number_format: str
) -> None:
    sheet.cell(row, 1, name)
    for column, content in cells.items():
        sheet[f"{column}{row}"] = content
        sheet[f"{column}{row}"].number_format = number_format


if __name__ == "__main__":
    write_workbook(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "covenants.xlsx")
