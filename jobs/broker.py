"""How do the queues hear that there is work?

The database is the truth, messages only ring: one says that a queue has work, and names no job. A
message lost, doubled or late does no harm, so it is acknowledged before the work begins, and no
visibility timeout can ever deliver an hour-long job twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from celery import Celery
from kombu import Connection
from kombu import Queue as KombuQueue

from jobs.logs import logger
from schemas.errors import InvalidInput
from schemas.jobs import Queue
from schemas.settings import Settings

RING = "needlepoint.ring"
PULSE = "needlepoint.pulse"

_NO_BROKER = "memory://"
_SCHEMES = ("redis://", "rediss://")
_SOCKET = {
    "socket_keepalive": True,
    "socket_connect_timeout": 5.0,
    "socket_timeout": 60.0,
    "health_check_interval": 25,
}
_IMPATIENT = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 1,
    "interval_start": 0.0,
    "interval_step": 0.0,
    "connect_retries_timeout": 1.0,
}
_PULSE_EXPIRES_SECONDS = 60
_POOL_SECONDS = 0.5
_RESTS_SECONDS = 2.0
_MOST_RINGS = 200

Answer = TypeVar("Answer")

_log = logger(__name__)


def celery_app(settings: Settings) -> Celery:
    """Queues and options; a worker adds its tasks. Raises `InvalidInput` for a URL of another
    kind of broker."""
    app = Celery("needlepoint", broker=_url_of(settings))
    app.conf.update(
        task_queues=[KombuQueue(queue.value) for queue in Queue],
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={**_SOCKET, "global_keyprefix": settings.broker.key_prefix},
    )
    return app


def _url_of(settings: Settings) -> str:
    if settings.broker.url is None:
        return _NO_BROKER
    url = settings.broker.url.get_secret_value()
    if not url.startswith(_SCHEMES):
        raise InvalidInput(
            "the broker's URL is none that is spoken here: redis://… or rediss://…",
            param="broker.url",
        )
    return url


class Doorbell:
    """Rings and listens at the broker. It never raises and waits two seconds at most: what is
    not rung for now, the sweeper rings for later. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._app = celery_app(settings)
        self._app.conf.broker_transport_options.update(_IMPATIENT)
        self._silent_until = 0.0

    def ring(self, queue: Queue, times: int = 1) -> bool:
        """Whether it was heard at the broker."""

        def send(connection: Connection) -> bool:
            with self._app.amqp.Producer(connection) as producer:
                for _ in range(min(times, _MOST_RINGS)):
                    self._send(producer, RING, queue)
            return True

        return self._tried(queue, send) or False

    def pulse(self, queue: Queue) -> bool:
        """Sends what a worker of the queue answers with a `PulseRecord`."""

        def send(connection: Connection) -> bool:
            with self._app.amqp.Producer(connection) as producer:
                self._send(producer, PULSE, queue, expires=_PULSE_EXPIRES_SECONDS)
            return True

        return self._tried(queue, send) or False

    def waiting(self, queue: Queue) -> int | None:
        """Messages that nobody took yet; None when the broker does not answer."""

        def count(connection: Connection) -> int:
            channel = connection.default_channel
            return int(channel.queue_declare(queue.value).message_count)

        return self._tried(queue, count)

    def _send(self, producer: Any, task: str, queue: Queue, **options: Any) -> None:
        self._app.send_task(
            task, (queue.value,), queue=queue.value, producer=producer, retry=False, **options
        )

    def _tried(self, queue: Queue, act: Callable[[Connection], Answer]) -> Answer | None:
        """After a failure nobody waits again for a while, so that no caller queues up for it."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            with self._app.pool.acquire(block=True, timeout=_POOL_SECONDS) as connection:
                return act(connection)
        except Exception as error:  # of sockets, redis, kombu and celery: there is no common base
            self._silent_until = time.monotonic() + _RESTS_SECONDS
            _log.warning("the broker does not answer", queue=queue.value, kind=type(error).__name__)
            return None
