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


DATES = [Kind.DATE] * 3


def test_a_date_where_a_far_surer_one_stands_may_stand_elsewhere() -> None:
    sure, likely, other = answer((0, 4), 0.9999), answer((30, 34), 0.8), answer((0, 4), 0.3)
    together = settled_by_kind([other, likely, sure], DATES)
    assert outdone(together, DATES) == {0: ((30, 34), (0, 4))}


def test_a_date_that_is_nearly_as_sure_stands_where_another_does() -> None:
    together = settled_by_kind([answer((0, 4), 0.9), answer((0, 4), 0.8)], DATES[:2])
    assert outdone(together, DATES[:2]) == {}


def test_a_date_that_is_said_twice_may_be_two_things() -> None:
    other = replace(answer((0, 4), 0.3), places=((0, 4), (20, 24)))
    together = settled_by_kind([other, answer((0, 4), 0.9999)], DATES[:2])
    assert outdone(together, DATES[:2]) == {}


@pytest.mark.parametrize("kind", [Kind.STRING, Kind.NUMBER, Kind.INTEGER])
def test_words_and_numbers_are_not_asked_elsewhere(kind: Kind) -> None:
    together = settled_by_kind([answer((0, 4), 0.3), answer((0, 4), 0.9999)], [kind] * 2)
    assert together[0].signals.rivalry == 1.0
    assert outdone(together, [kind] * 2) == {}


def test_what_is_read_elsewhere_is_thought_of_no_better() -> None:
    own = replace(answer((0, 4), 0.3), signals=Signals(0.6, 0.3, 0.2, rivalry=1.0))
    read = read_elsewhere(own, replace(answer((9, 12), 1.0), signals=Signals(1.0, 1.0, 0.4)))
    assert read.places == ((9, 12),)
    assert read.signals == Signals(0.6, 0.3, 0.4, rivalry=1.0)


def test_where_nothing_stands_elsewhere_the_answer_stays() -> None:
    own = answer((0, 4), 0.3)
    assert read_elsewhere(own, Answer("null", (), Signals(1.0, 1.0, 1.0), 1)) == own
