"""One model on one device: what can be asked of it?"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from blake3 import blake3

from engine import loading, output
from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Source
from engine.prefix_cache import PrefixCache
from engine.questions import questions_of
from engine.reader import Reader
from schemas.extraction import Extraction, Mode, Status
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.response_schema import parse
from schemas.settings import Settings


class Engine:
    """A loaded model. Opening it takes seconds; it answers one request at a time."""

    def __init__(self, reader: Reader, name: str, cache: DiskCache) -> None:
        self._reader, self._cache = reader, cache
        self.name = name

    @classmethod
    def open(
        cls, settings: Settings, cache: DiskCache, on_progress: OnProgress = ignore_progress
    ) -> Engine:
        """Raises `ModelUnavailable` where the files are missing or not the expected ones."""
        on_progress(Progress("load", 0, 1, "files", settings.engine.model))
        model, tokenizer = loading.adapted_model(settings)
        prefixes = PrefixCache(cache, _fingerprint(settings))
        reader = Reader(model, tokenizer, settings.engine, prefixes)
        on_progress(Progress("load", 1, 1, "files", settings.engine.model))
        return cls(reader, _name_of(settings), cache)

    def extract(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        on_progress: OnProgress = ignore_progress,
    ) -> Extraction:
        """Fill the schema from the documents. Raises `InvalidSchema`, `PromptTooLong`."""
        begun = time.monotonic()
        root = parse(response_schema)
        on_progress(Progress("index", 0, len(sources), "files"))
        lookup = Lookup(sources, self._cache)
        on_progress(Progress("index", len(sources), len(sources), "files"))
        indexed = time.monotonic()
        reading = self._reader.read(
            sources,
            questions_of(root),
            lookup,
            mode=mode,
            instructions=instructions,
            on_progress=on_progress,
        )
        found = output.output_of(root, reading.findings)
        errors = output.errors_of(response_schema, found)
        timings = {"index": indexed - begun, **reading.timings, "total": time.monotonic() - begun}
        return Extraction(
            id=f"ext_{uuid.uuid4().hex}",
            status=Status.INCOMPLETE if errors else Status.COMPLETED,
            model=self.name,
            mode=reading.mode,
            output=found,
            fields=output.fields_of(reading.findings, sources),
            coverage=reading.coverage,
            errors=errors,
            warnings=[
                *(warning for source in sources for warning in source.document.warnings),
                *output.warnings_of(reading.findings),
            ],
            usage=reading.usage,
            timings={name: round(seconds, 3) for name, seconds in timings.items()},
        )


def _name_of(settings: Settings) -> str:
    adapter = loading.adapter_name(settings)
    name = Path(settings.engine.model).name
    return name if adapter is None else f"{name}+{Path(adapter).name}"


def _fingerprint(settings: Settings) -> str:
    """Changes with the weights, the adapter, and the number type of the cached keys."""
    digest = blake3(b"prefix-1 bfloat16")
    folder = loading.model_folder(settings)
    for file in (folder / "config.json", *sorted(folder.glob("*.safetensors"))):
        stat = file.stat()
        digest.update(f"{file.resolve()} {stat.st_size} {stat.st_mtime_ns}".encode())
    adapter = loading.adapter_folder(settings)
    if adapter is not None:
        digest.update((adapter / "adapter_model.safetensors").read_bytes())
        digest.update((adapter / "adapter_config.json").read_bytes())
    return digest.hexdigest()
