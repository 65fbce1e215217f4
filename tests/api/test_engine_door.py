"""Whom does an engine process answer, and what does it say of itself?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.engine_app import check_may_listen
from jobs.engine_client import EngineClient, RemoteFailure
from schemas.engine_settings import EngineSettings
from schemas.errors import EngineUnavailable, InvalidInput
from schemas.settings import CacheSettings, EngineServerSettings, Settings
from tests.api.engine_process import (
    TOKEN,
    WAIT_SECONDS,
    RunningEngine,
    engine_settings,
    ignore,
    request_for,
    running_engine,
)
from tests.engine.sources import source_of

SHORT = source_of("The agent is Ann. The margin is 2.5 per cent.", "doc_1")


@pytest.fixture(scope="module")
def settings(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("engine")
    tiny = EngineSettings(model=str(tiny_folder), adapter=None, index_model=None)
    settings = Settings(engine=tiny, cache=CacheSettings(directory=folder / "cache"))
    return engine_settings(settings, folder)


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[RunningEngine]:
    with running_engine(settings) as engine:
        yield engine


@pytest.mark.parametrize(
    "header", ["", "Bearer wrong", "Bearer", TOKEN, "Basic secret", "Bearer é"]
)
@pytest.mark.parametrize("path", ["/health", "/metrics", "/nothing"])
def test_without_its_token_it_says_nothing(engine: RunningEngine, path: str, header: str) -> None:
    headers = {b"Authorization": header.encode()}
    answer = httpx.get(engine.url + path, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


def test_a_client_with_another_token_is_told_so(engine: RunningEngine, settings: Settings) -> None:
    server = settings.engine_server.model_copy(update={"token": None})
    client = EngineClient(settings.model_copy(update={"engine_server": server}))
    with pytest.raises(EngineUnavailable, match="refuses our token") as refused:
        client.extract(request_for(engine.store(SHORT, "doc_1")), ignore)
    assert not refused.value.was_reached


def test_without_a_token_pages_in_a_browser_are_kept_out(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    with running_engine(engine_settings(tiny_settings, tmp_path, token=None)) as engine:

        def status(**headers: str) -> int:
            return httpx.get(f"{engine.url}/health", headers=headers).status_code

        assert [status(), status(host="localhost"), status(host="[::1]:80")] == [200, 200, 200]
        assert [status(host="evil.example"), status(host="127.0.0.1.evil.example")] == [403, 403]
        assert status(origin="http://localhost") == 403


def test_without_a_token_it_listens_on_this_machine_alone() -> None:
    check_may_listen(EngineServerSettings(host="127.0.0.1"))
    with pytest.raises(InvalidInput, match="NEEDLEPOINT_ENGINE_SERVER__TOKEN"):
        check_may_listen(EngineServerSettings(host="0.0.0.0"))


def test_what_it_did_is_counted(tiny_settings: Settings, tmp_path: Path) -> None:
    with running_engine(engine_settings(tiny_settings, tmp_path, token=None)) as engine:
        request = request_for(engine.store(SHORT, "doc_1"))
        usages = [engine.client.extract(request, ignore).usage for _ in range(2)]
        with pytest.raises(RemoteFailure):
            engine.client.extract(request.model_copy(update={"response_schema": {}}), ignore)
        engine.service.join(WAIT_SECONDS)
        lines = httpx.get(f"{engine.url}/metrics").text.splitlines()
    num_read = usages[0].prompt_tokens + usages[1].prompt_tokens - usages[1].cached_tokens
    assert f'needlepoint_engine_tokens_total{{kind="read"}} {float(num_read)}' in lines
    assert 'needlepoint_engine_requests_total{end="completed"} 2.0' in lines
    assert 'needlepoint_engine_requests_total{end="invalid_schema"} 1.0' in lines
    assert "needlepoint_engine_waiting 0.0" in lines


def test_a_body_that_is_no_request_is_refused(engine: RunningEngine) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for content in (b"{", b"[]", b'{"tenant": "a"}'):
        answer = httpx.post(f"{engine.url}/extract", content=content, headers=headers)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
