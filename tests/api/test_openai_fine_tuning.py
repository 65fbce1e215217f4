"""Trainings, as the client of OpenAI asks for them and asks what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from jobs import work
from jobs.run_tuning import run_tuning
from jobs.work import run_next
from schemas.engine_protocol import EngineAdapter
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from tests.api.batched import RESPONSES, begun, read_about, retrieved, run, said, told
from tests.api.batched import line as batch_line
from tests.api.batched import work as work_of_batches
from tests.api.openai_client import client_of
from tests.api.served import SCHEMA, Served, served
from tests.api.test_openai_chat_files import working
from tests.jobs.tuning_files import BASE, FakeChild, line

MODEL = "fake"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all: what a test asks for is its own."""
    with served(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def client(service: Served) -> OpenAI:
    return client_of(service)


def training_file(client: OpenAI, *lines: Any) -> str:
    data = "\n".join(json.dumps(one) for one in lines or (line(93), line(94))).encode()
    return client.files.create(file=("lines.jsonl", data), purpose="fine-tune").id


def asked(client: OpenAI, **options: Any) -> FineTuningJob:
    file = options.pop("training_file", None) or training_file(client)
    return client.fine_tuning.jobs.create(**{"model": MODEL, "training_file": file, **options})


def trained(service: Served, client: OpenAI, job: FineTuningJob, child: FakeChild) -> None:
    """Those that wait before it are cancelled."""
    for other in client.fine_tuning.jobs.list():
        if other.status == "queued" and other.id != job.id:
            client.fine_tuning.jobs.cancel(other.id)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(work, "_run_of", lambda _: partial(run_tuning, run=child))
        assert run_next(Queue.TUNING, service.services)


@pytest.fixture
def tuned(service: Served, client: OpenAI) -> str:
    """The name of a model that was tuned and is offered."""
    job = asked(client, suffix="leases")
    trained(service, client, job, FakeChild())
    name = client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model
    assert name is not None
    return name


def test_a_training_is_asked_for_and_found_again(service: Served, client: OpenAI) -> None:
    job = asked(
        client,
        seed=3,
        suffix="leases",
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": "auto"}},
        },
        metadata={"team": "a"},
    )
    assert (job.object, job.status, job.model, job.seed) == ("fine_tuning.job", "queued", MODEL, 3)
    assert (job.hyperparameters.n_epochs, job.hyperparameters.batch_size) == (2, "auto")
    assert (job.metadata, job.result_files, job.fine_tuned_model) == ({"team": "a"}, [], None)
    assert client.fine_tuning.jobs.retrieve(job.id) == job
    assert list(client.fine_tuning.jobs.list(metadata={"team": "a"})) == [job]
    assert list(client.fine_tuning.jobs.list(metadata={"team": "b"})) == []
    assert service.doorbell.rung[-1:] == [Queue.TUNING]


def test_jobs_and_events_are_listed_in_pages(client: OpenAI) -> None:
    jobs = [asked(client).id for _ in range(3)]
    listed = [one.id for one in client.fine_tuning.jobs.list(limit=2)]
    assert listed[:3] == jobs[::-1]
    client.fine_tuning.jobs.cancel(jobs[0])
    events = list(client.fine_tuning.jobs.list_events(jobs[0], limit=1))
    assert [event.message for event in events] == [
        "The job was cancelled",
        f"Created fine-tuning job: {jobs[0]}",
    ]


def test_a_training_that_went_well_is_told_with_its_steps(service: Served, client: OpenAI) -> None:
    job = asked(client)
    trained(service, client, job, FakeChild())
    done = client.fine_tuning.jobs.retrieve(job.id)
    assert (done.status, done.trained_tokens, done.error) == ("succeeded", 60, None)
    assert done.fine_tuned_model == f"ft:{MODEL}:default::{job.id[6:14]}"
    assert done.model_extra is not None
    assert done.model_extra["needlepoint"]["base"] == BASE.model_dump()
    found = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=2))
    assert [one.step_number for one in found] == [6, 4, 2]
    assert found[0].metrics.full_valid_loss == 0.5
    table = client.files.content(done.result_files[0]).text
    assert table.startswith("step,train_loss,valid_loss,trained_tokens\n1,1.00000,,10\n")


def test_what_is_no_better_failed_and_says_so(service: Served, client: OpenAI) -> None:
    before = list(client.models.list())
    job = asked(client)
    trained(service, client, job, FakeChild(BASE))
    done = client.fine_tuning.jobs.retrieve(job.id)
    assert (done.status, done.fine_tuned_model) == ("failed", None)
    assert done.error is not None
    assert done.error.code == "not_better_than_base"
    [last, *_] = client.fine_tuning.jobs.list_events(job.id, limit=1)
    assert (last.level, last.message) == ("error", done.error.message)
    assert list(client.models.list()) == before


def test_a_tuned_model_is_listed_and_deleted(client: OpenAI, tuned: str) -> None:
    assert [model.id for model in client.models.list()][:2] == [MODEL, tuned]
    assert client.models.retrieve(tuned).id == tuned
    assert client.models.delete(tuned).deleted
    assert tuned not in [model.id for model in client.models.list()]
    with pytest.raises(openai.NotFoundError, match="does not exist") as caught:
        client.models.retrieve(tuned)
    assert caught.value.code == "model_not_found"


def test_a_served_model_can_not_be_deleted(client: OpenAI) -> None:
    with pytest.raises(openai.PermissionDeniedError, match="only tuned models"):
        client.models.delete(MODEL)


def test_extractions_are_asked_of_a_tuned_model(
    service: Served, tuned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = service.ready_document()
    body = {"documents": [document], "response_schema": SCHEMA, "model": tuned}
    answer = service.client.post("/v1/extractions", json=body)
    assert (answer.status_code, answer.json()["model"]) == (202, tuned)
    plain = service.client.post("/v1/extractions", json={**body, "model": MODEL})
    assert (plain.status_code, plain.json()["model"]) == (202, None)
    assert plain.json()["id"] != answer.json()["id"]
    service.client.post(f"/v1/extractions/{plain.json()['id']}/cancel")
    sent: list[Any] = []
    monkeypatch.setattr(
        service.engine, "extract", lambda request, _: sent.append(request), raising=False
    )
    run_next(Queue.STANDARD, service.services)
    folder = service.services.tuned_models.get("default", tuned).folder
    assert sent[0].adapter == EngineAdapter(id=tuned, folder=folder)


def test_responses_are_asked_of_a_tuned_model(service: Served, client: OpenAI, tuned: str) -> None:
    file = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    content: Any = [
        {"type": "input_file", "file_id": file.id},
        {"type": "input_text", "text": "What is the rent?"},
    ]
    response = client.responses.create(
        model=tuned, input=[{"role": "user", "content": content}], background=True
    )
    assert response.model == tuned
    job = service.client.get("/v1/extractions").json()["data"][0]
    assert service.client.get(f"/v1/extractions/{job['id']}").json()["model"] == tuned
    client.responses.cancel(response.id)


def test_chats_about_files_are_asked_of_a_tuned_model(
    service: Served, client: OpenAI, tuned: str
) -> None:
    file = client.files.create(file=("chat.txt", b"rent 93\n"), purpose="user_data")
    parts: Any = [
        {"type": "file", "file": {"file_id": file.id}},
        {"type": "text", "text": "What is the rent?"},
    ]
    with working(service):
        answer = client.chat.completions.create(
            model=tuned, messages=[{"role": "user", "content": parts}]
        )
    assert answer.model == tuned
    job = service.client.get("/v1/extractions").json()["data"][0]
    assert service.client.get(f"/v1/extractions/{job['id']}").json()["model"] == tuned


def test_lines_of_a_batch_are_asked_of_a_tuned_model(
    service: Served, client: OpenAI, tuned: str
) -> None:
    file = client.files.create(file=("line.txt", b"rent 93\n"), purpose="user_data")
    service.read_documents()
    part = {"type": "input_file", "file_id": file.id}
    asked_of_nothing = {"model": tuned, "input": "Hello"}
    batch = begun(
        client,
        batch_line("b", asked_of_nothing, RESPONSES),
        read_about("a", part, model=tuned),
        endpoint=RESPONSES,
    )
    run(service.services, Queue.INGEST)
    assert run(service.services, Queue.BATCH)
    assert run(service.services, Queue.BATCH)
    [job] = service.client.get("/v1/extractions", params={"limit": 1}).json()["data"]
    assert service.client.get(f"/v1/extractions/{job['id']}").json()["model"] == tuned
    client.batches.cancel(batch.id)
    work_of_batches(service.services)
    errors = said(client, retrieved(client, batch).error_file_id)
    assert told(errors, "b") == (404, "model", "model_not_found")


def test_a_tuned_model_neither_chats_nor_is_tuned_again(client: OpenAI, tuned: str) -> None:
    with pytest.raises(openai.BadRequestError, match="is tuned already"):
        asked(client, model=tuned)
    with pytest.raises(openai.NotFoundError, match="do not chat"):
        client.chat.completions.create(model=tuned, messages=[{"role": "user", "content": "a"}])


def test_what_is_deleted_is_not_asked(service: Served, client: OpenAI, tuned: str) -> None:
    document = service.ready_document("rent 95\n", "b.txt")
    body = {"documents": [document], "response_schema": SCHEMA, "model": tuned}
    job = service.client.post("/v1/extractions", json=body).json()["id"]
    client.models.delete(tuned)
    assert service.client.post("/v1/extractions", json=body).status_code == 404
    run_next(Queue.STANDARD, service.services)
    failure = service.client.get(f"/v1/extractions/{job}").json()["failure"]
    assert (failure["code"], failure["param"]) == ("unknown_model", "model")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model": "gpt-5"}, "the model 'gpt-5' does not exist"),
        ({"training_file": f"file-{32 * '0'}"}, "No such File object"),
        ({"method": {"type": "dpo"}}, "method"),
        ({"method": {"type": "supervised"}, "hyperparameters": {}}, "within method, or alone"),
        ({"hyperparameters": {"n_epochs": 51}}, "n_epochs"),
        ({"suffix": "a b"}, "suffix"),
        ({"integrations": [{"type": "wandb", "wandb": {"project": "a"}}]}, "integrations"),
    ],
    ids=["model", "file", "method", "twice", "epochs", "suffix", "integrations"],
)
def test_what_does_not_fit_is_refused(client: OpenAI, changes: dict[str, Any], told: str) -> None:
    with pytest.raises((openai.BadRequestError, openai.NotFoundError), match=told):
        asked(client, **changes)


def test_conversations_are_refused_at_once(client: OpenAI) -> None:
    file = training_file(client, {"messages": [{"role": "user", "content": "a"}]})
    with pytest.raises(openai.BadRequestError, match="not trained on: what is trained") as caught:
        asked(client, training_file=file)
    assert (caught.value.code, caught.value.param) == ("invalid_training_file", "training_file")


def test_a_model_that_was_tuned_on_another_one_is_not_asked(
    service: Served, client: OpenAI, tuned: str
) -> None:
    with service.services.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE tuned_models SET base = 'another'")
    with pytest.raises(openai.NotFoundError, match="was tuned on another, and fake is served"):
        client.responses.create(model=tuned, input="a")
    client.models.delete(tuned)


def test_nothing_is_trained_where_that_is_so_set(tmp_path: Path) -> None:
    with served(tmp_path, jobs=JobSettings(tuning_slots=0)) as service:
        client = client_of(service)
        with pytest.raises(openai.ConflictError, match="no training is done here"):
            asked(client)


def test_models_and_trainings_of_another_tenant_are_not_there(
    service: Served, client: OpenAI, tuned: str
) -> None:
    """The last: from the first key on, nobody is served without one."""
    job = client.fine_tuning.jobs.list().data[0].id
    document = service.ready_document()
    key = service.key("other")
    body = {"documents": [document], "response_schema": SCHEMA, "model": tuned}
    get, post = service.client.get, service.client.post
    jobs = f"/v1/fine_tuning/jobs/{job}"
    statuses = {
        "model": get(f"/v1/models/{tuned}", headers=key).status_code,
        "delete": service.client.delete(f"/v1/models/{tuned}", headers=key).status_code,
        "job": get(jobs, headers=key).status_code,
        "events": get(f"{jobs}/events", headers=key).status_code,
        "checkpoints": get(f"{jobs}/checkpoints", headers=key).status_code,
        "cancel": post(f"{jobs}/cancel", headers=key).status_code,
        "extraction": post("/v1/extractions", json=body, headers=key).status_code,
    }
    assert set(statuses.values()) == {404}
    assert get("/v1/fine_tuning/jobs", headers=key).json()["data"] == []
    assert [one["id"] for one in get("/v1/models", headers=key).json()["data"]] == [MODEL]
