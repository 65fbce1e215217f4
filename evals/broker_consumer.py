"""What does a worker do in the comparison of brokers? As ours does, but its jobs only wait."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any

from celery import Celery
from pydantic import SecretStr

from jobs.broker import PULSE, RING, celery_app
from jobs.services import Services
from jobs.sweeper import Sweeper
from jobs.worker_wake import LoopWaker
from schemas.extraction import Status, Usage
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from schemas.settings import BrokerSettings, Settings

QUEUE = Queue.STANDARD
LEASE_SECONDS = 3.0
_SLOTS = 2
_JOB_SECONDS = 0.1


def settings_of(folder: Path, url: str) -> Settings:
    return Settings(
        data_directory=folder,
        broker=BrokerSettings(url=SecretStr(url) if url.startswith("redis") else None),
        jobs=JobSettings(
            lease_seconds=LEASE_SECONDS, sweep_seconds=1.0, max_attempts=100, standard_slots=_SLOTS
        ),
    )


def services_of(settings: Settings, url: str) -> Services:
    services = Services.of(settings)
    use_folder(services.doorbell._app, settings, url)
    return services


def use_folder(app: Celery, settings: Settings, url: str) -> None:
    """kombu's transport over files is none of the product's, and wants to know where."""
    if url != "filesystem://":
        return
    app.conf.broker_url = url
    messages = str(settings.data_directory / "messages")
    app.conf.broker_transport_options = {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(settings.data_directory / "control"),
    }


def main(folder: str, url: str, sweeps: str) -> None:
    settings = settings_of(Path(folder), url)
    services = services_of(settings, url)
    app = celery_app(settings)
    use_folder(app, settings, url)

    waker = LoopWaker()

    def ring(_: str) -> None:
        claim = services.jobs.claim(QUEUE, "consumer")
        if claim is not None:
            time.sleep(_JOB_SECONDS)
            services.jobs.finish(
                claim,
                status=Status.COMPLETED,
                result_key=None,
                usage=Usage(),
                seconds=_JOB_SECONDS,
            )
        waker.wake_soon()

    app.task(ring, name=RING)
    app.task(ring, name=PULSE)
    if sweeps == "True":
        sweeper: Any = Sweeper(services, (QUEUE,)).run_until
        threading.Thread(target=sweeper, args=(threading.Event(),), daemon=True).start()
    app.Worker(
        queues=[QUEUE.value],
        pool="threads",
        concurrency=_SLOTS,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="ERROR",
    ).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
