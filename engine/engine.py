"""One model on one device: what can be asked of it?"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from blake3 import blake3

from engine import loading, model_folder, output
from engine.answers import Finding
from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Source
from engine.prefix_cache import PrefixCache
from engine.questions import questions_of
from engine.reader import Reader
from engine.speed import Speed
from schemas.engine_protocol import EngineEstimate
from schemas.extraction import Extraction, Mode, Status
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.response_schema import parse
from schemas.settings import Settings


class Engine:
    """A loaded model. Opening it takes seconds; it answers one request at a time: threads that
    share it let each other in from `on_progress` (see `engine.turns`).

    `owner` is whose documents they are: what is kept on disk is never shared with another.
    """

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
        reader = Reader(
            model,
            tokenizer,
            settings.engine,
            PrefixCache(cache, _fingerprint(settings)),
            loading.certainty_of(settings),
        )
        on_progress(Progress("load", 1, 1, "files", settings.engine.model))
        return cls(reader, _name_of(settings), cache)

    @property
    def speed(self) -> Speed:
        return self._reader.speed

    def warm_up(self) -> None:
        """Measure the speed. Raises `ModelUnavailable` for a model that does not compute."""
        self._reader.warm_up()

    def extract(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        on_progress: OnProgress = ignore_progress,
        on_findings: Callable[[Sequence[Finding]], None] = lambda _: None,
        owner: str = "",
    ) -> Extraction:
        """Fill the schema from the documents. Raises `InvalidSchema`, `PromptTooLong`, and what
        `on_progress` raises, after which the engine is as before. `on_findings` is told what the
        result was made of, in the order of the fields."""
        begun = time.monotonic()
        root = parse(response_schema)
        lookup = self._lookup(sources, owner, on_progress)
        indexed = time.monotonic()
        reading = self._reader.read(
            sources,
            questions_of(root),
            lookup,
            mode=mode,
            instructions=instructions,
            on_progress=on_progress,
            owner=owner,
        )
        on_findings(reading.findings)
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

    def estimate(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        owner: str = "",
    ) -> EngineEstimate:
        """What `extract` would take, without the model; raises what it would raise.

        The prompt's tokens are counted as `extract` would count them; those of the answers, and
        the seconds, are the means of what this engine did lately times the answers to be given.
        """
        questions = questions_of(parse(response_schema))
        lookup = self._lookup(sources, owner, ignore_progress)
        outlook = self._reader.outlook(
            sources, questions, lookup, mode=mode, instructions=instructions, owner=owner
        )
        num_unread = outlook.num_prefix_tokens - outlook.cached_tokens
        return EngineEstimate(
            mode=outlook.mode,
            prompt_tokens=outlook.prompt_tokens,
            cached_tokens=outlook.cached_tokens,
            completion_tokens=round(outlook.num_answers * self.speed.tokens_per_answer),
            document_tokens=sum(p.num_tokens for source in sources for p in source.passages),
            num_fields=len(questions),
            seconds=round(self.speed.seconds_for(num_unread, outlook.num_answers), 3),
        )

    def forget(self, owner: str, documents: Collection[str]) -> int:
        """Remove what is kept of these documents, named as in citations; how many entries."""
        return self._cache.forget(owner, documents)

    def _lookup(self, sources: Sequence[Source], owner: str, on_progress: OnProgress) -> Lookup:
        def on_indexed(num_done: int) -> None:
            on_progress(Progress("index", num_done, len(sources), "files"))

        on_indexed(0)
        return Lookup(sources, self._cache, owner=owner, on_indexed=on_indexed)


def _name_of(settings: Settings) -> str:
    adapter = model_folder.adapter_name(settings)
    name = Path(settings.engine.model).name
    return name if adapter is None else f"{name}+{Path(adapter).name}"


def _fingerprint(settings: Settings) -> str:
    """Changes with the weights, the adapter, and the number type of the cached keys."""
    digest = blake3(b"prefix-1 bfloat16")
    folder = model_folder.model_folder(settings)
    for file in (folder / "config.json", *sorted(folder.glob("*.safetensors"))):
        stat = file.stat()
        digest.update(f"{file.resolve()} {stat.st_size} {stat.st_mtime_ns}".encode())
    adapter = model_folder.adapter_folder(settings)
    if adapter is not None:
        digest.update((adapter / "adapter_model.safetensors").read_bytes())
        digest.update((adapter / "adapter_config.json").read_bytes())
    return digest.hexdigest()
