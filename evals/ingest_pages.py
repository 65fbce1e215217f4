"""Which pages are made to see what a reader of PDFs loses, and what stands on them?

Each line carries a word that stands nowhere else, so that its place in what was read is known.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pymupdf

_WORDS = ("the", "lender", "shall", "pay", "margin", "of", "each", "loan", "to", "agent", "on")
_SIZE = 9.5
_LEADING = 12.5
_ROW_HEADS = ("Revenue", "Costs", "Profit", "Tax", "Assets", "Debt", "Equity", "Cash")


@dataclass(frozen=True, slots=True)
class MadePage:
    """`order` are the marks in the order in which a person reads; `hidden` are texts by what
    keeps them from being plain: a form's value, an annotation, no colour."""

    kind: str
    data: bytes
    order: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    hidden: Mapping[str, str] | None = None


def made_pages(per_kind: int, seed: int) -> list[MadePage]:
    rng = random.Random(seed)
    kinds: Sequence[Callable[[random.Random], MadePage]] = (
        _columns(2, heading=False),
        _columns(2, heading=True),
        _columns(3, heading=True),
        _table(is_ruled=True),
        _table(is_ruled=False),
        _unseen,
    )
    return [make(rng) for make in kinds for _ in range(per_kind)]


def _columns(number: int, *, heading: bool) -> Callable[[random.Random], MadePage]:
    def make(rng: random.Random) -> MadePage:
        pdf, marks = pymupdf.open(), _Marks(rng)
        page = pdf.new_page(width=612, height=792)
        top = 72.0
        if heading:
            page.insert_text((72, top), f"Annual report {marks.next()}", fontsize=16)
            top += 34
        gutter = 22.0
        width = (468 - gutter * (number - 1)) / number
        lines = rng.randint(24, 44)
        for column in range(number):
            left = 72 + column * (width + gutter)
            for line in range(lines):
                text = marks.line(width)
                page.insert_text((left, top + 20 + line * _LEADING), text, fontsize=_SIZE)
        below = top + 20 + lines * _LEADING + 24
        page.insert_text((72, below), marks.line(468), fontsize=_SIZE)  # across all columns
        kind = f"{number} columns{' under a heading' if heading else ''}"
        return MadePage(kind, bytes(pdf.tobytes()), tuple(marks.given))

    return make


def _table(*, is_ruled: bool) -> Callable[[random.Random], MadePage]:
    def make(rng: random.Random) -> MadePage:
        pdf = pymupdf.open()
        page = pdf.new_page(width=612, height=792)
        page.insert_text((72, 80), "The figures of the group are these:", fontsize=_SIZE)
        num_columns = rng.randint(3, 6)
        heads = ["Item", *(str(2018 + column) for column in range(1, num_columns))]
        names = rng.sample(_ROW_HEADS, rng.randint(4, 8))
        body = [[name, *(_amount(rng) for _ in heads[1:])] for name in names]
        rows = [heads, *body]
        width, height, top = 468 / num_columns, 18.0, 110.0
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                left, low = 72 + x * width, top + y * height
                if is_ruled:
                    page.draw_rect((left, low, left + width, low + height), width=0.6)
                end = left + width - 4 - pymupdf.get_text_length(cell, fontsize=_SIZE)
                page.insert_text((left + 4 if not x else end, low + 13), cell, fontsize=_SIZE)
        kind = f"{'ruled' if is_ruled else 'unruled'} table"
        return MadePage(kind, bytes(pdf.tobytes()), table=tuple(map(tuple, rows)))

    return make


def _unseen(rng: random.Random) -> MadePage:
    pdf, marks = pymupdf.open(), _Marks(rng)
    page = pdf.new_page(width=612, height=792)
    page.insert_text((72, 80), "Plain text stands on this page.", fontsize=_SIZE)
    hidden = {
        what: marks.next()
        for what in ("form value", "note", "free text", "invisible", "white", "in a header")
    }
    field = pymupdf.Widget()
    field.field_name, field.field_type = "name", pymupdf.PDF_WIDGET_TYPE_TEXT
    field.rect, field.field_value = pymupdf.Rect(72, 100, 300, 118), hidden["form value"]
    page.add_widget(field)
    page.add_text_annot((400, 100), hidden["note"])
    page.add_freetext_annot((72, 140, 300, 160), hidden["free text"], fontsize=9)
    page.insert_text((72, 200), hidden["invisible"], fontsize=9, render_mode=3)
    page.insert_text((72, 230), hidden["white"], fontsize=9, color=(1, 1, 1))
    page.insert_text((72, 30), hidden["in a header"], fontsize=8)
    return MadePage("unseen text", bytes(pdf.tobytes()), hidden=hidden)


class _Marks:
    """Words of letters that stand nowhere else."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.given: list[str] = []

    def next(self) -> str:
        letters = "".join(self._rng.choices("bcdfghjkmnpqrstvwxz", k=6))
        self.given.append(f"q{letters}")
        return self.given[-1]

    def line(self, width: float) -> str:
        text = self.next()
        while pymupdf.get_text_length(text, fontsize=_SIZE) < width - 45:
            text += f" {self._rng.choice(_WORDS)}"
        return text


def _amount(rng: random.Random) -> str:
    return f"{rng.randint(10, 99_999):,}"
