"""How is a schema suggested from files, without a server?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.engine import Engine
from engine.lookup import Source
from jobs.extraction import sources_of
from jobs.library import cache_of
from jobs.schema_suggestion import (
    NUM_CHARACTERS,
    NUM_HITS,
    not_for_chat,
    options_of,
    question_of,
    schema_of,
    shown_of,
)
from schemas.errors import InvalidInput
from schemas.extraction import Usage
from schemas.plain_text import check_text
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.schema_suggestions import SchemaSuggestion
from schemas.settings import Settings


def suggest(
    files: Sequence[Path],
    wanted: str,
    settings: Settings,
    *,
    max_fields: int = 12,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> SchemaSuggestion:
    """Raises `NotForChat` for a model that was not made to chat, before a file is read."""
    if not wanted.strip():
        raise InvalidInput("say in a sentence what is wanted", param="wanted")
    check_text(wanted, "wanted")
    cache = cache_of(settings)
    engine = Engine.open(settings, cache, on_progress)
    if not engine.chats:
        raise not_for_chat(engine.name)
    sources = sources_of(files, settings, cache, password, on_progress)
    room = NUM_CHARACTERS // len(sources)
    texts = [_shown(engine, source, wanted, room, on_progress) for source in sources]
    asked, options = question_of(texts, wanted), options_of(max_fields)
    pieces = list(engine.generate(asked, options, on_progress=_unsized(on_progress)))
    return SchemaSuggestion(
        response_schema=schema_of(pieces, engine.name),
        model=engine.name,
        usage=pieces[-1].usage or Usage(),
    )


def _shown(engine: Engine, source: Source, wanted: str, room: int, on_progress: OnProgress) -> str:
    text = source.document.text
    if len(text) <= room:
        return text
    found = engine.find([source], wanted, top=NUM_HITS, num_sources=1, on_progress=on_progress)
    return shown_of(text[:room], [(hit.start, hit.text) for hit in found], room)


def _unsized(on_progress: OnProgress) -> OnProgress:
    """How much it may say is not how much it will."""

    def told(progress: Progress) -> None:
        on_progress(replace(progress, total=0) if progress.stage == "generate" else progress)

    return told
