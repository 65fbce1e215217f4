"""A night of a company: a batch with some bad items, and everything is killed in the middle."""

from __future__ import annotations

import json
import time
from collections import Counter
from decimal import Decimal
from functools import partial
from typing import Any

import httpx

from evals.served import Served

PATH = "/v1/extraction-batches"
SCHEMA = {
    "type": "object",
    "properties": {name: {"type": ["string", "null"]} for name in ("agent", "margin")},
}
NOT_FILLED = {"type": "object", "properties": {"x": {"not": {}}}}
QUICK = {
    "NEEDLEPOINT_ENGINE__DENSE_TOKENS": "4000",
    "NEEDLEPOINT_ENGINE__INDEX_MODEL": "null",
    "NEEDLEPOINT_JOBS__LEASE_SECONDS": "4",
    "NEEDLEPOINT_JOBS__SWEEP_SECONDS": "1",
    "NEEDLEPOINT_JOBS__BATCH_SLOTS": "2",
    "NEEDLEPOINT_JOBS__PREPARE": "never",
}
_KINDS = ("unknown", "broken", "schema")


def night(
    served: Served, *, num_items: int, num_bad: int, num_documents: int, num_kills: int
) -> dict[str, Any]:
    """Every process is killed at once, so often, while the batch is under way; then what is there
    of its items, reasons and costs."""
    began = time.monotonic()
    documents = [_upload(served, f"doc-{n}.txt", _text(n)) for n in range(num_documents)]
    broken = _upload(served, "broken.pdf", b"%PDF-1.7\nnothing that follows")
    uploaded = time.monotonic()
    lines = [{"defaults": {"response_schema": SCHEMA, "metadata": {"night": "1"}}}]
    lines += [_item(n, num_items, num_bad, documents, broken) for n in range(num_items)]
    body = "\n".join(map(json.dumps, lines)).encode()
    batch = _asked(served, "POST", PATH, content=body, key="night")
    asked = time.monotonic()
    killed_at = []
    for kill in range(num_kills):
        enough = num_items * (kill + 1) // (num_kills + 1)
        found = _wait(served, batch["id"], partial(_has_ended, enough))
        killed_at.append(_ended(found))
        for name in ("worker-batch", "engine", "api"):
            assert served.kill(name), f"{name} did not run"
        served.kill_all()
        served.start()
    batch = _wait(served, batch["id"], lambda one: one["status"] != "in_progress")
    ended = time.monotonic()
    return {
        "batch": batch,
        "killed_after_items": killed_at,
        "seconds": {
            "upload": round(uploaded - began, 1),
            "create": round(asked - uploaded, 2),
            "until_ended": round(ended - asked, 1),
        },
        **_found(served, batch["id"]),
    }


def _found(served: Served, batch_id: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = _asked(served, "GET", f"{PATH}/{batch_id}/items?after={after}&include=result")
        items, after = [*items, *page["data"]], page["next"]
    reasons = Counter(one["failure"]["code"] for one in items if one["failure"])
    costs = [Decimal(str(one["usage"]["cost_usd"])) for one in items if one["usage"]]
    report = _asked(served, "GET", "/v1/usage?group_by=batch")
    line = next(one for one in report["data"] if one["batch"] == batch_id)
    return {
        "num_items": len(items),
        "num_results": sum(one["result"] is not None for one in items),
        "reasons": dict(reasons),
        "cost_of_items": str(sum(costs)),
        "ledger": line,
    }


def _item(
    number: int, num_items: int, num_bad: int, documents: list[str], broken: str
) -> dict[str, Any]:
    """Bad ones are spread over the batch."""
    item: dict[str, Any] = {
        "custom_id": f"case-{number}",
        "document": documents[number % len(documents)],
    }
    step = num_items // num_bad
    if number % step or number // step >= num_bad:
        return item
    kind = _KINDS[number // step % len(_KINDS)]
    if kind == "unknown":
        return {**item, "document": f"gone-{number}.pdf"}
    if kind == "broken":
        return {**item, "document": broken}
    return {**item, "response_schema": NOT_FILLED}


def _text(number: int) -> bytes:
    lines = [f"Agreement {number}: the margin is {number}.25 per cent for the agent Wexmoor."]
    lines += [f"Line {line} of a document about nothing in particular." for line in range(5)]
    return "\n".join(lines).encode()


def _ended(batch: dict[str, Any]) -> int:
    counts = batch["counts"]
    return int(counts["total"] - counts["queued"] - counts["running"])


def _has_ended(number: int, batch: dict[str, Any]) -> bool:
    return _ended(batch) >= number


def _wait(served: Served, batch_id: str, is_so: Any, seconds: float = 3000.0) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while not is_so(batch := _asked(served, "GET", f"{PATH}/{batch_id}")):
        assert time.monotonic() < until, batch
        time.sleep(0.2)
    return batch


def _upload(served: Served, name: str, content: bytes) -> str:
    answer = _asked(served, "POST", f"/v1/documents?name={name}", content=content)
    return str(answer["id"])


def _asked(
    served: Served, method: str, path: str, *, content: bytes | None = None, key: str | None = None
) -> dict[str, Any]:
    headers = {"Content-Type": "application/jsonl"} | ({"Idempotency-Key": key} if key else {})
    answer = httpx.request(
        method, served.url + path, content=content, headers=headers, timeout=60.0
    )
    assert answer.is_success, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found
