"""What a tenant may own, made over REST as it is needed.

`MADE` has one entry for each name in the paths of the routes, so that a route that is added is
tested once its name is known here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from jobs.run_batch_file import run_batch_file
from schemas.extraction import Status
from schemas.jobs import Queue
from tests.api.served import SCHEMA, Served


@dataclass(frozen=True)
class Owner:
    """A document that was read and prepared, and the caller whose it is."""

    service: Served
    headers: dict[str, str]
    document: str

    @property
    def client(self) -> TestClient:
        return self.service.client

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.client.post(path, json=body, headers=self.headers)
        assert answer.is_success, answer.text
        return answer.json()

    def made(self, name: str, path: str) -> str:
        return path if f"{{{name}}}" not in path else path.replace(f"{{{name}}}", MADE[name](self))


def filled(owner: Owner, path: str) -> str:
    """The path with the ids of things that are made for it."""
    if "{delivery_id}" in path:
        webhook = _webhook(owner)
        owner.post(f"/v1/webhooks/{webhook}/test")
        found = owner.client.get(f"/v1/webhooks/{webhook}/deliveries", headers=owner.headers)
        delivery = found.json()["data"][0]["id"]
        path = path.replace("{webhook_id}", webhook).replace("{delivery_id}", delivery)
    if path.startswith("/v1/batches/"):
        path = path.replace("{batch_id}", _request_batch(owner))
    for name in MADE:
        path = owner.made(name, path)
    return path


def _extraction(owner: Owner) -> str:
    extraction = owner.service.extract(owner.document, headers=owner.headers)
    while owner.service.finish_next(status=Status.INCOMPLETE) != extraction:
        continue  # what others asked for before
    return extraction


def _cache(owner: Owner) -> str:
    warmed = owner.post("/v1/caches", {"documents": [owner.document]})
    owner.service.engine.calls.clear()
    return str(warmed["data"][0]["id"])


def _file(owner: Owner, purpose_of: str = "batch") -> str:
    lines = {"file": ("a.jsonl", b"{}\n")}
    purpose = {"purpose": purpose_of}
    answer = owner.client.post("/v1/files", files=lines, data=purpose, headers=owner.headers)
    return str(answer.json()["id"])


def _tuning(owner: Owner) -> str:
    wanted = {"model": "fake", "training_file": _file(owner, "fine-tune")}
    return str(owner.post("/v1/fine_tuning/jobs", wanted)["id"])


def _upload(owner: Owner) -> str:
    wanted = {"filename": "b.jsonl", "purpose": "batch", "bytes": 2, "mime_type": "text/plain"}
    return str(owner.post("/v1/uploads", wanted)["id"])


def part_of(owner: Owner, upload: str) -> str:
    path, data = f"/v1/uploads/{upload}/parts", {"data": ("p", b"{}")}
    return str(owner.client.post(path, files=data, headers=owner.headers).json()["id"])


def _response(owner: Owner) -> str:
    part = {"type": "input_file", "file_id": owner.document}
    content = [part, {"type": "input_text", "text": "The rent?"}]
    asked = [{"role": "user", "content": content}]
    body = {"model": "fake", "input": asked, "background": True}
    return str(owner.post("/v1/responses", body)["id"])


def _batch(owner: Owner) -> str:
    body = {"response_schema": SCHEMA, "documents": [owner.document]}
    batch = str(owner.post("/v1/extraction-batches", body)["id"])
    owner.post(f"/v1/extraction-batches/{batch}/cancel")  # who listens to it hears the end
    return batch


def _request_batch(owner: Owner) -> str:
    wanted = {"input_file_id": _file(owner), "endpoint": "/v1/responses"}
    batch = str(owner.post("/v1/batches", {**wanted, "completion_window": "24h"})["id"])
    while claim := owner.service.services.jobs.claim(Queue.INGEST, "test"):
        run_batch_file(claim, owner.service.services, should_stop=lambda: False)
    return batch


def _schema(owner: Owner) -> str:
    owner.post("/v1/response-schemas", {"name": "lease", "response_schema": SCHEMA})
    return "lease"


def _schedule(owner: Owner) -> str:
    body = {
        "name": f"nightly-{uuid.uuid4().hex[:8]}",
        "every_seconds": 3600,
        "source": {"kind": "inbox"},
        "extraction": {"response_schema": SCHEMA},
    }
    return str(owner.post("/v1/schedules", body)["id"])


def _run(owner: Owner) -> str:
    return str(owner.post(f"/v1/schedules/{_schedule(owner)}/run")["id"])


def _webhook(owner: Owner) -> str:
    return str(owner.post("/v1/webhooks", {"url": "https://203.0.113.9/hook"})["id"])


MADE: dict[str, Callable[[Owner], str]] = {
    "document_id": lambda owner: owner.document,
    "extraction_id": _extraction,
    "cache_id": _cache,
    "file_id": _file,
    "upload_id": _upload,
    "fine_tuning_job_id": _tuning,
    "response_id": _response,
    "batch_id": _batch,
    "request_batch_id": _request_batch,
    "reference": _schema,
    "name": _schema,
    "schedule_id": _schedule,
    "run_id": _run,
    "webhook_id": _webhook,
    "page": lambda _: "1",
    "sheet": lambda _: "a",
}
