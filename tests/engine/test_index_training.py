from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from engine import index_model
from engine.attention_index import attention_scores
from engine.gemma3 import Gemma3
from engine.index_training import IndexRecipe, IndexTraining, Lesson, Shelf
from engine.question_encoder import QuestionEncoder, adapted_view, load_heads

HEADS = (0, 1)
TEXTS = ("the margin is 2 per cent", "the agent is Ann", "the date of the borrower", "total null")
QUESTIONS = {"margin?": 0, "who is the agent?": 1, "the date?": 2, "total?": 3}
RECIPE = IndexRecipe(learning_rate=1e-2, warmup_steps=2, lessons_per_step=4, num_lent=2, epochs=30)


def ranked(encoder: QuestionEncoder, shelf: Shelf, questions: Sequence[str]) -> list[int]:
    with torch.inference_mode():
        scores = attention_scores(shelf.keys, encoder.looks(questions))
    return [int(best) for best in scores.argmax(axis=1)]


@pytest.mark.parametrize("is_open", [True, False])
def test_training_finds_the_passages_it_was_told_of(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path, is_open: bool
) -> None:
    made = index_model.untrained(tiny_model, tiny_tokenizer, HEADS)
    shelves = [
        Shelf(made.reader.read(TEXTS), is_open),
        Shelf(made.reader.read(["null", "Ann and Bob"]), is_open),
    ]
    lessons = [Lesson(question, 0, (gold,)) for question, gold in QUESTIONS.items()]
    before = [layer.qkv.weight.clone() for layer in tiny_model.layers]
    losses: list[float] = []

    training = IndexTraining(made.encoder, RECIPE)
    training.train(lessons, shelves, lambda step, of, loss: losses.append(loss))

    assert losses[-1] < 0.5 * losses[0]
    assert ranked(made.encoder, shelves[0], list(QUESTIONS)) == list(QUESTIONS.values())
    for layer, weight in zip(tiny_model.layers, before, strict=True):
        assert layer.qkv.down is None
        assert torch.equal(layer.qkv.weight, weight)

    training.save(tmp_path / "index", "tiny")
    loaded = QuestionEncoder(
        adapted_view(tiny_model, tmp_path / "index"),
        tiny_tokenizer,
        load_heads(tmp_path / "index"),
        made.reader.sink(),
    )
    assert ranked(loaded, shelves[0], list(QUESTIONS)) == list(QUESTIONS.values())
