"""An API and an engine that chat, on ports of their own, as OpenAI's own client meets them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from openai import OpenAI

from api.app import app_of
from jobs.key_store import Scope
from jobs.services import Services
from schemas.engine_settings import EngineSettings
from schemas.settings import ApiSettings, CacheSettings, Settings
from tests.api.engine_process import (
    WAIT_SECONDS,
    RunningEngine,
    engine_settings,
    free_port,
    running_engine,
    until,
)
from tests.api.openai_client import Checked
from tests.api.served import served


@dataclass(frozen=True)
class ChatServer:
    services: Services
    engine: RunningEngine
    url: str
    key: str

    def client(self, **options: Any) -> OpenAI:
        """Of an own transport, so that its answers are held against the contract."""
        http = httpx.Client(transport=Checked())
        options = {"max_retries": 0, "http_client": http, **options}
        return OpenAI(base_url=f"{self.url}/v1", api_key=self.key, **options)


@contextmanager
def chat_server(model: Path, folder: Path, **engine: Any) -> Iterator[ChatServer]:
    """`gpt-4.1-mini` is another name of the model."""
    reads = EngineSettings(model=str(model), adapter=None, index_model=None)
    cache = CacheSettings(directory=folder / "cache")
    settings = engine_settings(Settings(engine=reads, cache=cache), folder, **engine)
    api = ApiSettings(watch_seconds=0.02, model_aliases=("gpt-4.1-mini",))
    with running_engine(settings) as running, served(folder / "api", api=api) as serving:
        services = replace(serving.services, engine=running.client)
        _, key = services.keys.create("a", "test", tuple(Scope))
        with listening(services) as url:
            yield ChatServer(services, running, url, key)


@contextmanager
def listening(services: Services) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app_of(services), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)
