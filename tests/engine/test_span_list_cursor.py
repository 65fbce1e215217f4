from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer

from engine.candidates import string_spans
from engine.span_list_cursor import ListCursor
from engine.spans import SpanSet, Vocabulary
from tests.engine.byte_level import byte_level
from tests.engine.prompted import quotes, text_of


@pytest.fixture
def vocabulary(tiny_tokenizer: Tokenizer) -> Vocabulary:
    return Vocabulary(tiny_tokenizer, "<eos>")


def cursor_of(text: str, vocabulary: Vocabulary) -> ListCursor:
    return ListCursor(string_spans(text_of(text)), vocabulary, vocabulary.ids["\n"])


def spell(cursor: ListCursor, tokenizer: Tokenizer, answer: str) -> None:
    """Items are parted by line breaks."""
    for token in tokenizer.encode(answer, add_special_tokens=False).ids:
        assert token in cursor.allowed(), (answer, tokenizer.id_to_token(token))
        cursor.advance(token)


def test_items_are_each_a_span_with_its_places(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = cursor_of("the agent, Ann; the margin; Ann", vocabulary)
    spell(cursor, tiny_tokenizer, " Ann\n the agent")
    cursor.advance(vocabulary.end)
    assert cursor.is_done
    assert cursor.items == [[(11, 14), (28, 31)], [(0, 9)]]
    assert cursor.literal is None


def test_a_place_is_taken_once(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = cursor_of("the agent and Ann", vocabulary)
    spell(cursor, tiny_tokenizer, " the agent\n")
    assert tiny_tokenizer.token_to_id("▁the") not in cursor.allowed()
    assert tiny_tokenizer.token_to_id("▁agent") not in cursor.allowed()


def test_words_that_stand_twice_can_be_listed_twice(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = cursor_of("Ann, Bob, Ann", vocabulary)
    spell(cursor, tiny_tokenizer, " Ann\n Bob\n Ann")
    cursor.advance(vocabulary.end)
    assert [places[0] for places in cursor.items] == [(0, 3), (5, 8), (10, 13)]


def test_the_place_that_is_taken_is_one_where_the_item_can_end(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = cursor_of("agx ag", vocabulary)
    spell(cursor, tiny_tokenizer, " ag\n agx")
    cursor.advance(vocabulary.end)
    assert cursor.items == [[(4, 6)], [(0, 3)]]


def test_after_the_last_place_the_list_ends(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = cursor_of("Ann", vocabulary)
    spell(cursor, tiny_tokenizer, " Ann")
    assert list(cursor.allowed()) == [vocabulary.end]


def test_null_stands_alone(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = cursor_of("the agent", vocabulary)
    spell(cursor, tiny_tokenizer, " null")
    assert list(cursor.allowed()) == [vocabulary.end]
    cursor.advance(vocabulary.end)
    assert (cursor.literal, cursor.items) == ("null", [[]])


def test_null_is_no_item(tiny_tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    cursor = cursor_of("the agent", vocabulary)
    spell(cursor, tiny_tokenizer, " the\n")
    assert tiny_tokenizer.token_to_id("▁null") not in cursor.allowed()


def test_a_line_break_of_the_text_is_in_no_item(
    tiny_tokenizer: Tokenizer, vocabulary: Vocabulary
) -> None:
    cursor = cursor_of("the\nagent", vocabulary)
    spell(cursor, tiny_tokenizer, " the\n agent")
    cursor.advance(vocabulary.end)
    assert cursor.items == [[(0, 3)], [(4, 9)]]


@given(
    text=st.text(
        st.one_of(
            st.sampled_from("the agent, 12.5 null\n$()é漢🜚"),
            st.characters(exclude_categories=["Cs", "Cc", "Z"]),
        ),
        max_size=30,
    ).map(str.strip),
    choices=st.lists(st.integers(0, 1000), min_size=1, max_size=30),
)
def test_whatever_is_taken_it_ends_with_spans_that_begin_in_no_earlier_one(
    tiny_vocabulary: Vocabulary, text: str, choices: list[int]
) -> None:
    cursor = cursor_of(text, tiny_vocabulary)
    for step in range(40 * len(text) + 40):
        allowed = sorted(cursor.allowed(), reverse=True)
        cursor.advance(allowed[choices[step % len(choices)] % len(allowed)])
        if cursor.is_done:
            break
    assert cursor.is_done
    spans = string_spans(text_of(text))
    assert cursor.literal == "null" or holds(spans, cursor.items)


def holds(spans: SpanSet, items: list[list[tuple[int, int]]]) -> bool:
    taken: list[tuple[int, int]] = []
    for places in items:
        assert all(spans.may_stop(start, stop) for start, stop in places)
        assert len(set(quotes(text_of(spans.text), places))) <= 1
        assert not any(first <= start < last for start, _ in places for first, last in taken)
        taken += places[:1]
    return True


@pytest.fixture(scope="module", params=["sentencepiece", "bytes"])
def tiny_vocabulary(tiny_folder: object, request: pytest.FixtureRequest) -> Vocabulary:
    if request.param == "sentencepiece":
        return Vocabulary(Tokenizer.from_file(f"{tiny_folder}/tokenizer.json"), "<eos>")
    tokenizer = byte_level(" the", " agent", " null", "é", "漢")
    tokenizer.add_tokens([AddedToken("<eos>", special=True)])
    return Vocabulary(tokenizer, "<eos>")
