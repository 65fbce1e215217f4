from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.extraction_progress import ExtractionProgress
from schemas.engine_protocol import EngineEvent, EngineProgress
from tests.jobs.fake_engine import FIELD

STEPS = st.builds(
    EngineProgress,
    stage=st.sampled_from(["load", "index", "read", "answer", "of a later version"]),
    done=st.integers(0, 100),
    total=st.integers(0, 100),
    unit=st.sampled_from(["files", "pages", "tokens", "fields"]),
)


def step(stage: str, done: int, total: int, unit: str = "tokens") -> EngineEvent:
    return EngineEvent(progress=EngineProgress(stage=stage, done=done, total=total, unit=unit))


def test_a_step_is_counted_in_its_unit() -> None:
    progress = ExtractionProgress()
    progress.take(step("index", 10, 40))
    progress.take(step("answer", 1, 4, "fields"))
    found = progress.progress()
    assert (found.stage, found.tokens_done, found.tokens_total) == ("answer", 10, 40)
    assert (found.fields_done, found.fields_total) == (1, 4)


def test_an_event_that_only_says_alive_is_nothing_new() -> None:
    progress = ExtractionProgress()
    assert progress.take(step("read", 1, 2))
    assert not progress.take(EngineEvent())


def test_a_request_that_others_go_before_waits_for_the_engine() -> None:
    progress = ExtractionProgress()
    progress.take(EngineEvent(waiting=2))
    assert (progress.is_waiting, progress.progress().stage) == (True, "waiting_for_engine")
    progress.take(step("read", 1, 2))
    assert not progress.is_waiting


def test_a_field_that_comes_again_takes_the_place_of_the_first() -> None:
    progress = ExtractionProgress()
    progress.take(EngineEvent(fields=[FIELD]))
    progress.take(EngineEvent(fields=[FIELD.model_copy(update={"value": "94"})]))
    assert [field.value for field in progress.fields()] == ["94"]


def test_the_rest_takes_as_long_by_share_as_what_was_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    progress = ExtractionProgress()
    progress.take(step("read", 1, 2))
    progress.take(step("answer", 1, 2, "fields"))
    now = 130.0
    found = progress.progress()
    assert (found.share, found.eta_seconds) == (0.525, 30.0)


def test_a_document_read_for_the_first_of_many_fields_is_not_half_done() -> None:
    progress = ExtractionProgress()
    progress.take(step("read", 1_000, 13_000))
    progress.take(step("answer", 1, 13, "fields"))
    assert progress.progress().share < 0.15


@given(st.lists(STEPS, max_size=30))
def test_the_share_never_falls(steps: list[EngineProgress]) -> None:
    progress = ExtractionProgress()
    shares = []
    for one in steps:
        progress.take(EngineEvent(progress=one))
        shares.append(progress.progress().share)
    assert shares == sorted(shares)
    assert all(0.0 <= share <= 1.0 for share in shares)
