from __future__ import annotations

from engine.answers_together import chosen_together, elsewhere
from engine.certainty import Signals
from engine.decoding import Answer
from engine.decoding import Question as Asked
from engine.prompt import prefix_of
from engine.spans import SpanSet
from schemas.document import Passage, Piece
from tests.engine.sources import question_about

TEXT = "Arrival on 3 May 2020, departure on 9 May 2020."
ARRIVAL = (TEXT.index("3 May"), TEXT.index(","))
DEPARTURE = (TEXT.index("9 May"), TEXT.index("."))
DAY = {"type": "string", "format": "date"}
QUESTIONS = [question_about({**DAY, "description": name}) for name in ("Arrival", "Departure")]
PROMPT = prefix_of([(0, Passage((Piece(TEXT, 0),), 0, len(TEXT), "", 20))])


def read_at(place: tuple[int, int], likelihood: float) -> Answer:
    signals = Signals(1.0, likelihood, 1e-4 if likelihood > 0.9 else 0.3)
    return Answer(None, (place,), signals, 3, items=((place,),))


def asked(*places: tuple[int, int]) -> Asked:
    return Asked([1, 2], SpanSet(TEXT, dict(places), sorted(stop for _, stop in places)))


def test_a_date_that_another_surely_has_is_asked_for_elsewhere() -> None:
    answers = chosen_together(QUESTIONS, [read_at(ARRIVAL, 0.999), read_at(ARRIVAL, 0.4)], PROMPT)
    both = [asked(ARRIVAL, DEPARTURE)] * 2
    ((at, again),) = elsewhere(QUESTIONS, answers, both)
    assert (at, again.token_ids) == (1, [1, 2])
    assert dict(again.spans.limits) == dict([DEPARTURE])


def test_where_there_is_no_other_date_nothing_is_asked_again() -> None:
    answers = chosen_together(QUESTIONS, [read_at(ARRIVAL, 0.999), read_at(ARRIVAL, 0.4)], PROMPT)
    assert elsewhere(QUESTIONS, answers, [asked(ARRIVAL)] * 2) == []


def test_dates_in_places_of_their_own_are_not_asked_again() -> None:
    answers = chosen_together(QUESTIONS, [read_at(ARRIVAL, 0.999), read_at(DEPARTURE, 0.4)], PROMPT)
    assert elsewhere(QUESTIONS, answers, [asked(ARRIVAL, DEPARTURE)] * 2) == []


def test_words_of_a_string_end_where_they_are_briefest() -> None:
    question = question_about({"type": "string", "description": "When does one arrive?"})
    start = ARRIVAL[0]
    long, short = (start, TEXT.index(" on 9")), (start, ARRIVAL[1])
    answer = Answer(
        None, (long,), Signals(0.5, 0.4, 0.1), 5, items=((long,),), others=(read_at(short, 0.3),)
    )
    (got,) = chosen_together([question], [answer], PROMPT)
    assert got.places == (short,)
