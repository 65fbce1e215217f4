"""What does a plan give over a table: which value, from which cells, of how many rows?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from engine.table_cells import ColumnKind
from engine.table_frame import Frame
from engine.table_plan import Cell, Comparison, Condition, Operator, Order, Plan

_ROW = "row"
_NUM_TOLD = 3
_COMPUTED = (Operator.SUM, Operator.MEAN)


@dataclass(frozen=True, slots=True)
class TableResult:
    """`values` are one for each cell of a list or for each group that is answered, else one;
    `measures` are those of the groups. `rows` are those that `column` was taken from, `num_rows`
    how many met the conditions. No value of nothing: a sum over no row is None, a count is 0."""

    values: tuple[Any, ...]
    column: int
    rows: tuple[int, ...]
    num_rows: int
    measures: tuple[Any, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def value(self) -> Any:
        return self.values[0] if len(self.values) == 1 else list(self.values)


def run(plan: Plan, frame: Frame) -> TableResult:
    """Rows that sum up others are never among those that are computed with."""
    met = _met(plan.conditions, frame)
    notes = list(_totals_left_out(plan, frame))
    if plan.group is not None:
        return _grouped(plan, frame, met, notes)
    if plan.order is not None:
        met = _ordered(plan.order, frame, met)
    values, rows = _taken(plan.operator, plan.column, frame, met)
    if plan.operator in (*_COMPUTED, Operator.MIN, Operator.MAX):
        notes += _not_read(plan.column, frame, met)
    return TableResult(values, plan.column, tuple(rows), len(met), notes=tuple(notes))


def _met(conditions: Sequence[Condition], frame: Frame) -> list[int]:
    """The rows that meet all conditions, totals left out."""
    is_met = pl.Series(~frame.is_total)
    for condition in conditions:
        is_met &= _meets(condition, frame).fill_null(False)
    return is_met.arg_true().to_list()


def _meets(condition: Condition, frame: Frame) -> pl.Series:
    name, values = str(condition.column), condition.values
    cells = frame.values[name]
    if frame.columns[condition.column].kind is ColumnKind.TEXT or _are_words(values):
        cells = frame.texts[name].str.to_lowercase()
        values = tuple(str(value).strip().lower() for value in values)
    elif frame.columns[condition.column].kind is ColumnKind.NUMBER:
        values = tuple(float(value) for value in values if isinstance(value, (int, float)))
    match condition.comparison:
        case Comparison.IS:
            return cells.is_in(list(values))
        case Comparison.IS_NOT:
            return ~cells.is_in(list(values))
        case Comparison.OVER:
            return cells > values[0]
        case Comparison.AT_LEAST:
            return cells >= values[0]
        case Comparison.UNDER:
            return cells < values[0]
        case Comparison.AT_MOST:
            return cells <= values[0]
        case Comparison.BETWEEN:
            return (cells >= values[0]) & (cells <= values[1])


def _are_words(values: Sequence[Cell]) -> bool:
    return any(isinstance(value, str) for value in values)


def _taken(
    operator: Operator, column: int, frame: Frame, rows: list[int]
) -> tuple[tuple[Any, ...], list[int]]:
    """The values and the rows they came from: of the least and the greatest, those that have it."""
    texts = frame.texts[str(column)]
    if operator is Operator.COUNT:
        return (len(rows),), list(rows)
    cells = frame.values[str(column)].gather(rows)
    if operator is Operator.LIST:
        kept = [row for row in rows if texts[row] is not None]
        return tuple(_listed(frame, column, row) for row in kept), kept
    if operator is Operator.DISTINCT:
        return (texts.gather(rows).drop_nulls().str.to_lowercase().n_unique(),), list(rows)
    known = [row for row, is_null in zip(rows, cells.is_null(), strict=True) if not is_null]
    if not known:
        return (), []
    if operator in _COMPUTED:
        total = cells.sum() if operator is Operator.SUM else cells.mean()
        return (_number(total, operator, frame.columns[column].decimals),), known
    best = cells.min() if operator is Operator.MIN else cells.max()
    holders = [row for row, cell in zip(rows, cells.to_list(), strict=True) if cell == best]
    return (_plain(best),), holders


def _listed(frame: Frame, column: int, row: int) -> Any:
    value = frame.values[str(column)][row]
    return frame.texts[str(column)][row] if value is None else _plain(value)


def _number(value: Any, operator: Operator, decimals: int) -> Any:
    """A sum has no more decimals than what is summed: the rest is what floats add."""
    return _plain(round(float(value), decimals) if operator is Operator.SUM else float(value))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _ordered(order: Order, frame: Frame, rows: list[int]) -> list[int]:
    """The first rows by a column, and those that are as high as the last of them."""
    cells = frame.values[str(order.column)].gather(rows)
    ranked = pl.DataFrame({_ROW: rows, "by": cells}).drop_nulls("by")
    places = ranked["by"].rank("min", descending=order.is_descending)
    kept = ranked.with_columns(place=places).filter(pl.col("place") <= order.limit)
    in_order: list[int] = kept.sort("place", _ROW)[_ROW].to_list()
    return in_order


def _grouped(plan: Plan, frame: Frame, met: list[int], notes: list[tuple[str, str]]) -> TableResult:
    """The groups' names are the values, unless there is no order: then so are their measures."""
    assert plan.group is not None
    keyed = pl.DataFrame({_ROW: met, "key": frame.texts[str(plan.group)].gather(met)})
    parts = keyed.drop_nulls("key").group_by("key", maintain_order=True).agg(pl.col(_ROW))
    found = []
    for key, rows in parts.iter_rows():
        values, taken = _taken(plan.operator, plan.column, frame, rows)
        if values:
            found.append((key, values[0], taken))
    if plan.order is not None:
        found.sort(key=lambda part: part[1], reverse=plan.order.is_descending)
        last = found[: plan.order.limit][-1:]
        found = [
            part for n, part in enumerate(found) if n < plan.order.limit or part[1] == last[0][1]
        ]
    if plan.operator in _COMPUTED:
        notes += _not_read(plan.column, frame, met)
    rows = tuple(row for _, _, taken in found for row in taken)
    names, measures = tuple(part[0] for part in found), tuple(part[1] for part in found)
    return TableResult(names, plan.column, rows, len(met), measures, tuple(notes))


def _totals_left_out(plan: Plan, frame: Frame) -> list[tuple[str, str]]:
    rows = np.flatnonzero(frame.is_total).tolist()
    if not rows or (plan.operator is Operator.LIST and plan.order is None):
        return []
    message = f"{len(rows)} rows that sum up others were not counted with them: "
    return [("totals_left_out", message + _places_told(frame, None, rows))]


def _not_read(column: int, frame: Frame, rows: list[int]) -> list[tuple[str, str]]:
    printed = frame.texts[str(column)].gather(rows).is_not_null()
    is_left = printed & frame.values[str(column)].gather(rows).is_null()
    left = [row for row, is_one in zip(rows, is_left, strict=True) if is_one]
    if not left:
        return []
    kind = frame.columns[column].kind.value
    message = f"{len(left)} cells of {frame.columns[column].head!r} are no {kind} and were left out"
    return [("cells_left_out", f"{message}: {_places_told(frame, column, left)}")]


def _places_told(frame: Frame, column: int | None, rows: list[int]) -> str:
    told = []
    for row in rows[:_NUM_TOLD]:
        at = column
        if at is None:
            at = int(np.argmax(frame.starts[row] >= 0))
        start, stop = int(frame.starts[row, at]), int(frame.stops[row, at])
        place = frame.document.source_map.first_place(start, stop)
        told.append(f"{frame.document.text[start:stop][:40]!r} in {place}")
    more = f" and {len(rows) - _NUM_TOLD} more" if len(rows) > _NUM_TOLD else ""
    return ", ".join(told) + more
