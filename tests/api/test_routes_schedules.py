from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.schedule_settings import ScheduleSettings
from tests.api.served import SCHEMA, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    allowed = ScheduleSettings(
        allowed_folders=[str(tmp_path / "open")],
        allowed_urls=["memory://box"],
        connections={"archive": {}},
    )
    (tmp_path / "open" / "in").mkdir(parents=True)
    with served(tmp_path, schedules=allowed) as service:
        yield service


def asked(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": "nightly",
        "cron": "30 2 * * *",
        "zone": "Europe/Berlin",
        "source": {"kind": "folder", "path": str(tmp_path / "open" / "in")},
        "extraction": {"response_schema": SCHEMA},
    }
    return {**body, **changes}


def test_a_schedule_is_made_shown_changed_paused_run_and_deleted(
    service: Served, tmp_path: Path
) -> None:
    client = service.client
    made = client.post("/v1/schedules", json=asked(tmp_path))
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    assert client.get(path).json() == made.json()
    assert [s["id"] for s in client.get("/v1/schedules").json()["data"]] == [made.json()["id"]]
    assert len(client.get(f"{path}/next", params={"limit": 7}).json()["data"]) == 7
    changed = client.patch(path, json={"every_seconds": 60}).json()
    assert (changed["cron"], changed["every_seconds"]) == (None, 60)
    paused = client.post(f"{path}/pause").json()
    assert (paused["paused"], paused["next_run"]) == (True, None)
    run = client.post(f"{path}/run")
    assert (run.status_code, run.json()["trigger"]) == (202, "manual")
    assert client.get(f"{path}/runs").json()["data"] == [run.json()]
    assert client.get(f"/v1/schedule-runs/{run.json()['id']}").json() == run.json()
    assert client.post(f"{path}/resume").json()["next_run"] is not None
    assert client.delete(path).json()["deleted"] is True
    assert client.get(path).status_code == 404


def test_schedules_of_another_tenant_are_not_there(service: Served, tmp_path: Path) -> None:
    ours, theirs = service.key("a"), service.key("b")
    path = service.client.post("/v1/schedules", json=asked(tmp_path), headers=ours).headers[
        "location"
    ]
    run = service.client.post(f"{path}/run", headers=ours).json()["id"]
    for method, there in (
        ("GET", path),
        ("GET", "/v1/schedules/nightly"),
        ("PATCH", path),
        ("DELETE", path),
        ("POST", f"{path}/pause"),
        ("POST", f"{path}/resume"),
        ("POST", f"{path}/run"),
        ("GET", f"{path}/next"),
        ("GET", f"{path}/runs"),
        ("GET", f"/v1/schedule-runs/{run}"),
    ):
        body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
        answer = service.client.request(method, there, headers=theirs, **body)
        assert answer.status_code == 404, (method, there)
    assert service.client.get("/v1/schedules", headers=theirs).json()["data"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cron": "61 * * * *"}, "bad minute"),
        ({"zone": "Mars/Olympus"}, "IANA"),
        ({"every_seconds": 60}, "either cron or every_seconds"),
        ({"source": {"kind": "folder", "path": "/etc"}}, "ALLOWED_FOLDERS"),
        ({"source": {"kind": "folder", "path": "in"}}, "no absolute path"),
        ({"source": {"kind": "url", "url": "s3://box/in"}}, "ALLOWED_URLS"),
        ({"source": {"kind": "url", "url": "memory://boxes/in"}}, "ALLOWED_URLS"),
        ({"source": {"kind": "url", "url": "memory://box/../in"}}, "up and down"),
        ({"source": {"kind": "url", "url": "file:///etc"}}, "no URL of a store"),
        ({"source": {"kind": "url", "url": "s3://key:word@box/in"}}, "no login"),
        ({"source": {"kind": "url", "url": "memory://box/in", "connection": "x"}}, "CONNECTIONS"),
        ({"extraction": {"response_schema": {"type": "array"}}}, "invalid_schema"),
    ],
)
def test_what_can_not_be_is_refused_with_what_to_do(
    service: Served, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    answer = service.client.post("/v1/schedules", json=asked(tmp_path, **changes))
    assert answer.status_code in (400, 422), answer.text
    assert said in answer.text


def test_a_link_out_of_the_allowed_folder_is_refused(service: Served, tmp_path: Path) -> None:
    (tmp_path / "open" / "out").symlink_to(tmp_path)
    source = {"kind": "folder", "path": str(tmp_path / "open" / "out" / "data")}
    answer = service.client.post("/v1/schedules", json=asked(tmp_path, source=source))
    assert "ALLOWED_FOLDERS" in answer.text


def test_results_are_not_written_where_documents_are_read(service: Served, tmp_path: Path) -> None:
    target = {"kind": "folder", "path": str(tmp_path / "open" / "in" / "results")}
    answer = service.client.post("/v1/schedules", json=asked(tmp_path, target=target))
    assert "the folder that is read" in answer.text


def test_a_name_is_taken_once(service: Served, tmp_path: Path) -> None:
    service.client.post("/v1/schedules", json=asked(tmp_path))
    assert service.client.post("/v1/schedules", json=asked(tmp_path)).status_code == 409
