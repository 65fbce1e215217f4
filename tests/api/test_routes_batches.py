from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.prices import prices_of
from jobs.storage import result_key
from schemas.extraction import Status
from schemas.jobs import Queue
from schemas.settings import PriceSettings
from tests.api.served import SCHEMA, USAGE, Served, extraction_of, served

PATH = "/v1/extraction-batches"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def create(service: Served, **body: Any) -> dict[str, Any]:
    answer = service.client.post(PATH, json={"response_schema": SCHEMA, **body})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send_lines(service: Served, *lines: object, **headers: str) -> Any:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    headers = {"Content-Type": "application/jsonl", **headers}
    return service.client.post(PATH, content=text.encode(), headers=headers)


def finish_all(service: Served, value: Any = "93") -> int:
    """What the workers of the queue batch do, without an engine."""
    services, number = service.services, 0
    while claim := services.jobs.claim(Queue.BATCH, "test"):
        assert claim.batch_id is not None
        key = result_key(claim.tenant, claim.job_id, claim.attempt)
        result = extraction_of(claim.job_id, claim.document_ids[0], value, Status.COMPLETED)
        services.storage.put_bytes(key, result.model_dump_json().encode())
        assert services.jobs.finish(
            claim,
            status=Status.COMPLETED,
            result_key=key,
            usage=USAGE,
            seconds=1.0,
            model="fake",
            prices=prices_of(services.settings.prices, claim.queue),
        )
        services.batches.advance(claim.batch_id)
        number += 1
    return number


def items_of(service: Served, batch: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = service.client.get(f"{PATH}/{batch['id']}/items", params=query)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def test_one_schema_and_many_documents(service: Served) -> None:
    documents = [service.ready_document(name=f"{n}.txt") for n in range(3)]
    batch = create(service, documents=documents, metadata={"night": "1"})
    assert (batch["status"], batch["counts"]["queued"]) == ("in_progress", 3)
    assert finish_all(service) == 3
    found = service.client.get(f"{PATH}/{batch['id']}").json()
    assert (found["status"], found["counts"]["completed"]) == ("completed", 3)
    first = items_of(service, batch, include="result")[0]
    assert first["result"]["output"] == {"rent": "93"}
    assert service.doorbell.rung.count(Queue.BATCH) == 3


def test_a_manifest_names_documents_by_name_and_has_defaults(service: Served) -> None:
    service.ready_document(name="a.txt")
    answer = send_lines(
        service,
        {"defaults": {"response_schema": SCHEMA, "instructions": "in euros"}},
        {"custom_id": "first", "document": "a.txt", "metadata": {"row": "1"}},
        "",
        {"custom_id": "second", "document": "gone.txt"},
    )
    assert answer.status_code == 202, answer.text
    items = items_of(service, answer.json())
    assert [(one["custom_id"], one["status"]) for one in items] == [
        ("first", "queued"),
        ("second", "failed"),
    ]
    assert items[0]["metadata"] == {"row": "1"}
    assert "gone.txt" in items[1]["failure"]["message"]


def test_all_lines_that_are_wrong_are_told_and_nothing_is_begun(service: Served) -> None:
    answer = send_lines(
        service,
        {"defaults": {"response_schema": SCHEMA}},
        {"custom_id": "a", "document": "a.txt"},
        "{not json",
        {"custom_id": "a", "document": "b.txt"},
        {"document": "b.txt", "documents": ["c.txt"]},
        {"document": "b.txt", "colour": "red"},
    )
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "invalid_manifest"
    assert [one["path"] for one in problem["errors"]] == [
        "/line/3",
        "/line/4",
        "/line/5",
        "/line/6",
    ]
    assert problem["errors"][1]["message"] == "its custom_id is that of line 2"
    assert service.client.get(PATH).json()["data"] == []


def test_a_line_needs_a_schema(service: Served) -> None:
    answer = send_lines(service, {"document": "a.txt"})
    assert (answer.status_code, "no response_schema" in answer.text) == (422, True)


def test_a_shared_schema_that_can_not_be_filled_is_refused(service: Served) -> None:
    body = {"documents": ["a.txt"], "response_schema": {"type": "array"}}
    answer = service.client.post(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_schema")


def test_the_same_key_is_the_same_batch(service: Served) -> None:
    lines = ({"defaults": {"response_schema": SCHEMA}}, {"document": "a.txt"})
    first = send_lines(service, *lines, **{"Idempotency-Key": "k"})
    second = send_lines(service, *lines, **{"Idempotency-Key": "k"})
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["needlepoint-deduplicated"] == "true"


def test_who_listens_hears_of_each_item_and_of_the_end(service: Served) -> None:
    batch = create(service, documents=[service.ready_document()] * 2)
    finish_all(service)
    heard = service.client.get(f"{PATH}/{batch['id']}/events").text
    names = [line.removeprefix("event: ") for line in heard.splitlines() if "event: " in line]
    assert names == ["item", "item", "done"]
    ids = [line.removeprefix("id: ") for line in heard.splitlines() if line.startswith("id: ")]
    headers = {"Last-Event-ID": ids[0]}
    again = service.client.get(f"{PATH}/{batch['id']}/events", headers=headers).text
    assert again.count("event: item") == 1
    headers = {"Last-Event-ID": ids[-1]}
    assert service.client.get(f"{PATH}/{batch['id']}/events", headers=headers).status_code == 204


def test_a_grid_has_a_row_an_item_with_places_and_reasons(service: Served) -> None:
    service.ready_document("rent 93\n", "=a.txt")
    batch = create(service, documents=["=a.txt", "gone.txt"])
    finish_all(service, "=1+1")
    rows = list(csv.DictReader(io.StringIO(_grid(service, batch, "csv").decode())))
    assert rows[0]["rent"] == "'=1+1"
    assert rows[0]["documents"] == "'=a.txt"
    assert (rows[0]["rent (place)"], rows[0]["rent (confidence)"]) == ("lines 1-1", "0.875")
    assert rows[1]["status"] == "failed"
    assert rows[1]["reason"].startswith("not_found: ")
    lines = [json.loads(line) for line in _grid(service, batch, "jsonl").splitlines()]
    assert lines[0]["fields"][0]["citations"][0]["regions"] == [{"first_line": 1, "last_line": 1}]
    book = openpyxl.load_workbook(io.BytesIO(_grid(service, batch, "xlsx")))
    cells = list(book["items"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in cells] == ["completed", "failed"]
    assert book["items"]["H2"].data_type == "s"


def test_an_array_of_objects_has_a_sheet_of_its_own(service: Served) -> None:
    lines = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    schema = {"type": "object", "properties": {"rent": lines}}
    batch = create(service, documents=[service.ready_document()] * 2, response_schema=schema)
    finish_all(service, [{"n": 1}, {"n": 2}])
    book = openpyxl.load_workbook(io.BytesIO(_grid(service, batch, "xlsx")))
    rows = list(book["rent"].iter_rows(values_only=True))
    assert rows == [
        ("item", "custom_id", "n"),
        (1, "item-1", 1),
        (1, "item-1", 2),
        (2, "item-2", 1),
        (2, "item-2", 2),
    ]


def test_what_usage_says_is_what_the_answers_said(service: Served) -> None:
    document = service.ready_document()
    batch = create(service, documents=[document] * 3)
    finish_all(service)
    costs = [Decimal(str(one["usage"]["cost_usd"])) for one in items_of(service, batch)]
    job_id = items_of(service, batch)[0]["extraction"]
    job = service.client.get(f"/v1/extractions/{job_id}").json()
    assert (job["usage"]["cost_usd"], job["batch"]) == (float(costs[0]), batch["id"])
    service.extract(document)
    service.finish_next()
    query = {"group_by": ["batch", "model", "day", "key"]}
    report = service.client.get("/v1/usage", params=query).json()
    line = next(one for one in report["data"] if one["batch"] == batch["id"])
    assert (Decimal(str(line["cost_usd"])), line["model"]) == (sum(costs), "fake")
    assert (report["total"]["num_results"], report["total"]["num_unpriced"]) == (4, 1)
    assert report["total"]["prompt_tokens"] == 4 * USAGE.prompt_tokens
    empty = service.client.get("/v1/usage", params={"to": "2020-01-01T00:00:00Z"}).json()
    assert (empty["data"], empty["total"]["num_results"]) == ([], 0)


def test_an_estimate_of_a_batch_is_the_sum_of_its_items_at_half_the_price(service: Served) -> None:
    service.ready_document(name="a.txt")
    body = {"documents": ["a.txt", "a.txt", "gone.txt"], "response_schema": SCHEMA}
    found = service.client.post(f"{PATH}/estimate", json=body).json()
    assert (found["num_items"], found["num_estimated"]) == (3, 2)
    assert found["not_estimated"] == ["1 of 3: not_found"]
    assert found["cost_usd"] == 0.41  # 2 × half of 0.41
    assert service.client.get(PATH).json()["data"] == []


def test_a_price_that_changes_leaves_what_was_written(tmp_path: Path) -> None:
    with served(tmp_path / "a", prices=PriceSettings(prompt=Decimal(0))) as service:
        batch = create(service, documents=[service.ready_document()])
        finish_all(service)
        cost = items_of(service, batch)[0]["usage"]["cost_usd"]
    assert cost == 0.000006  # 40 × 0.05 + 5 × 0.8


def test_another_tenant_sees_nothing_of_it(service: Served) -> None:
    mine, theirs = service.key("default"), service.key("other")
    document = service.ready_document(headers=mine)
    body = {"documents": [document], "response_schema": SCHEMA}
    batch = service.client.post(PATH, json=body, headers=mine).json()
    for method, path in (
        ("GET", ""),
        ("GET", "/items"),
        ("GET", "/events"),
        ("GET", "/grid"),
        ("POST", "/cancel"),
        ("POST", "/retry"),
        ("DELETE", ""),
    ):
        answer = service.client.request(method, f"{PATH}/{batch['id']}{path}", headers=theirs)
        assert answer.status_code == 404, path
    assert service.client.get(PATH, headers=theirs).json()["data"] == []
    foreign = service.client.post(PATH, json=body, headers=theirs).json()
    assert foreign["status"] == "failed"


def _grid(service: Served, batch: dict[str, Any], kind: str) -> bytes:
    answer = service.client.get(f"{PATH}/{batch['id']}/grid", params={"format": kind})
    assert answer.status_code == 200, answer.text
    return answer.content
