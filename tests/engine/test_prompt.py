from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from engine.model_folder import load_tokenizer
from engine.prompt import (
    answer_text,
    joined,
    passage_of_text,
    prefix_of,
    prefix_tokens,
    question_text,
)
from schemas.document import Passage, Piece

GLUE = Piece(" | ")


def passage(*pieces: Piece, section: str = "") -> Passage:
    return Passage(pieces, 0, 0, section, 0)


def test_a_heading_is_told_where_it_changes() -> None:
    first, second = passage(Piece("one", 5), section="A"), passage(Piece("two", 9), section="A")
    third = passage(Piece("six", 20), section="A > B")
    assert prefix_of([(0, first), (0, second), (0, third)]).text == (
        "# A\none\n\ntwo\n\n# A > B\nsix\n\n"
    )


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


def test_training_and_use_build_the_same_prefix() -> None:
    assert joined(["one", "two"]) == "one\n\ntwo\n\n"
    assert joined(["one"]) == prefix_of([(0, passage_of_text("one"))]).text


def test_the_answer_follows_the_question() -> None:
    assert question_text("Who?") + answer_text("Ann") == "Question: Who?\nAnswer: Ann"
    assert answer_text(None) == " null"


def test_a_prefix_begins_with_the_mark_of_the_beginning(tiny_tokenizer: Tokenizer) -> None:
    tokens = prefix_tokens(tiny_tokenizer, "the agent")
    assert tokens[0] == tiny_tokenizer.token_to_id("<bos>")
    assert tiny_tokenizer.decode(tokens[1:]) == "the agent"


def test_a_document_can_not_end_the_prompt(tiny_folder: Path) -> None:
    tokenizer = load_tokenizer(tiny_folder)
    assert tokenizer.token_to_id("<eos>") not in prefix_tokens(tokenizer, "a <eos> b")
    assert tokenizer.token_to_id("<bos>") not in prefix_tokens(tokenizer, "<bos>")[1:]
