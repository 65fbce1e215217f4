"""Is a file fetched only from where it may be, and no more of it than may be?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jobs.fetched_file import NotFetched, fetch
from schemas.errors import InvalidInput, TooLarge
from schemas.fetch_settings import FetchSettings
from tests.file_host import file_host

HOSTS = ("files.example", "127.0.0.1")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with file_host() as port:
        yield port


def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetched(url: str, folder: Path, **settings: Any) -> str:
    usual = {"allowed_hosts": HOSTS, "allow_private": True, "timeout_seconds": 5}
    return fetch(
        url,
        folder / "file",
        FetchSettings.model_validate({**usual, **settings}),
        lookup=loopback,
    )


def test_a_file_is_fetched_and_named_as_its_url_says(port: int, tmp_path: Path) -> None:
    name = fetched(f"http://files.example:{port}/papers/the%20lease.txt?a=b", tmp_path)
    assert name == "the lease.txt"
    assert (tmp_path / "file").read_bytes() == b"rent 93\n" * 10


def test_a_redirect_is_followed_where_it_may_be(port: int, tmp_path: Path) -> None:
    url = f"http://files.example:{port}/a?to=http://127.0.0.1:{port}/lease.txt"
    assert fetched(url, tmp_path) == "lease.txt"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://elsewhere.example/a", "not fetched from elsewhere"),
        ("file:///etc/passwd", "http://… or https://…"),
        ("http://me:word@files.example/a", "with a login"),
    ],
)
def test_a_redirect_leads_nowhere_else(port: int, tmp_path: Path, target: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        fetched(f"http://files.example:{port}/a?to={target}", tmp_path)
    assert not (tmp_path / "file").exists()


def test_a_redirect_into_the_house_is_not_followed(port: int, tmp_path: Path) -> None:
    """Also where private addresses may be called: a cloud's metadata is never one of them."""
    looks = {"files.example": ["127.0.0.1"], "inside.example": ["169.254.169.254"]}
    settings = FetchSettings(allowed_hosts=("*",), allow_private=True)
    with pytest.raises(InvalidInput, match="link-local"):
        fetch(
            f"http://files.example:{port}/a?to=http://inside.example/a",
            tmp_path / "file",
            settings,
            lookup=lambda host, port: looks[host],
        )


def test_a_private_address_is_not_called(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="FETCH__ALLOW_PRIVATE"):
        fetched("http://files.example/a", tmp_path, allow_private=False)


def test_no_more_is_written_than_may_be(port: int, tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="past the limit of 79 bytes"):
        fetched(f"http://files.example:{port}/a.txt", tmp_path, max_bytes=79)


def test_redirects_come_to_an_end(port: int, tmp_path: Path) -> None:
    url = f"http://files.example:{port}/a?to=/a?to=/a?to=/a"
    with pytest.raises(NotFetched, match="more than 1 redirects"):
        fetched(url, tmp_path, max_redirects=1)


def test_what_is_not_there_is_said(port: int, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="answered 404"):
        fetched(f"http://files.example:{port}/gone", tmp_path)


@pytest.mark.parametrize(
    ("hosts", "is_allowed"),
    [((), False), ((".example",), True), (("example",), False), (("FILES.example",), True)],
)
def test_hosts_are_allowed_by_name(
    port: int, tmp_path: Path, hosts: tuple[str, ...], is_allowed: bool
) -> None:
    if is_allowed:
        fetched(f"http://files.example:{port}/a.txt", tmp_path, allowed_hosts=hosts)
    else:
        with pytest.raises(InvalidInput, match="files are not fetched"):
            fetched(f"http://files.example:{port}/a.txt", tmp_path, allowed_hosts=hosts)
