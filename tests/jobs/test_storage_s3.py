"""The same storage on an S3 server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.storage import Storage
from schemas.errors import NotFound, Unavailable
from schemas.settings import Settings, StorageSettings

pytestmark = pytest.mark.service

KEY = "tenant/documents/ab/original"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def storage_at(endpoint: str, data: Path) -> Storage:
    options = {"endpoint_url": endpoint, "key": "any", "secret": "any", "use_ssl": False}
    storage = Storage.of(
        Settings(
            data_directory=data, storage=StorageSettings(url="s3://bucket/root", options=options)
        )
    )
    storage._files.mkdirs("bucket", exist_ok=True)
    return storage


def test_what_one_process_puts_another_finds_at_once(endpoint: str, tmp_path: Path) -> None:
    writer, reader = storage_at(endpoint, tmp_path / "a"), storage_at(endpoint, tmp_path / "b")
    assert not reader.exists(KEY)
    writer.put_bytes(KEY, b"x" * 6_000_000)
    assert reader.exists(KEY)
    assert reader.local_file(KEY).stat().st_size == 6_000_000
    with reader.open(KEY) as stream:
        assert stream.read(3) == b"xxx"


def test_what_is_deleted_is_gone_here_and_there(endpoint: str, tmp_path: Path) -> None:
    storage = storage_at(endpoint, tmp_path)
    storage.put_bytes(KEY, b"1")
    storage.put_bytes("tenant/documents/abc/original", b"2")
    fetched = storage.local_file(KEY)
    storage.delete_folder("tenant/documents/ab")
    assert (storage.exists(KEY), fetched.exists()) == (False, False)
    assert storage.exists("tenant/documents/abc/original")
    with pytest.raises(NotFound):
        storage.get_bytes(KEY)


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    storage = storage_at_nowhere(tmp_path)
    with pytest.raises(Unavailable, match="storage"):
        storage.put_bytes(KEY, b"1")


def storage_at_nowhere(data: Path) -> Storage:
    options = {
        "endpoint_url": "http://127.0.0.1:9",
        "key": "any",
        "secret": "any",
        "config_kwargs": {"retries": {"max_attempts": 0}, "connect_timeout": 1},
    }
    return Storage.of(
        Settings(data_directory=data, storage=StorageSettings(url="s3://bucket", options=options))
    )
