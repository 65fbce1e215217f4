"""What do routes, tasks and sweepers work with?"""

from __future__ import annotations

from dataclasses import dataclass

from jobs.batch_store import BatchStore
from jobs.broker import Doorbell
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.engine_client import EngineClient
from jobs.file_store import FileStore
from jobs.job_store import JobStore
from jobs.key_store import KeyStore
from jobs.preparation_store import PreparationStore
from jobs.quotas import Quotas
from jobs.request_batch_store import RequestBatchStore
from jobs.response_jobs import ResponseJobs
from jobs.response_store import ResponseStore
from jobs.schedule_store import ScheduleStore
from jobs.schema_store import SchemaStore
from jobs.storage import Storage
from jobs.tuned_models import TunedModels
from jobs.tuning_store import TuningStore
from jobs.upload_store import UploadStore
from jobs.webhook_log import WebhookLog
from jobs.webhook_store import WebhookStore
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
    files: FileStore
    uploads: UploadStore
    responses: ResponseStore
    keys: KeyStore
    doorbell: Doorbell
    engine: EngineClient
    quotas: Quotas

    @property
    def batches(self) -> BatchStore:
        return BatchStore(self.database, self.settings.jobs, self.quotas)

    @property
    def request_batches(self) -> RequestBatchStore:
        return RequestBatchStore(self.database, self.settings.jobs, self.quotas)

    @property
    def schedules(self) -> ScheduleStore:
        return ScheduleStore(self.database, self.settings.schedules)

    @property
    def webhooks(self) -> WebhookStore:
        return WebhookStore(self.database, self.settings)

    @property
    def response_jobs(self) -> ResponseJobs:
        return ResponseJobs(self.database, self.settings.jobs)

    @property
    def tunings(self) -> TuningStore:
        return TuningStore(self.database, self.settings)

    @property
    def tuned_models(self) -> TunedModels:
        return TunedModels(self.database)

    @property
    def response_schemas(self) -> SchemaStore:
        return SchemaStore(self.database)

    @property
    def webhook_log(self) -> WebhookLog:
        return WebhookLog(self.database)

    @classmethod
    def of(cls, settings: Settings) -> Services:
        database = Database.of(settings)
        quotas = Quotas(database, settings)
        return cls(
            settings=settings,
            database=database,
            storage=Storage.of(settings),
            jobs=JobStore(database, settings.jobs, quotas),
            documents=DocumentStore(database, settings.jobs, quotas),
            preparations=PreparationStore(database, settings.jobs),
            files=FileStore(database),
            uploads=UploadStore(database),
            responses=ResponseStore(database),
            keys=KeyStore(database),
            doorbell=Doorbell(settings),
            engine=EngineClient(settings),
            quotas=quotas,
        )
