"""What was understood of a file? Answered without bringing up the engine."""

from __future__ import annotations

from pathlib import Path

from jobs.document_summary import summary_of
from jobs.library import cache_of, library_of
from schemas.inspection import Inspection
from schemas.progress import OnProgress, ignore_progress
from schemas.settings import Settings


def inspect(
    file: Path,
    settings: Settings,
    *,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Inspection:
    entry = library_of(settings, cache_of(settings)).open(
        file, password=password, on_progress=on_progress
    )
    document = entry.document
    return Inspection(
        name=document.name,
        id=document.id,
        media_type=document.media_type,
        **summary_of(document, entry.passages),
        seconds=round(entry.seconds, 3),
        cached=entry.is_cached,
    )
