"""How does a processor compute one token, or a few, by weights in eight bits?

A token that is said reads all weights once, so what counts is how fast they come from memory.
torch's product of whole numbers takes half of what the memory gives, and some 900 small operations
around it take as long as the products. `few_rows_*.c` do the same in a call a layer
(docs/decisions/0036). They are built when the project is installed, where a C compiler is at hand;
without them torch does it.

All tensors are on a CPU, those of numbers in float32; nothing here can be differentiated.
"""

from __future__ import annotations

import ctypes
import functools
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor


class LayerWeights(NamedTuple):
    """Of a layer of Gemma 3, each map in int8 [out, in] with the scales [out] of
    `engine.int8_weights.quantised` behind it, as few_rows_layer.c takes them."""

    attention_norm: Tensor
    qkv: Tensor
    qkv_scales: Tensor
    head_norms: Tensor
    output: Tensor
    output_scales: Tensor
    post_attention_norm: Tensor
    feedforward_norm: Tensor
    gate_up: Tensor
    gate_up_scales: Tensor
    down: Tensor
    down_scales: Tensor
    post_feedforward_norm: Tensor


class PreparedLayer(NamedTuple):
    """What is asked of the same weights at each token, found out once."""

    weights: LayerWeights
    pointers: tuple[int | None, ...]
    num_turned: int  # heads that are normed and turned
    inner: int


def prepared(weights: LayerWeights) -> PreparedLayer:
    dense = LayerWeights(*(one.contiguous() for one in weights))
    pointers = tuple(_pointers("fiffifffififf", dense))
    return PreparedLayer(dense, pointers, dense.head_norms.shape[0], dense.down.shape[1])


def why_not() -> str | None:
    """Why torch does it all on this machine; None where it does not."""
    library = _library()
    return library if isinstance(library, str) else None


@functools.cache
def most_rows() -> int:
    """For how many rows this is the faster way; 0 where there is none."""
    library = _library()
    return 0 if isinstance(library, str) else int(library.needlepoint_most_rows())


def few_rows_linear(x: Tensor, weight: Tensor, scales: Tensor, *, is_plain: bool = False) -> Tensor:
    """x [num_rows, in]; [num_rows, out], to the bit as `engine.int8_weights.int8_linear` has it.

    `is_plain` does it as a processor does that has no VNNI, for tests.
    """
    x, weight, scales = x.contiguous(), weight.contiguous(), scales.contiguous()
    (num_rows, num_in), num_out = x.shape, weight.shape[0]
    out = x.new_empty(num_rows, num_out)
    _call(
        "product",
        _pointers("fiff", [x, weight, scales, out]),
        [num_rows, num_in, num_out, torch.get_num_threads(), int(is_plain)],
    )
    return out


def few_rows_layer(
    layer: PreparedLayer,
    rows: Tensor,
    turn: tuple[Tensor, Tensor],
    prefix: tuple[Tensor, Tensor],
    own: tuple[Tensor, Tensor],
    visible: tuple[Tensor | None, Tensor],
    *,
    scale: float,
    eps: float,
    has_looks: bool,
) -> tuple[Tensor, tuple[Tensor, Tensor], Tensor | None]:
    """What a layer of Gemma 3 makes of the newest tokens of branches, one row [hidden] each.

    `turn` is a `half_rotation`; `prefix`, `own` and `visible` are as `branch_attention` of
    engine/attention.py takes them, own keys and values without those of the new tokens, masks by
    `dense_masks`. Gives the rows, the own keys and values with the new ones, and how the new tokens
    look at the prefix.
    """
    num_branches, num_kv_heads, num_old, head_dim = own[0].shape
    num_heads = layer.num_turned - num_kv_heads
    num_rows, hidden = rows.shape
    num_queries = num_rows // num_branches
    num_far = prefix[0].shape[1]
    _check_masks(visible, (num_branches, 1, num_queries), (num_far, num_old + num_queries))
    keys = rows.new_empty(num_branches, num_kv_heads, num_old + num_queries, head_dim)
    values, out = torch.empty_like(keys), rows.new_empty(num_rows, hidden)
    looks = rows.new_empty(num_branches, num_heads, num_queries, num_far) if has_looks else None
    rows = rows.contiguous()
    far = [_by_head(one) for one in prefix]
    old = [one.contiguous() for one in own]
    strides = [one.stride(0) for one in far]
    sizes = [
        hidden,
        layer.inner,
        num_heads,
        num_kv_heads,
        head_dim,
        num_branches,
        num_queries,
    ]
    pointers = [
        *layer.pointers,
        *_pointers("fffffffbb", [rows, *turn, *far, *old, *visible]),
        *(None if one is None else one.data_ptr() for one in (keys, values, looks, out)),
    ]
    _call(
        "layer",
        pointers,
        [*sizes, num_far, num_old, *strides, torch.get_num_threads()],
        scale,
        eps,
    )
    return out, (keys, values), looks


def dense_masks(
    visible: tuple[Tensor | None, Tensor], num_branches: int
) -> tuple[Tensor | None, Tensor]:
    """Masks [num_branches or 1, 1, num_queries, num_keys], one by branch."""
    far, own = visible
    dense = own.expand(num_branches, -1, -1, -1).contiguous()
    return (None if far is None else far.expand(num_branches, -1, -1, -1).contiguous()), dense


def _by_head(keys: Tensor) -> Tensor:
    """The same; the keys of one head side by side."""
    _, between, beside = keys.stride()
    return keys if (between, beside) == (keys.shape[2], 1) else keys.contiguous()


def _check_masks(
    visible: tuple[Tensor | None, Tensor], rows: tuple[int, int, int], num_keys: tuple[int, int]
) -> None:
    for mask, number in zip(visible, num_keys, strict=True):
        if mask is not None and mask.shape != (*rows, number):
            raise ValueError(f"a mask {list(mask.shape)} where {[*rows, number]} is wanted")


def _pointers(letters: str, tensors: Sequence[Tensor | None]) -> list[int | None]:
    """Of tensors that are dense, or as the C function says. Raises `TypeError` for other numbers
    and another device, of which C would know nothing."""
    for tensor, letter in zip(tensors, letters, strict=True):
        if tensor is not None and (tensor.dtype is not _DTYPES[letter] or not tensor.is_cpu):
            raise TypeError(f"{tensor.dtype} on {tensor.device}: {_DTYPES[letter]} is wanted")
    return [None if tensor is None else tensor.data_ptr() for tensor in tensors]


def _call(name: str, pointers: Sequence[int | None], sizes: Sequence[int], *numbers: float) -> None:
    library = _library()
    if isinstance(library, str):
        raise RuntimeError(library)
    if getattr(library, f"needlepoint_{name}")(*pointers, *sizes, *numbers):
        raise MemoryError(f"no memory for the {name} of a few tokens")


@functools.cache
def _library() -> ctypes.CDLL | str:
    """Or why there is none."""
    path = Path(__file__).with_name(f"_few_rows{sysconfig.get_config_var('EXT_SUFFIX')}")
    if not path.exists():
        return "it was not built when Needlepoint was installed, which wants gcc"
    try:
        library = ctypes.CDLL(str(path))
        for name, (num_tensors, num_sizes, num_numbers) in _ARGUMENTS.items():
            function = getattr(library, f"needlepoint_{name}")
            function.argtypes = [
                *[ctypes.c_void_p] * num_tensors,
                *[ctypes.c_long] * num_sizes,
                *[ctypes.c_float] * num_numbers,
            ]
            function.restype = ctypes.c_int
    except (OSError, AttributeError) as error:
        return f"{path.name} can not be used: {error}"
    if library.needlepoint_version() != _VERSION:
        return f"{path.name} is of another version"
    return library


_VERSION = 1
_DTYPES = {"f": torch.float32, "i": torch.int8, "b": torch.bool}
_ARGUMENTS = {  # tensors, sizes and numbers
    "version": (0, 0, 0),
    "most_rows": (0, 0, 0),
    "product": (4, 5, 0),
    "layer": (26, 12, 2),
}
