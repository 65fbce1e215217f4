from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from ingest.child_end import ChildLost
from jobs import work
from jobs.removals import carry_out
from jobs.run_tuning import run_tuning
from jobs.services import Services
from jobs.storage import adapter_folder, file_key, tuning_folder
from jobs.tenant_store import TenantStore
from jobs.webhook_tables import WebhookEventRecord
from jobs.work import run_next
from schemas.errors import (
    Cancelled,
    Conflict,
    InvalidInput,
    NotFound,
    UnknownModel,
    UnreadableDocument,
)
from schemas.jobs import JobKind, Queue
from schemas.openai_tuning import FineTuningJob, FineTuningStatus
from schemas.tuning import TuningScore
from schemas.tuning_settings import TuningSettings
from tests.jobs.asked import TENANT, read
from tests.jobs.ingesting import files_of
from tests.jobs.tuning_files import BASE, MODEL, FakeChild, asked, line, training_file


def run(
    services: Services,
    child: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    **kwargs: Any,
) -> None:
    runs = {JobKind.TUNING: partial(run_tuning, run=child)}
    monkeypatch.setattr(work, "_run_of", lambda kind: runs[kind])
    assert run_next(Queue.TUNING, services, **kwargs)


def now(services: Services, job: FineTuningJob) -> FineTuningJob:
    return services.tunings.get(TENANT, job.id)


def messages(services: Services, job: FineTuningJob) -> list[str]:
    events, _ = services.tunings.events(TENANT, job.id, limit=100)
    return [event.message for event in reversed(events)]


def test_a_training_comes_to_a_model_that_is_offered(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services, suffix="leases", seed=7)
    assert (job.status, job.seed) == (FineTuningStatus.QUEUED, 7)
    run(services, FakeChild(), monkeypatch)
    done = now(services, job)
    tail = job.id.removeprefix("ftjob-")[:8]
    assert done.status is FineTuningStatus.SUCCEEDED
    assert done.fine_tuned_model == f"ft:{MODEL}:{TENANT}:leases:{tail}"
    assert (done.trained_tokens, done.error, done.estimated_finish) == (60, None, None)
    assert done.hyperparameters.n_epochs == 3
    assert (done.needlepoint.base, done.needlepoint.tuned) == (BASE, FakeChild().tuned)
    model = services.tuned_models.get(TENANT, done.fine_tuned_model)
    assert (model.base, model.folder) == (MODEL, adapter_folder(TENANT, job.id))
    assert services.storage.exists(f"{model.folder}/adapter_model.safetensors")
    assert messages(services, job)[-2:] == [
        f"New fine-tuned model created: {model.id}",
        "The job has successfully completed",
    ]


def test_the_metrics_are_a_file_of_the_tenant(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services)
    run(services, FakeChild(), monkeypatch)
    [file_id] = now(services, job).result_files
    file = services.files.get(TENANT, file_id)
    assert (file.purpose, file.filename) == ("fine-tune-results", "step_metrics.csv")
    table = services.storage.get_bytes(file_key(TENANT, file_id)).decode().splitlines()
    assert table[:3] == [
        "step,train_loss,valid_loss,trained_tokens",
        "1,1.00000,,10",
        "2,0.50000,0.50000,20",
    ]


@pytest.mark.parametrize(
    ("tuned", "told"),
    [
        (BASE, r"it reads 1 of 4 \(25.0%\) right .* as it is 1 of 4 \(25.0%\)"),
        (None, r"nothing was trained: .* as it is, 1 of 4 "),
    ],
    ids=["as good", "untrained"],
)
def test_what_is_not_better_is_not_offered(
    services: Services, monkeypatch: pytest.MonkeyPatch, tuned: TuningScore | None, told: str
) -> None:
    job = asked(services)
    run(services, FakeChild(tuned), monkeypatch)
    done = now(services, job)
    assert (done.status, done.fine_tuned_model) == (FineTuningStatus.FAILED, None)
    assert done.error is not None
    assert done.error.code == "not_better_than_base"
    assert re.search(told, done.error.message)
    assert len(done.result_files) == (tuned is not None)
    assert services.tuned_models.list(TENANT) == []


def test_the_next_attempt_goes_on_from_what_was_kept(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services)
    run(services, FakeChild(dies_at=5, death=ChildLost("killed")), monkeypatch)
    waiting = now(services, job)
    assert (waiting.status, waiting.trained_tokens) == (FineTuningStatus.QUEUED, 50)
    with services.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs SET not_before = NULL")
    child = FakeChild()
    run(services, child, monkeypatch)
    assert child.began_at == 4
    assert child.requests[0]["plan"]["base_score"] == BASE.model_dump(mode="json")
    assert now(services, job).status is FineTuningStatus.SUCCEEDED
    found, _ = services.tunings.checkpoints(TENANT, job.id, limit=10)
    assert [one.step_number for one in found] == [6, 4, 2]
    assert found[0].metrics["full_valid_loss"] == 0.5
    assert [m for m in messages(services, job) if m.startswith("Step")] == [
        *(f"Step {step}" for step in (1, 2, 3, 4, 5)),
        *(f"Step {step}" for step in (5, 6)),
    ]


def test_of_what_was_kept_the_last_alone_lies_in_the_storage(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, seen = asked(services), list[str]()
    child = FakeChild(dies_at=4, then=lambda: seen.extend(files_of(services)))
    run(services, child, monkeypatch)
    assert [name for name in seen if name.startswith("1-")] == ["1-4"]
    assert not [name for name in files_of(services) if name.startswith("kept-")]
    assert services.storage.exists(tuning_folder(TENANT, job.id))


def test_a_training_is_cancelled_while_it_runs(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services)

    def stopped(*_: Any, **kwargs: Any) -> dict[str, Any]:
        services.tunings.cancel(TENANT, job.id)
        until_it_should_stop(kwargs["should_stop"])
        raise Cancelled("it was to stop")

    run(services, stopped, monkeypatch)
    assert now(services, job).status is FineTuningStatus.CANCELLED
    assert messages(services, job)[-1] == "The job was cancelled"


def until_it_should_stop(should_stop: Any) -> None:
    stop = time.monotonic() + 30
    while not should_stop():
        assert time.monotonic() < stop
        time.sleep(0.02)


def test_one_that_waits_is_cancelled_at_once(services: Services) -> None:
    job = asked(services)
    assert services.tunings.cancel(TENANT, job.id).status is FineTuningStatus.CANCELLED
    assert not run_next(Queue.TUNING, services)


def test_a_training_that_crashes_says_so_without_a_document(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services)
    death = UnreadableDocument("the training: the parser failed (RuntimeError) at the start")
    run(services, FakeChild(dies_at=1, death=death), monkeypatch)
    error = now(services, job).error
    assert error is not None
    assert (error.code, error.message) == (
        "training_crashed",
        "the process that trained ended by a mistake of ours: see the log",
    )


def test_documents_are_handed_on_as_they_were_read(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = read(services.documents, services.jobs)
    handle = services.documents.documents_of(TENANT, [document])[0]
    services.storage.put_bytes(handle.parsed_key, b"parsed")
    named = {"document": document, "schema": line(1)["schema"], "values": {"rent": 1}}
    asked(services, training_file=training_file(services, line(93), named))
    child = FakeChild()
    run(services, child, monkeypatch)
    text, other = child.lines["training"]
    assert (text["number"], text["parsed"]) == (1, None)
    assert other["parsed"] == str(services.storage.local_file(handle.parsed_key))


def test_lines_about_documents_that_are_not_there_are_named(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, batch = f"doc_{32 * '0'}", training_file(services, purpose="batch")
    lines = [
        {"document": name, "schema": line(1)["schema"], "values": {"rent": 1}}
        for name in (gone, batch)
    ]
    on_disk = {"file": "a.txt", "schema": line(1)["schema"], "values": {"rent": 1}}
    job = asked(services, training_file=training_file(services, line(93), *lines, on_disk))
    run(services, FakeChild(), monkeypatch)
    error = now(services, job).error
    assert error is not None
    assert (error.code, error.param) == ("invalid_training_file", "training_file")
    assert f"line 2 there is no document {gone}" in error.message
    assert f"line 3 names {batch}, which is not read" in error.message
    assert "line 4 names a file: here a document is a `text`" in error.message


def test_trainings_and_models_of_others_are_not_there(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(services)
    run(services, FakeChild(), monkeypatch)
    name = now(services, job).fine_tuned_model
    assert name is not None
    for call in (services.tunings.get, services.tunings.cancel):
        with pytest.raises(NotFound):
            call("other", job.id)
    for lister in (services.tunings.events, services.tunings.checkpoints):
        with pytest.raises(NotFound):
            lister("other", job.id, limit=1)
    for act in (services.tuned_models.get, services.tuned_models.delete):
        with pytest.raises(UnknownModel):
            act("other", name)
    assert services.tunings.list("other", limit=5) == ([], False)
    with pytest.raises(NotFound, match="No such File"):
        asked(services, training_file=training_file(services, tenant="default"), tenant="other")


@pytest.mark.parametrize("purpose", ["batch", "user_data"])
def test_a_file_for_something_else_is_refused(services: Services, purpose: str) -> None:
    with pytest.raises(InvalidInput, match=f"was uploaded for {purpose}"):
        asked(services, training_file=training_file(services, purpose=purpose))


def test_no_more_models_than_a_tenant_may_have(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(services)
    run(services, FakeChild(), monkeypatch)
    settings = services.settings.model_copy(update={"tuning": TuningSettings(max_models=1)})
    with pytest.raises(InvalidInput, match="there are 1 tuned models already: delete one first"):
        asked(dataclasses.replace(services, settings=settings))


def test_the_end_is_an_event_that_webhooks_are_told(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered, refused = asked(services), asked(services)
    run(services, FakeChild(), monkeypatch)
    run(services, FakeChild(BASE), monkeypatch)
    with services.database.reading() as session:
        events = session.scalars(
            select(WebhookEventRecord).order_by(WebhookEventRecord.created_at)
        ).all()
        told = [(event.type, event.data) for event in events]
    assert told == [
        ("fine_tuning.job.succeeded", {"id": offered.id}),
        ("fine_tuning.job.failed", {"id": refused.id}),
    ]


def test_a_tenant_goes_with_its_trainings_that_have_ended(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants = TenantStore(services.database, services.settings.tenants)
    tenants.create("other")
    asked(services, tenant="other")
    with pytest.raises(Conflict, match="still has documents or extractions"):
        tenants.delete("other")
    run(services, FakeChild(), monkeypatch)
    [model] = services.tuned_models.list("other")
    tenants.delete("other")
    carry_out(services, [model.folder])
    assert not services.storage.exists(model.folder)
