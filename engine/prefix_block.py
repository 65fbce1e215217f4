"""How do keys and values of a prefix become blocks that are kept, and a prefix again?

A block has the keys of its own tokens in layers that see everything, and the state at its end in
layers that slide: the keys of the last window. So of several blocks only the last one's state is
of use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.array_file import Array
from engine.decoder_model import KeysValues, Prefix
from engine.prefix_numbers import Numbers


def arrays_of(prefix: Prefix, start: int, numbers: Numbers) -> dict[str, Array]:
    """What it has more than a prefix of `start` tokens, and the state at its end."""
    arrays: dict[str, Array] = {}
    for index, (keys, values) in enumerate(prefix.layers):
        first = 0 if _is_state(prefix, keys) else start
        arrays |= numbers.arrays(f"{index}.keys", keys[:, first:])
        arrays |= numbers.arrays(f"{index}.values", values[:, first:])
    return arrays


def header_of(prefix: Prefix, start: int) -> dict[str, Any]:
    states = [index for index, (keys, _) in enumerate(prefix.layers) if _is_state(prefix, keys)]
    return {
        "num_layers": len(prefix.layers),
        "start": start,
        "stop": prefix.num_tokens,
        "states": states,
    }


def prefix_of(
    blocks: Sequence[tuple[Mapping[str, Any], Mapping[str, Array]]], numbers: Numbers
) -> Prefix:
    """Of consecutive blocks from the first token on, each with its header."""
    last = blocks[-1][0]
    layers: list[KeysValues] = []
    for index in range(int(last["num_layers"])):
        used = blocks[-1:] if index in last["states"] else blocks
        keys, values = (
            _joined([numbers.tensor(f"{index}.{name}", arrays) for _, arrays in used])
            for name in ("keys", "values")
        )
        layers.append((keys, values))
    return Prefix(int(last["stop"]), tuple(layers))


def _is_state(prefix: Prefix, keys: Tensor) -> bool:
    return keys.shape[1] < prefix.num_tokens


def _joined(parts: Sequence[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(list(parts), dim=1)
