"""How are many files read one after the other, so that it can be broken off and gone on with?

Each item's end is a file of its own, written whole, in the folder of the results: what is there
and was made of the same bytes by the same question is not made again. The model is loaded once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.disk_cache import DiskCache
from engine.engine import Engine
from jobs.extraction import sources_of
from jobs.failures import failure_of
from jobs.grid import Columns, GridRow, columns_of
from jobs.library import cache_of
from schemas import response_schema as response_schemas
from schemas.batches import BatchItem
from schemas.errors import InvalidInput, NotFound
from schemas.extraction import ContractModel, Extraction, Mode, Status
from schemas.jobs import JobUsage
from schemas.plain_text import check_text
from schemas.progress import OnProgress, ignore_progress
from schemas.settings import Settings

_ITEMS = "items"
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class FolderItem:
    """What is asked of some files, which are read together."""

    position: int
    custom_id: str
    files: tuple[Path, ...]
    response_schema: dict[str, Any]
    instructions: str | None = None
    mode: Mode | None = None
    attachments: bool = False
    metadata: tuple[tuple[str, str], ...] = ()


class _Kept(ContractModel):
    fingerprint: str
    item: BatchItem


class FolderBatch:
    def __init__(self, settings: Settings, out: Path, *, retries_failed: bool = False) -> None:
        self._settings, self._out, self._retries_failed = settings, out, retries_failed
        self._cache: DiskCache | None = None
        self._engine: Engine | None = None
        (out / _ITEMS).mkdir(parents=True, exist_ok=True)

    def kept(self, item: FolderItem) -> BatchItem | None:
        """How it ended before; None where it is to be done, since it never was, its files or its
        question have changed, or what failed is to be tried again."""
        try:
            known = _Kept.model_validate_json(self._file(item).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        is_again = self._retries_failed and known.item.status is Status.FAILED
        if is_again or known.fingerprint != self._fingerprint(item):
            return None
        return known.item

    def run(self, item: FolderItem, on_progress: OnProgress = ignore_progress) -> BatchItem:
        """To its end, which is on the disk when this returns; a bad item fails alone."""
        fingerprint = self._fingerprint(item)
        try:
            result = self._extraction(item, on_progress)
        except (KeyboardInterrupt, SystemExit):
            raise
        except Exception as error:
            ended = _view(item, Status.FAILED).model_copy(update={"failure": failure_of(error)})
        else:
            usage = JobUsage(**result.usage.model_dump())
            ended = _view(item, result.status, result.id).model_copy(
                update={"result": result, "usage": usage}
            )
        _write(self._file(item), _Kept(fingerprint=fingerprint, item=ended).model_dump_json())
        return ended

    def rows(self, items: Sequence[FolderItem]) -> Iterator[GridRow]:
        for item in items:
            ended = self.kept(item) or _view(item, Status.QUEUED)
            without = ended.model_copy(update={"result": None, "position": item.position})
            yield GridRow(without, ended.result)

    def columns(self, items: Sequence[FolderItem]) -> Columns:
        schemas: list[dict[str, Any]] = []
        for item in items:
            if item.response_schema not in schemas[-100:]:
                schemas.append(item.response_schema)
        return columns_of(schemas)

    def _extraction(self, item: FolderItem, on_progress: OnProgress) -> Extraction:
        response_schemas.parse(item.response_schema)
        check_text(item.instructions or "", "instructions")
        for file in item.files:
            if not file.is_file():
                raise NotFound(f"{file.name}: no such file", param=file.name)
        if self._cache is None:
            self._cache = cache_of(self._settings)
        sources = sources_of(
            item.files,
            self._settings,
            self._cache,
            None,
            on_progress,
            attachments=item.attachments,
        )
        if self._engine is None:
            self._engine = Engine.open(self._settings, self._cache, on_progress)
        return self._engine.extract(
            sources,
            item.response_schema,
            mode=item.mode,
            instructions=item.instructions,
            on_progress=on_progress,
        )

    def _file(self, item: FolderItem) -> Path:
        plain = _NOT_IN_NAMES.sub("_", item.custom_id)[:80]
        digest = hashlib.sha256(item.custom_id.encode()).hexdigest()[:12]
        return self._out / _ITEMS / f"{plain}-{digest}.json"

    def _fingerprint(self, item: FolderItem) -> str:
        engine = self._settings.engine
        parts = {
            "files": [(file.name, _sha256(file)) for file in item.files],
            "schema": item.response_schema,
            "instructions": item.instructions,
            "mode": item.mode,
            "attachments": item.attachments,
            "engine": engine.model_dump(mode="json", exclude={"num_threads", "chunk_tokens"}),
        }
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _view(item: FolderItem, status: Status, extraction: str | None = None) -> BatchItem:
    return BatchItem(
        position=item.position,
        custom_id=item.custom_id,
        status=status,
        documents=[file.name for file in item.files],
        extraction=extraction,
        metadata=dict(item.metadata),
        num_tries=1,
        finished_at=datetime.now(UTC) if status is not Status.QUEUED else None,
    )


def _sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _write(file: Path, text: str) -> None:
    """All of it, on the disk, or nothing."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
