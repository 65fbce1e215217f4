"""What do the answers of all parts of the documents come to?

Deterministic, without the model: the same findings come to the same value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from engine.answers import Finding, Leaf, absent
from engine.questions import Question
from engine.scan_items import (
    MOST_PLACES,
    Part,
    agree,
    all_right,
    counting,
    counts,
    distinct,
    has_answer,
    limit_of,
    merged,
)
from schemas.extraction import FieldStatus, Match
from schemas.reductions import Operator, Reduction
from schemas.response_schema import Kind

DateOf = Callable[[Leaf], date | None]
"""The day that goes with a statement, where one does."""

_DOUBT = 0.2  # the chance of a second value from which a field is ambiguous
_MOST_TOLD = 5
_MOST_ALTERNATIVES = 20


def reduced(
    question: Question, parts: Sequence[Part], threshold: float, date_of: DateOf
) -> Finding:
    """The finding of a question over all parts. `threshold` is the chance of absence from which
    null is answered where one part is asked."""
    limit = limit_of(threshold, len(parts))
    leaves = counting(parts, limit)
    if not leaves:
        return _nothing(question, parts, limit)
    finding = _reduced(question, leaves, parts, limit, date_of)
    notes = (*_unread(parts, limit), *finding.notes)
    return _with_few_places(replace(finding, notes=notes))


def _reduced(
    question: Question,
    leaves: Sequence[Leaf],
    parts: Sequence[Part],
    limit: float,
    date_of: DateOf,
) -> Finding:
    reduction = question.node.reduction
    if question.node.kind is Kind.LIST:
        return _listed(question, distinct(leaves))
    if reduction is None:
        return _likeliest(question, leaves)
    if reduction.operator is Operator.COUNT:
        return _counted(question, distinct(leaves), all_right(parts, limit))
    if reduction.operator is Operator.LATEST:
        return _latest(question, leaves, date_of)
    finding = _picked(question, reduction, distinct(leaves))
    (leaf,) = finding.leaves
    if reduction.operator is Operator.LAST or leaf.status is FieldStatus.ABSENT:
        return finding
    leaf = replace(leaf, confidence=all_right(parts, limit, leaf))
    return replace(finding, leaves=(leaf,))


def _listed(question: Question, items: Sequence[Leaf]) -> Finding:
    told = [replace(item, path=f"/{i}", reduce="all") for i, item in enumerate(items)]
    return Finding(question, [item.value for item in told], tuple(told))


def _counted(question: Question, items: Sequence[Leaf], confidence: float) -> Finding:
    leaf = Leaf(
        "",
        len(items),
        FieldStatus.FOUND,
        confidence,
        tuple(place for item in items for place in item.places[:1]),
        Match.DERIVED,
        absence=min((item.absence or 0.0) for item in items),
        reduce="count",
    )
    return Finding(question, leaf.value, (leaf,))


def _picked(question: Question, reduction: Reduction, items: Sequence[Leaf]) -> Finding:
    n = reduction.n if reduction.operator is Operator.NTH else 1
    if len(items) < n:
        problem = f"{len(items)} different ones were found, number {n} is asked for"
        return absent(question, 1.0 - items[0].confidence, problem)
    chosen = items[-1 if reduction.operator is Operator.LAST else n - 1]
    return _one(question, chosen, reduction.told)


def _likeliest(question: Question, leaves: Sequence[Leaf], told: str = "") -> Finding:
    """Of values that exclude one another: each has its odds among all of them and none."""
    best, *others = _stated(leaves)
    if not others or others[0].confidence < _DOUBT:
        return _one(question, best, told)
    problem = f"the documents state several values: {_values([best, *others])}"
    leaf = replace(
        best,
        status=FieldStatus.AMBIGUOUS,
        problem=problem,
        alternatives=tuple(others[:_MOST_ALTERNATIVES]),
    )
    return _one(question, leaf, told)


def _stated(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The different values, the likeliest first, each with its chance against the others."""
    groups: list[list[Leaf]] = []
    for leaf in sorted(leaves, key=lambda leaf: -leaf.confidence):
        own = next((group for group in groups if agree(group[0].value, leaf.value)), None)
        if own is None:
            groups.append([leaf])
        else:
            own.append(leaf)
    odds = [_odds(group[0].confidence) for group in groups]
    total = 1.0 + math.fsum(odds)
    return [
        replace(merged(group), path="", confidence=own / total)
        for group, own in zip(groups, odds, strict=True)
    ]


def _latest(question: Question, leaves: Sequence[Leaf], date_of: DateOf) -> Finding:
    dated = [(day, leaf) for leaf in leaves if (day := date_of(leaf)) is not None]
    undated = [leaf for leaf in leaves if date_of(leaf) is None]
    if not dated:
        finding = _likeliest(question, leaves, "latest")
        note = ("scan_undated", "no date goes with what is stated: the likeliest is given")
        return replace(finding, notes=(note,)) if len(_stated(leaves)) > 1 else finding
    last = max(day for day, _ in dated)
    newest = [leaf for day, leaf in dated if day == last]
    notes = [("scan_latest", _days_told(dated, last))] if len(dated) > len(newest) else []
    if any(not agree(leaf.value, newest[0].value) for leaf in undated):
        told = _values(undated)
        notes.append(("scan_undated", f"stated without a date, and left out of the choice: {told}"))
    return replace(_likeliest(question, newest, "latest"), notes=tuple(notes))


def _days_told(dated: Sequence[tuple[date, Leaf]], last: date) -> str:
    earlier = sorted(((d, leaf) for d, leaf in dated if d != last), key=lambda pair: pair[0])
    told = [f"{leaf.value!r} ({day.isoformat()})" for day, leaf in reversed(earlier)]
    return f"taken is what goes with {last.isoformat()}; earlier: {_few(told)}"


def _one(question: Question, leaf: Leaf, told: str) -> Finding:
    leaf = replace(leaf, path="", reduce=told)
    return Finding(question, leaf.value, (leaf,))


def _nothing(question: Question, parts: Sequence[Part], limit: float) -> Finding:
    """Absent as surely as the part that is least sure; or what could not be read as a value."""
    leaves = [leaf for part in parts for leaf in part.finding.leaves]
    invalid = [leaf for leaf in leaves if leaf.status is FieldStatus.INVALID]
    likely = [leaf for leaf in invalid if counts(leaf, limit)]
    if likely:
        worst = min(likely, key=lambda leaf: leaf.absence or 0.0)
        return Finding(question, None, (replace(worst, path=""),))
    chances = [leaf.absence for leaf in leaves if leaf.absence is not None]
    return absent(question, min(chances, default=1.0))


def _unread(parts: Sequence[Part], limit: float) -> list[tuple[str, str]]:
    """What parts say that is no value of the field's kind, and what they say of themselves."""
    problems = [
        leaf.problem
        for part in parts
        for leaf in part.finding.leaves
        if leaf.status is FieldStatus.INVALID and counts(leaf, limit)
    ]
    told = [note for part in parts if has_answer(part, limit) for note in part.finding.notes]
    unread = [("scan_unread", f"left out: {_few(problems)}")] if problems else []
    return [*unread, *dict.fromkeys(told)]


def _with_few_places(finding: Finding) -> Finding:
    num_left = sum(max(0, len(leaf.places) - MOST_PLACES) for leaf in finding.leaves)
    if not num_left:
        return finding
    leaves = tuple(replace(leaf, places=leaf.places[:MOST_PLACES]) for leaf in finding.leaves)
    told = f"{num_left} more places state it: a value is cited {MOST_PLACES} times at most"
    return replace(finding, leaves=leaves, notes=(*finding.notes, ("citations_cut", told)))


def _values(leaves: Sequence[Leaf]) -> str:
    return _few([repr(leaf.value) for leaf in leaves])


def _few(told: Sequence[str]) -> str:
    told = list(dict.fromkeys(told))
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return ", ".join(told[:_MOST_TOLD]) + more


def _odds(chance: float) -> float:
    kept = min(max(chance, 1e-6), 1.0 - 1e-6)
    return kept / (1.0 - kept)
