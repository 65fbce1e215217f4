"""What is left of an upload that breaks off?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import app_of
from tests.api.asgi import hang_up_after
from tests.api.served import Served, served

FORM_HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.mark.parametrize(
    ("kind", "head"),
    [("application/octet-stream", b""), ("multipart/form-data; boundary=x", FORM_HEAD)],
    ids=["body", "form"],
)
def test_nothing_is_left_of_an_upload_whose_caller_hangs_up(
    service: Served, kind: str, head: bytes
) -> None:
    sent = asyncio.run(
        hang_up_after(
            app_of(service.services),
            "POST",
            "/v1/documents",
            query="name=a.txt",
            headers={"content-type": kind},
            body=[head, b"x" * (3 << 20)],
        )
    )
    assert sent == []
    data = service.services.settings.data_directory
    assert [file for file in data.rglob("*") if file.is_file() and file.parent != data] == []
    assert service.client.get("/v1/documents").json()["data"] == []


def test_a_form_may_come_in_the_smallest_parts(service: Served) -> None:
    body = FORM_HEAD + b"rent 93\r\n--x--\r\n"
    answer = service.client.post(
        "/v1/documents",
        content=iter([body[at : at + 1] for at in range(len(body))]),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, answer.json()["num_bytes"]) == (201, 7)
