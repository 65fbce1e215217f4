"""What happens to a document that is sent over HTTP?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.storage import document_folder, original_key
from schemas.ingest_settings import IngestSettings
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from tests.api.served import Served, served

CONTENT = b"rent 93\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Served]:
    """One that takes 1,000 bytes a document."""
    with served(tmp_path, ingest=IngestSettings(max_bytes=1000)) as service:
        yield service


def test_bytes_sent_as_the_body_are_a_document(service: Served) -> None:
    answer = service.client.post("/v1/documents?name=a.txt", content=CONTENT)
    document = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (
        201,
        f"/v1/documents/{document['id']}",
    )
    assert (document["name"], document["sha256"], document["num_bytes"], document["status"]) == (
        "a.txt",
        SHA256,
        8,
        "queued",
    )


def test_a_form_is_a_document_with_its_name_and_metadata(service: Served) -> None:
    document = service.client.post(
        "/v1/documents",
        files={"file": ("C:\\files\\lease.txt", CONTENT)},
        data={"metadata": '{"case": "4711"}'},
    ).json()
    assert (document["name"], document["metadata"]) == ("lease.txt", {"case": "4711"})


def test_the_bytes_lie_in_the_storage_when_the_answer_comes(service: Served) -> None:
    key = original_key("default", service.upload())
    assert service.services.storage.get_bytes(key) == CONTENT


def test_an_upload_rings_for_the_ingest_queue(service: Served) -> None:
    service.upload()
    assert service.doorbell.rung == [Queue.INGEST]


def test_the_same_bytes_under_the_same_name_are_one_document(service: Served) -> None:
    first = service.upload()
    again = service.client.post("/v1/documents?name=a.txt", content=CONTENT)
    assert (again.status_code, again.headers["needlepoint-deduplicated"], again.json()["id"]) == (
        200,
        "true",
        first,
    )


def test_the_same_bytes_under_another_name_are_another_document(service: Served) -> None:
    assert service.upload(name="a.txt") != service.upload(name="b.txt")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="lease.txt"', "lease.txt"),
        ("attachment; filename*=UTF-8''m%C3%BCller.txt", "müller.txt"),
        ("attachment; filename=\"x.txt\"; filename*=UTF-8''y.txt", "y.txt"),
    ],
)
def test_the_name_may_come_by_content_disposition(
    service: Served, disposition: str, name: str
) -> None:
    answer = service.client.post(
        "/v1/documents", content=CONTENT, headers={"Content-Disposition": disposition}
    )
    assert answer.json()["name"] == name


@pytest.mark.parametrize(
    ("params", "content", "says"),
    [
        ({}, CONTENT, "no name"),
        ({"name": "a.txt"}, b"", "empty"),
        ({"name": "a/"}, CONTENT, "1 to 255"),
        ({"name": "a\nb"}, CONTENT, "1 to 255"),
        ({"name": "x" * 256}, CONTENT, "1 to 255"),
        ({"name": "a.txt", "metadata": "[]"}, CONTENT, "metadata"),
        ({"name": "a.txt", "metadata": '{"a": "\\u0000"}'}, CONTENT, "NUL"),
        ({"name": "a.txt", "metadata": '{"a": "\\ud800"}'}, CONTENT, "metadata"),
    ],
)
def test_an_upload_that_does_not_fit_says_why(
    service: Served, params: dict[str, str], content: bytes, says: str
) -> None:
    answer = service.client.post("/v1/documents", params=params, content=content)
    assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text


def test_an_image_is_refused_by_its_first_bytes(service: Served) -> None:
    gif = b"GIF89a" + b"\0" * 100
    answer = service.client.post("/v1/documents?name=a.gif", content=gif)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


def test_a_form_with_two_files_is_refused(service: Served) -> None:
    files = [("file", ("a.txt", CONTENT)), ("file", ("b.txt", CONTENT))]
    answer = service.client.post("/v1/documents", files=files)
    assert (answer.status_code, "two files" in answer.json()["detail"]) == (422, True)


def test_a_form_with_an_unknown_part_is_refused(service: Served) -> None:
    answer = service.client.post(
        "/v1/documents", files={"file": ("a.txt", CONTENT)}, data={"pasword": "x"}
    )
    assert (answer.status_code, "'pasword'" in answer.json()["detail"]) == (422, True)


def test_a_form_without_a_file_is_refused(service: Served) -> None:
    answer = service.client.post("/v1/documents", files={"name": (None, "a.txt")})
    assert (answer.status_code, "no part named file" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    "body",
    [
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
        b"no form at all",
        b"--x\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--x--\r\n',
    ],
)
def test_a_broken_form_is_refused(service: Served, body: bytes) -> None:
    answer = service.client.post(
        "/v1/documents", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 422, answer.text


def test_a_file_past_the_limit_is_refused_before_it_is_sent(small: Served) -> None:
    answer = small.client.post(
        "/v1/documents?name=a.txt", content=b"x", headers={"Content-Length": str(10 << 20)}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_file_past_the_limit_is_refused_while_it_arrives(small: Served) -> None:
    answer = small.client.post("/v1/documents?name=a.txt", content=iter([b"x" * 600] * 2))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_form_past_the_limit_is_refused_while_it_arrives(small: Served) -> None:
    answer = small.client.post("/v1/documents", files={"file": ("a.txt", b"x" * 1001)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_file_as_large_as_the_limit_is_taken(small: Served) -> None:
    answer = small.client.post("/v1/documents", files={"file": ("a.txt", b"x" * 1000)})
    assert answer.status_code == 201


def test_nothing_is_left_of_an_upload_that_was_refused(small: Served) -> None:
    small.client.post("/v1/documents?name=a.txt", content=iter([b"x" * 600] * 2))
    small.client.post("/v1/documents?name=a.gif", content=b"GIF89a\0")
    data = small.services.settings.data_directory
    assert [file for file in data.rglob("*") if file.is_file() and file.parent != data] == []


def test_nothing_is_left_of_an_upload_that_found_no_room(tmp_path: Path) -> None:
    with served(tmp_path, jobs=JobSettings(max_queued=1)) as service:
        service.upload("first")
        answer = service.client.post("/v1/documents?name=b.txt", content=CONTENT)
        seconds = int(answer.headers["retry-after"])
        assert (answer.status_code, 1 <= seconds <= 120) == (429, True)
        files = service.services.settings.data_directory / "blobs"
        assert len([path for path in files.rglob("*") if path.is_file()]) == 1


def test_a_document_that_was_read_says_what_was_found(service: Served) -> None:
    document = service.client.get(f"/v1/documents/{service.ready_document()}").json()
    assert (document["status"], document["media_type"]) == ("ready", "text/plain")


def test_documents_are_listed_newest_first_and_page_by_page(service: Served) -> None:
    ids = [service.upload(f"text {number}") for number in range(3)]
    first = service.client.get("/v1/documents?limit=2").json()
    second = service.client.get(f"/v1/documents?limit=2&after={first['last_id']}").json()
    listed = [[document["id"] for document in page["data"]] for page in (first, second)]
    assert (listed, first["has_more"], second["has_more"]) == (
        [[ids[2], ids[1]], [ids[0]]],
        True,
        False,
    )


def test_a_list_goes_on_although_its_page_was_deleted(service: Served) -> None:
    ids = [service.upload(f"text {number}") for number in range(3)]
    page = service.client.get("/v1/documents?limit=2").json()
    for document in page["data"]:
        service.client.delete(f"/v1/documents/{document['id']}")
    rest = service.client.get("/v1/documents", params={"after": page["next"]}).json()
    assert ([document["id"] for document in rest["data"]], rest["next"]) == ([ids[0]], None)


@pytest.mark.parametrize("filters", ["status=ready", "name=a.txt", f"sha256={SHA256}"])
def test_documents_are_filtered(service: Served, filters: str) -> None:
    wanted = service.ready_document()
    service.upload("other", "b.txt")
    listed = service.client.get(f"/v1/documents?{filters}").json()["data"]
    assert [document["id"] for document in listed] == [wanted]


def test_the_original_bytes_come_back_as_an_attachment(service: Served) -> None:
    answer = service.client.get(f"/v1/documents/{service.upload(name='ü.txt')}/content")
    assert (answer.content, answer.headers["x-content-type-options"]) == (CONTENT, "nosniff")
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%BC.txt"


def test_a_range_of_the_original_bytes_can_be_had(service: Served) -> None:
    path = f"/v1/documents/{service.upload()}/content"
    answer = service.client.get(path, headers={"Range": "bytes=5-6"})
    assert (answer.status_code, answer.content) == (206, b"93")


@pytest.mark.parametrize("content_range", ["bytes=100-200", "bytes=x", "lines=1-2"])
def test_a_range_that_is_none_is_no_error_of_ours(service: Served, content_range: str) -> None:
    path = f"/v1/documents/{service.upload()}/content"
    answer = service.client.get(path, headers={"Range": content_range})
    assert answer.status_code in (200, 400, 416)


def test_text_comes_by_offsets(service: Served) -> None:
    path = f"/v1/documents/{service.ready_document()}/text?start=5&stop=7"
    assert service.client.get(path).json()["text"] == "93"


def test_text_comes_plain_where_that_is_asked_for(service: Served) -> None:
    path = f"/v1/documents/{service.ready_document()}/text?start=5&stop=7"
    answer = service.client.get(path, headers={"Accept": "text/plain"})
    assert (answer.text, answer.headers["content-type"]) == ("93", "text/plain; charset=utf-8")


@pytest.mark.parametrize("part", ["text", "pages/1/words", "pages/1/image", "sheets/a/cells"])
def test_what_was_not_read_yet_is_a_conflict_that_says_so(service: Served, part: str) -> None:
    answer = service.client.get(f"/v1/documents/{service.upload()}/{part}")
    assert (answer.status_code, "not read yet" in answer.json()["detail"]) == (409, True)


def test_a_slice_of_the_text_is_bounded(service: Served) -> None:
    path = f"/v1/documents/{service.ready_document()}/text?start=0&stop=2000000"
    assert service.client.get(path).status_code == 422


def test_a_document_is_read_again_on_request(service: Served) -> None:
    document = service.ready_document()
    answer = service.client.post(f"/v1/documents/{document}/ingest")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


def test_a_document_that_is_being_read_is_not_read_again(service: Served) -> None:
    assert service.client.post(f"/v1/documents/{service.upload()}/ingest").status_code == 409


def test_a_deleted_document_takes_its_extractions_and_files_along(service: Served) -> None:
    document = service.ready_document()
    extraction = service.extract(document)
    service.finish_next()
    answer = service.client.delete(f"/v1/documents/{document}")
    assert answer.json() == {
        "id": document,
        "object": "document",
        "deleted": True,
        "attachments_deleted": [],
        "extractions_deleted": [extraction],
    }
    data = service.services.settings.data_directory
    assert [file for file in (data / "blobs").rglob("*") if file.is_file()] == []


def test_the_engine_is_told_to_forget_a_deleted_document(service: Served) -> None:
    document = service.ready_document()
    service.client.delete(f"/v1/documents/{document}")
    assert [call.documents for call in service.engine.calls] == [[document]]


def test_a_document_goes_also_when_the_engine_is_away(service: Served) -> None:
    document = service.ready_document()
    service.engine.is_away = True
    assert service.client.delete(f"/v1/documents/{document}").status_code == 200


def test_bytes_that_another_document_has_too_stay(service: Served) -> None:
    first, second = service.upload(name="a.txt"), service.upload(name="b.txt")
    service.client.delete(f"/v1/documents/{first}")
    assert service.client.get(f"/v1/documents/{second}/content").content == CONTENT


def test_a_deleted_document_is_gone(service: Served) -> None:
    document = service.upload()
    service.client.delete(f"/v1/documents/{document}")
    assert service.client.get(f"/v1/documents/{document}").status_code == 404


def test_bytes_uploaded_again_after_a_deletion_are_there(service: Served) -> None:
    service.client.delete(f"/v1/documents/{service.upload()}")
    folder = document_folder("default", service.upload())
    assert service.services.storage.exists(f"{folder}/original")


def test_a_password_is_kept_only_until_the_document_was_read(service: Served) -> None:
    document = service.upload(headers={"Needlepoint-Password": "sesame"})
    claim: Any = service.services.jobs.claim(Queue.INGEST, "test")
    target = service.services.documents.for_ingest(claim)
    assert (target.document_id, target.password) == (document, "sesame")
