from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer

from engine.model_folder import load_tokenizer
from engine.prompt import (
    Asking,
    answer_text,
    branch_tokens,
    prefix_encoding,
    prefix_of,
    prefix_tokens,
    token_id,
    wording_of,
)
from schemas.document import Passage, Piece
from schemas.errors import ModelUnavailable
from tests.engine.byte_level import byte_level

GLUE = Piece(" | ")


def passage(*pieces: Piece, section: str = "") -> Passage:
    return Passage(pieces, 0, 0, section, 0)


def test_a_heading_is_told_where_it_changes() -> None:
    first, second = passage(Piece("one", 5), section="A"), passage(Piece("two", 9), section="A")
    third = passage(Piece("six", 20), section="A > B")
    assert prefix_of([(0, first), (0, second), (0, third)]).text == (
        "# A\none\n\ntwo\n\n# A > B\nsix\n\n"
    )


def test_within_lines_their_words_alone_are_pieces() -> None:
    rows = [
        passage(Piece("10:15", 0), GLUE, Piece("Bees", 6)),
        passage(Piece("11:45 Tides. No more.", 11)),
    ]
    prefix = prefix_of([(0, rows[0]), (1, rows[1]), (0, rows[1])])
    line = passage(Piece("11:45 Tides.", 11))
    (own,) = prefix.within([(0, line)]).pieces
    assert (own.document, own.document_start, own.text) == (0, 11, "11:45 Tides.")
    assert prefix.text[own.prompt_start :].startswith(own.text)
    assert own.prompt_start > prefix.text.index("11:45")  # the other document's comes first
    cells = prefix.within([(0, rows[0])])
    assert [piece.text for piece in cells.pieces] == ["10:15", "Bees"]
    assert cells.text == prefix.text


@given(st.text(min_size=1, max_size=20), st.integers(0, 30), st.integers(0, 25))
def test_a_part_of_a_piece_is_what_stands_between_two_places(
    text: str, start: int, size: int
) -> None:
    (piece,) = prefix_of([(0, passage(Piece(text, 5), section="H"))]).pieces
    part = piece.part(start, start + size)
    wanted = text[max(0, start - 5) : max(0, start + size - 5)]
    assert (part.text if part else "") == wanted
    if part is not None:
        assert part.prompt_start - part.document_start == piece.prompt_start - 5


def test_the_same_heading_in_another_document_is_told_again() -> None:
    one = passage(Piece("one", 5), section="A")
    assert prefix_of([(0, one), (1, one)]).text == "# A\none\n\n# A\none\n\n"
    assert prefix_of([(1, one), (1, one)]).text == "# A\none\n\none\n\n"


def test_glue_and_headings_stand_nowhere_in_a_document() -> None:
    prefix = prefix_of([(3, passage(Piece("a", 7), GLUE, Piece("b", 2), section="H"))])
    placed = [(p.document, p.prompt_start, p.document_start, p.text) for p in prefix.pieces]
    assert placed == [(3, 4, 7, "a"), (3, 8, 2, "b")]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), st.integers(-1, 50)), max_size=8))
def test_every_piece_stands_where_it_is_said_to(parts: list[tuple[str, int]]) -> None:
    pieces = [Piece(text, start) for text, start in parts]
    prefix = prefix_of([(0, passage(*pieces, section="H"))])
    for piece in prefix.pieces:
        assert prefix.text[piece.prompt_start :].startswith(piece.text)
    assert [(p.text, p.document_start) for p in prefix.pieces] == [p for p in parts if p[1] >= 0]


@pytest.mark.parametrize(
    ("asking", "text"),
    [
        (Asking("Who?"), "Question: Who?\nAnswer: Ann"),
        (Asking("Who?", is_list=True), "Question: Who? (all)\nAnswer: Ann"),
        (Asking("Who?", choices=("Ann", "Bob")), "Question: Who? (Ann, Bob)\nAnswer: Ann"),
        (Asking("Who?", kind="date"), "Question: Who? (date)\nAnswer: Ann"),
    ],
)
def test_the_answer_follows_the_question(
    tiny_tokenizer: Tokenizer, asking: Asking, text: str
) -> None:
    asked = tiny_tokenizer.decode(branch_tokens(tiny_tokenizer, asking))
    assert asked + answer_text("Ann") == text


def test_an_absent_answer_is_null() -> None:
    assert answer_text(None) == " null"


def test_a_prefix_begins_with_the_mark_of_the_beginning(tiny_tokenizer: Tokenizer) -> None:
    tokens = prefix_tokens(tiny_tokenizer, "the agent")
    assert tokens[0] == tiny_tokenizer.token_to_id("<bos>")
    assert tiny_tokenizer.decode(tokens[1:]) == "the agent"


def test_a_conversation_is_asked_in_turns() -> None:
    tokenizer = conversing()
    ids = [
        *prefix_tokens(tokenizer, "the agent\n\n"),
        *branch_tokens(tokenizer, Asking("Who?"), " Briefly. "),
    ]
    asked = tokenizer.decode(ids, skip_special_tokens=False)
    assert asked.startswith("<|im_start|>system\nYou ")
    assert asked.endswith(
        "<|im_end|>\n<|im_start|>user\nthe agent\n\nInstructions: Briefly.\nQuestion: Who?\n"
        "Answer with the exact words of the text, or null if it does not say.<|im_end|>\n"
        "<|im_start|>assistant\nAnswer:"
    )
    assert wording_of(tokenizer).end == "<|im_end|>"


def test_a_conversation_is_told_the_choices_and_that_a_list_is_wanted() -> None:
    tokenizer = conversing()
    choice, listing = (
        tokenizer.decode(branch_tokens(tokenizer, asking))
        for asking in (Asking("Is it?", choices=("yes", "no")), Asking("Who?", is_list=True))
    )
    assert "Answer with one of: yes, no. Answer null" in choice
    assert "List all of them" in listing


def test_neither_document_nor_question_can_end_a_turn() -> None:
    tokenizer = conversing()
    end = token_id(tokenizer, "<|im_end|>")
    assert prefix_tokens(tokenizer, "a <|im_end|> b").count(end) == 1
    assert branch_tokens(tokenizer, Asking("Who?<|im_end|>")).count(end) == 1


def test_tokens_of_a_prefix_begin_where_they_stand_in_its_text() -> None:
    ids, starts = prefix_encoding(conversing(), "the agent")
    assert len(ids) == len(starts)
    assert starts[-9:] == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert set(starts[:-9]) == {0}


def test_instructions_stand_before_the_question(tiny_tokenizer: Tokenizer) -> None:
    ids = branch_tokens(tiny_tokenizer, Asking("Who?"), "\nBriefly. ")
    assert tiny_tokenizer.decode(ids) == "Instructions: Briefly.\nQuestion: Who?\nAnswer:"
    assert wording_of(tiny_tokenizer).end == "<eos>"


def test_a_line_break_is_one_token_whatever_the_vocabulary(tiny_tokenizer: Tokenizer) -> None:
    for tokenizer in (conversing(), tiny_tokenizer):
        assert tokenizer.encode("\n", add_special_tokens=False).ids == [token_id(tokenizer, "\n")]


def test_a_mark_that_is_no_token_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="has no token <eos>"):
        token_id(conversing(), "<eos>")


def conversing() -> Tokenizer:
    tokenizer = byte_level()
    marks = [AddedToken(mark, special=True) for mark in ("<|im_start|>", "<|im_end|>")]
    tokenizer.add_special_tokens(marks)
    tokenizer.encode_special_tokens = True
    return tokenizer


def test_a_document_can_not_end_the_prompt(tiny_folder: Path) -> None:
    tokenizer = load_tokenizer(tiny_folder)
    assert tokenizer.token_to_id("<eos>") not in prefix_tokens(tokenizer, "a <eos> b")
    assert tokenizer.token_to_id("<bos>") not in prefix_tokens(tokenizer, "<bos>")[1:]
