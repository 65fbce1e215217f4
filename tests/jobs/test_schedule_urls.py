"""Sources and targets of a store: one in memory, and an S3 server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from jobs.schedule_sources import source_of
from jobs.schedule_targets import safe_name, target_of
from schemas.errors import Unavailable
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import UrlSource, UrlTarget


@pytest.fixture
def in_memory() -> Iterator[ScheduleSettings]:
    files = fsspec.filesystem("memory")
    files.pipe("/box/in/deep/a.txt", b"one")
    yield ScheduleSettings(allowed_urls=["memory://box"])
    files.rm("/box", recursive=True)


@pytest.fixture
def in_s3() -> Iterator[ScheduleSettings]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    options = {"endpoint_url": f"http://{host}:{port}", "key": "any", "secret": "any"}
    files = fsspec.filesystem("s3", **options)
    files.makedirs("box", exist_ok=True)  # the servers of one process share their buckets
    files.pipe("box/in/deep/a.txt", b"one")
    yield ScheduleSettings(allowed_urls=["s3://box"], connections={"local": options})
    server.stop()


def check_round_trip(
    settings: ScheduleSettings, url: str, connection: str | None, tmp_path: Path
) -> None:
    read = UrlSource(kind="url", url=f"{url}/in", connection=connection)
    source = source_of(read, settings)
    [file] = source.files()
    assert (file.path, file.num_bytes) == ("deep/a.txt", 3)
    source.copy(file, tmp_path / "copy", 100)
    assert (tmp_path / "copy").read_bytes() == b"one"
    written = UrlTarget(kind="url", url=f"{url}/in", connection=connection)
    for text in ("first", "second"):
        (tmp_path / "result").write_text(text)
        target_of(written, settings).put(tmp_path / "result", "deep/a.txt")
    [changed] = source.files()
    assert changed.stamp != file.stamp
    source.copy(changed, tmp_path / "copy", 100)
    assert (tmp_path / "copy").read_text() == "second"


def test_a_store_is_read_and_written(in_memory: ScheduleSettings, tmp_path: Path) -> None:
    check_round_trip(in_memory, "memory://box", None, tmp_path)


@pytest.mark.service
def test_an_s3_server_is_read_and_written(in_s3: ScheduleSettings, tmp_path: Path) -> None:
    check_round_trip(in_s3, "s3://box", "local", tmp_path)


@pytest.mark.service
def test_a_bucket_that_is_not_there_cannot_be_listed(in_s3: ScheduleSettings) -> None:
    settings = in_s3.model_copy(update={"allowed_urls": ["s3://"]})
    source = source_of(UrlSource(kind="url", url="s3://none/in", connection="local"), settings)
    with pytest.raises(Unavailable, match="s3://none/in cannot be listed"):
        list(source.files())


def test_names_do_not_lead_out_of_the_target() -> None:
    assert safe_name("../../etc/.hidden//a\\b.pdf") == "_/_/etc/hidden/a_b.pdf"
