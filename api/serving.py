"""How is the service, or a part of it, brought up in this process?"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from api.ports import check_free, free_port, is_loopback, listening_socket
from jobs import logs
from jobs.embedded_broker import EmbeddedBroker
from schemas.errors import InvalidInput
from schemas.jobs import Queue
from schemas.settings import LogSettings, Settings

if TYPE_CHECKING:
    from api.supervisor import Program
    from jobs.services import Services

_STATE = "serve.json"


def serve_all(settings: Settings) -> int:
    """Until a signal ends it; the exit code."""
    from api.supervisor import Supervisor
    from jobs.migrate import upgrade
    from jobs.services import Services

    logs.configure(_log_settings(settings), "supervisor")
    with only_one(settings), _listening(settings) as listening:
        settings = _with_api_port(settings, listening.getsockname()[1])
        settings, own_engine = _with_engine(settings)
        settings, broker = _with_broker(settings)
        upgrade(settings)
        services = Services.of(settings)
        _check_keys(settings, services)
        supervisor = Supervisor(
            _programs(settings, services, listening, broker, own_engine=own_engine),
            state=settings.data_directory / _STATE,
            when_up=lambda: _announce(settings, services, broker),
            when_ending=listening.close,
        )
        return supervisor.run()


def serve_api(settings: Settings, descriptor: int | None) -> None:
    """`descriptor` is a socket that listens already; it is the supervisor's."""
    from api.app import app_of
    from api.server import ApiServer
    from jobs.migrate import check_current
    from jobs.services import Services

    logs.configure(_log_settings(settings), "api")
    _require_broker(settings)
    check_current(settings)
    services = Services.of(settings)
    _check_keys(settings, services)
    listening = (
        listening_socket(settings.api.host, settings.api.port)
        if descriptor is None
        else socket.socket(fileno=descriptor)
    )
    ApiServer(app_of(services)).run(sockets=[listening])


def serve_queues(settings: Settings) -> int:
    """All queues with slots, a process each, watched; the exit code."""
    from api.programs import worker_programs
    from api.supervisor import Supervisor
    from jobs.services import Services

    logs.configure(_log_settings(settings), "supervisor")
    _require_broker(settings)
    _check_schema(settings)
    return Supervisor(worker_programs(settings, Services.of(settings))).run()


def serve_queue(settings: Settings, queue: Queue) -> int:
    """One queue in this process; the exit code."""
    from jobs.worker_process import run_worker

    logs.configure(_log_settings(settings), f"worker-{queue}")
    _require_broker(settings)
    _check_schema(settings)
    return run_worker(settings, queue)


def serve_model(settings: Settings) -> None:
    from api.engine_app import serve_engine

    logs.configure(_log_settings(settings), "engine")
    serve_engine(settings)


def _programs(
    settings: Settings,
    services: Services,
    listening: socket.socket,
    broker: EmbeddedBroker | None,
    *,
    own_engine: bool,
) -> list[Program]:
    from api import programs

    found = [programs.broker_program(broker)] if broker is not None else []
    if own_engine:
        found.append(programs.engine_program(settings))
    found += programs.worker_programs(settings, services)
    return [*found, programs.api_program(settings, listening.fileno())]


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Two would share a database but not a broker, each waiting for the other's messages."""
    folder = settings.data_directory
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be written: --data FOLDER") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise InvalidInput(f"another needlepoint serve runs on {folder}: --data FOLDER") from error
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    with listening_socket(settings.api.host, settings.api.port) as taken:
        yield taken


def _with_api_port(settings: Settings, port: int) -> Settings:
    api = settings.api.model_copy(update={"port": port})
    return settings.model_copy(update={"api": api})


def _with_engine(settings: Settings) -> tuple[Settings, bool]:
    """Where the engine is, and whether it is ours to start: on any free port, with a new token."""
    server = settings.engine_server
    if server.url is not None:
        return settings, False
    changes: dict[str, object] = {}
    if "port" in server.model_fields_set and server.port:
        check_free(server.host, server.port)
    else:
        changes["port"] = free_port()
    if server.token is None:
        changes["token"] = SecretStr(secrets.token_urlsafe(32))
    return settings.model_copy(update={"engine_server": server.model_copy(update=changes)}), True


def _with_broker(settings: Settings) -> tuple[Settings, EmbeddedBroker | None]:
    if settings.broker.url is not None:
        return settings, None
    broker = EmbeddedBroker.prepare(settings.data_directory / "broker", free_port())
    group = settings.broker.model_copy(update={"url": SecretStr(broker.url)})
    return settings.model_copy(update={"broker": group}), broker


def _check_keys(settings: Settings, services: Services) -> None:
    if not is_loopback(settings.api.host) and not services.keys.any_key():
        raise InvalidInput(
            f"{settings.api.host} can be reached by others, and there is no API key yet: "
            "make one with needlepoint keys create, or listen on 127.0.0.1",
            param="api.host",
        )


def _require_broker(settings: Settings) -> None:
    if settings.broker.url is None:
        raise InvalidInput(
            "a part alone needs a broker to share with the others: --broker-url redis://…, or "
            "run needlepoint serve",
            param="broker.url",
        )


def _check_schema(settings: Settings) -> None:
    from jobs.migrate import check_current

    check_current(settings)


def _log_settings(settings: Settings) -> LogSettings:
    """For people where a person looks, unless it was said otherwise."""
    if "format" in settings.log.model_fields_set or not sys.stderr.isatty():
        return settings.log
    return settings.log.model_copy(update={"format": "text"})


def _announce(settings: Settings, services: Services, broker: EmbeddedBroker | None) -> None:
    from api.serving_notice import notice_lines
    from api.standard_output import standard_output

    has_keys = services.keys.any_key()
    with standard_output() as out:
        for line in notice_lines(settings, own_broker=broker is not None, has_keys=has_keys):
            out.write(line + "\n")
