from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from engine.candidates import string_spans
from engine.decoding import Decoder, Question
from engine.gemma3 import Gemma3
from engine.prompt import (
    answer_text,
    passage_of_text,
    prefix_of,
    prefix_tokens,
    question_text,
    token_id,
)
from engine.spans import Vocabulary
from engine.tuning import Example, Recipe, loss_of, train

TEXT = "the margin is 2 per cent; the agent is Ann; the date is 7 May"
PROMPT = prefix_of([(0, passage_of_text(TEXT))])
QUESTIONS = (("who is the agent?", "Ann"), ("margin", "2 per cent"), ("the borrower", None))
EXAMPLE = Example(PROMPT.text, QUESTIONS)
RECIPE = Recipe(first_layer=3, rank=8, learning_rate=1e-2, warmup_steps=3)


def ids_of(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def dense_loss(
    model: Gemma3, tokenizer: Tokenizer, questions: tuple[tuple[str, str | None], ...]
) -> float:
    """The oracle: each question read on after the prefix as plain text, one token at a time
    scored against the tokens that prompt and answers hold."""
    prefix = prefix_tokens(tokenizer, PROMPT.text)
    end = token_id(tokenizer, "<eos>")
    answers = [[*ids_of(tokenizer, answer_text(answer)), end] for _, answer in questions]
    allowed = sorted({*prefix, *(token for answer in answers for token in answer)})
    losses = []
    for (question, _), answer in zip(questions, answers, strict=True):
        ask = ids_of(tokenizer, question_text(question))
        tokens = torch.tensor([*prefix, *ask, *answer])
        _, hidden = model.read(model.empty_prefix(), tokens)
        scores = model.logits(hidden[-len(answer) - 1 : -1], torch.tensor(allowed)).log_softmax(-1)
        losses += [-float(row[allowed.index(t)]) for row, t in zip(scores, answer, strict=True)]
    return math.fsum(losses) / len(losses)


@pytest.mark.parametrize("questions", [QUESTIONS, QUESTIONS[:1], QUESTIONS[2:]])
def test_the_loss_is_that_of_the_prompts_in_use(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, questions: tuple[tuple[str, str | None], ...]
) -> None:
    with torch.no_grad():
        loss = float(loss_of(tiny_model, tiny_tokenizer, Example(PROMPT.text, questions)))
        assert loss == pytest.approx(dense_loss(tiny_model, tiny_tokenizer, questions), rel=1e-3)


def losses_of(model: Gemma3, tokenizer: Tokenizer, num_steps: int) -> list[float]:
    losses: list[float] = []
    train(model, tokenizer, [EXAMPLE] * num_steps, RECIPE, lambda _, loss: losses.append(loss))
    return losses


def test_thirty_steps_on_one_example_learn_it(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer
) -> None:
    losses = losses_of(tiny_model, tiny_tokenizer, 30)
    assert len(losses) == 30
    assert losses[-1] < losses[0] / 4


def test_what_was_learnt_is_what_is_answered(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> None:
    train(tiny_model, tiny_tokenizer, [EXAMPLE] * 60, RECIPE, lambda *_: None)
    token_ids = torch.tensor(prefix_tokens(tiny_tokenizer, PROMPT.text))
    encoding = tiny_tokenizer.encode(PROMPT.text, add_special_tokens=False)
    with torch.inference_mode():
        prefix, _ = tiny_model.read(tiny_model.empty_prefix(), token_ids)
    answers = Decoder(tiny_model, Vocabulary(tiny_tokenizer, "<eos>")).answer(
        prefix,
        [0, *(start for start, _ in encoding.offsets)],
        [
            Question(ids_of(tiny_tokenizer, question_text(question)), string_spans(PROMPT))
            for question, _ in QUESTIONS
        ],
    )
    told = [a.literal or PROMPT.text[slice(*a.places[0])] for a in answers]
    assert told == ["Ann", "2 per cent", "null"]


def test_the_same_seed_learns_the_same(tiny_folder: Path, tiny_tokenizer: Tokenizer) -> None:
    one, two = (losses_of(Gemma3.load(tiny_folder), tiny_tokenizer, 3) for _ in range(2))
    assert one == two
