"""How do the headings, paragraphs and tables of a report look on paper?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, Table
from reportlab.platypus.tables import TableStyle

from evals.tatqa_tables import HeadCell, head_cells, num_head_rows

LAYOUTS = ("ruled", "lines", "bare", "bare", "striped")


class Paper:
    """Makes the parts of one document, all in its style."""

    def __init__(self, faces: tuple[str, str], layout: str, width: float) -> None:
        face, bold = faces
        self._layout, self._width = layout, width
        self._body = ParagraphStyle("body", fontName=face, fontSize=10, leading=12.5, spaceAfter=7)
        self._heading = ParagraphStyle("heading", self._body, fontName=bold, fontSize=11)
        self._label = ParagraphStyle("label", fontName=face, fontSize=9, leading=11)
        self._cell = ParagraphStyle("cell", self._label, alignment=TA_RIGHT)
        self._head = ParagraphStyle("head", self._label, fontName=bold, alignment=TA_CENTER)
        self._section = ParagraphStyle("section", self._label, fontName=bold)

    def paragraph(self, text: str) -> Paragraph:
        return Paragraph(_escaped(text), self._heading if is_heading(text) else self._body)

    def table(self, rows: Sequence[Sequence[str]]) -> Table:
        num_heads, num_columns = num_head_rows(rows), len(rows[0])
        heads = [head_cells(row) for row in rows[:num_heads]]
        cells: list[list[Any]] = [self._head_row(row, num_columns) for row in heads]
        cells += [self._row(row) for row in rows[num_heads:]]
        table = Table(
            cells,
            colWidths=self._widths(num_columns),
            repeatRows=num_heads,
            style=TableStyle([*self._lines(num_heads), *_spans(heads, rows, num_heads)]),
        )
        table.spaceBefore = 4
        return table

    def _widths(self, num_columns: int) -> list[float]:
        rest = min(90.0, self._width * 0.68 / max(1, num_columns - 1))
        return [min(self._width - rest * (num_columns - 1), 250), *[rest] * (num_columns - 1)]

    def _head_row(self, heads: Sequence[HeadCell], num_columns: int) -> list[Any]:
        row: list[Any] = [""] * num_columns
        for head in heads:
            style = self._head if head.first else self._section
            row[head.first] = Paragraph(_escaped(head.text), style)
        return row

    def _row(self, row: Sequence[str]) -> list[Any]:
        label = Paragraph(_escaped(row[0]), self._label if any(row[1:]) else self._section)
        return [label, *(Paragraph(_escaped(cell), self._cell) if cell else "" for cell in row[1:])]

    def _lines(self, num_heads: int) -> list[tuple[Any, ...]]:
        padding: list[tuple[Any, ...]] = [
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
        ]
        black, grey = colors.black, colors.HexColor("#e8eef4")
        match self._layout:
            case "ruled":
                return [*padding, ("GRID", (0, 0), (-1, -1), 0.5, black)]
            case "lines":
                return [*padding, ("LINEBELOW", (0, max(0, num_heads - 1)), (-1, -1), 0.4, black)]
            case "striped":
                return [*padding, ("ROWBACKGROUNDS", (0, num_heads), (-1, -1), [grey, None])]
        return padding


def is_heading(text: str) -> bool:
    return len(text) < 90 and not text.rstrip().endswith((".", ":", ";", ","))


def _spans(
    heads: Sequence[Sequence[HeadCell]], rows: Sequence[Sequence[str]], num_heads: int
) -> list[tuple[Any, ...]]:
    spans: list[tuple[Any, ...]] = [
        ("SPAN", (head.first, row), (head.last, row))
        for row, found in enumerate(heads)
        for head in found
        if head.last > head.first
    ]
    sections = [at for at, row in enumerate(rows) if at >= num_heads and not any(row[1:])]
    return spans + [("SPAN", (0, at), (-1, at)) for at in sections]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
