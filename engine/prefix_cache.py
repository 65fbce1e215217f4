"""Was this prefix read before, by this model?

Keys and values are kept in bfloat16. A prefix is rounded to it before anything is asked of it,
also when it was just read, so an answer is the same cached or cold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from blake3 import blake3

from engine.decoder_model import Prefix
from engine.disk_cache import DiskCache

KIND = "prefix"


class PrefixCache:
    """Prefixes on disk, by their owner, the model's fingerprint and the token ids."""

    def __init__(self, disk: DiskCache, fingerprint: str) -> None:
        self._disk = disk
        self._fingerprint = fingerprint

    def has(self, token_ids: Sequence[int], *, owner: str = "") -> bool:
        return self._disk.has(KIND, self._key(token_ids), owner=owner)

    def load(self, token_ids: Sequence[int], *, owner: str = "") -> Prefix | None:
        entry = self._disk.get(KIND, self._key(token_ids), owner=owner)
        if entry is None:
            return None
        arrays, header = entry.arrays, entry.header
        layers = tuple(
            (_tensor_of(arrays[f"{index}.keys"]), _tensor_of(arrays[f"{index}.values"]))
            for index in range(int(header["num_layers"]))
        )
        return Prefix(int(header["num_tokens"]), layers)

    def store(
        self,
        token_ids: Sequence[int],
        prefix: Prefix,
        documents: Collection[str],
        *,
        owner: str = "",
    ) -> None:
        arrays = {}
        for index, (keys, values) in enumerate(prefix.layers):
            arrays[f"{index}.keys"] = _array_of(keys)
            arrays[f"{index}.values"] = _array_of(values)
        header = {"num_layers": len(prefix.layers), "num_tokens": prefix.num_tokens}
        self._disk.put(
            KIND,
            self._key(token_ids),
            arrays,
            header,
            label=", ".join(documents),
            owner=owner,
            documents=documents,
        )

    def _key(self, token_ids: Sequence[int]) -> str:
        digest = blake3(self._fingerprint.encode())
        digest.update(np.asarray(token_ids, dtype=np.int32).tobytes())
        return digest.hexdigest()


def rounded(prefix: Prefix) -> Prefix:
    """As it comes back from the disk, in float32."""
    layers = tuple(
        (keys.bfloat16().float(), values.bfloat16().float()) for keys, values in prefix.layers
    )
    return Prefix(prefix.num_tokens, layers)


def _array_of(tensor: torch.Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return tensor.bfloat16().contiguous().view(torch.int16).numpy()


def _tensor_of(array: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> torch.Tensor:
    return torch.from_numpy(np.array(array)).view(torch.bfloat16).float()
