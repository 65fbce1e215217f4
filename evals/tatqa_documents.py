"""How would a page of an annual report in TAT-QA look as a PDF?

Paragraphs and the table among them, written with reportlab, in layouts by turns: ruled
in full, lines between rows, or no lines but white space. Heads over several columns are centred
over them, and heads repeat where a table goes on over a page.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer

from evals.tatqa_paper import LAYOUTS, Paper, is_heading

_FACES = (("Times-Roman", "Times-Bold"), ("Helvetica", "Helvetica-Bold"))
_WIDE_FACE = ("Vera", "VeraBd")
_MARGIN = 54
_ANNOUNCED = re.compile(r"follow|table|summar|below|set forth|:\s*$", re.IGNORECASE)


def as_pdf(document: Mapping[str, Any]) -> bytes:
    """The same bytes' text for the same document; the layout goes by the table's id."""
    turn = zlib.crc32(str(document["table"]["uid"]).encode())
    size = (LETTER, A4)[turn // 16 % 2]
    paper = Paper(_faces_of(document, turn), LAYOUTS[turn % len(LAYOUTS)], size[0] - 2 * _MARGIN)
    texts = [str(paragraph["text"]) for paragraph in document["paragraphs"]]
    rows = [[" ".join(cell.split()) for cell in row] for row in document["table"]["table"]]
    flow: list[Flowable] = [paper.paragraph(text) for text in texts]
    flow[_table_at(texts) : _table_at(texts)] = [paper.table(rows), Spacer(1, 12)]
    file = io.BytesIO()
    SimpleDocTemplate(
        file, pagesize=size, leftMargin=_MARGIN, rightMargin=_MARGIN, invariant=1
    ).build(flow)
    return file.getvalue()


def _table_at(texts: Sequence[str]) -> int:
    """Behind the paragraph that announces it, else behind the headings that begin the page."""
    announcing = [at for at, text in enumerate(texts) if _ANNOUNCED.search(text)]
    if announcing:
        return announcing[0] + 1
    return next((at for at, text in enumerate(texts) if not is_heading(text)), len(texts))


def _faces_of(document: Mapping[str, Any], turn: int) -> tuple[str, str]:
    """A face that has all the characters; the standard ones have those of Windows-1252."""
    try:
        repr(document).encode("cp1252")
    except UnicodeEncodeError:
        for name in _WIDE_FACE:
            path = Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf"
            pdfmetrics.registerFont(TTFont(name, path))
        return _WIDE_FACE
    return _FACES[turn // 8 % len(_FACES)]
