from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer

from engine.candidates import spans_for, string_spans
from engine.prompt import ABSENT, passage_of_text, prefix_of
from engine.spans import SpanCursor, SpanSet, Vocabulary
from schemas.response_schema import Kind, Node
from tests.engine.byte_level import byte_level


@pytest.fixture
def vocabulary(tiny_tokenizer: Tokenizer) -> Vocabulary:
    return Vocabulary(tiny_tokenizer, "<eos>")


def strings_of(text: str) -> SpanSet:
    return string_spans(prefix_of([(0, passage_of_text(text))]))


def numbers_of(text: str) -> SpanSet:
    node = Node("/n", "n", Kind.NUMBER, "", True)
    return spans_for(node, prefix_of([(0, passage_of_text(text))]))


def spell(cursor: SpanCursor, tokenizer: Tokenizer, text: str) -> None:
    for token in tokenizer.encode(text, add_special_tokens=False).ids:
        assert token in cursor.allowed(), (text, tokenizer.id_to_token(token))
        cursor.advance(token)


def test_a_span_of_the_text_can_be_spelled_and_is_found_at_each_place(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = SpanCursor(strings_of("the agent of the borrower; the agent"), vocabulary)
    spell(cursor, tiny_tokenizer, " the agent")
    cursor.advance(vocabulary.end)
    assert cursor.spans == [(0, 9), (27, 36)]


def test_words_that_are_not_in_the_text_can_not_be_begun(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = SpanCursor(strings_of("the agent"), vocabulary)
    assert tiny_tokenizer.token_to_id("▁borrower") not in cursor.allowed()


def test_half_a_word_is_not_an_answer(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = SpanCursor(strings_of("the agentive"), vocabulary)
    spell(cursor, tiny_tokenizer, " the agent")
    assert vocabulary.end not in cursor.allowed()


@pytest.mark.parametrize("text", ["agent", "the agent", "(agent)", "agent, agent."])
def test_a_word_that_is_a_token_is_not_spelled_in_parts(
    text: str, tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = SpanCursor(strings_of(text), vocabulary)
    told = {tiny_tokenizer.id_to_token(token) for token in cursor.allowed()}
    parts = {"▁agent"[:length] for length in range(2, 6)}
    assert "▁agent" in told
    assert not told & parts
    if text == "the agent":
        spell(cursor, tiny_tokenizer, " the")
        told = {tiny_tokenizer.id_to_token(token) for token in cursor.allowed()}
        assert "▁agent" in told
        assert not told & parts


def test_absent_can_always_be_answered(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = SpanCursor(numbers_of("no number here"), vocabulary)
    spell(cursor, tiny_tokenizer, f" {ABSENT}")
    cursor.advance(vocabulary.end)
    assert (cursor.literal, cursor.spans) == (ABSENT, [])


def test_a_number_is_answered_with_or_without_its_currency(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    for answer in (" $ 93", " 93"):
        cursor = SpanCursor(numbers_of("Total | $ 93 | 7"), vocabulary)
        spell(cursor, tiny_tokenizer, answer)
        assert vocabulary.end in cursor.allowed()


def test_a_number_can_not_be_cut(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = SpanCursor(numbers_of("Total 1,234"), vocabulary)
    spell(cursor, tiny_tokenizer, " 1,2")
    assert vocabulary.end not in cursor.allowed()


def test_an_answer_does_not_run_over_the_end_of_a_passage(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    prefix = prefix_of([(0, passage_of_text("the agent")), (0, passage_of_text("the date"))])
    cursor = SpanCursor(string_spans(prefix), vocabulary)
    spell(cursor, tiny_tokenizer, " the agent")
    assert list(cursor.allowed()) == [vocabulary.end]


@given(
    text=st.text(
        st.one_of(
            st.sampled_from("the agent 12,5$()é漢🜚"),
            st.characters(exclude_categories=["Cs", "Cc", "Z"]),
        ),
        max_size=40,
    ).map(lambda text: " ".join(text.split())),
    choices=st.lists(st.integers(0, 1000), min_size=60, max_size=60),
)
def test_whatever_is_chosen_the_answer_is_a_slice_of_the_text(
    tiny_vocabulary: tuple[Tokenizer, Vocabulary], text: str, choices: list[int]
) -> None:
    tokenizer, vocabulary = tiny_vocabulary
    cursor, taken = SpanCursor(strings_of(text), vocabulary), []
    for choice in choices:
        allowed = sorted(cursor.allowed(), reverse=True)
        assert allowed
        taken.append(allowed[choice % len(allowed)])
        cursor.advance(taken[-1])
        if cursor.is_done:
            break
    if cursor.is_done and cursor.literal is None:
        answer = tokenizer.decode(taken[:-1], skip_special_tokens=False)
        assert cursor.spans
        prefix = strings_of(text).text
        assert all(" " + prefix[start:stop] == answer for start, stop in cursor.spans)


def test_a_character_without_a_token_is_spelled_by_its_parts() -> None:
    vocabulary = byte_vocabulary()[1]
    cursor = SpanCursor(strings_of("the ü of ö"), vocabulary)
    for token in (vocabulary.ids[" "], *vocabulary.byte_tokens("ü"), vocabulary.end):
        assert token in cursor.allowed()
        cursor.advance(token)
    assert cursor.spans == [(4, 5)]


def byte_vocabulary() -> tuple[Tokenizer, Vocabulary]:
    tokenizer = byte_level(" the", " agent", " null", "é", "漢")
    tokenizer.add_tokens([AddedToken("<eos>", special=True)])
    return tokenizer, Vocabulary(tokenizer, "<eos>")


@pytest.fixture(scope="module", params=["sentencepiece", "bytes"])
def tiny_vocabulary(
    tiny_folder: object, request: pytest.FixtureRequest
) -> tuple[Tokenizer, Vocabulary]:
    if request.param == "bytes":
        return byte_vocabulary()
    tokenizer = Tokenizer.from_file(f"{tiny_folder}/tokenizer.json")
    return tokenizer, Vocabulary(tokenizer, "<eos>")


def test_an_answer_ends_where_it_has_what_is_wanted_alone(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = SpanCursor(replace(strings_of("the agent 7"), wanted=(10,)), vocabulary)
    spell(cursor, tiny_tokenizer, " the agent")
    assert (vocabulary.end in cursor.allowed(), cursor.is_end_barred) == (False, True)
    spell(cursor, tiny_tokenizer, " 7")
    assert (vocabulary.end in cursor.allowed(), cursor.is_end_barred) == (True, False)


@given(
    st.dictionaries(st.integers(0, 40), st.integers(1, 12), max_size=12),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=6),
)
def test_what_reaches_into_a_place_is_left_out(
    lengths: dict[int, int], places: list[tuple[int, int]]
) -> None:
    limits = {start: start + length for start, length in lengths.items()}
    taken = [(start, start + length) for start, length in places if length]
    left = SpanSet("x" * 60, limits, sorted(limits.values())).without(taken).limits
    assert left == {
        start: limit
        for start, limit in limits.items()
        if not any(start < stop and first < limit for first, stop in taken)
    }
