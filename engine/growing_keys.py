"""How does a prefix grow without being copied at each chunk?

Its keys and values are views of the beginning of tensors with room to spare. Whoever reads on
from the newest prefix writes behind it; whoever reads on from an older one gets tensors of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import torch
from torch import Tensor

_GROWTH = 1.5


class GrowingKeys:
    """Of some layers: [num_kv_heads, room, head_dim]. What is written once is never changed."""

    def __init__(self, num_tokens: int, layers: Mapping[int, tuple[Tensor, Tensor]]) -> None:
        self._layers = dict(layers)
        self._num_tokens = num_tokens  # how many of the room are taken
        self._lock = threading.Lock()

    @classmethod
    def of(
        cls, num_tokens: int, layers: Mapping[int, tuple[Tensor, Tensor]], num_new: int
    ) -> GrowingKeys:
        """A copy of keys and values with room for at least `num_new` more, which are taken."""
        room = max(num_tokens + num_new, int(num_tokens * _GROWTH))
        larger = {
            index: (_with_room(keys, room), _with_room(values, room))
            for index, (keys, values) in layers.items()
        }
        return cls(num_tokens + num_new, larger)

    def take(self, num_tokens: int, num_new: int) -> bool:
        """Take the room behind the first `num_tokens`, if nobody has and it is enough."""
        with self._lock:
            room = min(keys.shape[1] for keys, _ in self._layers.values())
            if self._num_tokens != num_tokens or num_tokens + num_new > room or self._is_locked:
                return False
            self._num_tokens += num_new
            return True

    @property
    def _is_locked(self) -> bool:
        """Torch lets nobody but inference mode write into what inference mode has made."""
        made = any(keys.is_inference() for keys, _ in self._layers.values())
        return made and not torch.is_inference_mode_enabled()

    def write(
        self, index: int, num_tokens: int, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Put those of one layer into the room that was taken behind `num_tokens`; all so far."""
        stop = num_tokens + keys.shape[1]
        all_keys, all_values = self._layers[index]
        all_keys[:, num_tokens:stop] = keys
        all_values[:, num_tokens:stop] = values
        return all_keys[:, :stop], all_values[:, :stop]


def _with_room(old: Tensor, room: int) -> Tensor:
    new = old.new_empty(old.shape[0], room, old.shape[2])
    new[:, : old.shape[1]] = old
    return new
