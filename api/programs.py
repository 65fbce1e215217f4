"""Which processes make up the service, and how does one see that each is well?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.ports import url_of
from api.supervisor import Program
from jobs.embedded_broker import EmbeddedBroker
from jobs.queue_load import slots_of
from schemas.errors import InvalidInput, Unavailable
from schemas.jobs import Queue
from schemas.settings import Settings, environment_of

if TYPE_CHECKING:
    from jobs.services import Services

_PROBE_SECONDS = 5.0
_PULSE_SECONDS = 30.0  # and three sweeps: then a queue whose messages nobody takes is stuck
_WORKER_HANG_SECONDS = 60.0  # a database that hangs holds up a probe for half a minute
_ENGINE_START_SECONDS = 900.0  # a model may have to be converted first
_SERVER_DRAIN_SECONDS = 15.0
_API, _WORKERS, _ENGINE, _BROKER = range(4)  # who is ended first


def api_program(settings: Settings, listening: int) -> Program:
    url = url_of(settings.api.host, settings.api.port)
    return Program(
        name="api",
        command=_needlepoint("api", "--fd", str(listening)),
        environment=_environment(settings),
        is_well=lambda: _answers(f"{url}/healthz", {}),
        rank=_API,
        drain_seconds=_SERVER_DRAIN_SECONDS,
        files=(listening,),
    )


def engine_program(settings: Settings) -> Program:
    server = settings.engine_server
    url = server.url or url_of(server.host, server.port)
    headers = {}
    if server.token is not None:
        headers["Authorization"] = f"Bearer {server.token.get_secret_value()}"
    return Program(
        name="engine",
        command=_needlepoint("engine"),
        environment=_environment(settings),
        is_well=lambda: _answers(f"{url}/healthz", headers),
        rank=_ENGINE,
        start_seconds=_ENGINE_START_SECONDS,
        drain_seconds=_SERVER_DRAIN_SECONDS,
    )


def broker_program(broker: EmbeddedBroker) -> Program:
    return Program(
        name="broker",
        command=broker.command,
        environment={},
        is_well=broker.answers,
        rank=_BROKER,
        start_seconds=20.0,
        hang_seconds=10.0,
    )


def worker_programs(settings: Settings, services: Services) -> list[Program]:
    """One process a queue that has slots here. Raises `InvalidInput` where none has."""
    queues = [queue for queue in Queue if slots_of(queue, settings.jobs)]
    if not queues:
        raise InvalidInput("no queue has slots: NEEDLEPOINT_JOBS__STANDARD_SLOTS=1")
    watch = QueueWatch(services)
    return [
        Program(
            name=f"worker-{queue}",
            command=_needlepoint("worker", "--queue", queue),
            environment=_environment(settings),
            is_well=partial(watch.is_served, queue),
            rank=_WORKERS,
            hang_seconds=_WORKER_HANG_SECONDS,
            drain_seconds=settings.jobs.drain_seconds + _SERVER_DRAIN_SECONDS,
        )
        for queue in queues
    ]


class QueueWatch:
    """Is somebody taking the messages of a queue, as the database shows it?

    Once a queue was served, nobody is blamed while the broker or the database cannot be asked. Two
    workers of one queue stand in for each other here.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._longest = timedelta(seconds=_PULSE_SECONDS + 3 * services.settings.jobs.sweep_seconds)
        self._began = self._now()
        self._served: set[Queue] = set()

    def is_served(self, queue: Queue) -> bool:
        if queue in self._served and self._services.doorbell.waiting(queue) is None:
            return True
        try:
            is_served = self._has_pulse(queue)
        except Unavailable:
            if queue in self._served:
                return True
            raise
        if is_served:
            self._served.add(queue)
        return is_served

    def _has_pulse(self, queue: Queue) -> bool:
        pulse = self._services.jobs.pulses().get(queue)
        return pulse is not None and pulse > max(self._began, self._now() - self._longest)

    def _now(self) -> datetime:
        database = self._services.database
        with database.reading() as session:
            return database.now(session)


def _needlepoint(*arguments: str) -> Sequence[str]:
    """Our own command line; `-P` keeps the folder it is started in from hiding our packages."""
    return (sys.executable, "-P", "-m", "api.cli", *arguments)


def _environment(settings: Settings) -> Mapping[str, str]:
    """Ours in full, and what else is set; never on a command line, which everybody may read."""
    others = {k: v for k, v in os.environ.items() if not k.startswith("NEEDLEPOINT_")}
    return {**others, **environment_of(settings)}


def _answers(url: str, headers: Mapping[str, str]) -> bool:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", parts.path, headers=dict(headers))
        return connection.getresponse().status == 200
    finally:
        connection.close()
