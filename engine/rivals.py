"""Which of the fields that are read together has words that more than one of them would take?

A place says one thing most of the time, so the surest field has it. Another that would take
the same words takes its next best ones if they are nearly as likely, and is less likely to be there
at all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.certainty import Signals, log_odds
from engine.decoding import Answer
from schemas.response_schema import Kind

_Place = tuple[int, int]
_MOST_BEHIND = math.exp(-2.0)
_SURELY = 4.0  # log-odds between two fields from which the rivalry is decided


def settled(answers: Sequence[Answer], kinds: Sequence[Kind]) -> list[Answer]:
    """The answers to questions about one prefix, none of them a list, each with its rivalry.

    Only fields of one kind are rivals: a currency stands in the amount that has it.
    """
    done = list(answers)
    for alike in _alike(kinds):
        for at, answer in zip(alike, _settled([answers[at] for at in alike]), strict=True):
            done[at] = answer
    return done


def outdone(answers: Sequence[Answer], kinds: Sequence[Kind]) -> dict[int, tuple[_Place, ...]]:
    """Of `settled` answers the dates that stand where a far surer date does and nowhere else, by
    number, with the places of all surer dates: they may stand elsewhere.

    Words and numbers are not among them. What is left of a sentence without some of its words
    says little, and one number may well be two things.
    """
    dates = [at for at, kind in enumerate(kinds) if kind is Kind.DATE]
    taken: dict[int, tuple[_Place, ...]] = {}
    for at in dates:
        own = answers[at]
        if own.signals.rivalry < 1.0 or len(own.places) != 1:
            continue
        strength = _strength(own.signals)
        surer = [
            (place, _strength(answers[other].signals) - strength)
            for other in dates
            if (place := _place_of(answers[other])) is not None
            and _strength(answers[other].signals) > strength
        ]
        if any(_overlaps(_place_of(own), place) and by >= _SURELY for place, by in surer):
            taken[at] = tuple(place for place, _ in surer)
    return taken


def read_elsewhere(answer: Answer, other: Answer) -> Answer:
    """What is answered where the places of others are left out, if there is anything: thought of
    no better than what was answered first."""
    if not other.places:
        return answer
    own, its = answer.signals, other.signals
    signals = replace(
        own,
        share=min(own.share, its.share),
        likelihood=min(own.likelihood, its.likelihood),
        null_likelihood=max(own.null_likelihood, its.null_likelihood),
    )
    return replace(other, signals=signals)


def _alike(kinds: Sequence[Kind]) -> Iterable[list[int]]:
    groups: dict[Kind, list[int]] = defaultdict(list)
    for at, kind in enumerate(kinds):
        groups[Kind.NUMBER if kind is Kind.INTEGER else kind].append(at)
    return groups.values()


def _settled(answers: Sequence[Answer]) -> list[Answer]:
    done = list(answers)
    taken: list[tuple[_Place, float]] = []
    for number in sorted(range(len(done)), key=lambda number: -_strength(done[number].signals)):
        answer = done[number]
        strength = _strength(answer.signals)
        rivals = [by - strength for place, by in taken if _overlaps(_place_of(answer), place)]
        if rivals:
            rivalry = min(1.0, max(rivals) / _SURELY)
            answer = _with_rivalry(_next_best(answer, [place for place, _ in taken]), rivalry)
            done[number] = answer
        place = _place_of(answer)
        if place is not None:
            taken.append((place, strength))
    return done


def _strength(signals: Signals) -> float:
    return log_odds(signals.likelihood) - log_odds(signals.null_likelihood)


def _next_best(answer: Answer, taken: Sequence[_Place]) -> Answer:
    least = answer.signals.likelihood * _MOST_BEHIND
    for other in answer.others:
        place = _place_of(other)
        if other.signals.likelihood >= least and not any(_overlaps(place, one) for one in taken):
            return other
    return answer


def _with_rivalry(answer: Answer, rivalry: float) -> Answer:
    return replace(answer, signals=replace(answer.signals, rivalry=rivalry))


def _place_of(answer: Answer) -> _Place | None:
    return answer.places[0] if answer.literal is None and answer.places else None


def _overlaps(one: _Place | None, other: _Place) -> bool:
    return one is not None and one[0] < other[1] and other[0] < one[1]
