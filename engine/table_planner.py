"""Which plan over which table answers a question, if it is clear?

All plans that the words of a question can mean are made and carried out; one is taken where it is
surer than any other that gives another value. Nothing is guessed: without a clear plan there is a
reason instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.customs import customs_of
from engine.table_asked import OWN_WORD, Asked
from engine.table_conditions import Reading, readings_of
from engine.table_frame import Frame
from engine.table_mentions import CellIndex
from engine.table_named_rows import NamedRows
from engine.table_plan import Operator, Plan
from engine.table_query import TableResult, run
from engine.table_targets import Target, label_column, targets_of
from engine.table_wanted import Wanted, wanted_of
from engine.table_words import FLOWS, GRAMMAR, MANY, ROW_NOUNS, pattern

CLEAR, MARGIN = 0.42, 0.85
_UNEXPLAINED, _UNCOUNTED, _UNKNOWN_NAME, _UNKNOWN_NOUN = 0.75, 0.4, 0.05, 0.5
_OTHER_TABLE, _OTHER_CELLS, _SMALL, _NAMES_COLUMNS = 0.7, 0.5, 0.8, 0.3
_OTHER_SHEET = 0.2  # where the question says in which
_COLUMN_LEFT_OUT = 0.4
_MOST_RUN = 12
_MOST_OPTIONS = 6

Choose = Callable[[Frame, str, Sequence[str]], Sequence[float]]
"""Of a table, a question and columns by their heads: the chance that each is what is asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    frame: Frame
    plan: Plan
    score: float
    unknown: str = ""  # a name that stands in no cell


@dataclass(frozen=True, slots=True)
class Planned:
    """`candidate` and `result` are None where `reason` says why."""

    candidate: Candidate | None
    result: TableResult | None
    reason: str = ""


class Planner:
    """Plans for the tables of some documents. Making one costs a pass over their cells."""

    def __init__(self, frames: Sequence[Frame], choose: Choose | None = None) -> None:
        self._frames, self._choose = frames, choose
        self._indexes: dict[int, CellIndex] = {}
        self.named_rows = NamedRows(frames, self._index)
        self._heads = {head.lower() for frame in frames for head in frame.heads}

    def plan(
        self, question: str, accepts: Callable[[TableResult], bool] = lambda _: True
    ) -> Planned:
        """The clear plan whose result is accepted, such as one number where one is asked for."""
        candidates = self._candidates(question)
        best = self._clear(question, candidates, accepts)
        if best.candidate is not None or self._choose is None:
            return best
        return self._clear(question, self._weighed(question, candidates), accepts)

    def likeliest(
        self, question: str, accepts: Callable[[TableResult], bool] = lambda _: True
    ) -> Candidate | None:
        """The one that fits best of those whose result is accepted, clear or not."""
        best = self._candidates(question)[:_MOST_RUN]
        return next((one for one in best if accepts(run(one.plan, one.frame))), None)

    def _candidates(self, question: str) -> list[Candidate]:
        found: list[Candidate] = []
        fits, is_named = [], []
        named = [
            {(cell.start, cell.stop) for cell in self._index(number).named_in(question)}
            for number in range(len(self._frames))
        ]
        most_rows = max((frame.num_rows for frame in self._frames), default=0)
        for number, frame in enumerate(self._frames):
            asked = Asked(question, frame.heads, frame.title)
            fits.append(asked.title_fit())
            is_named.append(asked.names_sheet())
            made = _candidates_of(asked, frame, self._index(number))
            elsewhere = _OTHER_CELLS ** _num_beside(set().union(*named), named[number])
            size = _SMALL if frame.num_rows * 10 < most_rows else 1.0
            made = [_scaled(one, self._trust(one) * elsewhere * size) for one in made]
            found += made
        best = max(fits, default=0)
        factors = {
            id(frame): _OTHER_SHEET
            if any(is_named) and not is_this
            else 1.0
            if fit >= best
            else _OTHER_TABLE
            for frame, fit, is_this in zip(self._frames, fits, is_named, strict=True)
        }
        weighed = [_scaled(one, factors[id(one.frame)]) for one in found]
        return sorted(weighed, key=lambda one: -one.score)

    def _trust(self, candidate: Candidate) -> float:
        """Little in cells that tell what columns are called, as a list of columns does."""
        named = [
            value
            for condition in candidate.plan.conditions
            for value in condition.values
            if isinstance(value, str)
        ]
        return _NAMES_COLUMNS if any(value.lower() in self._heads for value in named) else 1.0

    def _index(self, number: int) -> CellIndex:
        if number not in self._indexes:
            self._indexes[number] = CellIndex(self._frames[number])
        return self._indexes[number]

    def _weighed(self, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Scores times what the model holds of the columns, of the table that fits best."""
        assert self._choose is not None
        known = [one for one in candidates if not one.unknown]
        if not known:
            return list(candidates)
        frame = known[0].frame
        same = [one for one in known if one.frame is frame]
        columns = list(dict.fromkeys(one.plan.column for one in same))[:_MOST_OPTIONS]
        if len(columns) < 2:
            return list(candidates)
        chances = self._choose(frame, question, [frame.columns[c].head for c in columns])
        share = dict(zip(columns, chances, strict=True))
        top = max(share.values()) or 1.0
        weighed = [
            _scaled(one, share.get(one.plan.column, 0.0) / top) if one.frame is frame else one
            for one in candidates
        ]
        return sorted(weighed, key=lambda one: -one.score)

    def _clear(
        self,
        question: str,
        candidates: Sequence[Candidate],
        accepts: Callable[[TableResult], bool],
    ) -> Planned:
        best: tuple[Candidate, TableResult] | None = None
        unknown = next((one.unknown for one in candidates[:1] if one.unknown), "")
        for one in candidates[:_MOST_RUN]:
            if best is not None and one.score < MARGIN * best[0].score:
                break
            result = run(one.plan, one.frame)
            if not result.values and best is None and one.score >= CLEAR:
                return Planned(None, None, f"no row has a value: {one.plan.told(one.frame.heads)}")
            if not result.values or not accepts(result):
                continue
            if _is_many(one.plan, result) and not pattern(MANY).search(question):
                continue
            if best is None:
                best = (one, result)
            elif result.values != best[1].values:
                told = " or ".join(c.plan.told(c.frame.heads) for c in (best[0], one))
                return Planned(None, None, f"it can be read as {told}")
        if best is None:
            return Planned(None, None, _reason(unknown))
        if best[0].score < CLEAR:
            told = best[0].plan.told(best[0].frame.heads)
            return Planned(None, None, _reason(unknown, f"it is not sure that it asks for {told}"))
        return Planned(*best)


def _num_beside(everywhere: set[tuple[int, int]], here: set[tuple[int, int]]) -> int:
    """How many runs of words are cells of other tables alone."""
    return sum(
        not any(first < stop and start < last for first, last in here) for start, stop in everywhere
    )


def _candidates_of(asked: Asked, frame: Frame, index: CellIndex) -> list[Candidate]:
    names = [(cell.start, cell.stop) for cell in index.named_in(asked.question)]
    wanted = wanted_of(asked, names)
    day_first = customs_of(frame.document.text).day_first
    found: dict[Plan, Candidate] = {}
    readings = readings_of(asked, frame, index, set(wanted.limit_words), day_first)
    for reading in readings:
        for target in _all_targets(asked, frame, wanted, reading):
            candidate = _candidate(asked, frame, wanted, reading, target)
            before = found.get(candidate.plan)
            if before is None or before.score < candidate.score:
                found[candidate.plan] = candidate
    return sorted(found.values(), key=lambda one: -one.score)


def _all_targets(asked: Asked, frame: Frame, wanted: Wanted, reading: Reading) -> list[Target]:
    return list(
        itertools.islice(
            targets_of(asked, frame, wanted, set(reading.words), set(reading.heads)), 40
        )
    )


def _candidate(
    asked: Asked, frame: Frame, wanted: Wanted, reading: Reading, target: Target
) -> Candidate:
    plan = Plan(target.operator, target.column, reading.conditions, target.group, target.order)
    explained = {*reading.words, *reading.heads, *wanted.words, *wanted.limit_words}
    flow = pattern(FLOWS).search(asked.question)
    if flow is not None and target.operator is Operator.SUM:
        explained |= set(asked.within(*flow.span()))
    explained |= set(asked.units())
    left = asked.unexplained(explained)
    unknown = next((asked.words[i].text for i in left if asked.words[i].is_name), "")
    is_count = target.operator is Operator.COUNT and target.group is None
    score = reading.score * target.score * (_UNCOUNTED if is_count else _UNEXPLAINED) ** len(left)
    if unknown:
        score *= _UNKNOWN_NAME
    if _leaves_column_out(asked, frame, plan, explained):
        score *= _COLUMN_LEFT_OUT
    if _is_noun_unknown(asked, wanted, left):
        score *= _UNKNOWN_NOUN
    if target.operator is Operator.LIST and target.order is None and not reading.conditions:
        score *= 0.2  # a whole column is seldom asked for
    if any(c.column == target.column for c in reading.conditions) and target.operator in (
        Operator.LIST,
        Operator.DISTINCT,
    ):
        score *= 0.3
    return Candidate(frame, plan, score, unknown)


def _leaves_column_out(asked: Asked, frame: Frame, plan: Plan, explained: set[int]) -> bool:
    """Whether a word is that of a column which the plan does without, other than the one that says
    what a row is: "of the grade A+", where A+ was not made out."""
    used = {plan.column, *(condition.column for condition in plan.conditions), label_column(frame)}
    used |= {0} | {plan.group or 0} | {0 if plan.order is None else plan.order.column}
    return any(
        any(weight in OWN_WORD for weight in weights)
        and not any(weights[column] for column in used)
        and i not in explained
        and asked.words[i].text.lower() not in (*GRAMMAR, *ROW_NOUNS)
        and not asked.is_in_title(i)
        for i, weights in enumerate(asked.weights)
    )


def _is_noun_unknown(asked: Asked, wanted: Wanted, left: Sequence[int]) -> bool:
    """Whether the word right behind "total" or "average" means nothing: it is what is asked for."""
    if wanted.operator not in (Operator.SUM, Operator.MEAN):
        return False
    after = [
        i
        for i, word in enumerate(asked.words)
        if word.start >= wanted.operator_at[1] and word.text.lower() not in GRAMMAR
    ]
    return bool(after) and after[0] in left


def _is_many(plan: Plan, result: TableResult) -> bool:
    """A look-up of one value that comes out as several is none."""
    return plan.operator is Operator.LIST and plan.order is None and len(result.values) > 1


def _scaled(candidate: Candidate, factor: float) -> Candidate:
    return Candidate(candidate.frame, candidate.plan, candidate.score * factor, candidate.unknown)


def _reason(unknown: str, otherwise: str = "no column and operator fit the question") -> str:
    return f"{unknown!r} stands in no cell of the table" if unknown else otherwise
