"""Has this file been read before, and what did it say?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.disk_cache import DiskCache
from engine.token_counter import TokenCounter
from ingest.document_arrays import arrays_of, document_of_arrays
from ingest.passages import passages_of
from ingest.read import sha256_of
from jobs.derivation import derivation_of, renamed
from jobs.parsing import parsed_document
from schemas.document import Document, Passage
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import IngestSettings, Settings

_KIND = "documents"


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    document: Document
    passages: list[Passage]
    is_cached: bool
    seconds: float


class Library:
    """Documents by what they hold, so that a file that was moved or renamed is known again."""

    def __init__(
        self,
        cache: DiskCache,
        limits: IngestSettings,
        count_tokens: Callable[[Sequence[str]], Sequence[int]],
        tokenizer_name: str,
    ) -> None:
        self._cache, self._limits = cache, limits
        self._count_tokens, self._tokenizer_name = count_tokens, tokenizer_name

    def open(
        self,
        path: Path,
        *,
        password: str | None = None,
        on_progress: OnProgress = ignore_progress,
    ) -> LibraryEntry:
        """Parsed by a child process, unless it is known. What was read under one password is
        found again under the same one only."""
        began = time.perf_counter()
        sha256 = sha256_of(path, self._limits)
        key = self._key(sha256, path.name, password)
        known = self._cache.get(_KIND, key)
        if known is not None:
            document, passages = document_of_arrays(known.arrays)
            document = renamed(document, path.name)
            on_progress(Progress("parse", 1, 1, "files", path.name))
        else:
            document = parsed_document(
                path, sha256, self._limits, password=password, on_progress=on_progress
            )
            passages = passages_of(document, self._count_tokens, self._limits.passage_tokens)
            self._cache.put(_KIND, key, arrays_of(document, passages), {}, label=path.name)
        return LibraryEntry(document, passages, known is not None, time.perf_counter() - began)

    def _key(self, sha256: str, name: str, password: str | None) -> str:
        return derivation_of(
            sha256=sha256,
            name=name,
            limits=self._limits,
            tokenizer=self._tokenizer_name,
            password=password,
        )


def cache_of(settings: Settings) -> DiskCache:
    return DiskCache(settings.cache.directory / "entries", settings.cache.max_bytes)


def library_of(settings: Settings, cache: DiskCache) -> Library:
    """With passages cut for the model of the settings."""
    counter = TokenCounter(settings)
    return Library(cache, settings.ingest, counter, counter.name)
