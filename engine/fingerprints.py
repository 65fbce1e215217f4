"""What must be the same for what a model has read to be of use again?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blake3 import blake3

from engine import lora, model_folder
from engine.decoder_model import DecoderModel
from engine.gemma3 import Gemma3
from schemas.settings import Settings


def prefix_fingerprint(settings: Settings) -> str:
    """Of prefixes: changes with the weights and their numbers, and with the adapter."""
    of = "prefix-2"
    if settings.engine.weights != "float32":
        of += f" of {settings.engine.weights}"
    if settings.engine.weights == "int8":
        of += ", attended to in int8"
    return _fingerprint(of, settings, model_folder.adapter_folders(settings))


def keys_fingerprint(settings: Settings, model: DecoderModel) -> str:
    """Of the keys of passages: changes with the weights, the tokenizer, and with an adapter that
    does not leave the layers below the first global one alone."""
    adapters = model_folder.adapter_folders(settings)
    early = model.first_global if isinstance(model, Gemma3) else None
    if early is not None:
        adapters = [adapter for adapter in adapters if lora.lowest_layer(adapter) <= early]
    tokenizer = model_folder.tokenizer_file(model_folder.model_folder(settings)).read_bytes()
    return _fingerprint(f"keys-1 int8 {blake3(tokenizer).hexdigest()}", settings, adapters)


def laid_on(fingerprint: str, adapter: Path) -> str:
    """Of the model of this fingerprint with an adapter beside its maps."""
    digest = blake3(fingerprint.encode())
    _add(digest, adapter)
    return digest.hexdigest()


def _fingerprint(of: str, settings: Settings, adapters: Sequence[Path]) -> str:
    digest = blake3(of.encode())
    folder = model_folder.model_folder(settings)
    for file in (folder / "config.json", *sorted(folder.glob("*.safetensors"))):
        stat = file.stat()
        digest.update(f"{file.resolve()} {stat.st_size} {stat.st_mtime_ns}".encode())
    for adapter in adapters:
        _add(digest, adapter)
    return digest.hexdigest()


def _add(digest: blake3, adapter: Path) -> None:
    digest.update((adapter / "adapter_model.safetensors").read_bytes())
    digest.update((adapter / "adapter_config.json").read_bytes())
