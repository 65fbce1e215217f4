"""How does a processor compute one token, or a few, by weights in eight bits?

A token that is said reads all weights once, so what counts is how fast they come from memory.
torch's product of whole numbers takes half of what the memory gives, and some 900 small operations
around it take as long as the products. `few_rows_*.c` do the same, all layers in one call
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


class LayerSizes(NamedTuple):
    hidden: int
    inner: int
    num_heads: int
    num_kv_heads: int
    head_dim: int


class PreparedLayer(NamedTuple):
    """Weights that lie dense and go together, which is found out once for all tokens."""

    weights: LayerWeights
    sizes: LayerSizes


def prepared(weights: LayerWeights) -> PreparedLayer:
    """Raises `ValueError` for shapes that do not go together, `TypeError` for other numbers."""
    dense = LayerWeights(*(one.contiguous() for one in weights))
    _pointers("fiffifffififf", dense)
    (num_turned, head_dim), (hidden, inner) = dense.head_norms.shape, dense.down.shape
    num_kv_heads = dense.qkv.shape[0] // head_dim - num_turned
    num_heads, of_qkv = num_turned - num_kv_heads, (num_turned + num_kv_heads) * head_dim
    shapes: dict[str, tuple[int, ...]] = {
        "attention_norm": (hidden,),
        "qkv": (of_qkv, hidden),
        "qkv_scales": (of_qkv,),
        "output": (hidden, num_heads * head_dim),
        "output_scales": (hidden,),
        "post_attention_norm": (hidden,),
        "feedforward_norm": (hidden,),
        "gate_up": (2 * inner, hidden),
        "gate_up_scales": (2 * inner,),
        "down_scales": (hidden,),
        "post_feedforward_norm": (hidden,),
    }
    for name, shape in shapes.items():
        _check_shape(name, getattr(dense, name), shape)
    return PreparedLayer(dense, LayerSizes(hidden, inner, num_heads, num_kv_heads, head_dim))


class LayerKind(NamedTuple):
    """What layers share that see alike: `turn` is a `half_rotation`, `visible` as
    `branch_attention` of engine/attention.py takes it, by `dense_masks`."""

    turn: tuple[Tensor, Tensor]
    visible: tuple[Tensor | None, Tensor]
    has_looks: bool


class LayerInput(NamedTuple):
    """Prefix and own keys and values are as `branch_attention` takes them, the own ones without
    those of the new tokens."""

    weights: PreparedLayer
    kind: LayerKind
    prefix: tuple[Tensor, Tensor]
    own: tuple[Tensor, Tensor]


class LayersOutput(NamedTuple):
    rows: Tensor
    own: list[tuple[Tensor, Tensor]]  # by layer, with the new ones
    looks: list[Tensor | None]  # by layer, [num_branches, num_heads, num_queries, num_prefix]


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


def few_rows_layers(
    rows: Tensor, layers: Sequence[LayerInput], *, scale: float, eps: float
) -> LayersOutput:
    """What layers of Gemma 3, one behind the other, make of the newest tokens of branches, one row
    [hidden] each. Raises `ValueError` for shapes that do not go together."""
    sizes = layers[0].weights.sizes
    num_branches, num_queries, num_old = branched = _branched(rows, layers)
    of_own = num_branches, sizes.num_kv_heads, num_old + num_queries, sizes.head_dim
    rows = rows.clone(memory_format=torch.contiguous_format)
    grown = rows.new_empty(len(layers), 2, *of_own)
    by_kind = {id(kind): kind for _, kind, _, _ in layers}
    shared = {key: _pointers("ffbb", [*one.turn, *one.visible]) for key, one in by_kind.items()}
    out = LayersOutput(rows, [(keys, values) for keys, values in map(Tensor.unbind, grown)], [])
    calls, alive = (_Layer * len(layers))(), []
    for index, (layer, new) in enumerate(zip(layers, out.own, strict=True)):
        far = [_by_head(one) for one in layer.prefix]
        dense = [one.contiguous() for one in layer.own]
        alive += [far, dense]  # until C has read them
        num_far = far[0].shape[1]
        of_looks = num_branches, sizes.num_heads, num_queries, num_far
        look = rows.new_empty(of_looks) if layer.kind.has_looks else None
        out.looks.append(look)
        calls[index] = _Layer(
            *(one.data_ptr() for one in layer.weights.weights),
            *shared[id(layer.kind)],
            *_pointers("ffff", [*far, *dense]),
            *(new[0].data_ptr(), new[1].data_ptr(), None if look is None else look.data_ptr()),
            *(num_far, far[0].stride(0), far[1].stride(0)),
        )
    _call(
        "layers",
        [ctypes.addressof(calls), *_pointers("f", [rows])],
        [len(layers), *sizes, *branched, torch.get_num_threads()],
        scale,
        eps,
    )
    return out


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


def _branched(rows: Tensor, layers: Sequence[LayerInput]) -> tuple[int, int, int]:
    """How many branches there are, how many rows each has, and own tokens before these. Raises
    `ValueError` for what does not go together."""
    sizes, (num_branches, _, num_old, _) = layers[0].weights.sizes, layers[0].own[0].shape
    num_queries = len(rows) // num_branches
    mask = num_branches, 1, num_queries
    _check_shape("rows", rows, (num_branches * num_queries, sizes.hidden))
    for kind in {id(layer.kind): layer.kind for layer in layers}.values():
        _check_shape("a mask", kind.visible[1], (*mask, num_old + num_queries), is_dense=True)
        for one in kind.turn:
            _check_shape("a turn", one, (len(rows), 1, sizes.head_dim // 2), is_dense=True)
    for weights, kind, (keys, values), own in layers:
        num_far, sees_far = keys.shape[-2], kind.visible[0]
        if sees_far is not None:
            _check_shape("a mask", sees_far, (*mask, num_far), is_dense=True)
        for one in (keys, values):
            _check_shape("a prefix", one, (sizes.num_kv_heads, num_far, sizes.head_dim))
        for one in own:
            shape = num_branches, sizes.num_kv_heads, num_old, sizes.head_dim
            _check_shape("own keys or values", one, shape)
        if weights.sizes != sizes:
            raise ValueError(f"weights of {weights.sizes} beside those of {sizes}")
    return num_branches, num_queries, num_old


def _check_shape(
    what: str, tensor: Tensor, shape: tuple[int, ...], *, is_dense: bool = False
) -> None:
    if tensor.shape != shape:
        raise ValueError(f"{what} {list(tensor.shape)} where {list(shape)} is wanted")
    if is_dense and not tensor.is_contiguous():
        raise ValueError(f"{what} that does not lie dense")


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


class _Layer(ctypes.Structure):
    """`Layer` of few_rows_layer.c."""

    _fields_ = (
        *((f"pointer_{index}", ctypes.c_void_p) for index in range(24)),
        *((name, ctypes.c_long) for name in ("num_far", "key_stride", "value_stride")),
    )


_VERSION = 2
_DTYPES = {"f": torch.float32, "i": torch.int8, "b": torch.bool}
_ARGUMENTS = {  # tensors, sizes and numbers
    "version": (0, 0, 0),
    "most_rows": (0, 0, 0),
    "product": (4, 5, 0),
    "layers": (2, 10, 2),
}
