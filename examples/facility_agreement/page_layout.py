"""How does a law firm lay out the pages of an agreement?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

MARGIN = 68.0
TEXT_WIDTH = A4[0] - 2 * MARGIN
_HEAD_Y, _FOOT_Y = A4[1] - 46, 40
_SECTIONS = {"contents": "ROMAN_LOWER", "body": "ARABIC", "letter": "ARABIC"}


def _style(name: str, **options: Any) -> ParagraphStyle:
    defaults: dict[str, Any] = {
        "fontName": "Times-Roman",
        "bulletFontName": "Times-Roman",
        "fontSize": 10,
        "leading": 12,
        "spaceAfter": 5,
        "alignment": TA_JUSTIFY,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    return ParagraphStyle(name, **(defaults | options))


def _heading(name: str, **options: Any) -> ParagraphStyle:
    bold: dict[str, Any] = {"fontName": "Times-Bold", "bulletFontName": "Times-Bold"}
    bold |= {"alignment": TA_LEFT, "keepWithNext": 1}
    return _style(name, **(bold | options))


STYLES = {
    style.name: style
    for style in (
        _heading("clause", leftIndent=36, spaceBefore=9),
        _heading("subclause", leftIndent=36, spaceBefore=3),
        _heading("schedule", alignment=TA_CENTER, fontSize=12, leading=16, spaceAfter=12),
        _heading("part", alignment=TA_CENTER, spaceBefore=10, spaceAfter=10),
        _heading("item_heading", leftIndent=36, spaceBefore=6),
        _style("item", leftIndent=36),
        _style("paragraph", leftIndent=64, bulletIndent=36),
        _style("subparagraph", leftIndent=92, bulletIndent=64),
        _style("party", leftIndent=36),
        _style("clause_text", leftIndent=36),
        _style("text"),
        _style("block", alignment=TA_LEFT),
        _style("cover", fontName="Times-Bold", alignment=TA_CENTER, fontSize=12, spaceBefore=8),
        _style("title", fontName="Times-Bold", alignment=TA_CENTER, fontSize=15, leading=20),
        _style("centre", alignment=TA_CENTER, spaceBefore=4),
        _style("cell", alignment=TA_LEFT, fontSize=9.5, leading=11.6, spaceAfter=0),
        _style("cell_right", alignment=TA_RIGHT, fontSize=9.5, leading=11.6, spaceAfter=0),
        _style(
            "contents",
            alignment=TA_LEFT,
            leading=15.4,
            spaceAfter=0,
            leftIndent=40,
            firstLineIndent=-40,
        ),
    )
}


def markup_of(text: str) -> str:
    """Our two marks and typewriter quotes, as reportlab's tags and printers' quotes."""
    text = text.replace("&", "&amp;")
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)
    text = re.sub(r'(^|[\s(\[])"', r"\1“", text)
    return text.replace('"', "”").replace("'", "’")


def table_of(rows: tuple[tuple[str, ...], ...], options: str) -> Table:
    """A ruled table with its head on each page; `options` are "widths=… align=… indent=…"."""
    chosen = dict(option.split("=") for option in options.split())
    widths = [float(width) for width in chosen["widths"].split(",")]
    styles = [STYLES["cell_right" if side == "r" else "cell"] for side in chosen["align"]]
    head = [Paragraph(f"<b>{markup_of(c)}</b>", s) for c, s in zip(rows[0], styles, strict=True)]
    body = [
        [Paragraph(markup_of(c), s) for c, s in zip(row, styles, strict=True)] for row in rows[1:]
    ]
    room = TEXT_WIDTH - float(chosen.get("indent", "36"))
    table = Table(
        [head, *body],
        colWidths=[room * width / 100 for width in widths],
        repeatRows=1,
        hAlign="RIGHT" if sum(widths) > 99 else "CENTER",
        spaceBefore=3,
        spaceAfter=10,
    )
    table.setStyle(_TABLE_STYLE)
    return table


def signature_of(text: str) -> Table:
    """Who signs on the left, the line to sign on and the capacity on the right."""
    party, signatory = (part.strip() for part in text.split("|"))
    name, _, capacity = signatory.partition(", ")
    written = f"<i>(signed)</i> {name}" if capacity else "." * 58
    left = Paragraph(f"Signed for and on behalf of<br/><b>{markup_of(party)}</b>", STYLES["cell"])
    right = Paragraph(f"<br/>{written}<br/>{markup_of(capacity or name)}", STYLES["cell"])
    table = Table([[left, right]], colWidths=[TEXT_WIDTH / 2] * 2, spaceBefore=4, spaceAfter=9)
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )
    return table


class ListedHeading(Paragraph):
    """A heading that the contents and the outline list, there under the name of `entry`."""

    def __init__(self, text: str, style: str, *, number: str | None, entry: str) -> None:
        super().__init__(markup_of(text), STYLES[style], bulletText=number)
        self.entry = entry


def contents_of(template: AgreementTemplate) -> TableOfContents:
    return TableOfContents(
        levelStyles=[STYLES["contents"]],
        dotsMinLevel=0,
        formatter=template.printed_label,
        tableStyle=_CONTENTS_STYLE,
    )


class AgreementTemplate(BaseDocTemplate):
    """Four kinds of page: cover, contents (i, ii), body (1, 2) and letter (L-1, L-2).

    `first_pages` is where the pages of each kind begin, as the last whole pass found it: the
    contents are printed before the pages they list.
    """

    def __init__(self, path: Path, *, title: str, heads: dict[str, str]) -> None:
        super().__init__(
            str(path),
            pagesize=A4,
            title=title,
            author="Dunmore Ashgrove LLP",
            subject=heads["ref"],
            invariant=1,
        )
        self.first_pages: dict[str, int] = {}
        self._found: dict[str, int] = {}
        self._heads = heads
        frame = Frame(MARGIN, 62, TEXT_WIDTH, A4[1] - 62 - 64, 0, 0, 0, 0, id="text")
        self.addPageTemplates(
            [PageTemplate("cover", [frame])]
            + [PageTemplate(name, [frame], onPage=self._furnish) for name in _SECTIONS]
        )

    def printed_label(self, page: int) -> str:
        """The number printed at the foot of a page, which is counted from 1."""
        return self._label(page, self.first_pages)

    def _label(self, page: int, first_pages: dict[str, int]) -> str:
        begun = {name: first for name, first in first_pages.items() if first <= page}
        if not begun:
            return ""
        name = max(begun, key=lambda each: begun[each])
        number = page - begun[name] + 1
        if name == "contents":
            return "i" * number
        return f"L-{number}" if name == "letter" else str(number)

    def beforeDocument(self) -> None:  # noqa: N802 (reportlab's name)
        self.first_pages, self._found = self._found, {}
        self.canv.addPageLabel(0, None, None, "Cover")

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's name)
        if isinstance(flowable, ListedHeading):
            key = f"heading-{self.page}-{re.sub(r'[^a-zA-Z]', '', flowable.entry)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.entry, key, 0)
            self.notify("TOCEntry", (0, markup_of(flowable.entry), self.page, key))

    def _furnish(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        name = str(self.pageTemplate.id)
        if name not in self._found:
            self._found[name] = self.page
            prefix = "L-" if name == "letter" else None
            canvas.addPageLabel(self.page - 1, _SECTIONS[name], 1, prefix)
        canvas.setFont("Times-Italic", 8.5)
        canvas.drawString(MARGIN, _HEAD_Y, self._heads["left"])
        canvas.drawRightString(A4[0] - MARGIN, _HEAD_Y, self._heads[name])
        canvas.setLineWidth(0.4)
        canvas.line(MARGIN, _HEAD_Y - 5, A4[0] - MARGIN, _HEAD_Y - 5)
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(MARGIN, _FOOT_Y, self._heads["ref"])
        canvas.setFont("Times-Roman", 9.5)
        canvas.drawCentredString(A4[0] / 2, _FOOT_Y, self._label(self.page, self._found))


_TABLE_STYLE = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, "#555555"),
        ("BACKGROUND", (0, 0), (-1, 0), "#e8e8e8"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)
_CONTENTS_STYLE = TableStyle(
    [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "TOP", "RIGHT", "BOTTOM")]
)
