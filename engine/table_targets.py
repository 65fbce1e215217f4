"""What does a question want of the rows: which operator over which column, in which order?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.table_asked import Asked
from engine.table_cells import ColumnKind
from engine.table_frame import Frame
from engine.table_plan import Operator, Order
from engine.table_wanted import Wanted
from engine.table_words import (
    FLOWS,
    GRAMMAR,
    MEANT_COLUMN,
    ROW_NOUNS,
    pattern,
)

_MEASURING = (Operator.SUM, Operator.MEAN)
_WHICH = re.compile(
    r"^\W*(?:and\s+|for\s+|in\s+|on\s+|to\s+|from\s+)?(which|who|whose|what|list|name|welche\w*|wer|quel\w*|qui|qu[ée]|cu[áa]l\w*|qui[ée]n|quale|chi)\b",
    re.IGNORECASE,
)
_ASKS_ENTITY = re.compile(r"^\W*(?:which|who|list|name|welche\w*|wer|qui\b|qui[ée]n|chi\b)", re.I)
_ID = re.compile(
    r"(?i)\b(?:id|no|nr|number|code|key|index|zip|postcode|phone|year|ref)\b\.?|#(?!\s*of\b)|_id$"
)
_SOLE, _NOT_NAMED = 0.75, 0.5
_NAMED = 0.45
_LEAST_STEPS = 9
_KINDS_ASKED = (
    (
        re.compile(r"^\W*(?:who|whose|where|wer|wo|qui|où|quién|dónde|chi|dove)\b", re.I),
        (ColumnKind.TEXT,),
    ),
    (re.compile(r"^\W*(?:when|on what d|wann|quand|cuándo|quando)\b", re.I), (ColumnKind.DATE,)),
    (re.compile(r"^\W*how (?:much|many)\b", re.I), (ColumnKind.NUMBER,)),
)
_PERSON = {"who", "whose", "wer", "qui", "chi", "quién", "quien"}


@dataclass(frozen=True, slots=True)
class Target:
    operator: Operator
    column: int
    score: float
    group: int | None = None
    order: Order | None = None
    is_guess: bool = False  # the column is named by no word


def targets_of(
    asked: Asked, frame: Frame, wanted: Wanted, taken: set[int], heads_taken: set[int]
) -> Iterator[Target]:
    """`taken` are words of cells and numbers, `heads_taken` those that name what is compared."""
    free = [i for i in range(len(asked.words)) if i not in taken and i not in wanted.words]
    own = [i for i in free if i not in heads_taken]
    if wanted.is_highest is not None:
        yield from _of_superlative(asked, frame, wanted, own or free)
        if wanted.operator is None or wanted.operator not in _MEASURING:
            return
    if wanted.operator is Operator.COUNT:
        yield from _of_count(asked, frame, wanted, own)
    elif wanted.operator is Operator.DISTINCT:
        for column, score in _ranked(asked, range(len(frame.columns)), own):
            yield Target(Operator.DISTINCT, column, score)
    elif wanted.operator is not None and wanted.is_highest is None:
        yield from _of_measure(asked, frame, wanted, own, free)
    if wanted.operator is None and wanted.is_highest is None:
        is_flow = pattern(FLOWS).search(asked.question) is not None
        for column, score in _ranked(asked, range(len(frame.columns)), own):
            yield Target(Operator.LIST, column, score * _of_asked_kind(asked, frame, column))
            if is_flow and column in _measures(frame):
                yield Target(Operator.SUM, column, 0.9 * score)
        yield from _of_entity(asked, frame, own)


def _of_asked_kind(asked: Asked, frame: Frame, column: int) -> float:
    """Little for a date where it is asked who, and the like."""
    kind = frame.columns[column].kind
    for words, kinds in _KINDS_ASKED:
        if words.search(asked.question):
            return 1.0 if kind in kinds else 0.3
    return 1.0


def _of_measure(
    asked: Asked, frame: Frame, wanted: Wanted, own: Sequence[int], free: Sequence[int]
) -> Iterator[Target]:
    """A sum or a mean. `total` may also be what a column is called."""
    assert wanted.operator is not None
    numeric = _measures(frame)
    said = [*own, *asked.within(*wanted.operator_at)]
    group = None
    if wanted.each is not None:
        group = _group_after(asked, frame, wanted.each[1])
    ranked = _ranked(asked, numeric, own) or _ranked(asked, numeric, said)
    ranked = ranked or [(column, 0.8 * score) for column, score in _ranked(asked, numeric, free)]
    for column, score in ranked:
        yield Target(wanted.operator, column, score, group)
    if not ranked:
        for column in numeric:
            score = _SOLE if len(numeric) == 1 else _NOT_NAMED / len(numeric)
            yield Target(wanted.operator, column, score, group, is_guess=True)


def _of_count(asked: Asked, frame: Frame, wanted: Wanted, own: Sequence[int]) -> Iterator[Target]:
    """Rows; or what a column of numbers counts ("how many units"); or the different names of a
    column that has each many times ("how many departments")."""
    after = [
        i
        for i in own
        if asked.words[i].start >= wanted.operator_at[1]
        and asked.words[i].text.lower() not in GRAMMAR
    ][:3]
    noun = after[:1]
    is_row = bool(noun) and asked.words[noun[0]].text.lower() in ROW_NOUNS
    best = 0.0
    texts = frame.columns_of(ColumnKind.TEXT)
    named = max((asked.weights[i][column] for i in noun for column in texts), default=0.0)
    for column in _measures(frame):
        if any(asked.weights[i][column] for i in after[:2]):
            is_thing = is_row or any(asked.weights[i][column] < named for i in noun)
            score = (0.55 if is_thing else 1.0) * asked.fit(column, after)
            best = max(best, score)
            yield Target(Operator.SUM, column, score)
    for column in frame.columns_of(ColumnKind.TEXT):
        weight = max((asked.weights[i][column] for i in noun), default=0.0)
        if weight >= 1.0 and _repeats(frame, column) and column != label_column(frame):
            best = max(best, 0.85)
            yield Target(Operator.DISTINCT, column, 0.85)
    label = label_column(frame)
    is_known = not noun or is_row or any(asked.weights[noun[0]]) or asked.is_in_title(noun[0])
    score = 0.95 if is_known else 0.35
    yield Target(Operator.COUNT, label, score if best < 0.45 else min(score, 0.35))


def _of_entity(asked: Asked, frame: Frame, own: Sequence[int]) -> Iterator[Target]:
    """Which or who, of rows that have no word for it: what the rows are called."""
    if _ASKS_ENTITY.search(asked.question):
        label = label_column(frame, is_person=_is_person(asked))
        if not any(asked.weights[i][label] for i in own):
            yield Target(Operator.LIST, label, 0.7, is_guess=True)


def _of_superlative(
    asked: Asked, frame: Frame, wanted: Wanted, own: Sequence[int]
) -> Iterator[Target]:
    """The highest of a column, or what of the row, or of the group, that has it."""
    assert wanted.is_highest is not None
    before = [i for i in own if asked.words[i].stop <= wanted.superlative[0]]
    after = [i for i in own if asked.words[i].start >= wanted.superlative[1]]
    rankable = [*_measures(frame), *frame.columns_of(ColumnKind.DATE)]
    by = _meant(asked, rankable, wanted) or _ranked(asked, rankable, after)
    by = by or _ranked(asked, rankable, before)
    noun = _noun_behind(asked, frame, after) if not before else None
    is_entity = _WHICH.search(asked.question) is not None or wanted.limit > 1 or noun is not None
    extreme = Operator.MAX if wanted.is_highest else Operator.MIN
    if not by and len(_measures(frame)) == 1:
        by = [(_measures(frame)[0], 0.6)]
    for column, score in by:
        order = Order(column, wanted.is_highest, wanted.limit)
        wants = [
            (other, weight)
            for other, weight in _ranked(asked, range(len(frame.columns)), before)
            if other != column
        ]
        if not wants and noun is not None and noun != column:
            wants = [(noun, 0.9)]
        if not wants and (_is_who(asked) or wanted.limit > 1):
            wants = [w for w in _ranked(asked, range(len(frame.columns)), after) if w[0] != column]
        if wanted.limit == 1 and (not wants or not is_entity):
            yield Target(extreme, column, score * (0.6 if _is_who(asked) else 1.0))
        if _is_person(asked):
            wants = [(label_column(frame, is_person=True), 0.95)]
        elif not wants and (_is_who(asked) or wanted.limit > 1):
            wants = [(label_column(frame), 0.8)]
        for other, weight in wants:
            yield from _of_best(asked, frame, wanted, other, order, score * weight)
    yield from _most_frequent(asked, frame, wanted, before, bool(by))


def _noun_behind(asked: Asked, frame: Frame, after: Sequence[int]) -> int | None:
    """The column of words that is named right behind a superlative: cheapest item."""
    words = [i for i in after if asked.words[i].text.lower() not in GRAMMAR][:1]
    ranked = _ranked(asked, frame.columns_of(ColumnKind.TEXT), words)
    is_measure = any(asked.weights[i][c] >= 0.65 for i in words for c in _measures(frame))
    return ranked[0][0] if ranked and not is_measure else None


def _of_best(
    asked: Asked, frame: Frame, wanted: Wanted, other: int, order: Order, score: float
) -> Iterator[Target]:
    is_group = frame.columns[other].kind is ColumnKind.TEXT and _repeats(frame, other)
    said = asked.question[slice(*wanted.superlative)].lower()
    operator = wanted.operator if wanted.operator in _MEASURING else None
    if is_group and frame.columns[order.column].kind is ColumnKind.NUMBER:
        chosen = operator or Operator.SUM
        weight = 1.0 if operator else 0.95 if said in ("most", "least", "fewest") else 0.8
        yield Target(chosen, order.column, score * weight, other, order)
        if operator is not None:
            return
    yield Target(Operator.LIST, other, score * (0.7 if is_group else 1.0), None, order)


def _most_frequent(
    asked: Asked, frame: Frame, wanted: Wanted, before: Sequence[int], has_column: bool
) -> Iterator[Target]:
    """Which department has the most employees: groups by how many rows they have."""
    said = asked.question[slice(*wanted.superlative)].lower()
    if said not in ("most", "fewest", "least", "meisten", "wenigsten"):
        return
    after = asked.question[wanted.superlative[1] :].split()[:1]
    is_noun = bool(after) and after[0].lower().strip("?.,") in ROW_NOUNS
    if not is_noun:
        return
    for column, weight in _ranked(asked, frame.columns_of(ColumnKind.TEXT), before):
        if _repeats(frame, column):
            order = Order(column, bool(wanted.is_highest), wanted.limit)
            score = weight * (0.75 if has_column else 0.95)
            yield Target(Operator.COUNT, column, score, column, order)


def _meant(asked: Asked, columns: Sequence[int], wanted: Wanted) -> list[tuple[int, float]]:
    """Cheapest means the price, where a column is called so."""
    told = asked.question[wanted.superlative[0] :].lower()
    words = [w for w in re.findall(r"\w+", told)[:3] if w in MEANT_COLUMN]
    if not words:
        return []
    meant = Asked(MEANT_COLUMN[words[0]], asked.heads)
    return [
        (column, 0.95 * score)
        for column, score in _ranked(meant, columns, range(len(meant.words)))
    ]  # fmt: skip


def _group_after(asked: Asked, frame: Frame, position: int) -> int | None:
    after = [i for i in range(len(asked.words)) if asked.words[i].start >= position][:2]
    ranked = _ranked(asked, frame.columns_of(ColumnKind.TEXT), after)
    return next((column for column, _ in ranked if _repeats(frame, column)), None)


def _ranked(
    asked: Asked, columns: Sequence[int] | range, words: Sequence[int] | range
) -> list[tuple[int, float]]:
    fits = [(column, asked.fit(column, words)) for column in columns]
    return sorted(((c, s) for c, s in fits if s >= _NAMED), key=lambda fit: -fit[1])


def _measures(frame: Frame) -> list[int]:
    """Columns of numbers that are no names of things, and do not just number the rows."""
    numeric = [c for c in frame.columns_of(ColumnKind.NUMBER) if c or not _numbers_rows(frame)]
    return [c for c in numeric if not _ID.search(frame.columns[c].head)] or numeric


def _numbers_rows(frame: Frame) -> bool:
    """Whether the first column goes 1, 2, 3 … down the table, but for a few."""
    steps = frame.values["0"].drop_nulls().diff().drop_nulls()
    return len(steps) >= _LEAST_STEPS and int((steps == 1).sum()) * 10 >= len(steps) * 9


def label_column(frame: Frame, *, is_person: bool = False) -> int:
    """The column that says what a row is: of words, all different or nearly."""
    texts = frame.columns_of(ColumnKind.TEXT)
    if not texts:
        return 0

    def rank(column: int) -> tuple[float, float, int]:
        head = frame.columns[column].head.lower()
        is_named = any(w in head for w in ("name", "employee", "customer") if is_person)
        share = frame.texts[str(column)].n_unique() / max(1, frame.num_rows)
        return (
            float(is_named or "name" in head),
            0.0 if _ID.search(head) else round(share, 1),
            -column,
        )

    return max(texts, key=rank)


def _repeats(frame: Frame, column: int) -> bool:
    cells = frame.texts[str(column)].drop_nulls()
    return cells.n_unique() * 10 < len(cells) * 9


def _is_who(asked: Asked) -> bool:
    return _ASKS_ENTITY.search(asked.question) is not None


def _is_person(asked: Asked) -> bool:
    match = _WHICH.search(asked.question)
    return match is not None and match[1].lower() in _PERSON
