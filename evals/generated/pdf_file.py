"""How are blocks set as a PDF?"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from evals.generated.blocks import Block, Columns, PageBreak, Pairs, Table
from evals.generated.pdf_blocks import Setter
from evals.generated.pdf_style import PdfStyle

_SIZES = {"a4": (595.0, 842.0), "letter": (612.0, 792.0)}
_GUTTER = 22.0


def pdf_of(blocks: Sequence[Block], style: PdfStyle) -> bytes:
    """`num_columns` of the style counts where nothing needs the page's width."""
    width, height = _SIZES[style.size]
    margin = style.margin
    is_wide = any(isinstance(block, Columns | Pairs | Table | PageBreak) for block in blocks)
    num_columns = 1 if is_wide else style.num_columns
    room = (width - 2 * margin - _GUTTER * (num_columns - 1)) / num_columns
    frames = [
        Frame(margin + n * (room + _GUTTER), margin, room, height - 2 * margin, 0, 0, 0, 0)
        for n in range(num_columns)
    ]
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=(width, height), invariant=True)
    template.addPageTemplates(PageTemplate("page", frames, onPage=_running_text(style)))
    template.build(Setter(style, room).flowables(blocks))
    return out.getvalue()


def _running_text(style: PdfStyle) -> Any:
    def draw(canvas: Any, template: Any) -> None:
        width, height = template.pagesize
        canvas.setFont(style.font, 7.5)
        if style.running_head:
            canvas.drawString(style.margin, height - style.margin + 14, style.running_head)
        if style.running_foot:
            foot = style.running_foot.format(page=template.page)
            canvas.drawCentredString(width / 2, style.margin - 20, foot)

    return draw


@dataclass(frozen=True, slots=True)
class _Look:
    """What goes together."""

    font: str
    points: float


def pdf_style(rng: random.Random, running_head: str = "", running_foot: str = "") -> PdfStyle:
    look = rng.choice(
        [
            _Look("Helvetica", rng.choice([8.0, 9.0, 10.0])),
            _Look("Helvetica", rng.choice([9.0, 10.0, 11.0])),
            _Look("Times-Roman", rng.choice([9.5, 10.5, 11.5])),
            _Look("Times-Roman", rng.choice([10.0, 11.0, 12.0])),
            _Look("Courier", rng.choice([8.0, 9.0])),
        ]
    )
    return PdfStyle(
        size=rng.choice(["a4", "letter"]),
        margin=rng.choice([46.0, 56.0, 72.0]),
        font=look.font,
        points=look.points,
        borders=rng.choice(["none", "rows", "full", "head", "head", "shaded"]),
        pairs=rng.choice(["table", "table", "edges", "colon", "lines", "bold"]),
        heading=rng.choice(["bold", "bold", "capitals", "large"]),
        is_justified=rng.random() < 0.4,
        num_columns=2 if rng.random() < 0.2 and look.font != "Courier" else 1,
        is_full_width=rng.random() < 0.6,
        running_head=running_head,
        running_foot=running_foot,
    )
