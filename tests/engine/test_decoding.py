from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch
from tokenizers import Tokenizer

from engine import decoding
from engine.decoding import Answer, Decoder, Question
from engine.gemma3 import Gemma3
from engine.spans import SpanCursor, Vocabulary
from tests.engine.prompted import Prompted, number, prompted, quotes, text_of, words

TEXT = text_of(
    "the agent of the borrower is the total of the date; the margin is 2 per cent of the total"
)


@pytest.fixture
def decoder(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> Decoder:
    return Decoder(tiny_model, Vocabulary(tiny_tokenizer, "<eos>"), max_tokens=600)


@pytest.fixture
def prompt(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> Prompted:
    return prompted(tiny_model, tiny_tokenizer, TEXT)


@pytest.fixture
def questions(tiny_tokenizer: Tokenizer) -> list[Question]:
    return [
        words(tiny_tokenizer, "margin", TEXT),
        words(tiny_tokenizer, "who is the agent of the borrower?", TEXT),
        words(tiny_tokenizer, "dates", TEXT, is_list=True),
        number(tiny_tokenizer, "total of 2", TEXT),
        words(tiny_tokenizer, "the totals", TEXT, is_list=True),
    ]


def answered(decoder: Decoder, prompt: Prompted, questions: list[Question]) -> list[Answer]:
    return decoder.answer(prompt.prefix, prompt.starts, questions)


def test_answered_together_is_answered_one_by_one(
    decoder: Decoder, prompt: Prompted, questions: list[Question]
) -> None:
    together = answered(decoder, prompt, questions)
    alone = [answered(decoder, prompt, [question])[0] for question in questions]
    assert [(a.literal, a.items) for a in together] == [(a.literal, a.items) for a in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.signals.all == pytest.approx(other.signals.all, rel=1e-3)


def every_answer(
    model: Gemma3, prompt: Prompted, question: Question, cursor: SpanCursor, taken: list[int]
) -> Iterator[tuple[float, SpanCursor]]:
    """The oracle: all that can be spelled, each token read on as plain text and scored against
    what was allowed in its place."""
    if cursor.is_done:
        yield 0.0, cursor
        return
    tokens = torch.tensor([*prompt.token_ids, *question.token_ids, *taken])
    _, hidden = model.read(model.empty_prefix(), tokens)
    allowed = torch.tensor(sorted(cursor.allowed()))
    scores = model.logits(hidden[-1], allowed).log_softmax(dim=-1)
    if not taken:
        cursor.rule_out("null")
    for token in cursor.allowed():
        twin = cursor.copy()
        twin.advance(token)
        own = float(scores[allowed == token])
        for score, done in every_answer(model, prompt, question, twin, [*taken, token]):
            yield own + score, done


@torch.no_grad()
def test_the_likeliest_of_all_answers_is_found_by_drafts_enough(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_MOST_BEHIND", math.inf)
    text = text_of("the total is 7 or 81 or $ 7.5 or 93")
    prompt = prompted(tiny_model, tiny_tokenizer, text)
    vocabulary = Vocabulary(tiny_tokenizer, "<eos>")
    decoder = Decoder(tiny_model, vocabulary, num_drafts=200)
    for asked in ("total", "the margin", "date"):
        question = number(tiny_tokenizer, asked, text)
        (answer,) = answered(decoder, prompt, [question])
        first = SpanCursor(question.spans, vocabulary)
        every = every_answer(tiny_model, prompt, question, first, [])
        score, best = max(every, key=lambda told: told[0])
        assert quotes(text, answer.places) == quotes(text, best.spans)
        expected = math.exp(score) / (1 - answer.signals.null_likelihood)
        assert answer.signals.likelihood == pytest.approx(expected, rel=1e-3)


def test_an_answer_is_places_of_the_text_that_read_the_same(
    decoder: Decoder, prompt: Prompted, questions: list[Question]
) -> None:
    for answer in answered(decoder, prompt, questions):
        assert answer.literal is None
        assert answer.places == answer.items[0]
        assert all(len(set(quotes(TEXT, places))) == 1 for places in answer.items)
        assert 0 < answer.signals.likelihood <= 1


def test_null_is_weighed_and_not_answered(
    decoder: Decoder, prompt: Prompted, questions: list[Question]
) -> None:
    for answer in answered(decoder, prompt, questions):
        assert 0 < answer.signals.null_likelihood < 1


def test_null_is_answered_where_there_is_nothing_else(
    decoder: Decoder, tiny_model: Gemma3, tiny_tokenizer: Tokenizer
) -> None:
    text = text_of("the agent")
    prompt = prompted(tiny_model, tiny_tokenizer, text)
    (answer,) = answered(decoder, prompt, [number(tiny_tokenizer, "margin", text)])
    assert (answer.literal, answer.places) == ("null", ())
    assert answer.signals.null_likelihood == 1


def test_items_of_a_list_begin_in_no_earlier_one(
    decoder: Decoder, prompt: Prompted, questions: list[Question]
) -> None:
    (answer,) = answered(decoder, prompt, questions[4:])
    starts = [start for places in answer.items for start, _ in places[:1]]
    assert len(set(starts)) == len(answer.items)


def test_an_answer_that_does_not_end_in_time_has_no_place(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, prompt: Prompted, questions: list[Question]
) -> None:
    decoder = Decoder(tiny_model, Vocabulary(tiny_tokenizer, "<eos>"), max_tokens=1)
    answers = answered(decoder, prompt, questions)
    assert all(answer.places == () and answer.literal is None for answer in answers)


def test_a_list_that_does_not_end_has_the_items_that_were_finished(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, prompt: Prompted, questions: list[Question]
) -> None:
    vocabulary = Vocabulary(tiny_tokenizer, "<eos>")
    question = questions[4]
    whole = answered(Decoder(tiny_model, vocabulary, max_tokens=600), prompt, [question])[0]
    cuts = [
        answered(Decoder(tiny_model, vocabulary, max_tokens=most), prompt, [question])[0]
        for most in (*range(1, whole.num_tokens - 1, 40), whole.num_tokens - 1)
    ]
    assert len(whole.items) > 1
    assert {0, len(whole.items) - 1} <= {len(cut.items) for cut in cuts}
    for cut in cuts:
        assert cut.items == whole.items[: len(cut.items)]
        assert cut.is_cut == bool(cut.items)
    assert not whole.is_cut
