"""Has this file been read before, and what did it say?"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engine.disk_cache import DiskCache
from ingest.document_arrays import arrays_of, document_of_arrays
from ingest.passages import passages_of
from ingest.read import document_of, read_bytes
from ingest.sniff import MediaType, sniff
from schemas.document import Document, Passage
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import IngestSettings

PARSER_VERSION = 1
"""Raised with every change that makes a document or its passages come out differently."""

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
        """What was read under one password is found again under the same one only."""
        began = time.perf_counter()
        data = read_bytes(path, self._limits)
        key = self._key(data, path.name, password)
        known = self._cache.get(_KIND, key)
        if known is not None:
            document, passages = document_of_arrays(known.arrays)
            document = _renamed(document, path.name)
            on_progress(Progress("parse", 1, 1, "files", path.name))
        else:
            document = document_of(
                data, path.name, self._limits, password=password, on_progress=on_progress
            )
            passages = passages_of(document, self._count_tokens, self._limits.passage_tokens)
            self._cache.put(_KIND, key, arrays_of(document, passages), {}, label=path.name)
        return LibraryEntry(document, passages, known is not None, time.perf_counter() - began)

    def _key(self, data: bytes, name: str, password: str | None) -> str:
        """Everything that decides what a document and its passages come out as."""
        content = hashlib.sha256(data).hexdigest()
        media_type = sniff(data, name)
        parts = {
            "content": content,
            "media_type": media_type,
            "sheet": PurePath(name).stem if media_type in (MediaType.CSV, MediaType.TSV) else "",
            "limits": self._limits.model_dump(mode="json"),
            "parser": PARSER_VERSION,
            "tokenizer": self._tokenizer_name,
            "password": None if password is None else _salted(password, content),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _salted(password: str, content: str) -> str:
    """Slow on purpose: the keys of the cache can be read by whoever can read its files."""
    digest = hashlib.scrypt(password.encode(), salt=content.encode(), n=1 << 14, r=8, p=1)
    return digest.hex()


def _renamed(document: Document, name: str) -> Document:
    """As if read from the file of this name: its problems name it too."""
    problems = tuple(
        problem.model_copy(update={"document": name}) if problem.document else problem
        for problem in document.warnings
    )
    return dataclasses.replace(document, name=name, warnings=problems)
