"""Which columns does each head of a table stand over?

A head that spans columns is drawn over their middle, and often a rule under it shows how far
it reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf_lines import Row
from ingest.pdf_table import Cell, Interval, Rule, merged, overlap
from ingest.pdf_values import is_period
from ingest.pdf_words import Fragment, Word


@dataclass(frozen=True, slots=True)
class _Span:
    """A head and the columns of figures [start, stop) it stands over."""

    head: Fragment
    start: int = 0
    stop: int = 0
    over_labels: bool = False
    is_ruled: bool = False


def heads_of(
    rows: Sequence[Row], columns: list[Interval], label_stop: float, rules: list[Rule]
) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """The cells of the head rows, and for each column its heads from the top down.

    Column 0 is the labels' when `columns[0]` ends at or before `label_stop`.
    """
    first = 1 if columns and columns[0][1] <= label_stop else 0
    spans = [
        _spans(row, columns[first:], label_stop, rules, _texts(rows[index + 1 :], label_stop))
        for index, row in enumerate(rows)
    ]
    heads: list[list[Cell]] = [[] for _ in columns]
    cell_rows = []
    for index, row_spans in enumerate(spans):
        cells: dict[int, Cell] = {}
        for span in _like_neighbours(spans, index, row_spans):
            start, stop = (0, 1) if span.over_labels else (span.start + first, span.stop + first)
            cell = cells.setdefault(start, Cell(start, []))
            cell.lines.append(span.head)
            for column in range(start, stop):
                if cell not in heads[column]:
                    heads[column].append(cell)
        cell_rows.append([cells[column] for column in sorted(cells)])
    return cell_rows, heads


def _texts(rows: Sequence[Row], label_stop: float) -> list[str]:
    return [f.text for row in rows for f in row if f.x1 > label_stop]


def _spans(
    row: Row, values: list[Interval], label_stop: float, rules: list[Rule], below: list[str]
) -> list[_Span]:
    has_labels = label_stop > float("-inf")
    spans: list[_Span] = []
    over: list[Fragment] = []
    is_dense = len(row) >= max(3, len(values) - 1)
    for part in (part for fragment in row for part in _parted(fragment, values, is_dense)):
        if has_labels and _is_over_labels(part, values):
            spans.append(_Span(part, over_labels=True))
        else:
            over.append(part)
    over_groups = _are_groups(below)
    for index, part in enumerate(over):
        low = (over[index - 1].x1 + part.x0) / 2 if index else float("-inf")
        high = (part.x1 + over[index + 1].x0) / 2 if index + 1 < len(over) else float("inf")
        ruled = _ruled(part, over, values, label_stop, rules)
        start, stop = ruled or _reach(part, values, (low, high), over_groups)
        spans.append(_Span(part, start, stop, is_ruled=ruled is not None))
    return spans


def _are_groups(below: list[str]) -> bool:
    """Whether the heads below are periods, or the same few again and again."""
    return bool(below) and (all(map(is_period, below)) or 2 * len(set(below)) <= len(below))


def _like_neighbours(spans: list[list[_Span]], index: int, row: list[_Span]) -> list[_Span]:
    """The row's spans, each as wide as the ruled head it goes on with in the next line."""
    near = [s for at in (index - 1, index + 1) if 0 <= at < len(spans) for s in spans[at]]
    return [span if span.is_ruled else _like(span, row, near) for span in row]


def _like(span: _Span, row: list[_Span], near: list[_Span]) -> _Span:
    for other in near:
        is_under = abs(other.head.centre - span.head.centre) < span.head.size
        if not other.is_ruled or not is_under or span.over_labels:
            continue
        within = [s for s in row if s.start < other.stop and s.stop > other.start]
        if [s for s in within if not s.over_labels] == [span]:
            return _Span(span.head, other.start, other.stop)
    return span


def _is_over_labels(head: Fragment, values: list[Interval]) -> bool:
    return not values or (
        head.centre < values[0][0]
        and overlap((head.x0, head.x1), values[0])
        < 0.3 * min(head.x1 - head.x0, values[0][1] - values[0][0])
    )


def _parted(head: Fragment, columns: list[Interval], is_dense: bool) -> list[Fragment]:
    """Heads of neighbouring columns that stand so near that they read as one fragment. In a dense
    row, where hardly a column is without a head, a blank may part two.
    """
    parts: list[list[Word]] = []
    for at, word in enumerate(head.words):
        if at and (
            _is_gutter(head.words[at - 1], word, columns)
            or (is_dense and _are_two_heads(head.words[:at], head.words[at:], columns))
        ):
            parts.append([word])
        elif parts:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [head] if len(parts) == 1 else [Fragment(part) for part in parts]


def _are_two_heads(left: list[Word], right: list[Word], columns: list[Interval]) -> bool:
    """Whether words of a head stand, each part over its own, over two neighbouring columns."""
    if right[0].text[0].islower():
        return False
    one, other = Fragment(left), Fragment(right)
    return any(
        one.x1 <= b[0] and a[1] <= other.x0 and stands_over(one, a) and stands_over(other, b)
        for a, b in pairwise(columns)
    )


def stands_over(head: Fragment, column: Interval, within: float = 0.4) -> bool:
    """Whether a head shares its left edge, right edge or middle with a column, to a share of its
    size."""
    offs = (head.x0 - column[0], head.x1 - column[1], head.centre - sum(column) / 2)
    return min(map(abs, offs)) < within * head.size


def _is_gutter(before: Word, after: Word, columns: list[Interval]) -> bool:
    if after.x0 - before.x1 < 0.45 * after.size:
        return False
    middle = (before.x1 + after.x0) / 2
    left = [c for c in columns if (c[0] + c[1]) / 2 < middle]
    return bool(left) and len(left) < len(columns)


def _ruled(
    head: Fragment,
    row: Row,
    columns: list[Interval],
    label_stop: float,
    rules: list[Rule],
) -> tuple[int, int] | None:
    """The columns over a rule right under the head, and under no other head of its row."""
    height = head.y1 - head.y0
    near = [r for r in rules if -0.35 * height < r.y - head.y1 < 0.6 * height]
    for low, high in merged([(r.x0 - 1.0, r.x1 + 1.0) for r in near]):
        if low > head.x0 + 3 or high < head.x1 - 3 or low < label_stop - 0.5 * (high - low):
            continue
        if any(overlap((low, high), (f.x0, f.x1)) > 3 for f in row if f is not head):
            continue
        reached = [i for i, c in enumerate(columns) if low <= (c[0] + c[1]) / 2 <= high]
        if reached:
            return reached[0], reached[-1] + 1
    return None


def _reach(
    head: Fragment, columns: list[Interval], territory: Interval, over_groups: bool
) -> tuple[int, int]:
    """The columns in the head's territory whose common middle is nearest to the head's."""
    inside = [i for i, c in enumerate(columns) if territory[0] <= (c[0] + c[1]) / 2 <= territory[1]]
    touched = [i for i in inside if overlap((head.x0, head.x1), columns[i]) > 0]
    if not inside or not touched:
        nearest = min(range(len(columns)), key=lambda i: _off(head, columns[i]))
        return (inside[0], inside[-1] + 1) if over_groups and inside else (nearest, nearest + 1)
    if not over_groups:
        covered = [i for i in touched if head.x0 <= sum(columns[i]) / 2 <= head.x1]
        held = covered or [min(touched, key=lambda i: _off(head, columns[i]))]
        return held[0], held[-1] + 1
    choices = [
        (start, stop + 1)
        for start in inside
        for stop in inside
        if start <= touched[0] and stop >= touched[-1]
    ]
    slack = 3.0 + 0.25 * min(columns[i][1] - columns[i][0] for i in inside)
    return min(
        choices,
        key=lambda c: (
            max(0.0, _off(head, (columns[c[0]][0], columns[c[1] - 1][1])) - slack),
            c[0] - c[1],
        ),
    )


def _off(head: Fragment, interval: Interval) -> float:
    return abs(head.centre - sum(interval) / 2)
