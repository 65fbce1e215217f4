"""How is a request carried out, from files to an answer?

Plain functions: the command line and the Python module call them as they are, tasks will.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from jobs.attached_sources import AttachedSources
from jobs.library import LibraryEntry, cache_of, library_of
from schemas import response_schema as response_schemas
from schemas.caches import Warmed
from schemas.errors import InvalidInput
from schemas.extraction import Extraction, FoundPassage, Mode
from schemas.plain_text import check_text
from schemas.preparation import Preparation
from schemas.progress import OnProgress, ignore_progress
from schemas.settings import Settings


def extract(
    files: Sequence[Path],
    response_schema: Mapping[str, Any],
    settings: Settings,
    *,
    instructions: str | None = None,
    mode: Mode | None = None,
    password: str | None = None,
    attachments: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> Extraction:
    """One extraction over all the files, and over what they carry where `attachments` are asked
    for. What is wrong with the schema is said first."""
    begun = time.monotonic()
    response_schemas.parse(response_schema)
    check_text(instructions or "", "instructions")
    cache = cache_of(settings)
    sources = sources_of(files, settings, cache, password, on_progress, attachments=attachments)
    parsed = time.monotonic()
    engine = Engine.open(settings, cache, on_progress)
    loaded = time.monotonic()
    extraction = engine.extract(
        sources,
        response_schema,
        mode=mode,
        instructions=instructions,
        on_progress=on_progress,
    )
    timings = {
        "parse": round(parsed - begun, 3),
        "load": round(loaded - parsed, 3),
        **extraction.timings,
        "total": round(time.monotonic() - begun, 3),
    }
    return extraction.model_copy(update={"timings": timings})


def find(
    files: Sequence[Path],
    query: str,
    settings: Settings,
    *,
    top: int = 10,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> list[FoundPassage]:
    """The passages that fit the query best."""
    if not query.strip():
        raise InvalidInput("the query is empty", param="query")
    check_text(query, "query")
    cache = cache_of(settings)
    sources = sources_of(files, settings, cache, password, on_progress)
    engine = Engine.open(settings, cache, on_progress)
    return engine.find(sources, query, top=top, num_sources=len(sources), on_progress=on_progress)


def prepare(
    files: Sequence[Path],
    settings: Settings,
    *,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Preparation:
    """Read the files into the index before anyone asks."""
    cache = cache_of(settings)
    sources = sources_of(files, settings, cache, password, on_progress)
    return Engine.open(settings, cache, on_progress).prepare(sources, on_progress=on_progress)


def warm(
    files: Sequence[Path],
    settings: Settings,
    *,
    response_schema: Mapping[str, Any] | None = None,
    mode: Mode | None = None,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Warmed:
    """Read the files with the model, whole or what `extract` would read for the schema."""
    cache = cache_of(settings)
    sources = sources_of(files, settings, cache, password, on_progress)
    engine = Engine.open(settings, cache, on_progress)
    return engine.warm(sources, response_schema, mode=mode, on_progress=on_progress)


def sources_of(
    files: Sequence[Path],
    settings: Settings,
    cache: DiskCache,
    password: str | None,
    on_progress: OnProgress,
    *,
    attachments: bool = False,
) -> list[Source]:
    if not files:
        raise InvalidInput("no file is given", param="files")
    names = [file.name for file in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            f"several files are named {twice[0]}: a citation could not tell them apart; give "
            "each once, under a name of its own",
            param="files",
        )
    library = library_of(settings, cache)
    entries: list[LibraryEntry] = [
        library.open(file, password=password, on_progress=on_progress) for file in files
    ]
    if not attachments:
        return [Source(entry.document, entry.passages) for entry in entries]
    attached = AttachedSources(library, settings.ingest, password, on_progress)
    return [
        source
        for file, entry in zip(files, entries, strict=True)
        for source in attached.of(file, entry)
    ]
