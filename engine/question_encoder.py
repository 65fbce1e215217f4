"""What does a question look for, seen from the model's first global layer?

Passages are read by the model as it is; only the question is read with an adapter of its own, so
the keys of passages stay what they are whatever is trained here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from engine import lora
from engine.attention_index import Looks
from engine.decoder_model import Projection
from engine.gemma3 import Gemma3
from engine.gemma3_layers import Layer
from engine.prompt import token_id
from schemas.errors import ModelUnavailable

HEADS_FILE = "heads.safetensors"
_MOST_TOKENS = 256
_BATCH = 32
_PREFIX = "Question: "


@dataclass(slots=True)
class Heads:
    """Which heads are asked, and how each is heard.

    `numbers` [n] of the layer's heads; `biases` [n] move the point where a passage outweighs the
    sink; `weights` [n]; `gates` [n, head_dim] say how much a token matters by its query.
    """

    numbers: Tensor
    biases: Tensor
    weights: Tensor
    gates: Tensor

    @classmethod
    def untrained(cls, numbers: Sequence[int], head_dim: int) -> Heads:
        ones = torch.ones(len(numbers))
        return cls(torch.tensor(numbers), ones * 0, ones, torch.zeros(len(numbers), head_dim))

    def save(self, folder: Path) -> None:
        tensors = {name: getattr(self, name).detach().contiguous() for name in self.__slots__}
        save_file(tensors, folder / HEADS_FILE)

    def weights_of(self, queries: Tensor) -> Tensor:
        """Of each token and head: queries [n, num_tokens, head_dim] to [n, num_tokens]."""
        scale: float = queries.shape[-1] ** -0.5
        return (
            torch.exp((queries * self.gates[:, None]).sum(dim=-1) * scale) * self.weights[:, None]
        )


class QuestionEncoder:
    """Questions in, looks out. Threads may share it."""

    def __init__(self, model: Gemma3, tokenizer: Tokenizer, heads: Heads, sink: Tensor) -> None:
        self.model, self.heads = model, heads
        self._tokenizer, self._sink = tokenizer, sink

    def looks(self, questions: Sequence[str]) -> Looks:
        """A few questions at a time, so that memory stays small."""
        texts = [_PREFIX + question for question in questions]
        bos = token_id(self._tokenizer, "<bos>")
        rows = [
            [bos, *encoding.ids[:_MOST_TOKENS]]
            for encoding in self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ]
        batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
        parts = [part for batch in batches for part in self._looks(batch)]
        owners = [torch.full((len(part[0]),), number) for number, part in enumerate(parts)]
        queries, sinks, weights = (torch.cat(each) for each in zip(*parts, strict=True))
        return Looks(queries, sinks, weights, torch.cat(owners), len(rows))

    def _looks(self, rows: Sequence[list[int]]) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Queries, sinks and weights of each question."""
        padded = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        for number, ids in enumerate(rows):
            padded[number, : len(ids)] = torch.tensor(ids)
        scale = self.model.config.query_scale
        heads = self.model.look(padded)[0][:, self.heads.numbers]  # [q, n, t, head_dim]
        for number, ids in enumerate(rows):
            own = heads[number, :, 1 : len(ids)]
            sinks = own @ self._sink - self.heads.biases[:, None]
            weights = self.heads.weights_of(own / scale) / (len(ids) - 1)
            yield own.flatten(0, 1), sinks.flatten(), weights.flatten()


def early_view(model: Gemma3) -> Gemma3:
    """The layers up to the first global one as a model whose maps can be adapted alone; the
    weights are those of the model, in float32. Raises `ModelUnavailable` where no such layer is."""
    last = model.first_global
    if last is None or last == 0:
        raise ModelUnavailable("this model has no sliding layers below a global one")
    view = copy.copy(model)
    view.layers = [_own_maps(layer) for layer in (model.exact_layers or model.layers)[: last + 1]]
    view.config = replace(model.config, num_layers=last + 1)
    return view


def adapted_view(model: Gemma3, folder: Path) -> Gemma3:
    """The early view with a saved adapter beside its maps. Raises `ModelUnavailable` for an
    adapter of another model."""
    view = early_view(model)
    lora.lay_on(view, folder)
    return view


def load_heads(folder: Path) -> Heads:
    """Raises `ModelUnavailable` where they can not be read."""
    try:
        tensors = load_file(folder / HEADS_FILE)
        heads = Heads(*(tensors[name] for name in Heads.__slots__))
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelUnavailable(f"the index of {folder.name} can not be loaded: {error}") from error
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise ModelUnavailable(f"the index of {folder.name} holds what is no number")
    return heads


def _own_maps(layer: Layer) -> Layer:
    own = copy.copy(layer)
    own.qkv, own.output = Projection(layer.qkv.weight), Projection(layer.output.weight)
    own.gate_up, own.down = Projection(layer.gate_up.weight), Projection(layer.down.weight)
    return own
