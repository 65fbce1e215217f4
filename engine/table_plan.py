"""What can be asked of a table engine: which values, of which rows, put together how?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Cell = str | float | date


class Operator(StrEnum):
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    DISTINCT = "distinct"
    LIST = "list"  # the values themselves: a look-up where it is one


class Comparison(StrEnum):
    IS = "is"
    IS_NOT = "is not"
    OVER = "over"
    AT_LEAST = "at least"
    UNDER = "under"
    AT_MOST = "at most"
    BETWEEN = "between"  # both ends included


@dataclass(frozen=True, slots=True)
class Condition:
    """`values` are those that a cell may have, the two ends of a range, or the one compared with.
    Words are compared without case. A cell that can not be compared does not meet it."""

    column: int
    comparison: Comparison
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The `limit` rows, or groups, that come first by a column."""

    column: int
    is_descending: bool
    limit: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """`operator` over `column` of the rows that meet all conditions.

    With `group` it is done for each value of that column apart, and `order` says which groups are
    the answer; without, `order` picks rows and `column` says what of them is the answer.
    """

    operator: Operator
    column: int
    conditions: tuple[Condition, ...] = ()
    group: int | None = None
    order: Order | None = None

    def told(self, heads: Sequence[str]) -> str:
        """In words, for people: "sum of Amount where Region is West"."""
        parts = [f"{self.operator.value} of {heads[self.column]}"]
        if self.group is not None:
            parts.append(f"for each {heads[self.group]}")
        if self.conditions:
            told = " and ".join(_told(condition, heads) for condition in self.conditions)
            parts.append(f"where {told}")
        if self.order is not None:
            which = "highest" if self.order.is_descending else "lowest"
            number = f"{self.order.limit} " if self.order.limit > 1 else ""
            by = "it" if self.group is not None else heads[self.order.column]
            parts.append(f"with the {number}{which} {by}")
        return " ".join(parts)


def _told(condition: Condition, heads: Sequence[str]) -> str:
    joint = " and " if condition.comparison is Comparison.BETWEEN else " or "
    values = joint.join(_cell_told(value) for value in condition.values)
    return f"{heads[condition.column]} {condition.comparison.value} {values}"


def _cell_told(value: Cell) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, str) else f"{value:g}"
