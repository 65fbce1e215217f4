"""In which numbers are keys and values kept?

A prefix is rounded to them before anything is asked of it, also when it was just read, so an
answer is the same cached or cold. Rounding what was rounded changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.array_file import Array
from engine.decoder_model import Prefix

_MOST_INT8 = 127.0
_SMALLEST_SCALE = 1e-4


class Numbers(Protocol):
    """`arrays` and `tensor` are each other's inverse on what was `rounded`."""

    @property
    def name(self) -> str: ...

    def arrays(self, name: str, tensor: Tensor) -> dict[str, Array]: ...

    def tensor(self, name: str, arrays: Mapping[str, Array]) -> Tensor: ...

    def rounded(self, tensor: Tensor) -> Tensor: ...


class Bfloat16:
    """Two bytes a number."""

    name = "bfloat16"

    def arrays(self, name: str, tensor: Tensor) -> dict[str, Array]:
        return {name: tensor.bfloat16().contiguous().view(torch.int16).numpy()}

    def tensor(self, name: str, arrays: Mapping[str, Array]) -> Tensor:
        """Widened by shifting: the high half of a float32 is its bfloat16."""
        wide = arrays[name].astype(np.int32)
        wide <<= 16
        return torch.from_numpy(wide).view(torch.float32)

    def rounded(self, tensor: Tensor) -> Tensor:
        return tensor.bfloat16().float()


class Int8:
    """One byte a number and a scale for each token and head."""

    name = "int8"

    def arrays(self, name: str, tensor: Tensor) -> dict[str, Array]:
        whole, scales = self._parts(tensor)
        return {name: whole.numpy(), f"{name}.scales": scales.numpy()}

    def tensor(self, name: str, arrays: Mapping[str, Array]) -> Tensor:
        whole = torch.from_numpy(arrays[name].astype(np.float32))
        return whole.mul_(torch.from_numpy(arrays[f"{name}.scales"].astype(np.float32))[..., None])

    def rounded(self, tensor: Tensor) -> Tensor:
        whole, scales = self._parts(tensor)
        return whole.float() * scales.float()[..., None]

    def _parts(self, tensor: Tensor) -> tuple[Tensor, Tensor]:
        scales = (tensor.abs().amax(dim=-1) / _MOST_INT8).clamp_min(_SMALLEST_SCALE).half()
        small = (tensor / scales.float()[..., None]).round().clamp(-_MOST_INT8, _MOST_INT8)
        return small.to(torch.int8), scales


NUMBERS: Mapping[str, Numbers] = {"bfloat16": Bfloat16(), "int8": Int8()}


def rounded(prefix: Prefix, numbers: Numbers = NUMBERS["bfloat16"]) -> Prefix:
    """As it comes back from the disk, in float32."""
    layers = tuple(
        (numbers.rounded(keys), numbers.rounded(values)) for keys, values in prefix.layers
    )
    return Prefix(prefix.num_tokens, layers)
