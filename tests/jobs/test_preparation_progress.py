from __future__ import annotations

import time

import pytest

from jobs.preparation_progress import PreparationProgress
from schemas.engine_protocol import EngineEvent, EngineProgress
from schemas.jobs import JobProgress


def kept(done: int, total: int = 100) -> EngineEvent:
    return EngineEvent(progress=EngineProgress(stage="look", done=done, total=total, unit="tokens"))


def test_it_counts_the_tokens_that_are_kept() -> None:
    told = PreparationProgress(JobProgress())
    assert told.take(kept(25))
    found = told.progress()
    assert (found.stage, found.tokens_done, found.tokens_total, found.share) == (
        "look",
        25,
        100,
        0.25,
    )
    assert not told.take(kept(25))


def test_what_an_earlier_attempt_left_is_shown_until_the_engine_tells() -> None:
    told = PreparationProgress(JobProgress(tokens_done=40, tokens_total=100, share=0.4))
    assert told.progress().tokens_done == 40
    told.take(EngineEvent(waiting=1))
    found = told.progress()
    assert (told.is_waiting, found.stage, found.tokens_done) == (True, "waiting_for_engine", 40)


def test_the_rest_takes_as_long_by_token_as_what_was_read_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    told = PreparationProgress(JobProgress())
    told.take(kept(40))
    assert told.progress().eta_seconds is None
    now = 110.0
    told.take(kept(60))
    assert told.progress().eta_seconds == 20.0


def test_it_went_on_where_it_left_more_than_it_found() -> None:
    told = PreparationProgress(JobProgress(tokens_done=10, tokens_total=100))
    told.take(kept(40))
    assert not told.went_on
    told.take(kept(60))
    assert told.went_on
    again = told.begun_anew()
    assert (again.went_on, again.progress().tokens_done) == (False, 60)
