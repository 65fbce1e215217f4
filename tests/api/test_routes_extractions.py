"""What does a caller get who asks for an extraction?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jobs.storage import extraction_folder
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import MAX_SCHEMA_BYTES, Failure, JobProgress, Queue
from tests.api.served import SCHEMA, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_an_extraction_is_taken_and_says_where_it_is(service: Served) -> None:
    document = service.ready_document()
    answer = service.client.post("/v1/extractions", json=_body(document))
    job = answer.json()
    assert (answer.status_code, answer.headers["location"], answer.headers["retry-after"]) == (
        202,
        f"/v1/extractions/{job['id']}",
        "1",
    )
    assert (job["status"], job["documents"], job["progress"]["queue_position"]) == (
        "queued",
        [document],
        1,
    )


def test_an_extraction_rings_for_the_queue_of_its_priority(service: Served) -> None:
    body = _body(service.ready_document(), priority="interactive")
    service.doorbell.rung.clear()
    service.client.post("/v1/extractions", json=body)
    assert service.doorbell.rung == [Queue.INTERACTIVE]


def test_an_extraction_may_be_asked_for_while_its_document_is_read(service: Served) -> None:
    job = service.extract(service.upload())
    progress = service.client.get(f"/v1/extractions/{job}").json()["progress"]
    assert progress["stage"] == "waiting_for_documents"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"response_schema": {"type": "object"}}, "/"),
        (
            {
                "response_schema": {
                    "type": "object",
                    "properties": {"a": {"type": "object", "properties": {"b": {"type": "null"}}}},
                }
            },
            "/a/b",
        ),
        ({"documents": []}, "/body/documents"),
        ({"documents": ["doc_1"]}, "/body/documents/0"),
        ({"mode": "guess"}, "/body/mode"),
        ({"colour": "red"}, "/body/colour"),
        ({"deadline_seconds": 0}, "/body/deadline_seconds"),
    ],
)
def test_what_can_not_be_filled_is_refused_with_its_place(
    service: Served, changes: dict[str, Any], param: str
) -> None:
    body = _body(service.upload(), **changes)
    answer = service.client.post("/v1/extractions", json=body)
    assert answer.status_code == 422
    assert answer.json()["param"].endswith(param), answer.text


def test_an_unknown_document_is_not_found(service: Served) -> None:
    answer = service.client.post("/v1/extractions", json=_body("doc_" + "0" * 32))
    assert answer.status_code == 404


def test_the_same_request_in_flight_is_the_same_extraction(service: Served) -> None:
    document = service.ready_document()
    first = service.extract(document)
    again = service.client.post("/v1/extractions", json=_body(document, metadata={"a": "b"}))
    assert (again.status_code, again.json()["id"]) == (202, first)
    assert again.headers["needlepoint-deduplicated"] == "true"


def test_three_identical_requests_at_once_are_one_extraction(service: Served) -> None:
    document = service.ready_document()
    barrier = threading.Barrier(3)

    def post(_: int) -> str:
        barrier.wait()
        return service.extract(document)

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(post, range(3)))) == 1


def test_three_uses_of_one_idempotency_key_at_once_are_one_extraction(service: Served) -> None:
    document = service.ready_document()
    barrier = threading.Barrier(3)

    def post(_: int) -> str:
        barrier.wait()
        return service.extract(document, headers={"Idempotency-Key": "k-1"})

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(post, range(3)))) == 1


def test_an_idempotency_key_gives_the_same_extraction_also_when_it_has_ended(
    service: Served,
) -> None:
    document = service.ready_document()
    first = service.extract(document, headers={"Idempotency-Key": "k-1"})
    service.finish_next()
    again = service.client.post(
        "/v1/extractions", json=_body(document), headers={"Idempotency-Key": "k-1"}
    )
    assert (again.status_code, again.json()["id"], again.json()["status"]) == (
        200,
        first,
        "completed",
    )


def test_an_idempotency_key_with_another_body_is_a_conflict(service: Served) -> None:
    document = service.ready_document()
    service.extract(document, headers={"Idempotency-Key": "k-1"})
    body = _body(document, instructions="other")
    answer = service.client.post("/v1/extractions", json=body, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 409


def test_waiting_gives_the_result_when_it_comes_in_time(service: Served) -> None:
    document = service.ready_document()
    worker = threading.Thread(target=_finish_when_queued, args=(service,))
    worker.start()
    answer = service.client.post(
        "/v1/extractions", json=_body(document), headers={"Prefer": "respond-async, wait=20"}
    )
    worker.join()
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=20")
    assert answer.json()["result"]["output"] == {"rent": "93"}


def test_waiting_ends_when_its_seconds_are_over(service: Served) -> None:
    answer = service.client.post(
        "/v1/extractions", json=_body(service.ready_document()), headers={"Prefer": "wait=0"}
    )
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "wait=0")


def test_a_full_queue_says_when_to_try_again(tmp_path: Path) -> None:
    with served(tmp_path, jobs=JobSettings(max_queued=1)) as service:
        document = service.ready_document()
        service.extract(document)
        answer = service.client.post("/v1/extractions", json=_body(document, instructions="other"))
        seconds = int(answer.headers["retry-after"])
        assert (answer.status_code, 1 <= seconds <= 120) == (429, True)


def test_a_result_is_included_on_request(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    plain = service.client.get(f"/v1/extractions/{job}").json()
    full = service.client.get(f"/v1/extractions/{job}?include=result").json()
    assert (plain["result"], full["result"]["output"]) == (None, {"rent": "93"})


def test_extractions_are_listed_newest_first_and_page_by_page(service: Served) -> None:
    document = service.ready_document()
    ids = [_asked(service, document, instructions=str(number)) for number in range(3)]
    first = service.client.get("/v1/extractions?limit=2").json()
    second = service.client.get(f"/v1/extractions?limit=2&after={first['last_id']}").json()
    listed = [[job["id"] for job in page["data"]] for page in (first, second)]
    assert (listed, second["has_more"]) == ([[ids[2], ids[1]], [ids[0]]], False)


@pytest.mark.parametrize("cursor", ["next", "last_id"])
def test_a_list_goes_on_with_what_the_page_before_names(service: Served, cursor: str) -> None:
    document = service.ready_document()
    ids = [_asked(service, document, instructions=str(number)) for number in range(2)]
    first = service.client.get("/v1/extractions?limit=1").json()
    second = service.client.get("/v1/extractions", params={"after": first[cursor]}).json()
    assert [job["id"] for job in second["data"]] == [ids[0]]


def test_a_list_goes_on_although_its_page_was_deleted(service: Served) -> None:
    document = service.ready_document()
    ids = [_asked(service, document, instructions=str(number)) for number in range(3)]
    page = service.client.get("/v1/extractions?limit=2").json()
    for job in page["data"]:
        service.client.delete(f"/v1/extractions/{job['id']}")
    rest = service.client.get("/v1/extractions", params={"after": page["next"]}).json()
    assert ([job["id"] for job in rest["data"]], rest["next"]) == ([ids[0]], None)


def test_a_list_of_many_large_extractions_is_small(service: Served) -> None:
    document = service.ready_document()
    schema = {**SCHEMA, "description": "x" * 100_000}
    for number in range(3):
        _asked(service, document, response_schema=schema, instructions=f"{number}" * 8_000)
    answer = service.client.get("/v1/extractions")
    assert len(answer.content) < 5_000
    assert (
        answer.json()["data"][0].keys()
        & {
            "response_schema",
            "instructions",
            "partial_fields",
            "result",
        }
        == set()
    )


@pytest.mark.parametrize("path", ["/v1/extractions", "/v1/extractions/estimate"])
def test_a_schema_past_its_limit_is_refused(service: Served, path: str) -> None:
    around = len('{"type":"object","properties":{"rent":{"type":"string"}},"description":""}')
    statuses = []
    for length in (MAX_SCHEMA_BYTES - around, MAX_SCHEMA_BYTES - around + 1):
        schema = {**SCHEMA, "description": "x" * length}
        body = _body(service.ready_document(), response_schema=schema)
        answer = service.client.post(path, json=body)
        statuses.append(answer.status_code)
    assert statuses == [200 if "estimate" in path else 202, 422]
    assert (answer.json()["param"], "262,145 bytes" in answer.json()["detail"]) == (
        "response_schema",
        True,
    )


def test_extractions_are_filtered_by_all_that_is_given(service: Served) -> None:
    document = service.ready_document()
    wanted = _asked(service, document, metadata={"case": "4711"})
    _asked(service, document, instructions="other", metadata={"case": "12"})
    listed = service.client.get(
        "/v1/extractions",
        params={
            "metadata[case]": "4711",
            "status": "queued",
            "document": document,
            "created_after": "2020-01-01T00:00:00Z",
            "created_before": "2999-01-01T00:00:00+05:00",
        },
    ).json()
    assert [job["id"] for job in listed["data"]] == [wanted]


@pytest.mark.parametrize(
    "query",
    [
        "metadata=x",
        "metadata[]=x",
        "metadata[a][b]=x",
        "stauts=failed",
        "limit=0",
        "limit=101",
        "created_after=2020-01-01",
        "created_after=0001-01-01T00:00:00%2B23:00",
        "after=ext_1",
        "after=at_1_ext_1",
        f"after=at_x_ext_{0:032x}",
        f"after=at_{10**17}_ext_{0:032x}",
        "status=done",
    ],
)
def test_a_filter_that_is_none_is_refused(service: Served, query: str) -> None:
    assert service.client.get(f"/v1/extractions?{query}").status_code == 422


def test_a_queued_extraction_is_cancelled_at_once(service: Served) -> None:
    job = service.extract(service.ready_document())
    answer = service.client.post(f"/v1/extractions/{job}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")


def test_a_running_extraction_is_asked_to_stop(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.services.jobs.claim(Queue.STANDARD, "test")
    answer = service.client.post(f"/v1/extractions/{job}/cancel").json()
    assert (answer["status"], answer["cancel_requested"]) == ("running", True)


def test_a_completed_extraction_can_not_be_cancelled(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    assert service.client.post(f"/v1/extractions/{job}/cancel").status_code == 409


def test_a_failed_extraction_is_tried_again(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.fail_next(Failure(code="unavailable", message="it was away"))
    service.doorbell.rung.clear()
    answer = service.client.post(f"/v1/extractions/{job}/retry").json()
    assert (answer["status"], answer["failure"]) == ("queued", None)
    assert service.doorbell.rung == [Queue.STANDARD]


def test_the_result_of_an_extraction_that_is_tried_again_is_gone(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next(status=Status.INCOMPLETE)
    key = service.services.jobs.result_key_of("default", job)
    assert key is not None
    assert service.client.post(f"/v1/extractions/{job}/retry").json()["status"] == "queued"
    assert not service.services.storage.exists(key)


def test_a_completed_extraction_is_not_tried_again(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    assert service.client.post(f"/v1/extractions/{job}/retry").status_code == 409


def test_a_deleted_extraction_takes_its_result_along(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    answer = service.client.delete(f"/v1/extractions/{job}")
    assert answer.json() == {"id": job, "object": "extraction", "deleted": True}
    assert service.client.get(f"/v1/extractions/{job}").status_code == 404
    assert not service.services.storage.exists(extraction_folder("default", job))


def test_an_estimate_costs_what_the_prices_say(service: Served) -> None:
    estimate = service.client.post(
        "/v1/extractions/estimate", json=_body(service.ready_document())
    ).json()
    assert (estimate["seconds"], estimate["cost_usd"]) == (2.0, 0.41)


def test_an_estimate_needs_documents_that_were_read(service: Served) -> None:
    answer = service.client.post("/v1/extractions/estimate", json=_body(service.upload()))
    assert answer.status_code == 409


def test_an_engine_that_is_away_is_said_to_be(service: Served) -> None:
    service.engine.is_away = True
    answer = service.client.post("/v1/extractions/estimate", json=_body(service.ready_document()))
    assert (answer.status_code, answer.json()["code"]) == (503, "engine_unavailable")
    assert answer.headers["retry-after"] == "2"


def test_partial_fields_are_shown_while_it_runs(service: Served) -> None:
    job = service.extract(service.ready_document())
    claim = service.services.jobs.claim(Queue.STANDARD, "test")
    assert claim is not None
    service.services.jobs.report(claim, JobProgress(stage="answer", share=0.5), None)
    shown = service.client.get(f"/v1/extractions/{job}").json()
    assert (shown["status"], shown["progress"]["share"]) == ("running", 0.5)


def _finish_when_queued(service: Served) -> None:
    while not service.services.jobs.due(Queue.STANDARD):
        threading.Event().wait(0.01)
    service.finish_next(status=Status.COMPLETED)


def _asked(service: Served, document: str, **changes: Any) -> str:
    answer = service.client.post("/v1/extractions", json=_body(document, **changes))
    return str(answer.json()["id"])


def _body(document: str, **changes: Any) -> dict[str, Any]:
    return {"documents": [document], "response_schema": SCHEMA, **changes}
