"""What do the tables of the documents answer to a question, computed and not read?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from engine.answers import Finding, Leaf, Place
from engine.lookup import Source
from engine.questions import Question
from engine.table_frame import Frame, frames_in
from engine.table_plan import Comparison, Operator, Plan
from engine.table_planner import Candidate, Choose, Planned, Planner
from engine.table_query import TableResult
from engine.table_ranges import place_of, runs_of
from engine.table_scale import scale_of
from engine.units import unit_asked
from schemas.extraction import FieldStatus, Match
from schemas.response_schema import Kind, Node

_SURE = 0.6
_MOST_RANGES = 100
_MOST_VALUES = 1000
_NUMBERS = (Kind.NUMBER, Kind.INTEGER)
_COPIED = (Operator.LIST, Operator.MIN, Operator.MAX)
_SCALED = (Operator.SUM, Operator.MEAN, Operator.LIST, Operator.MIN, Operator.MAX)


class TableAnswers:
    """The tables of some documents, ready to be asked. Making one reads every cell once: keep it
    for all the questions of a request."""

    def __init__(
        self, sources: Sequence[Source], choose: Choose | None = None, *, least_rows: int = 2
    ) -> None:
        self._planner = Planner(list(frames_in(sources, least_rows=least_rows)), choose)

    def answer(self, question: Question, *, computed_only: bool = False) -> Finding | None:
        """None where no plan is clear; see `planned` for the reason. With `computed_only` also of a
        look-up of cells of several rows, which can be read as well, of a count of no row, which
        cites nothing, and where the plan is clear and not sure."""
        answered = self.answered(question, computed_only=computed_only)
        return None if answered is None else answered[0]

    def answered(
        self, question: Question, *, computed_only: bool = False
    ) -> tuple[Finding, Frame] | None:
        """As `answer`, with the table."""
        planned = self.planned(question)
        if planned.candidate is None or planned.result is None:
            return None
        plan, frame = planned.candidate.plan, planned.candidate.frame
        is_read = _is_look_up(plan) and not _is_of_named_row(plan, planned.result)
        is_sure = planned.candidate.score >= _SURE
        if computed_only and (is_read or not planned.result.rows or not is_sure):
            return None
        return _finding(question, frame, plan, planned), frame

    def rows_named(self, question: Question) -> list[tuple[Frame, int]]:
        """The few rows that the question names, with their tables."""
        return self._planner.named_rows.of(question.text)

    def planned(self, question: Question) -> Planned:
        """By what it says; where that is not clear, by what it is called, where that gives the
        likeliest reading of what it says and is a cell of a row that is named."""
        by_text = self._plan(question, question.text)
        if by_text.candidate is not None or question.called in ("", question.text):
            return by_text
        by_name = self._plan(question, question.called)
        named = by_name.candidate
        if named is None or by_name.result is None:
            return by_text
        likeliest = self._likeliest(question)
        is_cell = _is_look_up(named.plan) and _is_of_named_row(named.plan, by_name.result)
        is_same = (
            likeliest is not None
            and named.plan == likeliest.plan
            and named.frame is likeliest.frame
        )
        return by_name if is_same and is_cell else by_text

    def _plan(self, question: Question, text: str) -> Planned:
        return self._planner.plan(text, lambda result: _is_of_kind(question.node, result))

    def _likeliest(self, question: Question) -> Candidate | None:
        node = question.node
        return self._planner.likeliest(question.text, lambda result: _is_of_kind(node, result))


def answer_by_table(
    question: Question,
    sources: Sequence[Source],
    choose: Choose | None = None,
    *,
    least_rows: int = 2,
    computed_only: bool = False,
) -> Finding | None:
    """The value computed from the one table and plan that the question's words make clear, with
    the cells it came from; None without such a plan. `choose` is the model, where it may rank."""
    tables = TableAnswers(sources, choose, least_rows=least_rows)
    return tables.answer(question, computed_only=computed_only)


def _is_look_up(plan: Plan) -> bool:
    return plan.operator is Operator.LIST and plan.order is None


def _is_of_named_row(plan: Plan, result: TableResult) -> bool:
    """Whether what the question names picks one row: the cell is then where it must be, and a
    reader may slip into a row alike."""
    is_named = all(condition.comparison is Comparison.IS for condition in plan.conditions)
    return is_named and bool(plan.conditions) and len(result.rows) == 1


def _is_of_kind(node: Node, result: TableResult) -> bool:
    if node.kind is Kind.LIST:
        kinds = node.children[0].kind
        return len(result.values) <= _MOST_VALUES and all(
            _is_value(kinds, value) for value in result.values
        )
    if node.kind is Kind.ENUM:
        return len(result.values) == 1 and _is_choice(node, result.value)
    return len(result.values) == 1 and _is_value(node.kind, result.value)


def _is_value(kind: Kind, value: Any) -> bool:
    if kind in _NUMBERS:
        is_whole = isinstance(value, int) or kind is Kind.NUMBER
        return isinstance(value, (int, float)) and is_whole
    if kind is Kind.DATE:
        return isinstance(value, str) and _is_date(value)
    return kind is Kind.STRING and value is not None


def _is_choice(node: Node, value: Any) -> bool:
    """As the cell spells it; other spellings are the model's to see through."""
    return isinstance(value, str) and value in node.choices


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _finding(question: Question, frame: Frame, plan: Plan, planned: Planned) -> Finding:
    assert planned.result is not None
    assert planned.candidate is not None
    result, confidence = planned.result, min(1.0, planned.candidate.score)
    factor, words = _factor(question, frame, plan, result)
    values = [_as_asked(question.node, value, factor) for value in result.values]
    notes = [*result.notes, *_hidden(frame), ("computed", _told(frame, plan, result))]
    if question.node.kind is Kind.LIST:
        leaves = tuple(
            Leaf(
                f"/{number}",
                value,
                FieldStatus.FOUND,
                confidence,
                _places(frame, result.column, rows, notes),
                _match(plan),
                reduce=_reduce_told(plan),
            )
            for number, (value, rows) in enumerate(zip(values, _rows_of(result), strict=True))
        )
        return Finding(question, values, leaves, tuple(notes))
    places = (*_places(frame, result.column, result.rows, notes), *words)
    match = _match(plan) if factor == 1 else Match.DERIVED
    leaf = Leaf(
        "", values[0], FieldStatus.FOUND, confidence, places, match, reduce=_reduce_told(plan)
    )
    return Finding(question, values[0], (leaf,), tuple(notes))


def _rows_of(result: TableResult) -> list[tuple[int, ...]]:
    """The rows of each value; of groups, all rows are told with each."""
    if len(result.rows) == len(result.values) and not result.measures:
        return [(row,) for row in result.rows]
    return [result.rows] * len(result.values)


def _places(
    frame: Frame, column: int, rows: Sequence[int], notes: list[tuple[str, str]]
) -> tuple[Place, ...]:
    place = place_of(frame, column, rows, _MOST_RANGES)
    if place is None:
        return ()
    num_ranges = len(runs_of(frame, column, rows))
    if num_ranges > _MOST_RANGES:
        told = f"the cells stand in {num_ranges} ranges: one range around them all is cited"
        notes.append(("cells_cited_as_one", told))
    return (place,)


def _match(plan: Plan) -> Match:
    """A cell that was looked up is what it says; all else is computed."""
    is_cell = plan.operator in _COPIED and plan.group is None
    return Match.NORMALISED if is_cell else Match.DERIVED


def _reduce_told(plan: Plan) -> str:
    """Nothing is made of cells that are looked up; of the first by an order, the order tells."""
    if plan.operator is not Operator.LIST:
        return plan.operator.value
    if plan.order is None:
        return ""
    return (Operator.MAX if plan.order.is_descending else Operator.MIN).value


def _factor(
    question: Question, frame: Frame, plan: Plan, result: TableResult
) -> tuple[float, tuple[Place, ...]]:
    """By which numbers are multiplied so that they are in the unit asked for, and the words of the
    table that say in what they are told."""
    unit = unit_asked(question.text)
    is_number = plan.operator in _SCALED and plan.group is None and bool(result.rows)
    if unit is None or not is_number or not isinstance(result.values[0], (int, float)):
        return 1.0, ()
    row = result.rows[0]
    scale = scale_of(frame.document, int(frame.starts[row, result.column]))
    if scale is None or scale.factor == unit:
        return 1.0, ()
    return scale.factor / unit, (Place(frame.source, scale.start, scale.stop),)


def _as_asked(node: Node, value: Any, factor: float) -> Any:
    if isinstance(value, (int, float)) and factor != 1.0:
        value = value * factor
        return int(value) if float(value).is_integer() else value
    kind = node.children[0].kind if node.kind is Kind.LIST else node.kind
    return str(value) if kind is Kind.STRING else value


def _hidden(frame: Frame) -> Iterator[tuple[str, str]]:
    """What is hidden in a workbook is in the text as all else is, and computed with."""
    if frame.document.sheets and frame.document.sheets[frame.place - 1].is_hidden:
        yield "hidden_counted", f"the sheet of the table {frame.title!r} is hidden"


def _told(frame: Frame, plan: Plan, result: TableResult) -> str:
    told = plan.told(frame.heads)
    if result.measures:
        measures = ", ".join(
            f"{name}: {measure}"
            for name, measure in zip(result.values[:5], result.measures[:5], strict=True)
        )
        told += f" ({measures})"
    return (
        f"{told}: {result.num_rows} of {frame.num_rows - int(frame.is_total.sum())} rows of the "
        f"table {frame.title or frame.document.name!r}"
    )
