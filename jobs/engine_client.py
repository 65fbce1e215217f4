"""How is the engine process asked, and what does it mean when it does not answer?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import BaseModel

from schemas.caches import Cache, CacheDeleted, CacheList, Warmed
from schemas.engine_protocol import (
    EngineCache,
    EngineCaches,
    EngineCount,
    EngineCounted,
    EngineEstimate,
    EngineEvent,
    EngineExtract,
    EngineForget,
    EngineGenerate,
    EngineHealth,
    EngineHits,
    EnginePrepare,
    EnginePrepared,
    EngineSearch,
    EngineWarm,
)
from schemas.errors import EngineUnavailable, ServiceError
from schemas.extraction import Extraction, Usage
from schemas.jobs import Failure
from schemas.preparation import Preparation
from schemas.settings import EngineServerSettings, Settings

_CONNECT_SECONDS, _SILENT_SECONDS = 2.0, 15.0
_FORGET_SECONDS = 10.0
_LOOK_SECONDS = 60.0  # of a search or an estimate, which answer at once or not at all
_HEALTH_SECONDS = 5.0
_RETRYABLE = (429, 503)


OnEvent = Callable[[EngineEvent], None]


class RemoteFailure(ServiceError):
    """An error of the engine's, as it is told to the caller."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, param=failure.param)
        self.failure = failure
        self.code = failure.code
        self.retryable = failure.retryable


class EngineClient:
    """Every call raises `EngineUnavailable` where the engine does not answer, is being stopped
    or has no slot free, and `RemoteFailure` for what it found wrong with the request. Threads may
    share one."""

    def __init__(self, settings: Settings) -> None:
        server = settings.engine_server
        token = server.token
        self._http = httpx.Client(
            base_url=_url_of(server),
            headers={}
            if token is None
            else {"Authorization": f"Bearer {token.get_secret_value()}"},
            timeout=httpx.Timeout(_SILENT_SECONDS, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_keepalive_connections=0),  # no use of one that may be dead
            trust_env=False,  # the engine is ours: no proxy stands before it
        )

    def extract(self, request: EngineExtract, on_event: OnEvent) -> Extraction:
        """`on_event` is called about each second at least, also while the request waits. What it
        raises hangs up, so that the engine stops at its next step, and comes through."""
        result = self._followed("/extract", request, on_event).result
        if result is None:
            raise _wordless()
        return result

    def prepare(self, request: EnginePrepare, on_event: OnEvent) -> Preparation:
        """As `extract`."""
        preparation = self._followed("/prepare", request, on_event).preparation
        if preparation is None:
            raise _wordless()
        return preparation

    def generate(self, request: EngineGenerate, on_event: OnEvent) -> Usage:
        """As `extract`; the events carry what is said."""
        usage = self._followed("/generate", request, on_event).usage
        if usage is None:
            raise _wordless()
        return usage

    def warm(self, request: EngineWarm, on_event: OnEvent) -> Warmed:
        """As `extract`."""
        warmed = self._followed("/warm", request, on_event).warmed
        if warmed is None:
            raise _wordless()
        return warmed

    def _followed(self, path: str, request: BaseModel, on_event: OnEvent) -> EngineEvent:
        """The last event of a request, which ends well."""
        was_reached = False
        try:
            with self._http.stream("POST", path, **_body_of(request)) as response:
                if response.status_code != 200:
                    response.read()
                    raise _refusal(response)
                for line in response.iter_lines():
                    was_reached = True
                    event = EngineEvent.model_validate_json(line)
                    if event.failure is not None:
                        raise _error_of(event.failure)
                    on_event(event)
                    if event.is_last:
                        return event
        except httpx.RequestError as error:
            raise _gone(error, was_reached) from error
        raise _wordless()

    def prepared(self, request: EnginePrepare) -> EnginePrepared:
        return EnginePrepared.model_validate_json(self._post("/prepared", request))

    def search(self, request: EngineSearch) -> EngineHits:
        return EngineHits.model_validate_json(self._post("/search", request))

    def estimate(self, request: EngineExtract) -> EngineEstimate:
        return EngineEstimate.model_validate_json(self._post("/estimate", request))

    def count(self, request: EngineCount) -> EngineCounted:
        return EngineCounted.model_validate_json(self._post("/count", request))

    def forget(self, request: EngineForget) -> None:
        self._post("/forget", request, _FORGET_SECONDS)

    def caches(self, request: EngineCaches) -> CacheList:
        return CacheList.model_validate_json(self._post("/caches", request))

    def cache(self, request: EngineCache) -> Cache:
        """Changed first, where it says so."""
        return Cache.model_validate_json(self._post("/cache", request))

    def delete_cache(self, request: EngineCache) -> CacheDeleted:
        return CacheDeleted.model_validate_json(self._post("/cache/delete", request))

    def health(self) -> EngineHealth:
        with _translated():
            response = self._http.get("/health", timeout=_timeout(_HEALTH_SECONDS))
        return EngineHealth.model_validate_json(_content_of(response))

    def close(self) -> None:
        self._http.close()

    def _post(self, path: str, request: BaseModel, seconds: float = _LOOK_SECONDS) -> bytes:
        with _translated():
            response = self._http.post(path, **_body_of(request), timeout=_timeout(seconds))
        return _content_of(response)


def _url_of(server: EngineServerSettings) -> str:
    """A server that listens everywhere is found on loopback."""
    if server.url is not None:
        return server.url
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)
    return f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"


def _body_of(request: BaseModel) -> dict[str, Any]:
    """What is not said is not sent: a change leaves that as it is."""
    return {
        "content": request.model_dump_json(exclude_unset=True).encode(),
        "headers": {"Content-Type": "application/json"},
    }


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=_CONNECT_SECONDS)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpx.RequestError as error:
        raise _gone(error, was_reached=False) from error


def _gone(error: httpx.RequestError, was_reached: bool) -> EngineUnavailable:
    if was_reached:
        return EngineUnavailable("the engine went away while it worked", was_reached=True)
    return EngineUnavailable(f"the engine does not answer ({type(error).__name__})")


def _wordless() -> EngineUnavailable:
    return EngineUnavailable("the engine ended without an answer", was_reached=True)


def _content_of(response: httpx.Response) -> bytes:
    if response.is_success:
        return response.content
    raise _refusal(response)


def _refusal(response: httpx.Response) -> ServiceError:
    """What an answer that is none means."""
    if response.status_code in (401, 403):
        return EngineUnavailable(
            "the engine refuses our token: set the same NEEDLEPOINT_ENGINE_SERVER__TOKEN here "
            "and there"
        )
    try:
        problem = response.json()
        failure = Failure(
            code=problem["code"],
            message=problem["detail"],
            param=problem.get("param"),
            retryable=response.status_code in _RETRYABLE,
        )
    except (ValueError, KeyError, TypeError):  # not from our engine
        return EngineUnavailable(f"what answers for the engine says {response.status_code}")
    return _error_of(failure)


def _error_of(failure: Failure) -> ServiceError:
    if failure.code == EngineUnavailable.code:
        return EngineUnavailable(failure.message)
    return RemoteFailure(failure)
