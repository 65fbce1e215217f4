"""Which tensors does a model's folder hold?"""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from torch import Tensor


def weights_in(folder: Path) -> dict[str, Tensor]:
    """Of all *.safetensors. Raises `FileNotFoundError` where there is none."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise FileNotFoundError("it holds no *.safetensors")
    weights: dict[str, Tensor] = {}
    for file in files:
        with safe_open(file, framework="pt") as tensors:
            names = tensors.keys()  # the opened file itself can not be gone through
            weights.update({name: tensors.get_tensor(name) for name in names})
    return weights
