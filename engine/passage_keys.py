"""By what can a passage be found in the model's own early layer?

A passage is read alone, behind the beginning-of-sequence token, up to the first global layer. Its
keys there are the same numbers wherever the passage stands, so they are kept by its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

_BATCH_TOKENS = 4096
_LONGEST_SHARE = 0.8  # of the longest of a batch is the least that may stand with it
_MOST_INT8 = 127.0
_SMALLEST_SCALE = 1e-4


class EarlyModel(Protocol):
    """A model whose first global layer can be asked what it looks with and is found by."""

    def look(self, token_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Queries [num_texts, num_heads, num_tokens, head_dim], scaled, and keys
        [num_texts, num_kv_heads, num_tokens, head_dim] of texts padded to the right."""
        ...


@dataclass(frozen=True, slots=True)
class PassageKeys:
    """One passage: `keys` [num_tokens, head_dim], of the number `keys * scales[:, None]`."""

    keys: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float16]


class PassageReader:
    """Reads passages up to the index layer. Threads may share it."""

    def __init__(
        self, model: EarlyModel, tokenizer: Tokenizer, bos: int, key_head: int, longest: int
    ) -> None:
        """`longest` is the most tokens that are read together; what is past it is read apart."""
        self._model, self._tokenizer = model, tokenizer
        self._bos, self._key_head, self._longest = bos, key_head, longest

    @torch.no_grad()
    def sink(self) -> Tensor:
        """The key of the beginning of a sequence, [head_dim]: who finds nothing looks there."""
        return self._model.look(torch.tensor([[self._bos]]))[1][0, self._key_head, 0]

    def read(
        self, texts: Sequence[str], on_read: Callable[[int], None] = lambda _: None
    ) -> list[PassageKeys]:
        """The keys of each text. `on_read` is told the tokens of each batch; what it raises ends
        the work there."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        pieces = [
            (number, encoding.ids[start : start + self._longest])
            for number, encoding in enumerate(encoded)
            for start in range(0, max(1, len(encoding.ids)), self._longest)
        ]
        read: dict[int, list[PassageKeys]] = {number: [] for number in range(len(texts))}
        done: dict[int, PassageKeys] = {}
        for batch in _batches([ids for _, ids in pieces]):
            for at, keys in zip(batch, self._keys([pieces[at][1] for at in batch]), strict=True):
                done[at] = keys
            on_read(sum(len(pieces[at][1]) for at in batch))
        for at, (number, _) in enumerate(pieces):
            read[number].append(done[at])
        return [_joined(parts) for parts in read.values()]

    @torch.inference_mode()
    def _keys(self, batch: Sequence[list[int]]) -> list[PassageKeys]:
        padded = torch.zeros(len(batch), 1 + max(map(len, batch)), dtype=torch.long)
        padded[:, 0] = self._bos
        for row, ids in enumerate(batch):
            padded[row, 1 : 1 + len(ids)] = torch.tensor(ids, dtype=torch.long)
        keys = self._model.look(padded)[1][
            :, self._key_head, 1:
        ]  # [num_texts, num_tokens, head_dim]
        scales = (keys.abs().amax(dim=-1) / _MOST_INT8).clamp_min(_SMALLEST_SCALE).half()
        small = (keys / scales.float()[..., None]).round().clamp(-_MOST_INT8, _MOST_INT8)
        whole, sizes = small.to(torch.int8).numpy(), scales.numpy()
        return [
            PassageKeys(whole[row, : len(ids)].copy(), sizes[row, : len(ids)].copy())
            for row, ids in enumerate(batch)
        ]


def _batches(texts: Sequence[list[int]]) -> Iterator[list[int]]:
    """Numbers of texts of about one length, so that little is padding."""
    batch: list[int] = []
    for number in sorted(range(len(texts)), key=lambda number: -len(texts[number])):
        longest = len(texts[batch[0]]) if batch else 0
        if batch and (
            (len(batch) + 1) * longest > _BATCH_TOKENS
            or len(texts[number]) < _LONGEST_SHARE * longest
        ):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _joined(parts: Sequence[PassageKeys]) -> PassageKeys:
    return PassageKeys(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.scales for part in parts]),
    )
