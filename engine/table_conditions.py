"""Which conditions does a question put on the rows of a table?"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.table_asked import Asked
from engine.table_cells import ColumnKind
from engine.table_frame import Frame
from engine.table_mentions import CellIndex, Compared, NamedCell, compared_in
from engine.table_plan import Comparison, Condition

_MOST_READINGS = 24
_SOLE = 0.7
_UNNAMED = 0.45
_PART = 0.8
_HEAD, _SURE = 0.4, 0.65
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """Conditions that a question can be read to have, how surely, and which of its words say so.
    `heads` are those of them that name the columns compared."""

    conditions: tuple[Condition, ...] = ()
    score: float = 1.0
    words: frozenset[int] = frozenset()
    heads: frozenset[int] = field(default=frozenset())

    def joined(self, other: Reading) -> Reading:
        return Reading(
            (*self.conditions, *other.conditions),
            self.score * other.score,
            self.words | other.words,
            self.heads | other.heads,
        )


def readings_of(
    asked: Asked, frame: Frame, index: CellIndex, numbers_taken: set[int], day_first: bool | None
) -> list[Reading]:
    """All of them, likeliest first. `numbers_taken` are words that mean something else, such as
    how many are wanted. Empty where a number or a time can be compared with no column."""
    named = list(index.named_in(asked.question))
    compared = [
        one
        for one in compared_in(asked.question, day_first)
        if not _is_head(asked, one)
        and not numbers_taken & set(asked.within(one.start, one.stop))
        and not any(n.start <= one.start and one.stop <= n.stop for n in named)
    ]
    named = [
        n for n in named
        if not any(c.start < n.stop and n.start < c.stop and c.stop - c.start > n.stop - n.start
                   for c in compared)
        and not numbers_taken & set(asked.within(n.start, n.stop))
    ]  # fmt: skip
    choices = [list(_of_names(asked, group)) for group in _by_place(named)]
    choices += [list(_of_compared(asked, frame, one)) for one in compared]
    choices += [_of_parts(asked, index, run) for run in _name_runs(asked, named, compared)]
    readings = [
        _merged(_joined(parts)) for parts in itertools.islice(itertools.product(*choices), 256)
    ]
    return sorted(readings, key=lambda one: -one.score)[:_MOST_READINGS]


def _is_head(asked: Asked, one: Compared) -> bool:
    """Whether a number or a year is what a column is called: 2021, over the amounts of a year."""
    words = asked.within(one.start, one.stop)
    return all(max(asked.weights[i], default=0.0) >= _SURE for i in words)


def _joined(parts: Sequence[Reading]) -> Reading:
    whole = Reading()
    for part in parts:
        whole = whole.joined(part)
    return whole


def _merged(reading: Reading) -> Reading:
    """Several cells of one column are one or another of them."""
    kept: dict[tuple[int, Comparison], Condition] = {}
    for condition in reading.conditions:
        key = (condition.column, condition.comparison)
        before = kept.get(key)
        if before is not None and condition.comparison in (Comparison.IS, Comparison.IS_NOT):
            values = tuple(dict.fromkeys((*before.values, *condition.values)))
            condition = Condition(condition.column, condition.comparison, values)
        kept[key] = condition
    return Reading(tuple(kept.values()), reading.score, reading.words, reading.heads)


def _by_place(named: Sequence[NamedCell]) -> list[list[NamedCell]]:
    groups: dict[tuple[int, int], list[NamedCell]] = {}
    for cell in named:
        groups.setdefault((cell.start, cell.stop), []).append(cell)
    return list(groups.values())


def _of_names(asked: Asked, cells: Sequence[NamedCell]) -> Iterator[Reading]:
    """The column that is named beside the cell, else any that has it; or, of a single word that
    may mean a head, none of them. The noun before a number of the kind of "Asset C0020" may say
    no more than what is numbered so."""
    words = asked.within(cells[0].start, cells[0].stop)
    beside = {
        cell.column: asked.nearest(cell.column, cell.start, cell.stop, set(words)) for cell in cells
    }
    for cell in cells:
        weight, word = beside[cell.column]
        rivals = max((beside[o.column][0] for o in cells if o.column != cell.column), default=-1.0)
        score = (
            1.0 if len(cells) == 1 or weight > rivals + 0.2 else 0.9 if weight >= rivals else 0.5
        )
        comparison = Comparison.IS_NOT if cell.is_negated else Comparison.IS
        head = _heads_at(asked, cell.column, weight, word)
        condition = Condition(cell.column, comparison, (cell.value,))
        named = asked.noun_before(cell.start) if _HAS_DIGIT.search(cell.value) else frozenset()
        if named - head:
            yield Reading((condition,), score, frozenset(words) | named, head)
        yield Reading((condition,), score, frozenset(words), head)
    if len(words) == 1 and any(asked.weights[words[0]]) and not asked.words[words[0]].is_name:
        yield Reading(score=0.6)


def _heads_at(asked: Asked, column: int, weight: float, word: int) -> frozenset[int]:
    """The word that names a column beside what is compared, unless it means another one more."""
    is_meant = weight > _HEAD and asked.weights[word][column] >= max(asked.weights[word])
    return frozenset([word]) if is_meant else frozenset()


def _of_compared(asked: Asked, frame: Frame, one: Compared) -> Iterator[Reading]:
    words = frozenset(asked.within(one.start, one.stop))
    columns = _comparable(frame, one)
    beside = {c: asked.nearest(c, one.start, one.stop, set(words)) for c in columns}
    best = max((weight for weight, _ in beside.values()), default=0.0)
    for column in columns:
        weight, word = beside[column]
        score = weight / best if best > 0.3 else _SOLE if len(columns) == 1 else _UNNAMED
        if one.is_time:
            score = 1.0 if len(columns) == 1 else max(score, _UNNAMED)
        if score < 0.4 or (best <= 0.3 and not one.is_time and not _is_within(frame, column, one)):
            continue
        head = _heads_at(asked, column, weight, word)
        yield Reading((_condition(frame, column, one),), score, words, head)


def _condition(frame: Frame, column: int, one: Compared) -> Condition:
    values = one.values
    if frame.columns[column].kind is ColumnKind.NUMBER and one.is_time:
        values = tuple(float(value.year) for value in values if isinstance(value, date))
    if one.comparison is Comparison.IS:
        values = values[:1]
    return Condition(column, one.comparison, values)


def _comparable(frame: Frame, one: Compared) -> list[int]:
    """Columns of the kind; a number that is not compared must stand in the column."""
    if one.is_time:
        dates = frame.columns_of(ColumnKind.DATE)
        return dates or [c for c in frame.columns_of(ColumnKind.NUMBER) if _has_years(frame, c)]
    numeric = frame.columns_of(ColumnKind.NUMBER)
    if one.comparison is not Comparison.IS:
        return numeric
    return [c for c in numeric if bool((frame.values[str(c)] == one.values[0]).any())]


def _is_within(frame: Frame, column: int, one: Compared) -> bool:
    """Whether a number parts the cells of a column: of one that it leaves all or none it is not
    meant without being named."""
    cells = frame.values[str(column)].drop_nulls()
    return bool((cells <= one.values[0]).any() and (cells >= one.values[-1]).any())


def _has_years(frame: Frame, column: int) -> bool:
    cells = frame.values[str(column)].drop_nulls()
    return len(cells) > 0 and bool(cells.is_between(1900, 2100).all())


def _name_runs(
    asked: Asked, named: Sequence[NamedCell], compared: Sequence[Compared]
) -> list[list[int]]:
    """Runs of words written as names that no cell has as a whole."""
    taken = {i for cell in named for i in asked.within(cell.start, cell.stop)}
    taken |= {i for one in compared for i in asked.within(one.start, one.stop)}
    free = [
        i
        for i in asked.unexplained(taken)
        if asked.words[i].is_name and i > 0
    ]  # fmt: skip
    runs: list[list[int]] = []
    for i in free:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _of_parts(asked: Asked, index: CellIndex, run: Sequence[int]) -> list[Reading]:
    """The one cell that has these words and others; none where there are several."""
    cells = index.partly_named([asked.words[i].text for i in run])
    if len(cells) != 1:
        return [Reading()]
    column, value = cells[0]
    condition = Condition(column, Comparison.IS, (value,))
    return [Reading((condition,), _PART, frozenset(run))]
