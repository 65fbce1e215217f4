"""How does a grid of scores look as a picture?

Drawn with PyMuPDF, which is here already. Cells go from red over yellow to green; a cell without
a score is grey.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from evals.lab.lengths import told
from evals.lab.rows_file import LabRow

Colour = tuple[float, float, float]

_CELL_WIDTH, _CELL_HEIGHT, _GAP = 52.0, 24.0, 1.5
_TOP, _RIGHT, _BOTTOM = 46.0, 16.0, 44.0
_LETTER_WIDTH, _SMALL, _LARGE = 5.2, 9.0, 13.0
_ZOOM = 2.0
_FONT = "helv"
_GREY: Colour = (0.88, 0.88, 0.88)
_STOPS: tuple[Colour, ...] = ((0.86, 0.29, 0.27), (0.96, 0.83, 0.38), (0.30, 0.69, 0.42))


@dataclass(frozen=True, slots=True)
class Heatmap:
    """`scores[row][column]`, from 0 to 1, None where there is none."""

    title: str
    row_title: str
    column_title: str
    rows: Sequence[str]
    columns: Sequence[str]
    scores: Sequence[Sequence[float | None]]

    def png(self) -> bytes:
        left = 28 + _LETTER_WIDTH * max(map(len, (*self.rows, "")))
        width = left + _CELL_WIDTH * len(self.columns) + _RIGHT
        width = max(width, 40 + 7 * len(self.title))
        height = _TOP + _CELL_HEIGHT * len(self.rows) + _BOTTOM
        with pymupdf.open() as drawing:
            page = drawing.new_page(width=width, height=height)
            self._write(page, left, height)
            self._draw(page, left)
            image: bytes = page.get_pixmap(matrix=pymupdf.Matrix(_ZOOM, _ZOOM)).tobytes("png")
        return image

    def _write(self, page: pymupdf.Page, left: float, height: float) -> None:
        page.insert_text((16, 22), self.title, fontname=_FONT, fontsize=_LARGE)
        page.insert_text((16, _TOP - 8), self.row_title, fontname=_FONT, fontsize=_SMALL)
        page.insert_text((left, height - 10), self.column_title, fontname=_FONT, fontsize=_SMALL)
        for number, label in enumerate(self.rows):
            y = _TOP + _CELL_HEIGHT * (number + 0.5) + 3
            page.insert_text((16, y), label, fontname=_FONT, fontsize=_SMALL)
        for number, label in enumerate(self.columns):
            x = left + _CELL_WIDTH * (number + 0.5) - _LETTER_WIDTH * len(label) / 2
            y = _TOP + _CELL_HEIGHT * len(self.rows) + 14
            page.insert_text((x, y), label, fontname=_FONT, fontsize=_SMALL)

    def _draw(self, page: pymupdf.Page, left: float) -> None:
        for row, scores in enumerate(self.scores):
            for column, score in enumerate(scores):
                x, y = left + _CELL_WIDTH * column, _TOP + _CELL_HEIGHT * row
                cell = pymupdf.Rect(x, y, x + _CELL_WIDTH - _GAP, y + _CELL_HEIGHT - _GAP)
                page.draw_rect(cell, color=None, fill=colour_of(score), width=0)
                if score is not None:
                    label = f"{100 * score:.0f}"
                    at = (x + _CELL_WIDTH / 2 - _LETTER_WIDTH * len(label) / 2, y + 15)
                    page.insert_text(at, label, fontname=_FONT, fontsize=_SMALL)


def colour_of(score: float | None) -> Colour:
    if score is None:
        return _GREY
    share = 2 * min(1.0, max(0.0, score))
    low, high = (_STOPS[0], _STOPS[1]) if share <= 1 else (_STOPS[1], _STOPS[2])
    part = share if share <= 1 else share - 1
    red, green, blue = (a + (b - a) * part for a, b in zip(low, high, strict=True))
    return red, green, blue


def of_rows(title: str, rows: Sequence[LabRow]) -> Heatmap:
    """Depths down and lengths across where the rows have depths, else kinds down."""
    if all(row.depth is not None for row in rows):
        return _grid(title, "depth %", rows, _depth)
    return _grid(title, "kind", rows, lambda row: row.kind)


def write(heatmap: Heatmap, path: Path) -> None:
    path.write_bytes(heatmap.png())


def _depth(row: LabRow) -> str:
    assert row.depth is not None
    return f"{row.depth:g}"


def _grid(
    title: str, row_title: str, rows: Sequence[LabRow], key: Callable[[LabRow], str]
) -> Heatmap:
    """Means of the cells."""
    names = list(dict.fromkeys(map(key, rows)))
    lengths = sorted({row.length for row in rows})
    cells: dict[tuple[str, int], list[float]] = {}
    for row in rows:
        cells.setdefault((key(row), row.length), []).append(row.score)
    means = {cell: sum(scores) / len(scores) for cell, scores in cells.items()}
    return Heatmap(
        title,
        row_title,
        "length in tokens",
        names,
        [told(length) for length in lengths],
        [[means.get((name, length)) for length in lengths] for name in names],
    )
