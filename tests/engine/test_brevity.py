from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brevity import briefest
from engine.certainty import Signals
from engine.decoding import Answer

TEXT = "On Thursday between ten and noon, in the hall."
LONG, SHORT, LATER = (3, 32), (3, 11), (20, 32)


def draft(place: tuple[int, int], likelihood: float, *others: Answer) -> Answer:
    return Answer(
        None, (place,), Signals(0.5, likelihood, 0.1), 3, items=((place,),), others=others
    )


def test_the_beginning_is_taken_where_it_is_nearly_as_likely() -> None:
    got = briefest(draft(LONG, 0.5, draft(SHORT, 0.2)), TEXT)
    assert got.places == (SHORT,)
    assert got.signals == draft(LONG, 0.5).signals
    assert [other.places for other in got.others] == [(LONG,)]


def test_each_word_more_may_be_bought_by_being_likelier() -> None:
    answer = draft(LONG, 0.9, draft(SHORT, 0.2))
    assert briefest(answer, TEXT) == answer
    one_word_more = draft((3, 19), 0.3, draft(SHORT, 0.22))
    assert briefest(one_word_more, TEXT).places == (SHORT,)
    assert briefest(replace(one_word_more, others=(draft(SHORT, 0.2),)), TEXT).places == ((3, 19),)


def test_words_are_not_cut_within_nor_at_their_beginning() -> None:
    within = draft(LONG, 0.5, draft((3, 8), 0.0001))
    assert briefest(within, TEXT) == within
    code = draft((3, 11), 0.5, draft((3, 8), 0.49))
    assert briefest(code, TEXT) == code
    behind = draft(LONG, 0.5, draft(LATER, 0.49))
    assert briefest(behind, TEXT) == behind


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Blue Holdings plc", "Blue"),
        ("Smith-Jones GmbH", "Smith"),
        ("GB29 NWBK 6016", "GB29"),
        ("3 May 2020", "3 May"),
        ("May 2020", "May"),
    ],
)
def test_no_name_and_no_number_is_cut_in_two(text: str, kept: str) -> None:
    answer = draft((0, len(text)), 0.4, draft((0, len(kept)), 0.39))
    assert briefest(answer, text) == answer


def test_a_long_answer_is_not_cut_for_its_length() -> None:
    clause = "the agent may resign by notice " * 8
    half = draft((0, len(clause) // 2 - 1), 0.1)
    answer = draft((0, len(clause) - 1), 0.9, half)
    assert briefest(answer, clause) == answer


def test_of_several_places_that_is_cited_where_the_longer_answer_was_read() -> None:
    short = replace(draft((40, 45), 0.4), places=((40, 45), SHORT))
    got = briefest(draft(LONG, 0.5, short), TEXT)
    assert got.places == (SHORT, (40, 45))
    assert [other.places for other in got.others] == [(LONG,)]


def test_a_literal_and_a_list_stay_as_they_are() -> None:
    literal = replace(draft(LONG, 0.5, draft(SHORT, 0.4)), literal="yes")
    assert briefest(literal, TEXT) == literal
    items = replace(draft(LONG, 0.5, draft(SHORT, 0.4)), items=((LONG,), (LATER,)))
    assert briefest(items, TEXT) == items
    assert briefest(replace(literal, literal=None, places=()), TEXT).places == ()


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 25), st.floats(0.0, 1.0)), max_size=5),
    st.floats(0.0, 1.0),
)
def test_what_is_taken_was_drafted_and_begins_where_the_answer_did(
    others: list[tuple[int, int, float]], likelihood: float
) -> None:
    drafts = [draft((start, start + size), chance) for start, size, chance in others]
    answer = draft(LONG, likelihood, *drafts)
    got = briefest(answer, TEXT)
    assert got.places[0] in [answer.places[0], *(one.places[0] for one in drafts)]
    assert got.places[0][0] == LONG[0]
    assert got.places[0][1] <= LONG[1]
    assert got.signals == answer.signals
