"""A reader of a tiny model, and what it is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from engine.disk_cache import DiskCache
from engine.gemma3 import Gemma3
from engine.lookup import Lookup, Source
from engine.prefix_cache import PrefixCache
from engine.questions import Question, questions_of
from engine.reader import Outlook, Reader, Reading
from schemas.engine_settings import EngineSettings
from schemas.errors import Cancelled
from schemas.extraction import Mode
from schemas.progress import Progress
from schemas.response_schema import parse

TEXT = {"type": "string"}
CITIES = "\n\n".join(
    f"The store in {city} opened on {day} May 2020 and its margin is {day}.5 per cent. "
    + "It sells shoes and hats to all who come by in the spring. " * 2
    for city, day in [("Lyon", 3), ("Nice", 4), ("Pau", 5), ("Brest", 6)]
)


class Setup:
    """A reader with a cache of its own."""

    def __init__(self, model: Gemma3, tokenizer: Tokenizer, folder: Path) -> None:
        self._model, self._tokenizer = model, tokenizer
        self.cache = DiskCache(folder, 1 << 26)
        self.progress: list[Progress] = []
        self.stops_at: Callable[[Progress], bool] = lambda _: False
        self.pauses_seconds = 0.0

    def read(
        self,
        sources: list[Source],
        properties: dict[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        **settings: float,
    ) -> Reading:
        return self._reader(**settings).read(
            sources,
            asked(properties),
            Lookup(sources, self.cache),
            mode=mode,
            instructions=instructions,
            on_progress=self._follow,
        )

    def outlook(self, sources: list[Source], properties: dict[str, Any], mode: Mode) -> Outlook:
        lookup = Lookup(sources, self.cache)
        return self._reader().outlook(
            sources, asked(properties), lookup, mode=mode, instructions=None
        )

    def _reader(self, **settings: float) -> Reader:
        engine = EngineSettings.model_validate({"dense_tokens": 100, "read_tokens": 60, **settings})
        return Reader(self._model, self._tokenizer, engine, PrefixCache(self.cache, "tiny"))

    def _follow(self, progress: Progress) -> None:
        self.progress.append(progress)
        time.sleep(self.pauses_seconds)
        if self.stops_at(progress):
            raise Cancelled("enough")


def asked(properties: dict[str, Any]) -> list[Question]:
    return questions_of(parse({"type": "object", "properties": properties}))
