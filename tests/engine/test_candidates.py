from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.candidates import formed_spans, spans_for, string_spans
from engine.prompt import PrefixText, passage_of_text, prefix_of
from engine.spans import SpanSet
from schemas.document import Passage, Piece
from schemas.response_schema import Kind
from tests.engine.sources import node_of


def prompt_of(text: str) -> PrefixText:
    return prefix_of([(0, passage_of_text(text))])


def answers_of(spans: SpanSet) -> set[str]:
    return {
        spans.text[start:stop]
        for start in spans.limits
        for stop in spans.stops
        if spans.may_stop(start, stop)
    }


@pytest.mark.parametrize("kind", [Kind.STRING, Kind.NUMBER, Kind.DATE, Kind.BOOLEAN, Kind.ENUM])
def test_that_it_is_absent_can_be_answered_to_every_kind(kind: Kind) -> None:
    assert spans_for(node_of(kind, choices=("x",)), prompt_of("a 1")).literals[-1] == "null"


def test_a_string_is_a_run_of_whole_words() -> None:
    assert answers_of(string_spans(prompt_of("red car"))) == {"red", "car", "red car"}


def test_the_word_for_no_answer_begins_none() -> None:
    assert answers_of(string_spans(prompt_of("be null"))) == {"be", "be null"}


def test_marks_are_words_of_their_own() -> None:
    assert {"Inc", "Inc.", "(Inc.)"} <= answers_of(string_spans(prompt_of("(Inc.)")))


def test_characters_of_writing_without_blanks_are_words() -> None:
    assert {"東", "東京", "京都"} <= answers_of(string_spans(prompt_of("東京都")))


def test_a_string_does_not_begin_within_a_number() -> None:
    answers = answers_of(string_spans(prompt_of("of 1,234.50 now")))
    assert "1,234.50" in answers
    assert not {"234.50", "50", "234"} & answers


def test_the_border_of_a_cell_is_no_answer() -> None:
    answers = answers_of(string_spans(prompt_of("Ann | 41")))
    assert answers == {"Ann", "41", "Ann | 41"}


def test_the_longest_answer_ends_with_a_word() -> None:
    text = f"{'word ' * 300}{'x' * 700} end"
    spans = string_spans(prompt_of(text))
    assert spans.limits[0] == 599
    assert all(spans.may_stop(start, limit) for start, limit in spans.limits.items())
    assert text.index("x") not in spans.limits


def test_a_string_does_not_reach_over_glue() -> None:
    row = Passage((Piece("Ann", 0), Piece(" | "), Piece("41", 6)), 0, 8, "", 0)
    assert answers_of(string_spans(prefix_of([(0, row)]))) == {"Ann", "41"}


def test_headings_above_a_passage_are_no_answers() -> None:
    passage = Passage((Piece("Ann", 0),), 0, 3, "Staff", 0)
    assert answers_of(string_spans(prefix_of([(0, passage)]))) == {"Ann"}


def test_a_number_is_answered_with_or_without_its_unit() -> None:
    answers = answers_of(spans_for(node_of(Kind.NUMBER), prompt_of("pays $ 93 million now")))
    assert answers == {"93", "$ 93", "93 million", "$ 93 million"}


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.INTEGER])
@pytest.mark.parametrize(
    ("day", "year"),
    [("11 November 2024", {"2024"}), ("November 11, 2024", {"2024"}), ("11.03.2024", set())],
)
def test_of_a_date_the_year_alone_is_a_number(day: str, year: set[str], kind: Kind) -> None:
    text = f"After {day} 45 boxes and 12 crates are sent."
    answers = answers_of(spans_for(node_of(kind), prompt_of(text)))
    numbers = {answer for answer in answers if answer.isdigit()}
    assert numbers == {*year, "45", "12"}


def test_an_ordinal_is_answered_to_an_integer_alone() -> None:
    prompt = prompt_of("the third of 9 floors")
    assert answers_of(spans_for(node_of(Kind.NUMBER), prompt)) == {"9"}
    assert answers_of(spans_for(node_of(Kind.INTEGER), prompt)) == {"9", "third"}


def test_a_number_with_decimals_is_not_answered_to_an_integer() -> None:
    prompt = prompt_of("0.7497 per kWh, 371,02 in all; 262,500.00 and 1.5 million of 1.234")
    answers = answers_of(spans_for(node_of(Kind.INTEGER), prompt))
    assert {"262,500.00", "1.5 million", "1.234"} <= answers
    assert not answers & {"0.7497", "371,02"}


def test_a_number_in_words_and_digits_is_answered_whole_or_in_part() -> None:
    answers = answers_of(spans_for(node_of(Kind.NUMBER), prompt_of("in twelve (12) days")))
    assert {"twelve (12)", "twelve", "12"} <= answers


def test_a_choice_that_is_spelled_otherwise_can_be_answered_both_ways() -> None:
    spans = spans_for(node_of(Kind.ENUM, choices=("part_time", "full")), prompt_of("Part-time"))
    assert answers_of(spans) == {"Part-time"}


def test_a_choice_that_is_stated_goes_before_those_that_are_not() -> None:
    node = node_of(Kind.ENUM, choices=("gas", "water", None))
    assert spans_for(node, prompt_of("Annual GAS bill")).literals == ("null",)
    assert spans_for(node, prompt_of("Annual bill")).literals == ("gas", "water", "null")


def test_a_choice_that_may_stand_anywhere_rules_out_no_other() -> None:
    node = node_of(Kind.ENUM, choices=("yes", "no"))
    assert spans_for(node, prompt_of("Bill no. 5")).literals == ("yes", "null")


def test_a_currency_is_answered_by_its_sign() -> None:
    node = node_of(Kind.ENUM, choices=("EUR", "USD"))
    spans = spans_for(node, prompt_of("Total $ 279.84 for EUROPARTS"))
    assert answers_of(spans) == {"$"}


def asked(description: str, text: str) -> set[str]:
    prompt = prompt_of(text)
    node = replace(node_of(Kind.STRING), description=description)
    return answers_of(formed_spans(node, prompt, string_spans(prompt)))


def test_an_address_is_answered_where_the_words_ask_for_one() -> None:
    assert asked("E-mail address of the seller", "Ann Lee ann@lee.org") == {"ann@lee.org"}
    assert asked("E-mail address of the seller", "Ann Lee") == set()
    assert "Ann Lee" in asked("Who wrote the e-mail?", "Ann Lee ann@lee.org")


def test_a_number_that_proves_itself_is_answered_where_it_is_asked_for() -> None:
    text = "Account 12345 IBAN NL91 ABNA 0417 1643 00"
    assert asked("IBAN of the seller", text) == {"NL91 ABNA 0417 1643 00"}


def test_a_number_has_a_digit() -> None:
    answers = asked("Invoice number", "Invoice INV-12 of Ann")
    assert {"INV-12", "12", "Invoice INV-12"} <= answers
    assert not answers & {"Invoice", "Ann", "Invoice INV"}


def test_only_dates_are_answered_to_a_date() -> None:
    prompt = prompt_of("On 3 May 2020, in room 12, or 2021-02-30")
    assert answers_of(spans_for(node_of(Kind.DATE), prompt)) == {"3 May 2020"}


def test_a_choice_that_is_not_stated_can_be_answered_all_the_same() -> None:
    spans = spans_for(node_of(Kind.ENUM, choices=("EUR", "USD", 7)), prompt_of("in eur, EUROS"))
    assert answers_of(spans) == {"eur"}
    assert spans.literals == ("USD", "7", "null")


def test_a_yes_or_no_does_not_stand_in_the_text() -> None:
    spans = spans_for(node_of(Kind.BOOLEAN), prompt_of("yes"))
    assert (answers_of(spans), spans.literals) == (set(), ("yes", "no", "null"))


@settings(deadline=None, max_examples=60)
@given(
    st.text("aé京1.,-$%(/ \n", max_size=25),
    st.sampled_from([Kind.STRING, Kind.NUMBER, Kind.DATE, Kind.ENUM]),
)
def test_an_answer_stands_within_one_piece(text: str, kind: Kind) -> None:
    half = len(text) // 2
    pieces = (Piece(text[:half], 0), Piece("|"), Piece(text[half:], half))
    prompt = prefix_of([(0, Passage(pieces, 0, len(text), "H", 0))])
    spans = spans_for(node_of(kind, choices=("a", "1.1")), prompt)
    for start in spans.limits:
        for stop in filter(lambda stop: spans.may_stop(start, stop), spans.stops):
            assert any(
                p.prompt_start <= start < stop <= p.prompt_start + len(p.text)
                for p in prompt.pieces
            )
