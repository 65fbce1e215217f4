from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import torch

from engine.sampling import Sampler
from schemas.generation import GenerateOptions

LOGITS = torch.tensor([2.0, 1.0, 0.0, -1.0])


def drawn(num: int, allowed: torch.Tensor | None = None, **options: Any) -> Counter[int]:
    sampler = Sampler(GenerateOptions.model_validate({"seed": 1, **options}), 0)
    return Counter(sampler.take(LOGITS, allowed) for _ in range(num))


def test_without_temperature_the_likeliest_comes() -> None:
    assert drawn(5, temperature=0) == {0: 5}


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_they_are_likely(temperature: float) -> None:
    counts = drawn(4000, temperature=temperature)
    expected = (LOGITS / temperature).softmax(dim=-1).tolist()
    assert [counts[token] / 4000 for token in range(4)] == pytest.approx(expected, abs=0.03)


def test_only_the_likeliest_that_make_up_top_p_come() -> None:
    assert set(drawn(500, top_p=0.8)) == {0, 1}
    assert set(drawn(50, top_p=0.01)) == {0}


def test_what_is_not_allowed_never_comes() -> None:
    allowed = torch.tensor([False, True, False, True])
    assert set(drawn(300, allowed)) == {1, 3}


def test_a_bias_and_a_penalty_change_what_comes() -> None:
    assert drawn(3, temperature=0, logit_bias={3: 10.0}) == {3: 3}
    assert drawn(4, temperature=0, presence_penalty=2.0)[0] < 4
    assert drawn(8, temperature=0, frequency_penalty=1.0)[1] > 0


def test_the_logits_are_left_as_they_are() -> None:
    before = LOGITS.clone()
    drawn(3, logit_bias={3: 10.0}, presence_penalty=2.0)
    assert torch.equal(LOGITS, before)
