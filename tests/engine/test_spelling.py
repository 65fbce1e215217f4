from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from engine.spelling import spelling_of
from tests.engine.byte_level import byte_level


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return byte_level(" agent", "é", "漢")


def test_byte_level_tokens_are_known_by_their_text(tokenizer: Tokenizer) -> None:
    texts = spelling_of(tokenizer).texts
    for text in (" agent", " ", "\n", "a", "é", "漢"):
        assert [texts[text]] == tokenizer.encode(text).ids


def test_the_beginning_of_a_character_is_a_part(tokenizer: Tokenizer) -> None:
    spelling = spelling_of(tokenizer)
    assert len(spelling.parts & set(tokenizer.encode("ü").ids)) == 2
    assert spelling.parts.isdisjoint(spelling.texts.values())
    assert len(spelling.parts) + len(spelling.texts) == tokenizer.get_vocab_size()


@given(st.characters(exclude_categories=["Cs"]))
def test_the_parts_of_a_character_are_the_tokenizers_own(character: str) -> None:
    tokenizer = byte_level("é", "漢")
    assert spelling_of(tokenizer).parts_of(character) == tokenizer.encode(character).ids


def test_sentencepiece_spells_by_bytes(tiny_tokenizer: Tokenizer) -> None:
    spelling = spelling_of(tiny_tokenizer)
    names = [tiny_tokenizer.id_to_token(token) for token in spelling.parts_of("é")]
    assert names == ["<0xC3>", "<0xA9>"]
    assert spelling.parts >= set(spelling.parts_of("é"))
    assert spelling.texts[" agent"] == tiny_tokenizer.token_to_id("▁agent")
    assert "<bos>" not in spelling.texts
