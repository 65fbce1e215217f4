"""The stores on each database, without the parts that need a server of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from jobs.broker import Doorbell
from jobs.database import Database
from jobs.document_store import DocumentStore
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
from jobs.upload_store import UploadStore
from schemas.job_settings import JobSettings
from schemas.settings import DatabaseSettings, Settings
from tests.jobs.fake_doorbell import FakeDoorbell
from tests.jobs.fake_engine import FakeEngine
from tests.servers import new_database


def settings_of_url(url: str, folder: Path) -> Settings:
    return Settings(
        database=DatabaseSettings(url=SecretStr(url)),
        data_directory=folder,
        jobs=JobSettings(lease_seconds=30.0, max_queued=50),
    )


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded and empty database, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    upgrade(settings_of_url(f"sqlite:///{folder / 'empty.db'}", folder))
    return folder / "empty.db"


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with new_database(postgres_server) as url:
        upgrade(settings_of_url(url, tmp_path_factory.mktemp("postgres")))
        yield url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of an upgraded database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_file"), tmp_path / "needlepoint.db")
        yield settings_of_url(f"sqlite:///{tmp_path / 'needlepoint.db'}", tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    with new_database(server, request.getfixturevalue("postgres_template")) as url:
        yield settings_of_url(url, tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database.of(settings)
    yield database
    database.dispose()


@pytest.fixture
def jobs(database: Database, settings: Settings) -> JobStore:
    return JobStore(database, settings.jobs)


@pytest.fixture
def documents(database: Database, settings: Settings) -> DocumentStore:
    return DocumentStore(database, settings.jobs)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def doorbell() -> FakeDoorbell:
    return FakeDoorbell()


@pytest.fixture
def services(
    settings: Settings,
    database: Database,
    jobs: JobStore,
    documents: DocumentStore,
    engine: FakeEngine,
    doorbell: FakeDoorbell,
) -> Services:
    return Services(
        settings=settings,
        database=database,
        storage=Storage.of(settings),
        jobs=jobs,
        documents=documents,
        preparations=PreparationStore(database, settings.jobs),
        files=FileStore(database),
        uploads=UploadStore(database),
        responses=ResponseStore(database),
        keys=KeyStore(database),
        doorbell=cast(Doorbell, doorbell),
        engine=cast(EngineClient, engine),
        quotas=Quotas(database, settings),
    )
