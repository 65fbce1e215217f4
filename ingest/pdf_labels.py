"""Which lines of a table of figures make one row, a label or its words being wrapped?"""

from __future__ import annotations

from ingest.pdf_table import Cell
from ingest.pdf_values import is_value
from ingest.pdf_words import Fragment


def joined_labels(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows with labels that are wrapped over lines put together in one cell."""
    width = max((c.lines[-1].x1 for row in rows for c in row if c.column == 0), default=0.0)
    joined: list[list[Cell]] = []
    for row in rows:
        if joined and _is_only_label(joined[-1]) and _wraps(joined, row, width):
            row = [Cell(0, joined.pop()[0].lines + row[0].lines), *row[1:]]
        elif joined and _is_only_label(row) and _continues(joined[-1], row[0]):
            joined[-1][0].lines.extend(row[0].lines)
            continue
        elif joined and _is_beside(joined[-1], row):
            row = joined.pop() + row
        elif joined and _goes_on(joined[-1], row):
            for cell in row:
                next(c for c in joined[-1] if c.column == cell.column).lines.extend(cell.lines)
            continue
        joined.append(row)
    return joined


def _is_only_label(row: list[Cell]) -> bool:
    return len(row) == 1 and row[0].column == 0


def _wraps(joined: list[list[Cell]], row: list[Cell], width: float) -> bool:
    """Whether a label alone on its line goes on in the next row, which has figures."""
    if not row or row[0].column != 0 or len(row) == 1:
        return False
    last, then = joined[-1][0].lines[-1], row[0].lines[0]
    if last.text.endswith(":") or last.bold != then.bold or _is_nearer_above(joined, then):
        return False
    if then.y0 - last.y1 > last.y1 - last.y0:
        return False
    is_full = last.x1 + then.words[0].x1 - then.words[0].x0 > width
    return then.text[0].islower() or (is_full and abs(then.x0 - last.x0) < 1)


def _is_nearer_above(joined: list[list[Cell]], then: Fragment) -> bool:
    """Whether the label alone on its line says more about the row above it, by the white space."""
    if len(joined) < 2:
        return False
    label = joined[-1][0]
    above = label.lines[0].y0 - max(f.y1 for cell in joined[-2] for f in cell.lines)
    return above < 0.6 * (then.y0 - label.lines[-1].y1)


def _is_beside(label: list[Cell], row: list[Cell]) -> bool:
    """Whether figures without a label stand on the line of a label without figures."""
    if not _is_only_label(label) or not row or row[0].column == 0:
        return False
    last, first = label[0].lines[-1], row[0].lines[0]
    return first.y0 < last.y1 - 0.25 * (last.y1 - last.y0)


def _goes_on(above: list[Cell], row: list[Cell]) -> bool:
    """Whether a row holds nothing but further lines of words that stand in the row above."""
    words = {c.column for c in above if not is_value(c.lines[-1].text)}
    return bool(row) and all(
        c.column in words and c.column > 0 and not is_value(c.lines[0].text) for c in row
    )


def _continues(above: list[Cell], label: Cell) -> bool:
    return above[0].column == 0 and len(above) > 1 and label.lines[0].text[0].islower()
