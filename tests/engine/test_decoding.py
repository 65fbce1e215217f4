from __future__ import annotations

import pytest
import torch
from tokenizers import Tokenizer

from engine.candidates import string_spans
from engine.decoding import Decoder, Question
from engine.gemma3 import Gemma3, Prefix
from engine.prompt import passage_of_text, prefix_of, prefix_tokens, question_text
from engine.spans import Vocabulary

TEXT = "the agent of the borrower is the total of the date; the margin is 2 per cent of the total"
ASKED = ["margin", "who is the agent of the borrower?", "date", "total of 2"]


@pytest.fixture
def decoder(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> Decoder:
    return Decoder(tiny_model, Vocabulary(tiny_tokenizer, "<eos>"), max_tokens=120)


@pytest.fixture
def prefix(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> Prefix:
    with torch.no_grad():
        ids = torch.tensor(prefix_tokens(tiny_tokenizer, f"{TEXT}\n\n"))
        return tiny_model.read(tiny_model.empty_prefix(), ids)[0]


def questions_in(tokenizer: Tokenizer) -> list[Question]:
    spans = string_spans(prefix_of([(0, passage_of_text(TEXT))]))
    return [
        Question(tokenizer.encode(question_text(text), add_special_tokens=False).ids, spans)
        for text in ASKED
    ]


def starts_in(tokenizer: Tokenizer) -> list[int]:
    encoding = tokenizer.encode(f"{TEXT}\n\n", add_special_tokens=False)
    return [0, *(start for start, _ in encoding.offsets)]


def test_answered_together_is_answered_one_by_one(
    decoder: Decoder, prefix: Prefix, tiny_tokenizer: Tokenizer
) -> None:
    questions, starts = questions_in(tiny_tokenizer), starts_in(tiny_tokenizer)
    together = decoder.answer(prefix, starts, questions)
    alone = [decoder.answer(prefix, starts, [question])[0] for question in questions]
    assert [(a.literal, a.places) for a in together] == [(a.literal, a.places) for a in alone]
    assert [a.probability for a in together] == pytest.approx(
        [a.probability for a in alone], rel=1e-3
    )


def test_answers_are_places_of_the_text_or_null(
    decoder: Decoder, prefix: Prefix, tiny_tokenizer: Tokenizer
) -> None:
    answers = decoder.answer(prefix, starts_in(tiny_tokenizer), questions_in(tiny_tokenizer))
    for answer in answers:
        words = {TEXT[start:stop] for start, stop in answer.places}
        assert (answer.literal == "null" and not words) or len(words) == 1
        assert 0 < answer.probability <= 1


def test_an_answer_that_does_not_end_in_time_has_no_place(
    tiny_model: Gemma3, prefix: Prefix, tiny_tokenizer: Tokenizer
) -> None:
    decoder = Decoder(tiny_model, Vocabulary(tiny_tokenizer, "<eos>"), max_tokens=1)
    answers = decoder.answer(prefix, starts_in(tiny_tokenizer), questions_in(tiny_tokenizer))
    assert all(answer.places == () for answer in answers)
