"""Does an upload become prepared whatever is killed, and do questions go first?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine import array_file
from evals.served import Served
from tests.chaos_client import PatientClient
from tests.servers import new_database

pytestmark = [pytest.mark.slow, pytest.mark.alone]

NUM_LINES = 5_000
SECONDS = 240.0
OFTEN = {
    "NEEDLEPOINT_ENGINE__ADAPTER": "null",
    "NEEDLEPOINT_ENGINE__LOOKUP_TOKENS": "2000",
    "NEEDLEPOINT_JOBS__LEASE_SECONDS": "4",
    "NEEDLEPOINT_JOBS__SWEEP_SECONDS": "1",
}
SCHEMA = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}


@dataclass
class Service:
    served: Served
    client: PatientClient
    http: httpx.Client

    def upload(self, name: str) -> str:
        """A document that no other test has, read but not prepared yet."""
        lines = (f"{name}: line {n} is about nothing, {n * 7919 % 1000}." for n in range(NUM_LINES))
        return self.client.upload(name, "\n\n".join(lines).encode())

    def document(self, document: str) -> dict[str, Any]:
        """Asked again while a killed API comes back."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                found: dict[str, Any] = self.http.get(f"/v1/documents/{document}").json()
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.2)
            else:
                return found

    def reached(self, document: str, num_tokens: int = 1, status: str = "running") -> int:
        """The tokens that are in the index once they are more than so many."""
        until = time.monotonic() + SECONDS
        while True:
            found = self.document(document)["index"]
            if found["num_tokens_indexed"] >= num_tokens and found["status"] == status:
                return int(found["num_tokens_indexed"])
            assert found["status"] in ("unread", "queued", "running"), found
            assert time.monotonic() < until, found
            time.sleep(0.05)

    def job(self, document: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/v1/documents/{document}/prepare").json()
        return found

    def num_kept(self, document: str) -> int:
        """Files of keys in the engine's cache that were made of the document."""
        files = (self.served.data / "cache" / "keys").glob("*.safetensors")
        abouts = [array_file.about_of(path) for path in files]
        return sum(document in about.get("documents", "") for about in abouts)


@pytest.fixture(
    scope="module",
    params=["sqlite-embedded", pytest.param("postgresql", marks=pytest.mark.service)],
)
def service(
    request: pytest.FixtureRequest,
    indexed_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    environment = {**OFTEN, "NEEDLEPOINT_ENGINE__MODEL": str(indexed_folder)}
    with ExitStack() as stack:
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            environment["NEEDLEPOINT_DATABASE__URL"] = stack.enter_context(new_database(server))
        served = Served(tmp_path_factory.mktemp("preparing"), environment)
        served.start()
        stack.callback(served.kill_all)
        client = PatientClient(served.url)
        stack.callback(client.close)
        http = stack.enter_context(httpx.Client(base_url=served.url, timeout=30.0))
        yield Service(served, client, http)
        assert served.stop() == 0


def test_an_upload_becomes_prepared_whatever_is_killed(service: Service) -> None:
    document = service.upload("killed.txt")
    before = service.reached(document)
    assert service.served.kill("engine")
    after = service.reached(document, before + 1)
    assert service.served.kill("worker-prepare")
    last = service.reached(document, after + 1)
    assert service.served.kill("engine")
    total = service.reached(document, last + 1, "ready")
    found = service.document(document)
    assert total == found["index"]["num_tokens"] == found["tokens"]
    assert service.job(document)["attempt"] == 2
    log = service.served.log.read_text()
    assert "is about nothing" not in log
    asked = service.http.post(f"/v1/documents/{document}/prepare")
    assert (asked.status_code, asked.json()["status"]) == (200, "completed")


def test_a_question_in_between_is_answered_first(service: Service) -> None:
    document = service.upload("asked.txt")
    service.reached(document)
    body = {"documents": [document], "response_schema": SCHEMA, "priority": "batch"}
    job = service.client.extract("in-between", **body)
    done = service.client.finished(job["id"], SECONDS)
    assert service.document(document)["index"]["status"] == "running"
    coverage = done["result"]["coverage"]
    assert 0 < coverage["num_tokens_indexed"] <= 2000 < coverage["num_tokens"]
    service.reached(document, coverage["num_tokens"], "ready")
    job = service.client.extract("afterwards", **{**body, "instructions": "once more"})
    coverage = service.client.finished(job["id"], SECONDS)["result"]["coverage"]
    assert coverage["num_tokens_indexed"] == coverage["num_tokens"]


def test_a_cancelled_one_stops_and_goes_on_when_it_is_asked_for(service: Service) -> None:
    document = service.upload("cancelled.txt")
    service.reached(document)
    assert service.http.post(f"/v1/documents/{document}/prepare/cancel").status_code == 202
    until = time.monotonic() + SECONDS
    while service.job(document)["status"] != "cancelled":
        assert time.monotonic() < until
        time.sleep(0.05)
    kept = service.num_kept(document)
    time.sleep(1.0)
    assert service.num_kept(document) == kept > 0
    num_tokens = service.document(document)["index"]["num_tokens_indexed"]
    assert 0 < num_tokens < service.document(document)["tokens"]
    assert service.http.post(f"/v1/documents/{document}/prepare").status_code == 202
    assert service.reached(document) >= num_tokens
    service.http.delete(f"/v1/documents/{document}")


def test_a_deleted_one_stops_and_nothing_of_it_stays(service: Service) -> None:
    document = service.upload("deleted.txt")
    service.reached(document)
    assert service.num_kept(document) > 0
    assert service.http.delete(f"/v1/documents/{document}").status_code == 200
    until = time.monotonic() + SECONDS
    while service.num_kept(document) > 0:
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(2.0)
    assert service.num_kept(document) == 0
    assert service.document(document)["code"] == "not_found"
