"""Files and uploads, as the client of OpenAI uses them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from jobs.file_tables import FileRecord, UploadRecord
from jobs.removals import carry_out
from schemas.jobs import Failure, Queue
from tests.api.openai_client import client_of
from tests.api.served import Served, served

LINE = b'{"custom_id": "1"}\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def client(service: Served) -> OpenAI:
    return client_of(service)


def stored(service: Served) -> list[str]:
    """What lies in the storage, but for the documents' own."""
    blobs = service.services.settings.data_directory / "blobs"
    return [file.name for file in blobs.rglob("*") if file.is_file()]


def test_a_file_to_be_read_is_processed_once_it_was_read(service: Served, client: OpenAI) -> None:
    file = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    assert (file.bytes, file.filename, file.purpose, file.status) == (
        *(8, "a.txt", "user_data"),
        "uploaded",
    )
    service.read_documents()
    assert client.files.wait_for_processing(file.id, poll_interval=0).status == "processed"
    document = client.files.retrieve(file.id).model_extra or {}
    text = service.client.get(f"/v1/documents/{document['document']}/text").json()["text"]
    assert text.startswith("rent 93")


def test_a_file_that_can_not_be_read_says_why(service: Served, client: OpenAI) -> None:
    file = client.files.create(file=("a.pdf", b"%PDF-1.7 torn"), purpose="user_data")
    claim = service.services.jobs.claim(Queue.INGEST, "test")
    assert claim is not None
    failure = Failure(code="unreadable_document", message="a.pdf: it is torn")
    service.services.documents.ingest_failed(claim, failure)
    found = client.files.retrieve(file.id)
    assert (found.status, found.status_details) == ("error", "a.pdf: it is torn")


def test_lines_are_kept_as_they_are(client: OpenAI) -> None:
    torn = LINE + b"no json\n"
    file = client.files.create(file=("a.jsonl", torn), purpose="batch")
    assert (file.status, file.expires_at) == ("processed", file.created_at + 30 * 86_400)
    assert client.files.content(file.id).read() == torn


@pytest.mark.parametrize("purpose", ["batch", "fine-tune"])
def test_lines_call_themselves_so(client: OpenAI, purpose: Any) -> None:
    with pytest.raises(openai.APIStatusError, match="Must be"):
        client.files.create(file=("a.txt", LINE), purpose=purpose)


def test_what_no_purpose_is_known_for_is_refused(client: OpenAI) -> None:
    purpose: Any = "fun"
    with pytest.raises(openai.APIStatusError, match="purpose is one of assistants, batch"):
        client.files.create(file=("a.txt", b"x"), purpose=purpose)


def test_lists_go_either_way_and_on(client: OpenAI) -> None:
    ids = [
        client.files.create(file=(f"{number}.jsonl", LINE), purpose="batch").id
        for number in range(3)
    ]
    other = client.files.create(file=("a.txt", b"x"), purpose="user_data").id
    assert [file.id for file in client.files.list()] == [other, *reversed(ids)]
    assert [file.id for file in client.files.list(purpose="batch", order="asc", limit=2)] == ids
    assert client.files.list(after=ids[1]).data[0].id == ids[0]


def test_a_deleted_file_leaves_nothing(service: Served, client: OpenAI) -> None:
    files = [
        client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data"),
        client.files.create(file=("a.jsonl", LINE), purpose="batch"),
    ]
    service.read_documents()
    for file in files:
        assert client.files.delete(file.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file.id)
    assert stored(service) == []
    assert service.client.get("/v1/documents").json()["data"] == []


def test_a_document_stays_as_long_as_it_is_a_file(service: Served, client: OpenAI) -> None:
    first = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    second = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    client.files.delete(first.id)
    assert client.files.content(second.id).read() == b"rent 93\n"
    client.files.delete(second.id)
    assert service.client.get("/v1/documents").json()["data"] == []


def test_a_document_that_was_there_outlives_the_file(service: Served, client: OpenAI) -> None:
    document = service.ready_document("rent 93\n", "a.txt")
    file = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    assert file.status == "processed"
    client.files.delete(file.id)
    assert service.client.get(f"/v1/documents/{document}").is_success


def test_a_file_goes_with_its_document(service: Served, client: OpenAI) -> None:
    file = client.files.create(file=("a.txt", b"rent 93\n"), purpose="user_data")
    service.read_documents()
    service.client.delete(f"/v1/documents/{(file.model_extra or {})['document']}")
    assert client.files.list().data == []


def test_a_file_is_gone_when_its_time_is_over(service: Served, client: OpenAI) -> None:
    file = client.files.create(
        file=("a.jsonl", LINE),
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert file.expires_at == file.created_at + 3600
    with service.services.database.transaction() as session:
        record = session.get_one(FileRecord, file.id)
        record.expires_at = record.created_at - timedelta(seconds=1)
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)
    assert service.services.files.expire() == 1
    carry_out(service.services)
    assert stored(service) == []


def test_a_file_may_come_in_parts(service: Served, client: OpenAI) -> None:
    data = b"rent 93\n" * 1000
    upload = client.uploads.upload_file_chunked(
        file=data,
        filename="a.txt",
        bytes=len(data),
        mime_type="text/plain",
        purpose="user_data",
        part_size=3000,
    )
    assert (upload.status, upload.file and upload.file.filename) == ("completed", "a.txt")
    assert upload.file is not None
    assert client.files.content(upload.file.id).read() == data
    assert stored(service) == ["original"]


def begun(client: OpenAI, size: int) -> str:
    upload = client.uploads.create(
        bytes=size, filename="a.jsonl", mime_type="text/plain", purpose="batch"
    )
    return upload.id


def part(client: OpenAI, upload: str, data: bytes) -> str:
    return client.uploads.parts.create(upload, data=io.BytesIO(data)).id


def test_parts_are_put_together_as_they_are_named(client: OpenAI) -> None:
    upload = begun(client, 4)
    last, first = part(client, upload, b"}\n"), part(client, upload, b'"{')
    done = client.uploads.complete(upload, part_ids=[first, last])
    assert done.file is not None
    assert client.files.content(done.file.id).read() == b'"{}\n'


def test_completing_twice_is_completing_once(client: OpenAI) -> None:
    upload = begun(client, 2)
    ids = [part(client, upload, b"{}")]
    first = client.uploads.complete(upload, part_ids=ids)
    second = client.uploads.complete(upload, part_ids=ids)
    assert first.file is not None
    assert second.file is not None
    assert first.file.id == second.file.id
    assert len(client.files.list().data) == 1


@pytest.mark.parametrize(
    ("size", "md5", "told"),
    [(3, None, "the parts have 2 bytes; 3 were told"), (2, "0" * 32, "another MD5")],
)
def test_a_file_that_is_not_whole_is_not_made(
    client: OpenAI, size: int, md5: str | None, told: str
) -> None:
    upload = begun(client, size)
    ids = [part(client, upload, b"{}")]
    with pytest.raises(openai.APIStatusError, match=told):
        client.uploads.complete(upload, part_ids=ids, md5=md5 or openai.omit)
    assert client.files.list().data == []


def test_more_than_was_told_is_refused(client: OpenAI) -> None:
    upload = begun(client, 3)
    part(client, upload, b"{}")
    with pytest.raises(openai.APIStatusError, match="limit of 1 bytes"):
        part(client, upload, b"{}")


def test_a_cancelled_upload_takes_no_part_and_leaves_none(service: Served, client: OpenAI) -> None:
    upload = begun(client, 4)
    part(client, upload, b"{}")
    assert client.uploads.cancel(upload).status == "cancelled"
    with pytest.raises(openai.ConflictError, match="cancelled: make another one"):
        part(client, upload, b"{}")
    assert stored(service) == []


def test_an_upload_that_is_left_is_over_after_an_hour(service: Served, client: OpenAI) -> None:
    upload = begun(client, 4)
    part(client, upload, b"{}")
    with service.services.database.transaction() as session:
        record = session.get_one(UploadRecord, upload)
        record.expires_at = record.created_at
    with pytest.raises(openai.ConflictError, match="expired"):
        part(client, upload, b"{}")
    assert service.services.uploads.expire() == 1
    carry_out(service.services)
    assert stored(service) == []
