"""An engine process as tests meet it: in a thread of theirs, with a port of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from api.engine_app import app_of_service
from api.engine_service import EngineService
from engine import array_file
from engine.lookup import Source
from ingest.document_arrays import arrays_of
from jobs.engine_client import EngineClient
from jobs.storage import Storage
from schemas.engine_protocol import EngineDocument, EngineEvent, EngineExtract
from schemas.settings import EngineServerSettings, Settings

WAIT_SECONDS = 60.0
TOKEN = "secret"


@dataclass(frozen=True)
class RunningEngine:
    service: EngineService
    client: EngineClient
    url: str
    storage: Storage

    def store(self, source: Source, document_id: str, tenant: str = "a") -> EngineDocument:
        return stored(self.storage, source, document_id, tenant)


def stored(storage: Storage, source: Source, document_id: str, tenant: str) -> EngineDocument:
    """As ingest leaves a document: its arrays in a file of the storage."""
    key = f"{tenant}/documents/{document_id}/parsed"
    file = storage.scratch_file()
    array_file.write(file, array_file.runs_of(arrays_of(source.document, source.passages), {}))
    storage.put_file(key, file)
    return EngineDocument(id=document_id, key=key)


def request_for(*documents: EngineDocument, tenant: str = "a", **changes: Any) -> EngineExtract:
    schema = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}
    fields = {"request_id": "ext_1:1", "tenant": tenant, "documents": list(documents)}
    return EngineExtract.model_validate({**fields, "response_schema": schema, **changes})


def engine_settings(settings: Settings, folder: Path, **server: Any) -> Settings:
    """Reads in chunks of 64 tokens, with files of its own."""
    return settings.model_copy(
        update={
            "engine": settings.engine.model_copy(update={"chunk_tokens": 64}),
            "engine_server": EngineServerSettings(
                **{"port": free_port(), "token": SecretStr(TOKEN), **server}
            ),
            "data_directory": folder / "data",
        }
    )


@contextmanager
def running_engine(settings: Settings) -> Iterator[RunningEngine]:
    service = EngineService.open(settings)
    server = settings.engine_server
    config = uvicorn.Config(
        app_of_service(service, server.token), port=server.port, log_config=None
    )
    uvicorn_server = uvicorn.Server(config)
    thread = threading.Thread(target=uvicorn_server.run)
    thread.start()
    try:
        until(lambda: uvicorn_server.started)
        client = EngineClient(settings)
        url = f"http://127.0.0.1:{server.port}"
        yield RunningEngine(service, client, url, Storage.of(settings))
        client.close()
    finally:
        service.drain()
        uvicorn_server.should_exit = True
        thread.join(WAIT_SECONDS)
        assert service.join(WAIT_SECONDS)


def ignore(_: EngineEvent) -> None:
    """Who wants to hear nothing on the way."""


def until(is_so: Callable[[], bool]) -> None:
    stop = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < stop, "it did not come"
        time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
