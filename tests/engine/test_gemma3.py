from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.gemma3 import Gemma3
from engine.gemma3_config import Gemma3Config
from engine.weight_numbers import pack
from schemas.errors import ModelUnavailable


def tokens(num_tokens: int, seed: int = 0) -> Tensor:
    return torch.randint(4, 300, (num_tokens,), generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def hidden_of(model: Gemma3, token_ids: Tensor, chunk: int) -> Tensor:
    prefix, parts = model.empty_prefix(), []
    for part in token_ids.split(chunk):
        prefix, hidden = model.read(prefix, part)
        parts.append(hidden)
    return torch.cat(parts)


@pytest.mark.parametrize("is_packed", [False, True])
def test_logits_are_those_of_transformers(
    tiny_folder: Path, tiny_model: Gemma3, is_packed: bool
) -> None:
    if is_packed:
        pack(tiny_model)
    transformers = pytest.importorskip("transformers")
    oracle = transformers.AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.float32)
    token_ids = tokens(200)
    with torch.no_grad():
        expected = oracle(token_ids[None]).logits[0]
    actual = tiny_model.logits(hidden_of(tiny_model, token_ids, 200))
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("chunk", [1, 7, 16, 64, 130])
def test_chunked_is_whole(tiny_model: Gemma3, chunk: int) -> None:
    token_ids = tokens(130)
    torch.testing.assert_close(
        hidden_of(tiny_model, token_ids, chunk),
        hidden_of(tiny_model, token_ids, 130),
        atol=1e-4,
        rtol=1e-4,
    )


@torch.no_grad()
def test_branches_are_each_the_whole_sequence(tiny_model: Gemma3) -> None:
    shared, own = tokens(50), [tokens(23, 1), tokens(9, 2), tokens(1, 3)]
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), shared)
    token_ids = torch.zeros(3, 23, dtype=torch.long)
    is_real = torch.zeros(3, 23, dtype=torch.bool)
    for row, branch in enumerate(own):
        token_ids[row, : len(branch)], is_real[row, : len(branch)] = branch, True
    branches = tiny_model.empty_branches(3)
    branches, hidden, _ = tiny_model.branch(prefix, branches, token_ids, is_real)
    following = tokens(3, 4)[:, None]
    _, after, _ = tiny_model.branch(prefix, branches, following, torch.ones(3, 1, dtype=torch.bool))
    for row, branch in enumerate(own):
        whole = hidden_of(tiny_model, torch.cat([shared, branch, following[row]]), 100)
        torch.testing.assert_close(hidden[row, : len(branch)], whole[50:-1], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(after[row, 0], whole[-1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("num_prefix", [1, 10, 16, 17, 150])
@torch.no_grad()
def test_packed_is_as_read_and_branched(tiny_model: Gemma3, num_prefix: int) -> None:
    """The window is 16: prefixes within it and past it, branches too."""
    shared, own = tokens(num_prefix), [tokens(21, 1), tokens(4, 2), tokens(1, 3)]
    numbers = torch.tensor([0] * 21 + [1] * 4 + [2])
    packed = tiny_model.read_packed(shared, torch.cat(own), numbers)
    wholes = [hidden_of(tiny_model, torch.cat([shared, branch]), 500) for branch in own]
    expected = torch.cat([wholes[0][:num_prefix], *(whole[num_prefix:] for whole in wholes)])
    torch.testing.assert_close(packed, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_branches_taken_by_their_numbers_go_on_as_they_were(tiny_model: Gemma3) -> None:
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(30))
    is_real = torch.tensor([[True] * 3, [True] * 2 + [False], [True] * 3])
    start = tokens(9, 1).view(3, 3)
    branches, _, _ = tiny_model.branch(prefix, tiny_model.empty_branches(3), start, is_real)
    following, one = tokens(1, 2).expand(3, 1), torch.ones(3, 1, dtype=torch.bool)
    _, after, _ = tiny_model.branch(prefix, branches, following, one)
    _, again, _ = tiny_model.branch(prefix, branches.of([1, 1, 0]), following, one)
    torch.testing.assert_close(again, after[[1, 1, 0]], atol=1e-5, rtol=1e-5)


@torch.no_grad()
def test_reading_on_leaves_the_shorter_prefix_as_it_was(tiny_model: Gemma3) -> None:
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(40))
    before = [keys.clone() for keys, _ in prefix.layers]
    tiny_model.read(prefix, tokens(40, 1))
    assert all(
        torch.equal(keys, kept) for (keys, _), kept in zip(prefix.layers, before, strict=True)
    )


@torch.no_grad()
def test_sliding_layers_keep_one_window(tiny_model: Gemma3) -> None:
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(100))
    assert [keys.shape[1] for keys, _ in prefix.layers] == [15, 15, 100, 15, 15, 100]


def test_logits_of_some_tokens_are_those_of_all(tiny_model: Gemma3) -> None:
    hidden = torch.randn(3, tiny_model.config.hidden_size)
    some = torch.tensor([5, 9, 200])
    torch.testing.assert_close(tiny_model.logits(hidden, some), tiny_model.logits(hidden)[:, some])


def test_another_architecture_is_refused_by_name() -> None:
    with pytest.raises(ModelUnavailable, match="'llama' is not read yet"):
        Gemma3Config.of({"model_type": "llama"})


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="is not a model we can load"):
        Gemma3.load(tmp_path)
