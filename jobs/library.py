"""Has this file been read before, and what did it say?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.array_file import Array
from engine.disk_cache import DiskCache
from engine.token_counter import TokenCounter
from ingest.document_arrays import document_of_arrays
from ingest.passage_arrays import passage_columns
from ingest.passages import passages_in
from ingest.read import sha256_of
from jobs.derivation import derivation_of, renamed
from jobs.parsing import parsed_arrays
from schemas.document import PAST_MAX_SECONDS, Document, Passage
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import Settings

_KIND = "documents"
_LARGE_BYTES = 4 << 20


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
        tokenizer: Settings | None = None,
    ) -> None:
        """With the settings of the tokenizer, a large file is cut into passages where it is
        parsed; the tokenizer is brought up once for all the others."""
        self._cache, self._limits = cache, limits
        self._count_tokens, self._tokenizer_name = count_tokens, tokenizer_name
        self._tokenizer = tokenizer

    def open(
        self,
        path: Path,
        *,
        name: str | None = None,
        password: str | None = None,
        on_progress: OnProgress = ignore_progress,
    ) -> LibraryEntry:
        """Parsed by a child process, unless it is known. What was read under one password is
        found again under the same one only. `name`: where it is not the file's."""
        name = name or path.name
        began = time.perf_counter()
        sha256 = sha256_of(path, self._limits)
        key = self._key(sha256, name, password)
        known = self._known(key, name)
        if known is not None:
            document, passages = known
            on_progress(Progress("parse", 1, 1, "files", name))
        else:
            arrays = self._read(path, sha256, name, password, on_progress)
            self._cache.put(_KIND, key, arrays, {}, label=name)
            document, passages = document_of_arrays(arrays)
        return LibraryEntry(document, passages, known is not None, time.perf_counter() - began)

    def _read(
        self, path: Path, sha256: str, name: str, password: str | None, on_progress: OnProgress
    ) -> Mapping[str, Array]:
        is_cut = self._tokenizer is not None and path.stat().st_size > _LARGE_BYTES
        arrays = parsed_arrays(
            path,
            sha256,
            self._limits,
            name=name,
            password=password,
            tokenizer=self._tokenizer if is_cut else None,
            on_progress=on_progress,
        )
        if is_cut:
            return arrays
        document, _ = document_of_arrays(arrays)
        passages = passages_in(document, self._count_tokens, self._limits.passage_tokens)
        return {**arrays, **passage_columns(passages)}

    def _known(self, key: str, name: str) -> tuple[Document, list[Passage]] | None:
        """A reading that its time ended is done again, for there may be more of it now."""
        found = self._cache.get(_KIND, key)
        if found is None:
            return None
        document, passages = document_of_arrays(found.arrays)
        if any(problem.code == PAST_MAX_SECONDS for problem in document.warnings):
            return None
        return renamed(document, name), passages

    def _key(self, sha256: str, name: str, password: str | None) -> str:
        return derivation_of(
            sha256=sha256,
            name=name,
            limits=self._limits,
            tokenizer=self._tokenizer_name,
            password=password,
        )


def cache_of(settings: Settings) -> DiskCache:
    cache = settings.cache
    return DiskCache(cache.directory / "entries", cache.max_bytes, cache.pinned_share)


def library_of(settings: Settings, cache: DiskCache) -> Library:
    """With passages cut for the model of the settings."""
    counter = TokenCounter(settings)
    return Library(cache, settings.ingest, counter, counter.name, settings)
