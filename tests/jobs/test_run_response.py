"""A chat in the background, where its worker lost it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.response_store import write_answer
from jobs.run_response import run_response
from jobs.services import Services
from schemas.engine_protocol import EngineEvent, EngineGenerate
from schemas.extraction import Status, Usage
from tests.jobs.asked import TENANT, claimed
from tests.jobs.request_batching import ChattingEngine

REQUEST = {"model": "m", "background": True, "input": [{"role": "user", "content": "hello"}]}
OTHERS = {"said": "by another"}


class SlowEngine(ChattingEngine):
    """Something happens between its last word and its end."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = bool

    def generate(self, request: EngineGenerate, on_event: Callable[[EngineEvent], None]) -> Usage:
        usage = super().generate(request, on_event)
        self.meanwhile()
        return usage


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


def test_a_worker_that_lost_its_chat_leaves_the_answer_of_another(
    services: Services, engine: SlowEngine
) -> None:
    response, _ = services.response_jobs.create(TENANT, None, REQUEST)
    lost = claimed(services.jobs)

    def answered_by_another() -> None:
        services.jobs.release(lost, is_lost=True)
        assert services.jobs.finish(
            claimed(services.jobs),
            status=Status.COMPLETED,
            result_key=None,
            usage=Usage(),
            seconds=1.0,
            also=lambda session: write_answer(session, TENANT, response.id, OTHERS),
        )

    engine.meanwhile = answered_by_another
    run_response(lost, services, should_stop=lambda: False)
    assert services.responses.get(TENANT, response.id).answer == OTHERS
