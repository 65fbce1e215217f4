from __future__ import annotations

from dataclasses import replace

import pytest

from engine.certainty import Signals
from engine.decoding import Answer
from engine.rivals import outdone, read_elsewhere
from engine.rivals import settled as settled_by_kind
from schemas.response_schema import Kind


def answer(place: tuple[int, int], likelihood: float, *others: Answer) -> Answer:
    return Answer(None, (place,), Signals(1.0, likelihood, 0.1), 1, others=others)


def settled(answers: list[Answer]) -> list[Answer]:
    return settled_by_kind(answers, [Kind.STRING] * len(answers))


def test_fields_of_other_kinds_are_no_rivals() -> None:
    amount, currency = answer((0, 8), 0.9), answer((0, 1), 0.5)
    kinds = [Kind.NUMBER, Kind.ENUM]
    assert settled_by_kind([amount, currency], kinds) == [amount, currency]
    whole = settled_by_kind([amount, currency], [Kind.NUMBER, Kind.INTEGER])[1]
    assert whole.signals.rivalry > 0


def test_the_surest_field_has_the_words_and_another_its_next_best() -> None:
    sure = answer((0, 4), 0.9, answer((9, 12), 0.1))
    other = answer((2, 4), 0.5, answer((9, 12), 0.4))
    first, second = settled([other, sure])
    assert first.places == ((9, 12),)
    assert second.places == ((0, 4),)
    assert (first.signals.rivalry > 0, second.signals.rivalry) == (True, 0.0)


def test_a_next_best_that_is_far_less_likely_is_not_taken() -> None:
    sure, other = answer((0, 4), 0.9), answer((0, 4), 0.5, answer((9, 12), 0.01))
    kept = settled([other, sure])[0]
    assert kept.places == ((0, 4),)
    assert kept.signals.rivalry == pytest.approx((2.197 - 0.0) / 4.0, abs=0.01)


def test_answers_in_places_of_their_own_stay_as_they_are() -> None:
    answers = [answer((0, 4), 0.5), answer((5, 9), 0.9)]
    assert settled(answers) == answers


def test_what_stands_in_no_place_rivals_nothing() -> None:
    literal = replace(answer((0, 4), 0.9), literal="yes", places=())
    other = answer((0, 4), 0.5)
    assert settled([literal, other]) == [literal, other]


def test_a_date_that_a_far_surer_field_has_may_stand_elsewhere() -> None:
    sure = replace(answer((0, 4), 0.999), places=((0, 4), (30, 34)))
    other = answer((0, 4), 0.3)
    dates = [Kind.DATE] * 2
    settled_dates = settled_by_kind([other, sure], dates)
    assert outdone(settled_dates, dates) == {0: ((0, 4), (30, 34))}
    words = [Kind.STRING] * 2
    assert outdone(settled_by_kind([other, sure], words), words) == {}
    nearly = settled_by_kind([answer((0, 4), 0.9), answer((0, 4), 0.8)], dates)
    assert outdone(nearly, dates) == {}
    mixed = [Kind.DATE, Kind.NUMBER]
    assert outdone(settled_by_kind([other, sure], mixed), mixed) == {}


def test_what_is_read_elsewhere_keeps_the_rivalry() -> None:
    own = answer((0, 4), 0.3)
    own = replace(own, signals=replace(own.signals, rivalry=1.0))
    other = answer((9, 12), 0.8)
    read = read_elsewhere(own, other)
    assert (read.places, read.signals.likelihood, read.signals.rivalry) == (((9, 12),), 0.8, 1.0)
    assert read_elsewhere(own, Answer("null", (), Signals(1.0, 1.0, 1.0), 1)) == own
