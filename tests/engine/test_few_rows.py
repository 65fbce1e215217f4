"""Few tokens by a built library; torch's way is the oracle."""

from __future__ import annotations

import copy
import math
import platform
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine import few_rows, gemma3, int8_weights
from engine.attention import branch_attention
from engine.decoder_model import Projection
from engine.doctor import Verdict, examine
from engine.few_rows import (
    LayerInput,
    LayerKind,
    LayersOutput,
    dense_masks,
    few_rows_layers,
    few_rows_linear,
    most_rows,
    prepared,
    why_not,
)
from engine.gemma3 import Gemma3
from engine.gemma3_config import Gemma3Config
from engine.gemma3_layers import Layer
from engine.int8_weights import int8_linear, rounded
from engine.rotary import half_rotation
from engine.weight_numbers import with_weights
from schemas.settings import Settings
from tests.engine.test_gemma3 import tokens

needs_library = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


class Numbers:
    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def like(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self._generator)

    def int8(self, *shape: int) -> Tensor:
        return torch.randint(-128, 128, shape, generator=self._generator).to(torch.int8)

    def yes_or_no(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self._generator) < 0.7


def test_it_is_built_where_there_is_a_compiler() -> None:
    if shutil.which("gcc") is None or platform.system() != "Linux":
        pytest.skip("there is no gcc")
    assert why_not() is None


@needs_library
@given(
    st.integers(1, 9),
    st.integers(1, 300),
    st.integers(1, 70),
    st.integers(1, 3),
    st.booleans(),
    st.integers(0, 1000),
)
def test_a_product_is_that_of_whole_numbers_to_the_bit(
    num_rows: int, num_in: int, num_out: int, threads: int, is_plain: bool, seed: int
) -> None:
    numbers = Numbers(seed)
    x, weight, scales = numbers.like(num_rows, num_in), numbers.int8(num_out, num_in), None
    scales = numbers.like(num_out).abs()
    torch.set_num_threads(threads)
    whole, row_scales = rounded(x)
    sums = whole.long() @ weight.long().T
    expected = sums.float().mul(row_scales).mul(scales)
    assert torch.equal(few_rows_linear(x, weight, scales, is_plain=is_plain), expected)


@needs_library
@pytest.mark.parametrize("row", [[0.0] * 5, [3e38, -3e38, 0.0, 1.0, 2.0], [1e-30] * 5])
@pytest.mark.parametrize("is_plain", [True, False])
def test_rows_of_nothing_and_of_the_largest_numbers_are_rounded_as_by_torch(
    row: list[float], is_plain: bool
) -> None:
    x, weight, scales = torch.tensor([row]), Numbers(1).int8(3, 5), torch.tensor([1e-3, 1.0, 2.0])
    whole, row_scales = rounded(x)
    expected = (whole.long() @ weight.long().T).float().mul(row_scales).mul(scales)
    assert torch.equal(few_rows_linear(x, weight, scales, is_plain=is_plain), expected)


@needs_library
@pytest.mark.parametrize("is_plain", [True, False])
def test_what_is_no_number_stays_none(is_plain: bool) -> None:
    x, weight, scales = torch.ones(3, 70), Numbers(1).int8(9, 70), torch.ones(9)
    x[1, 66] = math.nan
    out = few_rows_linear(x, weight, scales, is_plain=is_plain)
    assert out.isnan().any(dim=1).tolist() == [False, True, False]
    assert bool(out[1].isnan().all())


@needs_library
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64, torch.int8])
def test_other_numbers_are_refused(dtype: torch.dtype) -> None:
    x, weight, scales = torch.ones(1, 8), Numbers(1).int8(4, 8), torch.ones(4)
    with pytest.raises(TypeError, match="is wanted"):
        few_rows_linear(x.to(dtype), weight, scales)
    with pytest.raises(TypeError, match=r"int8 is wanted"):
        few_rows_linear(x, weight.float(), scales)
    with pytest.raises(TypeError, match="on meta"):
        few_rows_linear(x.to("meta"), weight, scales)


@needs_library
def test_threads_that_ask_at_once_get_what_each_gets_alone() -> None:
    numbers = Numbers(4)
    weight, scales = numbers.int8(1237, 640), numbers.like(1237)
    asked = [numbers.like(1 + i % 3, 640) for i in range(40)]
    alone = [few_rows_linear(x, weight, scales) for x in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda x: few_rows_linear(x, weight, scales), asked))
    assert all(map(torch.equal, together, alone))


@needs_library
def test_a_large_product_is_the_same_by_any_number_of_threads() -> None:
    numbers = Numbers(2)
    x, weight, scales = numbers.like(5, 640), numbers.int8(1237, 640), numbers.like(1237)
    made = []
    for threads in (1, 2, 3, 7):
        torch.set_num_threads(threads)
        made.append(few_rows_linear(x, weight, scales))
    assert all(torch.equal(one, made[0]) for one in made)


@needs_library
def test_rows_that_do_not_lie_side_by_side_are_mapped_all_the_same() -> None:
    numbers = Numbers(3)
    x, weight, scales = numbers.like(3, 80), numbers.int8(20, 80), numbers.like(20)
    assert not x[:, ::2].is_contiguous()
    by_columns = numbers.int8(40, 20).t()
    for rows, its_weight in ((x[:, ::2], weight[:, :40]), (x[:, :40], by_columns)):
        dense = int8_linear(rows.contiguous(), its_weight.contiguous(), scales)
        assert torch.equal(int8_linear(rows, its_weight, scales), dense)


def layer_of(config: Gemma3Config, numbers: Numbers, *, is_global: bool) -> Layer:
    hidden, inner, dim = config.hidden_size, config.intermediate_size, config.head_dim

    def norm(*shape: int) -> Tensor:
        return 1.0 + 0.2 * numbers.like(*shape)

    def mapping(num_out: int, num_in: int) -> Projection:
        return Projection(numbers.like(num_out, num_in)).with_weights("int8")

    num_heads = config.num_heads + config.num_kv_heads
    return Layer(
        config,
        is_global,
        norm(hidden),
        mapping((num_heads + config.num_kv_heads) * dim, hidden),
        norm(num_heads, dim),
        mapping(hidden, config.num_heads * dim),
        norm(hidden),
        norm(hidden),
        mapping(2 * inner, hidden),
        mapping(hidden, inner),
        norm(hidden),
    )


def config_of(num_heads: int, num_kv_heads: int, head_dim: int) -> Gemma3Config:
    return Gemma3Config.of(
        {
            "model_type": "gemma3_text",
            "hidden_size": 72,
            "intermediate_size": 136,
            "num_attention_heads": num_heads,
            "num_key_value_heads": num_kv_heads,
            "head_dim": head_dim,
        }
    )


def is_near(actual: Tensor, expected: Tensor, share: float = 0.02) -> bool:
    """But for a number or two that are rounded to the next step, because their last bits differ;
    behind several maps those make a larger `share`."""
    return float((actual - expected).norm()) <= share * float(expected.norm()) + 1e-6


@needs_library
@given(
    st.sampled_from([(4, 1), (4, 2), (2, 2), (6, 1)]),
    st.sampled_from([8, 16, 40, 64]),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from([0, 1, 15, 16, 17, 50]),
    st.integers(0, 20),
    st.integers(1, 3),
    st.integers(0, 1000),
)
def test_a_layer_is_that_of_torch(
    heads: tuple[int, int],
    head_dim: int,
    branches: tuple[int, int],
    num_far: int,
    num_old: int,
    threads: int,
    seed: int,
) -> None:
    torch.set_num_threads(threads)
    numbers, (num_branches, num_new) = Numbers(seed), branches
    config = config_of(*heads, head_dim)
    layer = layer_of(config, numbers, is_global=True)
    rows = numbers.like(num_branches * num_new, 2 * config.hidden_size)[:, ::2]
    turn = half_rotation(numbers.like(len(rows)).abs() * 100, head_dim, 10_000.0)
    room = numbers.like(2, heads[1], num_far + 5, head_dim)  # a prefix has room behind it
    prefix = room[0, :, :num_far], room[1, :, :num_far]
    old_keys, old_values = numbers.like(2, num_branches, heads[1], num_old, head_dim)
    sees_far = numbers.yes_or_no(num_branches, 1, num_new, num_far) if seed % 2 else None
    sees_own = numbers.yes_or_no(num_branches, 1, num_new, num_old + num_new)
    sees_own[..., -1] = True

    shape = (num_branches, num_new)
    queries, *new = (x.unflatten(0, shape).transpose(-3, -2) for x in layer.heads(rows, turn))
    own = [torch.cat(pair, dim=2) for pair in zip((old_keys, old_values), new, strict=True)]
    seen, look = branch_attention(
        queries, prefix, (own[0], own[1]), (sees_far, sees_own), config.query_scale
    )
    expected = layer.attended(rows, seen.transpose(-3, -2).reshape(len(rows), -1))

    weights = layer.for_few
    assert weights is not None
    kind = LayerKind(turn, dense_masks((sees_far, sees_own), num_branches), has_looks=True)
    out, [(keys, values)], [looks] = few_rows_layers(
        rows,
        [LayerInput(weights, kind, prefix, (old_keys, old_values))],
        scale=config.query_scale,
        eps=config.norm_eps,
    )
    assert looks is not None
    assert (keys.shape, values.shape, looks.shape) == (own[0].shape, own[1].shape, look.shape)
    assert is_near(out, expected, 0.15)
    for actual, wanted in ((keys, own[0]), (values, own[1]), (looks, look)):
        assert is_near(actual, wanted)


@needs_library
def test_a_long_prefix_is_attended_to_as_by_torch() -> None:
    numbers, config = Numbers(7), config_of(4, 1, 64)
    layer = layer_of(config, numbers, is_global=False)
    rows, prefix = numbers.like(2, 72), (numbers.like(1, 3001, 64), numbers.like(1, 3001, 64))
    turn = half_rotation(torch.tensor([3001.0, 3002.0]), 64, 10_000.0)
    none = torch.zeros(2, 1, 0, 64)
    sees_own = torch.ones(2, 1, 1, 1, dtype=torch.bool)
    weights = layer.for_few
    assert weights is not None
    kind = LayerKind(turn, (None, sees_own), has_looks=False)
    out, [own], looks = few_rows_layers(
        rows,
        [LayerInput(weights, kind, prefix, (none, none))],
        scale=1.0,
        eps=config.norm_eps,
    )
    assert looks == [None]
    queries = layer.heads(rows, turn)[0][:, :, None]
    seen, _ = branch_attention(queries, prefix, own, (None, sees_own), 1.0)
    assert is_near(out, layer.attended(rows, seen.reshape(2, -1)), 0.15)


@needs_library
def test_shapes_that_do_not_go_together_are_refused() -> None:
    config, numbers = config_of(2, 1, 8), Numbers(5)
    weights = layer_of(config, numbers, is_global=False).for_few
    wider = layer_of(config_of(4, 1, 8), numbers, is_global=False).for_few
    assert weights is not None
    assert wider is not None
    far, none = numbers.like(1, 9, 8), torch.zeros(1, 1, 0, 8)
    turn = half_rotation(torch.tensor([9.0]), 8, 10_000.0)
    own = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    kind = LayerKind(turn, (None, own), has_looks=False)
    right, rows = LayerInput(weights, kind, (far, far), (none, none)), numbers.like(1, 72)
    narrow, headless = far[..., :4], far[:0]
    assert few_rows_layers(rows, [right, right], scale=1.0, eps=1e-6).rows.shape == rows.shape
    for wrong in (
        right._replace(kind=kind._replace(visible=(own, own))),
        right._replace(kind=kind._replace(visible=(None, own.expand(-1, -1, -1, 2)))),
        right._replace(kind=kind._replace(visible=(None, own.expand(2, -1, -1, -1)))),
        right._replace(kind=kind._replace(turn=half_rotation(torch.ones(2), 8, 10_000.0))),
        right._replace(prefix=(far, far[:, 1:])),
        right._replace(prefix=(narrow, narrow)),
        right._replace(prefix=(headless, headless)),
        right._replace(own=(far[None], far[None])),
        right._replace(weights=wider),
    ):
        with pytest.raises(ValueError, match=r"is wanted|beside those"):
            few_rows_layers(rows, [right, wrong], scale=1.0, eps=1e-6)
    for wrong_rows in (numbers.like(1, 144), numbers.like(0, 72)):
        with pytest.raises(ValueError, match="is wanted"):
            few_rows_layers(wrong_rows, [right], scale=1.0, eps=1e-6)
    with pytest.raises(ValueError, match="is wanted"):
        prepared(weights.weights._replace(down_scales=torch.ones(1)))


@needs_library
def test_masks_that_do_not_lie_dense_are_refused() -> None:
    config, numbers = config_of(2, 1, 8), Numbers(5)
    weights = layer_of(config, numbers, is_global=False).for_few
    assert weights is not None
    turn, own = half_rotation(torch.ones(2), 8, 10_000.0), torch.ones(1, 1, 1, 1, dtype=torch.bool)
    kind = LayerKind(turn, (None, own.expand(2, -1, -1, -1)), has_looks=False)
    far, none = numbers.like(1, 9, 8), torch.zeros(2, 1, 0, 8)
    layer = LayerInput(weights, kind, (far, far), (none, none))
    with pytest.raises(ValueError, match="dense"):
        few_rows_layers(numbers.like(2, 72), [layer], scale=1.0, eps=1e-6)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows went this way."""
    seen: list[int] = []

    def layers(rows: Tensor, inputs: Sequence[LayerInput], **named: float) -> LayersOutput:
        seen.append(len(rows))
        return few_rows_layers(rows, inputs, **named)

    monkeypatch.setattr(gemma3, "few_rows_layers", layers)
    monkeypatch.setattr(gemma3, "most_rows", lambda: 4)
    return seen


@needs_library
@torch.inference_mode()
def test_branches_go_on_as_by_torch(tiny_model: Gemma3, monkeypatch: pytest.MonkeyPatch) -> None:
    model = with_weights(tiny_model, "int8")
    assert isinstance(model, Gemma3)
    prefix, _ = model.read(model.empty_prefix(), tokens(50))
    steps = [tokens(4, seed=1).view(2, 2), tokens(2, seed=2).view(2, 1)]
    real = [torch.tensor([[True, True], [True, False]]), torch.ones(2, 1, dtype=torch.bool)]

    def went() -> list[Tensor]:
        branches, made = model.empty_branches(2), []
        for token_ids, is_real in zip(steps, real, strict=True):
            branches, hidden, looks = model.branch(prefix, branches, token_ids, is_real)
            made += [hidden[is_real], *(looks[i].transpose(1, 2)[is_real] for i in sorted(looks))]
        shorter, upper_in = branches.first(1), model.embed(steps[1])
        upper, hidden, _ = model.branch_from(prefix, shorter, upper_in, real[1], 1)
        return [*made, hidden, *upper.layers[1], *upper.layers[-1]]

    monkeypatch.setattr(gemma3, "most_rows", lambda: 0)
    monkeypatch.setattr(int8_weights, "most_rows", lambda: 0)
    by_torch = went()
    seen = spied(monkeypatch)
    by_library = went()
    assert seen == [4, 2, 2]
    assert [one.shape for one in by_library] == [one.shape for one in by_torch]
    assert all(is_near(*pair, 0.15) for pair in zip(by_library, by_torch, strict=True))


@needs_library
def test_a_layer_whose_weights_are_others_is_prepared_anew() -> None:
    layer = layer_of(config_of(2, 1, 8), Numbers(6), is_global=False)
    first = layer.for_few
    assert layer.for_few is first
    other = copy.copy(layer)
    other.down = Projection(Numbers(7).like(*layer.down.weight.shape)).with_weights("int8")
    assert other.for_few is not None
    assert other.for_few.weights.down is other.down.weight
    assert layer.for_few is first
    for name in ("post_feedforward_norm", "attention_norm"):
        other = copy.copy(layer)
        setattr(other, name, getattr(layer, name) * 2)
        assert other.for_few is not first
    apart = copy.deepcopy(layer)
    assert apart.for_few is not None
    assert apart.for_few.weights.down.data_ptr() == apart.down.weight.data_ptr()
    layer.output.down = torch.zeros(1, layer.output.weight.shape[1])
    assert layer.for_few is None


@torch.inference_mode()
def test_many_rows_other_numbers_and_added_maps_stay_with_torch(
    tiny_model: Gemma3, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = spied(monkeypatch)
    in_int8 = with_weights(tiny_model, "int8")
    added = with_weights(tiny_model, "int8")
    added.layers[-1].output.down = torch.zeros(2, added.layers[-1].output.weight.shape[1])
    for model, num_branches in ((in_int8, 5), (tiny_model, 1), (added, 1)):
        prefix, _ = model.read(model.empty_prefix(), tokens(9))
        is_real = torch.ones(num_branches, 1, dtype=torch.bool)
        branches = model.empty_branches(num_branches)
        model.branch(prefix, branches, tokens(num_branches)[:, None], is_real)
    assert seen == []


@needs_library
def test_what_is_learnt_through_stays_with_torch(
    tiny_model: Gemma3, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = with_weights(tiny_model, "int8")
    prefix, _ = model.read(model.empty_prefix(), tokens(9))
    hidden = model.embed(tokens(1))[None]
    branches, is_real = model.empty_branches(1), torch.ones(1, 1, dtype=torch.bool)
    seen = spied(monkeypatch)
    model.branch_from(prefix, branches, hidden.clone().requires_grad_(), is_real, 0)
    assert seen == []
    model.branch_from(prefix, branches, hidden, is_real, 0)
    assert seen == [1]


def test_doctor_says_why_torch_does_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_rows, "_library", lambda: "there was no C compiler")
    found = {finding.subject: finding for finding in examine(Settings()).findings}["few tokens"]
    assert (found.verdict, found.remedy) == (
        Verdict.NOTE,
        "install gcc, then Needlepoint anew",
    )
    assert "there was no C compiler" in found.text


def test_without_a_library_there_are_no_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_rows, "_library", lambda: "of another version")
    assert most_rows.__wrapped__() == 0
