from __future__ import annotations

import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator

import pytest
import redis
from pydantic import SecretStr

from api.ports import free_port
from jobs import broker
from jobs.broker import Doorbell, celery_app
from jobs.embedded_broker import find_server
from schemas.errors import InvalidInput
from schemas.jobs import Queue
from schemas.settings import BrokerSettings, Settings


def settings_of_broker(url: str, prefix: str = "test:") -> Settings:
    return Settings(broker=BrokerSettings(url=SecretStr(url), key_prefix=prefix))


@pytest.fixture(
    params=["embedded_broker_url", pytest.param("redis_url", marks=pytest.mark.service)]
)
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def doorbell(url: str) -> Doorbell:
    return Doorbell(settings_of_broker(url, f"{uuid.uuid4().hex}:"))


@pytest.fixture
def mute_url() -> Iterator[str]:
    """Where connections are made, and nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_rings_wait_in_their_queue(doorbell: Doorbell) -> None:
    assert doorbell.ring(Queue.BATCH, 3)
    assert doorbell.ring(Queue.BATCH)
    assert (doorbell.waiting(Queue.BATCH), doorbell.waiting(Queue.INGEST)) == (4, 0)


def test_a_pulse_is_a_message_like_any(doorbell: Doorbell) -> None:
    assert doorbell.pulse(Queue.BATCH)
    assert doorbell.waiting(Queue.BATCH) == 1


def test_services_that_share_a_broker_do_not_hear_each_other(url: str) -> None:
    ours, theirs = (Doorbell(settings_of_broker(url, f"{uuid.uuid4().hex}:")) for _ in range(2))
    ours.ring(Queue.BATCH)
    assert theirs.waiting(Queue.BATCH) == 0


def test_a_message_names_the_queue_and_no_job(url: str) -> None:
    Doorbell(settings_of_broker(url, "look:")).ring(Queue.BATCH)
    with redis.Redis.from_url(url, decode_responses=True) as client:
        (message,) = client.lrange("look:batch", 0, -1)
        client.delete("look:batch")
    assert '"needlepoint.ring"' in message
    assert "ext_" not in message


def test_a_broker_that_is_not_there_costs_no_time() -> None:
    doorbell = Doorbell(settings_of_broker(f"redis://127.0.0.1:{free_port()}/0"))
    began = time.monotonic()
    assert (doorbell.ring(Queue.BATCH), doorbell.waiting(Queue.BATCH)) == (False, None)
    assert time.monotonic() - began < 2


def test_a_broker_that_never_answers_is_waited_for_once(mute_url: str) -> None:
    doorbell = Doorbell(settings_of_broker(mute_url))
    began = time.monotonic()
    answers = [doorbell.ring(Queue.BATCH) for _ in range(50)]
    assert not any(answers)
    assert time.monotonic() - began < 2


def test_a_broker_that_comes_back_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_RESTS_SECONDS", 0.0)
    port = free_port()
    command = [str(find_server()), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    doorbell = Doorbell(settings_of_broker(f"redis://127.0.0.1:{port}/0"))
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 10
            while not doorbell.ring(Queue.BATCH):
                assert time.monotonic() < until
                time.sleep(0.05)
            assert doorbell.waiting(Queue.BATCH) == 1
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def test_messages_are_acknowledged_early_and_not_fetched_ahead(url: str) -> None:
    conf = celery_app(settings_of_broker(url)).conf
    assert (conf.task_acks_late, conf.worker_prefetch_multiplier) == (False, 1)
    assert (conf.worker_disable_prefetch, conf.task_ignore_result) == (True, True)


@pytest.mark.parametrize("url", ["foo:X", "amqp://host", "http://host"])
def test_a_broker_of_another_kind_is_the_operators_mistake(url: str) -> None:
    settings = Settings(broker=BrokerSettings(url=SecretStr(url)))
    with pytest.raises(InvalidInput, match="redis://"):
        celery_app(settings)
