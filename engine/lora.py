"""How is a low-rank adapter put on a model, kept in a file, and merged?

Files have the layout of the PEFT library (adapter_config.json, adapter_model.safetensors), so
adapters can be exchanged with it. LoRA: Hu et al. 2021, arXiv 2106.09685.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.decoder_model import DecoderConfig, DecoderLayer, DecoderModel, Projection
from schemas.errors import ModelUnavailable

_PREFIX = "base_model.model.model.layers"


def attach(
    model: DecoderModel, *, first_layer: int, rank: int, scale: float, seed: int
) -> list[Tensor]:
    """Give each projection from `first_layer` on a trainable addition that begins at zero.

    Returns the trainable tensors. Fused projections share one down-projection.
    """
    generator = torch.Generator().manual_seed(seed)
    trainable = []
    for layer in model.layers[first_layer:]:
        for projection in _projections(layer).values():
            assert projection.scales is None, "what is learned is added to weights in float32"
            num_out, num_in = projection.weight.shape
            down = torch.randn(rank, num_in, generator=generator) * num_in**-0.5
            projection.down = down.requires_grad_()
            projection.up = torch.zeros(num_out, rank).requires_grad_()
            projection.scale = scale
            trainable += [projection.down, projection.up]
    return trainable


def save(model: DecoderModel, folder: Path, *, rank: int, card: Mapping[str, Any]) -> None:
    """Write the attached adapter in bfloat16; fused projections are split into PEFT's parts."""
    tensors: dict[str, Tensor] = {}
    layers = []
    scale = 1.0
    for index, layer in enumerate(model.layers):
        for name, projection in _projections(layer).items():
            if projection.down is None or projection.up is None:
                continue
            layers.append(index)
            scale = projection.scale
            parts = projection.up.detach().split(_part_sizes(model.config)[name])
            for part, up in zip(_PARTS[name], parts, strict=True):
                key = f"{_PREFIX}.{index}.{part}"
                tensors[f"{key}.lora_A.weight"] = projection.down.detach().bfloat16().clone()
                tensors[f"{key}.lora_B.weight"] = up.bfloat16().contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": rank * scale,
        "lora_dropout": 0.0,
        "bias": "none",
        "layers_to_transform": sorted(set(layers)),
        "target_modules": sorted({p.rpartition(".")[2] for ps in _PARTS.values() for p in ps}),
        "base_model_name_or_path": card["base_model"],
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "recipe.json").write_text(json.dumps(card, indent=2) + "\n")


def restore(model: DecoderModel, folder: Path) -> None:
    """Put a saved adapter's maps into the one that is attached, to train on. Raises
    `ModelUnavailable` where they can not be read or do not fit."""
    try:
        config = json.loads((folder / "adapter_config.json").read_text())
        tensors = load_file(folder / "adapter_model.safetensors")
        scale = _scale_of(config, folder.name)
    except (*_UNREADABLE, SafetensorError) as error:
        raise ModelUnavailable(f"adapter {folder.name} can not be loaded: {error}") from error
    for index, name, part, rows in _targets(model):
        projection = _projections(model.layers[index])[name]
        down = tensors.get(f"{_PREFIX}.{index}.{part}.lora_A.weight")
        up = tensors.get(f"{_PREFIX}.{index}.{part}.lora_B.weight")
        if projection.down is None or projection.up is None or down is None or up is None:
            continue
        if down.shape != projection.down.shape or up.shape != projection.up[rows].shape:
            raise ModelUnavailable(f"adapter {folder.name} has another rank: layer {index} {part}")
        with torch.no_grad():
            projection.down.copy_(down.float())
            projection.up[rows] = up.float() * (scale / projection.scale)


def lowest_layer(folder: Path) -> int:
    """The first layer that a saved adapter changes. Raises `ModelUnavailable` as `merge` does."""
    try:
        tensors = load_file(folder / "adapter_model.safetensors")
    except (*_UNREADABLE, SafetensorError) as error:
        raise ModelUnavailable(f"adapter {folder.name} can not be loaded: {error}") from error
    names = [name.removeprefix(f"{_PREFIX}.") for name in tensors if name.startswith(_PREFIX)]
    return min((int(name.split(".")[0]) for name in names), default=0)


def lay_on(model: DecoderModel, folder: Path) -> None:
    """Put a saved adapter beside the weights, which stay as they are; not to be trained. Raises
    `ModelUnavailable` as `merge` does."""
    try:
        rank = int(json.loads((folder / "adapter_config.json").read_text())["r"])
    except _UNREADABLE as error:
        raise ModelUnavailable(f"adapter {folder.name} can not be loaded: {error}") from error
    first_layer = lowest_layer(folder)
    for tensor in attach(model, first_layer=first_layer, rank=rank, scale=1.0, seed=0):
        tensor.requires_grad_(False)
    restore(model, folder)


def beside(model: DecoderModel) -> DecoderModel:
    """The same weights under maps of their own: what is laid on one does not reach the other."""
    other = copy.copy(model)
    vars(other)["layers"] = [_own_maps(layer) for layer in model.layers]
    return other


def merge(model: DecoderModel, folder: Path) -> None:
    """Add an adapter's maps to the weights: no cost at reading, one adapter a model."""
    try:
        config = json.loads((folder / "adapter_config.json").read_text())
        tensors = load_file(folder / "adapter_model.safetensors")
        scale = _scale_of(config, folder.name)
    except (*_UNREADABLE, SafetensorError) as error:
        raise ModelUnavailable(f"adapter {folder.name} can not be loaded: {error}") from error
    used = 0
    for index, name, part, rows in _targets(model):
        down = tensors.get(f"{_PREFIX}.{index}.{part}.lora_A.weight")
        up = tensors.get(f"{_PREFIX}.{index}.{part}.lora_B.weight")
        if down is None or up is None:
            continue
        weight = _projections(model.layers[index])[name].weight[rows]
        if (*up.shape[:1], *down.shape[1:]) != weight.shape or up.shape[1] != down.shape[0]:
            raise ModelUnavailable(
                f"adapter {folder.name} was made for another model: layer {index} {part} is "
                f"{list(up.shape)} by {list(down.shape)}, {list(weight.shape)} is wanted"
            )
        weight += scale * (up.float() @ down.float())
        used += 2
    if used != len(tensors):
        raise ModelUnavailable(
            f"adapter {folder.name} has {len(tensors) - used} tensors that this model does not"
        )


def _scale_of(config: Mapping[str, Any], name: str) -> float:
    """Raises `ModelUnavailable` for what PEFT can say of an adapter and is not read here."""
    unread = [key for key in _NOT_READ if config.get(key)]
    if unread:
        raise ModelUnavailable(f"adapter {name} uses {', '.join(unread)}, which is not supported")
    return float(config["lora_alpha"] / config["r"])


_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError)
_NOT_READ = ("alpha_pattern", "fan_in_fan_out", "rank_pattern", "use_dora", "use_rslora")
_PARTS = {
    "qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "output": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}


def _projections(layer: DecoderLayer) -> dict[str, Projection]:
    return {
        "qkv": layer.qkv,
        "output": layer.output,
        "gate_up": layer.gate_up,
        "down": layer.down,
    }


def _own_maps(layer: DecoderLayer) -> DecoderLayer:
    own = copy.copy(layer)
    for name, projection in _projections(layer).items():
        setattr(own, name, copy.copy(projection))
    return own


def _part_sizes(config: DecoderConfig) -> dict[str, list[int]]:
    queries = config.num_heads * config.head_dim
    keys = config.num_kv_heads * config.head_dim
    return {
        "qkv": [queries, keys, keys],
        "output": [config.hidden_size],
        "gate_up": [config.intermediate_size] * 2,
        "down": [config.hidden_size],
    }


def _targets(model: DecoderModel) -> Iterator[tuple[int, str, str, slice]]:
    """Layer, projection, PEFT's name of a part, and the part's rows in the projection."""
    sizes = _part_sizes(model.config)
    for index in range(model.config.num_layers):
        for name, parts in _PARTS.items():
            start = 0
            for part, size in zip(parts, sizes[name], strict=True):
                yield index, name, part, slice(start, start + size)
                start += size
