"""How does one process serve one queue, and how does it end?"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery, signals
from celery.platforms import SecurityWarning

from jobs.broker import PULSE, RING, celery_app
from jobs.logs import logger
from jobs.queue_load import slots_of
from jobs.schedule_ticker import QUEUES, ScheduleTicker
from jobs.services import Services
from jobs.sweeper import Sweeper
from jobs.webhook_deliverer import WebhookDeliverer
from jobs.work import run_next
from jobs.worker_wake import LoopWaker
from schemas.errors import InvalidInput, Unavailable
from schemas.jobs import Queue
from schemas.settings import Settings

_HANG_SECONDS = 10.0  # for what should have ended after the drain

_log = logger(__name__)


def run_worker(settings: Settings, queue: Queue) -> int:
    """Serves the queue until a signal; the exit code.

    SIGTERM: no job is begun any more, running ones get `drain_seconds`, then they go back to the
    queue. A worker that hangs all the same is ended; its leases run out.
    """
    slots = Slots(slots_of(queue, settings.jobs))
    if not slots.number:
        raise InvalidInput(
            f"the queue has no slots here: NEEDLEPOINT_JOBS__{queue.upper()}_SLOTS=1",
            param="queue",
        )
    services, drain = Services.of(settings), Drain(settings.jobs.drain_seconds)
    warnings.simplefilter("ignore", SecurityWarning)  # of root and pickle: only JSON is taken
    app = celery_app(settings)
    deliverer = WebhookDeliverer(services.database, settings)
    add_tasks(app, services, slots, drain, deliverer.wake)

    def begin_drain(**_: Any) -> None:
        drain.begin()
        _after(settings.jobs.drain_seconds + _HANG_SECONDS, lambda: os._exit(1))

    signals.worker_shutting_down.connect(begin_drain, weak=False)
    signals.setup_logging.connect(_leave_logging, weak=False)
    sweeper = Sweeper(services, (queue,), is_full=slots.is_full)
    thread = threading.Thread(target=sweeper.run_until, args=(drain.has_begun,), daemon=True)
    thread.start()
    sending = threading.Thread(target=deliverer.run_until, args=(drain.has_begun,), daemon=True)
    sending.start()
    if queue in QUEUES:
        ticker = ScheduleTicker(services)
        threading.Thread(target=ticker.run_until, args=(drain.has_begun,), daemon=True).start()
    worker = app.Worker(
        queues=[queue.value],
        pool="threads",
        concurrency=slots.number,
        hostname=f"{queue.value}@{os.getpid()}",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    was_asked = drain.has_begun.is_set()
    drain.begin()
    _log.info("worker ended", queue=queue.value, was_asked=was_asked)
    return 0 if was_asked else 1


def add_tasks(
    app: Celery,
    services: Services,
    slots: Slots,
    drain: Drain,
    when_done: Callable[[], None] = lambda: None,
) -> None:
    """Both messages say: look for work. The pulse says, too, that messages arrive. `when_done` is
    called after each job."""

    waker = LoopWaker()

    def ring(name: str) -> None:
        if drain.has_begun.is_set():
            return
        try:
            with slots.taken():
                if run_next(Queue(name), services, is_draining=drain.is_over.is_set):
                    when_done()
        except Unavailable:
            _log.warning("no job could be claimed: the database does not answer")
        finally:
            waker.wake_soon()

    def pulse(name: str) -> None:
        try:
            services.jobs.pulse(Queue(name))
        except Unavailable:
            return
        ring(name)

    app.task(ring, name=RING)
    app.task(pulse, name=PULSE)


class Slots:
    """How many jobs run in this process, of how many that may."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._num_taken = 0
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def is_full(self) -> bool:
        return self._num_taken >= self.number

    def _add(self, number: int) -> None:
        with self._lock:
            self._num_taken += number


class Drain:
    """From the signal to the end: first nothing is begun, then what runs is stopped."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.has_begun, self.is_over = threading.Event(), threading.Event()

    def begin(self) -> None:
        if not self.has_begun.is_set():
            self.has_begun.set()
            _after(self._seconds, self.is_over.set)


def _leave_logging(**_: Any) -> None:
    """`jobs.logs` has set it up; celery, asked like this, leaves it. Its line for each message
    says nothing that ours do not."""
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _after(seconds: float, act: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
