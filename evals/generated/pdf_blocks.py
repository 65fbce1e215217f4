"""How is each kind of block set on a page?"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import PageBreak as Break
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import Spacer
from reportlab.platypus import Table as Grid

from evals.generated.blocks import (
    Block,
    Bullets,
    Columns,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    Table,
)
from evals.generated.marks import unmarked
from evals.generated.pdf_style import PdfStyle

_ALIGNMENTS = {"left": 0, "center": 1, "right": 2}
_PADDING = 5.0
_SMALLEST = 6.5


class Setter:
    """Sets blocks within a width of `room` points."""

    def __init__(self, style: PdfStyle, room: float) -> None:
        self._style, self._room = style, room

    def flowables(self, blocks: Sequence[Block]) -> list[Any]:
        return [flowable for block in blocks for flowable in self._set(block)]

    def _set(self, block: Block) -> Iterator[Any]:
        match block:
            case Heading():
                yield self._heading(block)
            case Paragraph():
                yield self._paragraph(block.text, _ALIGNMENTS[block.align])
            case Pairs():
                yield from self._pairs(block.pairs)
            case Table():
                yield self._table(block)
                yield Spacer(1, 8)
            case Bullets():
                yield from self._bullets(block)
            case Columns():
                yield self._columns(block)
                yield Spacer(1, 6)
            case PageBreak():
                yield Break()

    def _heading(self, block: Heading) -> Any:
        size = self._style.points * {1: 1.7, 2: 1.25, 3: 1.05}[block.level]
        style = self._words(
            fontName=self._style.bold_font if self._style.heading != "large" else self._style.font,
            fontSize=size,
            leading=size * 1.2,
            spaceBefore=size * 0.5,
            spaceAfter=size * 0.4,
            keepWithNext=1,
        )
        text = unmarked(block.text)
        is_capital = self._style.heading == "capitals" and block.text == text
        return Set(_markup(text.upper() if is_capital else text), style)

    def _paragraph(self, text: str, alignment: int = 0, **more: Any) -> Any:
        is_plain = alignment == 0 and "\n" not in text and len(text) > 200
        alignment = 4 if is_plain and self._style.is_justified else alignment
        return Set(_markup(text), self._words(alignment=alignment, **more))

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Any]:
        match self._style.pairs:
            case "table" | "edges":
                yield self._pair_table(pairs)
                yield Spacer(1, 6)
            case "colon":
                yield from (self._paragraph(f"{k}: {v}", spaceAfter=2) for k, v in pairs)
            case "lines":
                for label, text in pairs:
                    yield Set(f"<b>{_markup(label)}</b><br/>{_markup(text)}", self._words())
            case _:
                for label, text in pairs:
                    yield Set(f"<b>{_markup(label)}</b> {_markup(text)}", self._words(spaceAfter=2))

    def _pair_table(self, pairs: Sequence[tuple[str, str]]) -> Any:
        labels = max(self._width(label) for label, _ in pairs) + 2 * _PADDING + 6
        labels = min(labels, self._room * 0.6)
        texts = max(self._width(text) for _, text in pairs) + 2 * _PADDING
        is_at_edge = self._style.pairs == "edges"
        texts = self._room - labels if is_at_edge else min(texts, self._room - labels)
        alignment = 2 if is_at_edge else 0
        cells = [[self._cell(k), self._cell(v, alignment)] for k, v in pairs]
        grid = Grid(cells, colWidths=[labels, texts], hAlign="LEFT")
        grid.setStyle([*_tight(), ("LEFTPADDING", (0, 0), (0, -1), 0)])
        return grid

    def _table(self, table: Table) -> Any:
        """In smaller type where the words would not fit."""
        wanted = sum(self._natural_widths([table.head, *table.rows]))
        fitting = self._style.points * min(1.0, self._room / wanted)
        style = replace(self._style, points=max(fitting, min(_SMALLEST, self._style.points)))
        return Setter(style, self._room)._grid(table)

    def _grid(self, table: Table) -> Any:
        has_head = any(table.head)
        rows = [table.head, *table.rows] if has_head else list(table.rows)
        bold = {0} if has_head else set()
        bold |= {number + has_head for number in table.bold}
        cells = [
            [
                self._cell(text, 0 if column < table.num_left else 2, is_bold=number in bold)
                for column, text in enumerate(row)
            ]
            for number, row in enumerate(rows)
        ]
        widths = self._widths(rows)
        grid = Grid(cells, colWidths=widths, repeatRows=int(has_head), hAlign="LEFT")
        grid.setStyle([*_tight(), *self._borders(has_head)])
        return grid

    def _widths(self, rows: Sequence[Sequence[str]]) -> list[float]:
        """As wide as the words, the widest columns made narrower where there is no room."""
        natural = self._natural_widths(rows)
        while sum(natural) > self._room:
            widest = max(range(len(natural)), key=natural.__getitem__)
            natural[widest] -= min(natural[widest] * 0.1, sum(natural) - self._room + 0.1)
        if self._style.is_full_width:
            spare = (self._room - sum(natural)) / (len(natural) + 1)
            natural = [width + spare * (2 if n == 0 else 1) for n, width in enumerate(natural)]
        return natural

    def _natural_widths(self, rows: Sequence[Sequence[str]]) -> list[float]:
        return [
            max(self._width(row[column]) for row in rows) * 1.03 + 2 * _PADDING
            for column in range(len(rows[0]))
        ]

    def _borders(self, has_head: bool) -> list[Any]:
        line = ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black)
        match self._style.borders:
            case "rows":
                return [("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey)]
            case "full":
                return [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
            case "head" if has_head:
                return [line]
            case "shaded" if has_head:
                return [("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)]
            case _:
                return []

    def _bullets(self, block: Bullets) -> Iterator[Any]:
        for number, item in enumerate(block.items, start=1):
            sign = f"{number}." if block.is_numbered else "•"
            style = self._words(leftIndent=20, bulletIndent=6, spaceAfter=2)
            yield Set(_markup(item), style, bulletText=sign)
        yield Spacer(1, 5)

    def _columns(self, block: Columns) -> Any:
        left, right = self._room * 0.54, self._room * 0.46
        parts = [
            Setter(self._style, left - 12).flowables(block.left),
            Setter(self._style, right).flowables(block.right),
        ]
        grid = Grid([parts], colWidths=[left, right], hAlign="LEFT")
        grid.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *_tight(),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
        return grid

    def _cell(self, text: str, alignment: int = 0, *, is_bold: bool = False) -> Any:
        font = self._style.bold_font if is_bold else self._style.font
        return Set(_markup(text), self._words(alignment=alignment, fontName=font, spaceAfter=0))

    def _width(self, text: str) -> float:
        lines = unmarked(text).split("\n")
        style = self._style
        return max(float(stringWidth(line, style.bold_font, style.points)) for line in lines)

    def _words(self, **more: Any) -> ParagraphStyle:
        told = {
            "fontName": self._style.font,
            "fontSize": self._style.points,
            "leading": self._style.points * 1.25,
            "spaceAfter": self._style.points * 0.6,
        }
        return ParagraphStyle("words", **{**told, **more})


def _tight() -> list[Any]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ]


def _markup(text: str) -> str:
    return html.escape(unmarked(text), quote=False).replace("\n", "<br/>")
