"""How are the model and the adapter that the settings ask for brought up?"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from engine import lora
from engine.gemma3 import Gemma3
from engine.model_folder import adapter_folder, load_tokenizer, model_folder
from schemas.settings import Settings


def base_model(settings: Settings) -> tuple[Gemma3, Tokenizer]:
    """The model without an adapter, and its tokenizer."""
    if settings.engine.num_threads:
        torch.set_num_threads(settings.engine.num_threads)
    folder = model_folder(settings)
    return Gemma3.load(folder), load_tokenizer(folder)


def adapted_model(settings: Settings) -> tuple[Gemma3, Tokenizer]:
    """The model with the adapter of the settings merged into it."""
    model, tokenizer = base_model(settings)
    adapter = adapter_folder(settings)
    if adapter is not None:
        lora.merge(model, adapter)
    return model, tokenizer
