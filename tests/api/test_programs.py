from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr
from sqlalchemy import delete

from api.programs import (
    QueueWatch,
    api_program,
    broker_program,
    engine_program,
    worker_programs,
)
from jobs.broker import Doorbell
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.embedded_broker import EmbeddedBroker
from jobs.engine_client import EngineClient
from jobs.file_store import FileStore
from jobs.job_store import JobStore
from jobs.key_store import KeyStore
from jobs.migrate import upgrade
from jobs.preparation_store import PreparationStore
from jobs.quotas import Quotas
from jobs.response_store import ResponseStore
from jobs.services import Services
from jobs.storage import Storage
from jobs.tables import PulseRecord
from jobs.upload_store import UploadStore
from schemas.errors import InvalidInput, Unavailable
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from schemas.settings import (
    DatabaseSettings,
    EngineServerSettings,
    Settings,
    load_settings,
)
from tests.jobs.fake_doorbell import FakeDoorbell


@pytest.fixture
def doorbell() -> FakeDoorbell:
    return FakeDoorbell()


@pytest.fixture
def services(tmp_path: Path, doorbell: FakeDoorbell) -> Iterator[Services]:
    settings = Settings(data_directory=tmp_path)
    upgrade(settings)
    database = Database.of(settings)
    yield Services(
        settings=settings,
        database=database,
        storage=Storage.of(settings),
        jobs=JobStore(database, settings.jobs),
        documents=DocumentStore(database, settings.jobs),
        preparations=PreparationStore(database, settings.jobs),
        files=FileStore(database),
        uploads=UploadStore(database),
        responses=ResponseStore(database),
        keys=KeyStore(database),
        doorbell=cast(Doorbell, doorbell),
        engine=cast(EngineClient, None),
        quotas=Quotas(database, settings),
    )
    database.dispose()


def test_a_queue_is_served_when_a_message_arrived_since_the_watch_began(
    services: Services,
) -> None:
    services.jobs.pulse(Queue.BATCH)
    watch = QueueWatch(services)
    assert not watch.is_served(Queue.BATCH)
    services.jobs.pulse(Queue.BATCH)
    assert (watch.is_served(Queue.BATCH), watch.is_served(Queue.STANDARD)) == (True, False)


def test_a_worker_is_not_blamed_for_a_broker_that_is_away(
    services: Services, doorbell: FakeDoorbell
) -> None:
    watch = QueueWatch(services)
    doorbell.is_broken = True
    assert not watch.is_served(Queue.BATCH)
    services.jobs.pulse(Queue.BATCH)
    assert watch.is_served(Queue.BATCH)
    with services.database.transaction() as session:
        session.execute(delete(PulseRecord))
    assert watch.is_served(Queue.BATCH)
    doorbell.is_broken = False
    assert not watch.is_served(Queue.BATCH)


def test_a_worker_is_not_blamed_for_a_database_that_is_away(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise Unavailable("the database does not answer: try again")

    watch = QueueWatch(services)
    services.jobs.pulse(Queue.BATCH)
    assert watch.is_served(Queue.BATCH)
    monkeypatch.setattr(services.jobs, "pulses", fail)
    assert watch.is_served(Queue.BATCH)
    with pytest.raises(Unavailable):  # nobody was ever seen to serve it
        watch.is_served(Queue.INGEST)


def test_each_queue_with_slots_has_a_process_of_its_own(services: Services) -> None:
    jobs = JobSettings(interactive_slots=1, standard_slots=0, batch_slots=3, ingest_slots=1)
    programs = worker_programs(services.settings.model_copy(update={"jobs": jobs}), services)
    assert [program.name for program in programs] == [
        "worker-interactive",
        "worker-batch",
        "worker-ingest",
        "worker-prepare",
        "worker-tuning",
    ]


def test_without_any_slot_there_is_nothing_to_run(services: Services) -> None:
    none = {f"{queue}_slots": 0 for queue in Queue}
    jobs = JobSettings.model_validate(none)
    with pytest.raises(InvalidInput, match="no queue has slots"):
        worker_programs(services.settings.model_copy(update={"jobs": jobs}), services)


def test_secrets_are_handed_down_by_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database=DatabaseSettings(url=SecretStr("postgresql+psycopg://me:hush@db/np")),
        engine_server=EngineServerSettings(token=SecretStr("hush")),
    )
    for program in (api_program(settings, 3), engine_program(settings)):
        assert "hush" not in " ".join(program.command)
        for name, value in program.environment.items():
            monkeypatch.setenv(name, value)
        assert load_settings() == settings


def test_the_parts_end_in_order(services: Services) -> None:
    settings = services.settings
    broker = broker_program(EmbeddedBroker(("true",), 1, "secret"))
    ranks = [
        api_program(settings, 3).rank,
        *{program.rank for program in worker_programs(settings, services)},
        engine_program(settings).rank,
        broker.rank,
    ]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 4


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_an_engine_is_well_when_it_says_so(status: int, expected: bool) -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert (self.path, self.headers["Authorization"]) == ("/healthz", "Bearer hush")
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to read it."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request).start()
        where = EngineServerSettings(port=server.server_port, token=SecretStr("hush"))
        assert engine_program(Settings(engine_server=where)).is_well() is expected
