"""Where does a page hold tables drawn with ruled lines, and what stands in their cells?

A table is lines, flat and upright, that touch; its cells are the faces between them. Lines
that do not cross (underlines, the frame of a page) make none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pymupdf

from ingest.pdf_lines import rows_of
from ingest.pdf_table import Cell, Rule, Table
from ingest.pdf_text_grids import with_first_row_as_head
from ingest.pdf_values import is_statement, is_value
from ingest.pdf_words import Fragment, Word, split_at_gaps

_THIN = 3.0  # points: a filled rectangle no thicker is a line
_TOUCH = 3.0
_MIN_LENGTH = 6.0
_MAX_LINES = 4_000  # more on one page is a drawing


@dataclass(frozen=True, slots=True)
class Lines:
    flat: list[Rule]
    upright: list[Rule]  # x0, x1 are its top and bottom, y its x


@dataclass(slots=True)
class RuledTable:
    x0: float
    y0: float
    x1: float
    y1: float
    table: Table
    words: set[int] = field(default_factory=set)  # ids of the words in its cells


def lines_of(page: pymupdf.Page, to_layout: pymupdf.Matrix) -> Lines:
    """The flat and upright lines drawn on a page, in the layout frame."""
    flat: list[Rule] = []
    upright: list[Rule] = []
    for drawing in page.get_cdrawings():
        for box in _edges(drawing):
            x0, y0, x1, y1 = pymupdf.Rect(box) * to_layout
            if y1 - y0 <= _THIN and x1 - x0 >= _MIN_LENGTH:
                flat.append(Rule(x0, x1, (y0 + y1) / 2))
            elif x1 - x0 <= _THIN and y1 - y0 >= _MIN_LENGTH:
                upright.append(Rule(y0, y1, (x0 + x1) / 2))
    if len(flat) + len(upright) > _MAX_LINES:
        return Lines([], [])
    return Lines(flat, upright)


def ruled_tables(fragments: list[Fragment], lines: Lines) -> list[RuledTable]:
    """Tables with at least two columns and two rows of cells that hold text."""
    if len(lines.upright) < 2 or len(lines.flat) < 2:
        return []
    tables = []
    for flat, upright in _touching(lines):
        table = _table(flat, upright, fragments)
        if table is not None:
            tables.append(table)
    return tables


def _edges(drawing: dict[str, Any]) -> list[Any]:
    """Boxes of a drawing's straight parts; a filled box that is not thin has four edges."""
    edges: list[Any] = []
    for item in drawing["items"]:
        if item[0] == "l":
            (ax, ay), (bx, by) = item[1], item[2]
            edges.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
        elif item[0] == "re":
            edges.extend(_sides(item[1], is_stroked=drawing.get("color") is not None))
        elif item[0] == "qu" and drawing.get("color") is not None:
            points = item[1]
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            edges.extend(_sides((min(xs), min(ys), max(xs), max(ys)), is_stroked=True))
    return edges


def _sides(box: Any, *, is_stroked: bool) -> list[Any]:
    x0, y0, x1, y1 = box
    if min(x1 - x0, y1 - y0) <= _THIN:
        return [box]
    if not is_stroked:
        return []
    return [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]


def _touching(lines: Lines) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that cross or touch each other."""
    flat, upright = lines.flat, lines.upright
    parents = list(range(len(flat) + len(upright)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    by_y = sorted(range(len(flat)), key=lambda i: flat[i].y)
    for offset, line in enumerate(upright):
        for i in by_y:
            rule = flat[i]
            if rule.y > line.x1 + _TOUCH:
                break
            if rule.y >= line.x0 - _TOUCH and rule.x0 - _TOUCH <= line.y <= rule.x1 + _TOUCH:
                parents[root(i)] = root(len(flat) + offset)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index in range(len(parents)):
        group = groups.setdefault(root(index), ([], []))
        if index < len(flat):
            group[0].append(flat[index])
        else:
            group[1].append(upright[index - len(flat)])
    return [group for group in groups.values() if len(group[0]) > 2 and len(group[1]) > 1]


def _table(flat: list[Rule], upright: list[Rule], fragments: list[Fragment]) -> RuledTable | None:
    xs, ys = _positions([r.y for r in upright]), _positions([r.y for r in flat])
    if len(xs) < 3 or len(ys) < 3:
        return None
    inside = _words_inside(fragments, (xs[0], ys[0], xs[-1], ys[-1]))
    faces: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        face = _face(xs, ys, flat, upright, x, y)
        faces.setdefault(face, []).append(word)
    rows, columns = sorted({r for r, _ in faces}), sorted({c for _, c in faces})
    if len(rows) < 2 or len(columns) < 2 or not _is_filled(faces, rows, columns):
        return None
    cells = [
        [Cell(columns.index(c), _fragments(faces[r, c])) for c in columns if (r, c) in faces]
        for r in rows
    ]
    if _holds_unruled_rows(cells):
        return None
    table = _with_heads(Table(rows=cells, num_columns=len(columns)))
    return RuledTable(xs[0], ys[0], xs[-1], ys[-1], table, {id(word) for word in inside})


def _is_filled(
    faces: dict[tuple[int, int], list[Word]], rows: list[int], columns: list[int]
) -> bool:
    """Whether it holds a table's worth of cells, rather than boxes around paragraphs."""
    shared = sum(sum((r, c) in faces for c in columns) > 1 for r in rows)
    return shared >= 2 and 2 * shared >= len(rows) and len(faces) >= 4


def _holds_unruled_rows(rows: list[list[Cell]]) -> bool:
    """Whether cells hold one figure under another: its rows are not ruled, only groups of them."""
    cells = [cell for row in rows for cell in row]
    stacked = [c for c in cells if len(c.lines) > 1 and all(is_value(f.text) for f in c.lines)]
    return len(stacked) >= 2 and 5 * len(stacked) > len(cells)


def _positions(values: list[float]) -> list[float]:
    positions: list[float] = []
    for value in sorted(values):
        if not positions or value - positions[-1] > _TOUCH:
            positions.append(value)
    return positions


def _words_inside(fragments: list[Fragment], box: tuple[float, float, float, float]) -> list[Word]:
    x0, y0, x1, y1 = box
    return [
        word
        for fragment in fragments
        if fragment.x1 > x0 and fragment.x0 < x1 and fragment.y1 > y0 and fragment.y0 < y1
        for word in fragment.words
        if x0 <= (word.x0 + word.x1) / 2 <= x1 and y0 <= (word.y0 + word.y1) / 2 <= y1
    ]


def _face(
    xs: list[float], ys: list[float], flat: list[Rule], upright: list[Rule], x: float, y: float
) -> tuple[int, int]:
    """Row and column of the cell around a point: the nearest lines above it and left of it."""
    above = [r.y for r in flat if r.y <= y and r.x0 - _TOUCH <= x <= r.x1 + _TOUCH]
    left = [r.y for r in upright if r.y <= x and r.x0 - _TOUCH <= y <= r.x1 + _TOUCH]
    return _index(ys, max(above, default=ys[0])), _index(xs, max(left, default=xs[0]))


def _index(positions: list[float], value: float) -> int:
    return max(i for i, position in enumerate(positions) if position <= value + 0.01)


def _fragments(words: list[Word]) -> list[Fragment]:
    rows = rows_of([Fragment([word]) for word in words])
    return [part for row in rows for part in split_at_gaps([w for f in row for w in f.words])]


def _with_heads(table: Table) -> Table:
    """The table with its first row as heads: bold, or words over figures."""
    table = with_first_row_as_head(table)
    first = table.rows[0]
    is_full = len(first) >= max(2, table.num_columns - 1)
    has_figures = any(
        is_value(cell.lines[0].text) for row in table.rows[1:] for cell in row if cell.column
    )
    words = not any(is_value(f.text) or is_statement(f.text) for cell in first for f in cell.lines)
    if table.num_head_rows == 0 and is_full and words and has_figures and len(table.rows) > 2:
        table.num_head_rows = 1
        for cell in first:
            table.heads[cell.column] = [cell]
    return table
