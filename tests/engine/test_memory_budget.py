from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.decoder_model import Prefix
from engine.gemma3 import Gemma3
from engine.memory_budget import MemoryBudget
from engine.memory_needs import kept_bytes, reading_bytes
from engine.prefix_chain import Chain, Grid
from schemas.errors import CapacityExceeded

MB = 1 << 20
HEADROOM = 256 * MB


def kept(budget: MemoryBudget, num_bytes: int) -> None:
    tensor = torch.empty(1, num_bytes // 8, 1)
    chain = Chain.of([1], Grid(4, 4), "m")
    budget.memory.put(chain, Prefix(1, ((tensor, tensor.clone()),)), ["a"])


def test_what_fits_is_let_in_and_what_does_not_is_refused_alone() -> None:
    budget = MemoryBudget(available=lambda: HEADROOM + 100 * MB)
    with budget.admitted(80 * MB, 1000):
        with (
            pytest.raises(CapacityExceeded, match=r"1,000 tokens .* needs 31.5 MB .* 21.0 MB"),
            budget.admitted(30 * MB, 1000),
        ):
            raise AssertionError
        with budget.admitted(20 * MB, 1000):
            pass
    with budget.admitted(100 * MB, 1000):
        pass


def test_what_was_taken_is_not_counted_twice() -> None:
    free = [HEADROOM + 100 * MB]
    budget = MemoryBudget(available=lambda: free[0])
    with budget.admitted(60 * MB, 1) as first:
        first.num_taken, free[0] = 50 * MB, HEADROOM + 50 * MB
        with budget.admitted(40 * MB, 1):
            pass


def test_what_is_kept_of_earlier_prompts_goes_first() -> None:
    budget = MemoryBudget(
        max_bytes=100 * MB, cache_bytes=80 * MB, available=lambda: HEADROOM + 1000 * MB
    )
    kept(budget, 60 * MB)
    with budget.admitted(30 * MB, 1):
        assert budget.memory.num_bytes == 60 * MB
    with budget.admitted(50 * MB, 1):
        assert budget.memory.num_bytes == 0


def test_a_quarter_of_what_is_free_is_for_what_may_be_asked_again() -> None:
    budget = MemoryBudget(available=lambda: HEADROOM + 100 * MB)
    kept(budget, 30 * MB)
    assert budget.memory.num_bytes == 0
    kept(budget, 24 * MB)
    assert budget.memory.num_bytes == 24 * MB


def test_the_bytes_of_a_prefix_are_foreseen(tiny_folder: Path) -> None:
    model = Gemma3.load(tiny_folder)
    for num_tokens in (5, 100):
        ids = torch.full((num_tokens,), 7)
        with torch.inference_mode():
            prefix, _ = model.read(model.empty_prefix(), ids)
        assert kept_bytes(model.config, num_tokens) == prefix.num_bytes
        assert reading_bytes(model.config, num_tokens, 64) > 2 * prefix.num_bytes
