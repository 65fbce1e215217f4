"""How do tests upload a document and have it read, with the tiny model's tokenizer?"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

from jobs.job_store import Claim
from jobs.run_ingest import run_ingest
from jobs.services import Services
from jobs.storage import original_key
from schemas.engine_settings import EngineSettings
from schemas.ingest_settings import IngestSettings
from schemas.jobs import Queue
from tests.jobs.asked import TENANT, claimed


def with_tiny_model(
    services: Services, folder: Path, ingest: IngestSettings | None = None
) -> Services:
    update = {
        "engine": EngineSettings(model=str(folder), adapter=None),
        "ingest": ingest or IngestSettings(),
    }
    return dataclasses.replace(services, settings=services.settings.model_copy(update=update))


def upload(services: Services, name: str, data: bytes, password: str | None = None) -> str:
    """The document's id."""
    document, _ = services.documents.add(
        TENANT,
        sha256=hashlib.sha256(data).hexdigest(),
        name=name,
        num_bytes=len(data),
        password=password,
    )
    services.storage.put_bytes(original_key(TENANT, document.id), data)
    return document.id


def ingest(services: Services, should_stop: Callable[[], bool] = lambda: False) -> Claim:
    """The next document that waits."""
    claim = claimed(services.jobs, Queue.INGEST)
    run_ingest(claim, services, should_stop=should_stop)
    return claim


def files_of(services: Services) -> list[str]:
    """What lies in the storage and among the scratch files, without folders."""
    blobs = services.settings.data_directory / "blobs"
    found = [*blobs.rglob("*"), *services.storage.scratch.rglob("*")]
    return sorted(path.name for path in found if path.is_file())
