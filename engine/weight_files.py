"""Which tensors does a model's folder hold?"""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from torch import Tensor

from engine.weight_index import weight_files

_PREFIXES = (("model.language_model.", "model."), ("language_model.", ""))
_OTHERS = (
    "vision_tower.",
    "model.vision_tower.",
    "multi_modal_projector.",
    "model.multi_modal_projector.",
)


def weights_in(folder: Path) -> dict[str, Tensor]:
    """Of all *.safetensors, of a model that also sees those of its reading part, under the names
    they would have alone. Raises `FileNotFoundError` where there is none, or not all."""
    weights: dict[str, Tensor] = {}
    for file in weight_files(folder):
        with safe_open(file, framework="pt") as tensors:
            names = tensors.keys()  # the opened file itself can not be gone through
            weights.update(
                {
                    _plain(name): tensors.get_tensor(name)
                    for name in names
                    if not name.startswith(_OTHERS)
                }
            )
    return weights


def _plain(name: str) -> str:
    for prefix, alone in _PREFIXES:
        if name.startswith(prefix):
            return alone + name.removeprefix(prefix)
    return name
