"""How is the engine asked over HTTP?

For the workers and the API alone, who hold its token; the routes speak `schemas.engine_protocol`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.engine_service import EngineService
from api.engine_work import EngineWork
from api.ports import check_free, is_loopback, listening_socket
from api.problems import install, problem_of
from jobs.logs import logger
from schemas.caches import Cache, CacheDeleted, CacheList
from schemas.engine_protocol import (
    EngineCache,
    EngineCaches,
    EngineCount,
    EngineCounted,
    EngineEstimate,
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
from schemas.errors import Forbidden, InvalidInput, ServiceError, Unauthenticated
from schemas.settings import EngineServerSettings, Settings

_DRAIN_SECONDS = 6
_JOIN_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_log = logger(__name__)


def app_of(settings: Settings) -> FastAPI:
    """Opens the model. Raises `UnknownModel`, `ModelUnavailable`."""
    return app_of_service(EngineService.open(settings), settings.engine_server.token)


def app_of_service(service: EngineService, token: SecretStr | None) -> FastAPI:
    app = FastAPI(openapi_url=None, lifespan=_lifespan(service))
    install(app)
    app.add_middleware(_Guard, token=None if token is None else token.get_secret_value())

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        status = 503 if service.is_hung else 200
        return JSONResponse({"status": "hung" if service.is_hung else "ok"}, status)

    @app.get("/health")
    async def health() -> EngineHealth:
        return service.health()

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")

    @app.post("/extract", response_model=None)
    async def extract(request: EngineExtract) -> StreamingResponse:
        return _FollowedWork(service, service.begin(request))

    @app.post("/prepare", response_model=None)
    async def prepare(request: EnginePrepare) -> StreamingResponse:
        return _FollowedWork(service, service.begin(request))

    @app.post("/generate", response_model=None)
    async def generate(request: EngineGenerate) -> StreamingResponse:
        return _FollowedWork(service, service.begin(request))

    @app.post("/warm", response_model=None)
    async def warm(request: EngineWarm) -> StreamingResponse:
        return _FollowedWork(service, service.begin(request))

    @app.post("/caches")
    def caches(request: EngineCaches) -> CacheList:
        return CacheList(data=service.kept.list(request.tenant, request.documents))

    @app.post("/cache")
    def cache(request: EngineCache) -> Cache:
        if request.change is not None:
            return service.kept.change(request.tenant, request.id, request.change)
        return service.kept.get(request.tenant, request.id)

    @app.post("/cache/delete")
    def delete_cache(request: EngineCache) -> CacheDeleted:
        num_bytes = service.kept.delete(request.tenant, request.id)
        return CacheDeleted(id=request.id, num_bytes=num_bytes)

    @app.post("/prepared")
    def prepared(request: EnginePrepare) -> EnginePrepared:
        return service.prepared(request)

    @app.post("/count")
    def count(request: EngineCount) -> EngineCounted:
        return service.count(request)

    @app.post("/estimate")
    def estimate(request: EngineExtract) -> EngineEstimate:
        return service.estimate(request)

    @app.post("/search")
    def search(request: EngineSearch) -> EngineHits:
        return service.search(request)

    @app.post("/forget", status_code=204)
    def forget(request: EngineForget) -> None:
        service.forget(request)

    return app


def serve_engine(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. Raises `UnknownModel`, `ModelUnavailable`, and `InvalidInput`
    where it may not or cannot listen."""
    server = settings.engine_server
    check_may_listen(server)
    check_free(server.host, server.port)
    service = EngineService.open(settings)
    listening = listening_socket(server.host, server.port)
    config = uvicorn.Config(
        app_of_service(service, server.token),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    port = listening.getsockname()[1]
    _log.info("the engine listens", host=server.host, port=port, **service.health().model_dump())
    _Server(config, service).run(sockets=[listening])
    service.join(_JOIN_SECONDS)
    logging.shutdown()
    os._exit(0)  # a thread may be in the middle of a chunk, which nobody waits for


def check_may_listen(server: EngineServerSettings) -> None:
    if server.token is None and not is_loopback(server.host):
        raise InvalidInput(
            f"{server.host} can be reached by others: set NEEDLEPOINT_ENGINE_SERVER__TOKEN here, "
            "and the same one where the API and the workers run",
            param="engine_server.token",
        )


class _Server(uvicorn.Server):
    """Ends on a signal with the code 0."""

    def __init__(self, config: uvicorn.Config, service: EngineService) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._service.drain()
        self.force_exit = self.should_exit  # at the second signal
        self.should_exit = True


class _FollowedWork(StreamingResponse):
    """The lines of a piece of work, which ends when nobody follows it."""

    def __init__(self, service: EngineService, work: EngineWork) -> None:
        super().__init__(work.lines(), media_type="application/x-ndjson")
        self._service, self._work = service, work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._service.end(self._work)


class _Guard:
    """Lets in who holds the token. Where there is none, only programs of this machine can reach
    us, and a page in a browser of it is no such program: it says `Origin`, or another `Host`."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        if scope["type"] == "http" and scope["path"] != "/healthz":
            error = self._refusal(Headers(scope=scope))
            app = self._app if error is None else problem_of(error, "")
        await app(scope, receive, send)

    def _refusal(self, headers: Headers) -> ServiceError | None:
        if self._token is None:
            host = urlsplit(f"//{headers.get('host', '')}").hostname
            if "origin" in headers or not is_loopback(host or ""):
                return Forbidden("the engine without a token is for programs of this machine")
            return None
        given = headers.get("authorization", "").encode("latin-1")
        if hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            return None
        return Unauthenticated("the engine wants its token: Authorization: Bearer …")


def _lifespan(service: EngineService) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(_tell_when_draining(service))
        yield
        watch.cancel()

    return lifespan


async def _tell_when_draining(service: EngineService) -> None:
    """A signal handler may only leave a mark; who follows some work is told from here."""
    while not service.is_draining:
        await asyncio.sleep(_LOOK_SECONDS)
    service.tell_draining()
