from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.decoder_model import DecoderModel
from engine.drafts import Drafts
from engine.gemma3 import Gemma3
from engine.loading import load_model
from engine.talk import Talk
from tests.engine.decoder_weights import QWEN_3, written

PROMPT = [2, 9, 10, 11, 12, 13, 14, 9, 10, 11]
# few tokens, so that words come again: guesses are made, and are right, wrong or half right
said = st.lists(st.sampled_from([9, 10, 11, 12, 13]), min_size=1, max_size=30)


@pytest.fixture(params=["gemma3", "qwen3"])
def model(request: pytest.FixtureRequest, tiny_model: Gemma3, tmp_path: Path) -> DecoderModel:
    if request.param == "gemma3":
        return tiny_model
    return load_model(written(tmp_path, QWEN_3))


def begun(model: DecoderModel, num_rows: int = 1) -> Talk:
    with torch.inference_mode():
        prefix, _ = model.read(model.empty_prefix(), torch.tensor(PROMPT[:-1]))
    drafts = Drafts(PROMPT[:-1]) if num_rows == 1 else None
    return Talk(model, 300, prefix, PROMPT[-1], num_rows, drafts)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said)
def test_scores_are_those_of_the_words_that_were_said_whatever_was_guessed(
    model: DecoderModel, tokens: Sequence[int]
) -> None:
    talk = begun(model)
    with torch.inference_mode():
        whole = torch.tensor([*PROMPT, *tokens])
        expected = model.logits(model.read(model.empty_prefix(), whole)[1])[:, :300]
    for number, token in enumerate([*tokens, None]):
        torch.testing.assert_close(
            talk.logits(0), expected[len(PROMPT) - 1 + number], atol=2e-4, rtol=1e-4
        )
        if token is not None:
            talk.step([0], [token])


def test_what_is_repeated_takes_fewer_steps_than_tokens(model: DecoderModel) -> None:
    talk, tokens = begun(model), [12, 13, 14, 9, 10, 11] * 4
    for token in tokens:
        talk.step([0], [token])
    assert talk.num_steps <= len(tokens) // 4


def test_what_was_never_said_takes_a_step_a_token(model: DecoderModel) -> None:
    talk = begun(model)
    before = talk.num_steps
    for token in range(100, 120):
        talk.step([0], [token])
    assert talk.num_steps == before + 20


def test_rows_that_go_on_side_by_side_are_not_guessed_at(model: DecoderModel) -> None:
    talk = begun(model, num_rows=2)
    talk.step([0, 1], [12, 40])
    talk.step([1, 0], [13, 13])
    alone = begun(model)
    for token in (40, 13):
        alone.step([0], [token])
    torch.testing.assert_close(talk.logits(0), alone.logits(0), atol=2e-4, rtol=1e-4)


@given(st.lists(st.integers(0, 3), max_size=60))
def test_a_guess_is_what_followed_the_last_three_tokens_the_last_time(tokens: list[int]) -> None:
    drafts = Drafts(tokens)
    last = tuple(tokens[-3:])
    places = [i + 3 for i in range(len(tokens) - 3) if tuple(tokens[i : i + 3]) == last]
    expected = tokens[places[-1] : places[-1] + 4] if places and len(last) == 3 else []
    assert drafts.next() == expected


def test_more_is_guessed_after_right_guesses_and_less_after_wrong_ones() -> None:
    drafts = Drafts([*range(20), 0, 1, 2])
    assert drafts.next() == [3, 4, 5, 6]
    sizes = [4]
    for num_right in (1.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0):
        drafts.judge(sizes[-1], int(sizes[-1] * num_right))
        sizes.append(len(drafts.next()))
    assert sizes == [4, 8, 8, 8, 4, 2, 1, 1]
