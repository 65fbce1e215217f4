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
    EnginePrepare,
    EnginePrepared,
    EngineSearch,
)
from schemas.extraction import Coverage, Extraction, FieldResult, FieldStatus, Mode, Status, Usage
from schemas.preparation import Preparation

OnEvent = Callable[[EngineEvent], None]
Act = Callable[[EngineExtract, OnEvent], Extraction]
Read = Callable[[EnginePrepare, OnEvent], Preparation]

FIELD = FieldResult(path="/total", value="93", status=FieldStatus.FOUND, confidence=0.9)
USAGE = Usage(prompt_tokens=30, cached_tokens=20, completion_tokens=5)
NUM_TOKENS = 30


class FakeEngine:
    """Requests are answered by the acts, one each; without any by a completed extraction."""

    def __init__(self, *acts: Act) -> None:
        self.acts = list(acts)
        self.requests: list[EngineExtract] = []
        self.num_hung_up = 0
        self.reads: list[Read] = []
        self.preparations: list[EnginePrepare] = []
        self.num_tokens_kept = 0

    def extract(self, request: EngineExtract, on_event: OnEvent) -> Extraction:
        self.requests.append(request)
        act = self.acts.pop(0) if self.acts else answers()
        return act(request, self._counted(on_event))

    def prepare(self, request: EnginePrepare, on_event: OnEvent) -> Preparation:
        """As the reads say, one each; without any all is read."""
        self.preparations.append(request)
        read = self.reads.pop(0) if self.reads else reads_all
        return read(request, self._counted(on_event))

    def prepared(self, request: EnginePrepare) -> EnginePrepared:
        return EnginePrepared(
            num_tokens=NUM_TOKENS,
            num_tokens_indexed=self.num_tokens_kept,
            is_prepared=self.num_tokens_kept == NUM_TOKENS,
        )

    def search(self, request: EngineSearch) -> EngineHits:
        return EngineHits(data=[])

    def estimate(self, request: EngineExtract) -> EngineEstimate:
        raise NotImplementedError

    def forget(self, request: EngineForget) -> None:
        return

    def health(self) -> EngineHealth:
        raise NotImplementedError

    def _counted(self, on_event: OnEvent) -> OnEvent:
        def heard(event: EngineEvent) -> None:
            try:
                on_event(event)
            except Exception:
                self.num_hung_up += 1
                raise

        return heard


def reads_all(request: EnginePrepare, on_event: OnEvent) -> Preparation:
    return Preparation(
        num_tokens=NUM_TOKENS, num_tokens_indexed=NUM_TOKENS, num_tokens_read=NUM_TOKENS, seconds=1
    )


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
