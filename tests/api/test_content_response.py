"""What does a caller get who asks for a part of a file?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.served import Served, served

CONTENT = b"rent 93\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def path(service: Served) -> str:
    return f"/v1/documents/{service.upload(CONTENT.decode())}/content"


@pytest.mark.parametrize(
    ("wanted", "content"),
    [("bytes=5-6", b"93"), ("bytes=5-", b"93\n"), ("bytes=-3", b"93\n"), ("bytes=0-99", CONTENT)],
)
def test_a_range_is_sent(service: Served, path: str, wanted: str, content: bytes) -> None:
    answer = service.client.get(path, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, content)


@pytest.mark.parametrize(
    "wanted", ["", "5-6", "bytes", "bytes=", "bytes=a-b", "bytes=6-5", "lines=1-2"]
)
def test_a_range_that_is_none_is_passed_over(service: Served, path: str, wanted: str) -> None:
    answer = service.client.get(path, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("wanted", ["bytes=8-", "bytes=99-100", "bytes=99-1"])
def test_a_range_outside_the_file_is_a_problem(service: Served, path: str, wanted: str) -> None:
    answer = service.client.get(path, headers={"Range": wanted})
    assert (answer.status_code, answer.headers["content-type"]) == (416, "application/problem+json")
    assert (answer.json()["status"], answer.headers["content-range"]) == (416, "bytes */8")


def test_a_range_of_what_has_changed_is_passed_over(service: Served, path: str) -> None:
    answer = service.client.get(path, headers={"Range": "bytes=99-", "If-Range": '"other"'})
    assert (answer.status_code, answer.content) == (200, CONTENT)
