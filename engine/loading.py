"""How are the model and the adapter that the settings ask for brought up?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from engine import index_model, lora
from engine.certainty import Certainty
from engine.decoder_model import DecoderModel
from engine.fingerprints import keys_fingerprint
from engine.gemma3 import Gemma3
from engine.generation import Generator
from engine.global_decoder import FAMILIES, GlobalDecoder
from engine.index_model import IndexModel
from engine.model_folder import (
    adapter_folder,
    adapter_folders,
    index_folder,
    load_tokenizer,
    looking_settings,
    model_folder,
)
from engine.prefix_cache import PrefixCache
from engine.prefix_chain import Grid
from engine.speed import Speed
from engine.weight_numbers import pack, with_weights
from schemas.errors import ModelUnavailable
from schemas.settings import Settings

_FAMILIES: dict[str, type[Gemma3] | type[GlobalDecoder]] = {
    "gemma3_text": Gemma3,
    "gemma3": Gemma3,
    **dict.fromkeys(FAMILIES, GlobalDecoder),
}


def load_model(folder: Path) -> DecoderModel:
    """Of the family that its config.json names. Raises `ModelUnavailable` for any other."""
    try:
        name = json.loads((folder / "config.json").read_text())["model_type"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelUnavailable(f"{folder.name} is not a model we can load: {error}") from error
    family = _FAMILIES.get(name)
    if family is None:
        raise ModelUnavailable(f"model type {name!r} is not read yet: {', '.join(_FAMILIES)} are")
    return family.load(folder)


def base_model(settings: Settings) -> tuple[DecoderModel, Tokenizer]:
    """The model without an adapter, and its tokenizer."""
    if settings.engine.num_threads:
        torch.set_num_threads(settings.engine.num_threads)
    folder = model_folder(settings)
    return load_model(folder), load_tokenizer(folder)


def adapted_model(settings: Settings) -> tuple[DecoderModel, Tokenizer]:
    """The model with the adapter of the settings merged into it, its weights in their numbers
    and laid out to read with."""
    model, tokenizer = merged_model(settings)
    return pack(with_weights(model, settings.engine.weights)), tokenizer


def merged_model(settings: Settings) -> tuple[DecoderModel, Tokenizer]:
    """The same with its weights as they are in the file."""
    model, tokenizer = base_model(settings)
    for adapter in adapter_folders(settings):
        lora.merge(model, adapter)
    return model, tokenizer


def tuned_model(settings: Settings, model: DecoderModel, adapter: Path) -> DecoderModel:
    """`model`, of these settings, with a further adapter. It shares the weights of `model` but in
    eight bits, whose channels are scaled for what is merged: there it has weights of its own.
    Raises `ModelUnavailable` where the files are not those of an adapter of this model."""
    if settings.engine.weights == "int8":
        own, _ = merged_model(settings)
        lora.merge(own, adapter)
        return pack(with_weights(own, settings.engine.weights))
    tuned = lora.beside(model)
    lora.lay_on(tuned, adapter)
    return tuned


def certainty_of(settings: Settings) -> Certainty:
    """What the adapter's folder says of how sure its answers are."""
    return Certainty.load(adapter_folder(settings), settings.engine.absent_threshold)


def generator_of(
    settings: Settings,
    model: DecoderModel,
    tokenizer: Tokenizer,
    prefixes: PrefixCache,
    speed: Speed,
) -> Generator | None:
    """What chats with this model; None where it was not made to chat."""
    grid = Grid(settings.engine.checkpoint_tokens, settings.engine.chunk_tokens)
    return Generator.of(model_folder(settings), model, tokenizer, prefixes, grid, speed)


def index_of(settings: Settings, model: DecoderModel, tokenizer: Tokenizer) -> IndexModel | None:
    """What looks documents up for this model: its own early layer, or another model's. None
    where the settings want words alone."""
    looking = looking_settings(settings)
    if looking is None:
        return None
    if looking is settings:
        return index_model.load(
            model, tokenizer, index_folder(settings), keys_fingerprint(settings, model)
        )
    other, its_tokenizer = base_model(looking)
    pack(other)
    fingerprint = keys_fingerprint(looking, other)
    index = index_model.load(other, its_tokenizer, index_folder(looking), fingerprint)
    share = index.share_of_reading * _work(other) / _work(model)
    return replace(index, share_of_reading=share)


def _work(model: DecoderModel) -> int:
    """About in proportion to what it takes to read a token."""
    config = model.config
    return config.num_layers * config.hidden_size * config.intermediate_size
