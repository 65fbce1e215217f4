"""How does a model in GGUF become the layout that the Hugging Face libraries use?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from safetensors.torch import save_file

from engine import gguf_chat, gguf_gemma3, gguf_global
from engine.gguf_tokenizer import tokenizer_of
from schemas.errors import ModelUnavailable

_FAMILIES = {
    gguf_gemma3.ARCHITECTURE: gguf_gemma3,
    **dict.fromkeys(gguf_global.ARCHITECTURES, gguf_global),
}


def convert(source: Path, folder: Path) -> None:
    """Raises `ModelUnavailable` for a family that is not read, and for what is no whole file."""
    try:
        reader = gguf.GGUFReader(source)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ModelUnavailable(f"{source.name} is no GGUF file: {error}") from error
    architecture = reader.fields["general.architecture"].contents()
    if architecture not in _FAMILIES:
        raise ModelUnavailable(
            f"GGUF files of {architecture} are not read yet: {', '.join(_FAMILIES)} are"
        )
    parts = reader.fields.get("split.count")
    if parts is not None and parts.contents() > 1:
        raise ModelUnavailable(
            f"{source.name} is one of {parts.contents()} parts: join them with llama-gguf-split "
            "--merge"
        )
    family = _FAMILIES[architecture]
    tensors = {
        name: _weights_of(tensor, family.norm_offset(tensor.name))
        for tensor in reader.tensors
        if (name := family.name_of(tensor.name)) is not None
    }
    config = {**family.config_of(reader), "dtype": "bfloat16"}
    tensors = family.completed(tensors, config)
    config["tie_word_embeddings"] = "lm_head.weight" not in tensors
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    tokenizer_of(reader).save(str(folder / "tokenizer.json"))
    gguf_chat.write(reader, folder)


def _weights_of(tensor: Any, offset: float) -> torch.Tensor:
    """Dequantised, in bfloat16: its rounding is 1/16 of the quantisation's own step or less."""
    values = np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
    return torch.from_numpy(values + offset if offset else values).to(torch.bfloat16)
