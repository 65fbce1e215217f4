"""What do routes, tasks and sweepers work with?"""

from __future__ import annotations

from dataclasses import dataclass

from jobs.broker import Doorbell
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.engine_client import EngineClient
from jobs.job_store import JobStore
from jobs.key_store import KeyStore
from jobs.preparation_store import PreparationStore
from jobs.storage import Storage
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """One of each a process; threads share them. This is the one place that wires them."""

    settings: Settings
    database: Database
    storage: Storage
    jobs: JobStore
    documents: DocumentStore
    preparations: PreparationStore
    keys: KeyStore
    doorbell: Doorbell
    engine: EngineClient

    @classmethod
    def of(cls, settings: Settings) -> Services:
        database = Database.of(settings)
        return cls(
            settings=settings,
            database=database,
            storage=Storage.of(settings),
            jobs=JobStore(database, settings.jobs),
            documents=DocumentStore(database, settings.jobs),
            preparations=PreparationStore(database, settings.jobs),
            keys=KeyStore(database),
            doorbell=Doorbell(settings),
            engine=EngineClient(settings),
        )
