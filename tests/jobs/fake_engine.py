"""An engine that does what a test says, with the interface of `EngineClient`."""

from __future__ import annotations

from collections.abc import Callable

from schemas.engine_protocol import (
    EngineEstimate,
    EngineEvent,
    EngineExtract,
    EngineForget,
    EngineHealth,
    EngineHits,
    EngineSearch,
)
from schemas.extraction import Coverage, Extraction, FieldResult, FieldStatus, Mode, Status, Usage

OnEvent = Callable[[EngineEvent], None]
Act = Callable[[EngineExtract, OnEvent], Extraction]

FIELD = FieldResult(path="/total", value="93", status=FieldStatus.FOUND, confidence=0.9)
USAGE = Usage(prompt_tokens=30, cached_tokens=20, completion_tokens=5)


class FakeEngine:
    """Requests are answered by the acts, one each; without any by a completed extraction."""

    def __init__(self, *acts: Act) -> None:
        self.acts = list(acts)
        self.requests: list[EngineExtract] = []
        self.num_hung_up = 0

    def extract(self, request: EngineExtract, on_event: OnEvent) -> Extraction:
        self.requests.append(request)
        act = self.acts.pop(0) if self.acts else answers()

        def heard(event: EngineEvent) -> None:
            try:
                on_event(event)
            except Exception:
                self.num_hung_up += 1
                raise

        return act(request, heard)

    def search(self, request: EngineSearch) -> EngineHits:
        return EngineHits(data=[])

    def estimate(self, request: EngineExtract) -> EngineEstimate:
        raise NotImplementedError

    def forget(self, request: EngineForget) -> None:
        return

    def health(self) -> EngineHealth:
        raise NotImplementedError


def answers(status: Status = Status.COMPLETED) -> Act:
    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        return Extraction(
            id="the engine's own",
            status=status,
            model="fake",
            mode=Mode.DENSE,
            output={"total": "93"},
            fields=[FIELD],
            coverage=Coverage(
                num_tokens=30, num_tokens_read=30, num_passages=3, num_passages_read=3, share_read=1
            ),
            usage=USAGE,
        )

    return act


def raises(error: Exception, *events: EngineEvent) -> Act:
    """After the events."""

    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        for event in events:
            on_event(event)
        raise error

    return act


def tells(*events: EngineEvent) -> Act:
    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        for event in events:
            on_event(event)
        return answers()(request, on_event)

    return act
