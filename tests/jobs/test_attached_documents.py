"""Files that a document carries become documents, and harm neither it nor one another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jobs import removals
from jobs.removals import carry_out
from jobs.run_ingest import run_ingest
from jobs.services import Services
from jobs.storage import original_key
from jobs.unpacking import Room, Unread, unpack
from jobs.work import run_next
from schemas.errors import Cancelled, Unavailable
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.jobs import Queue
from schemas.stored_document import StoredDocument
from tests.ingest.attached import pdf_naming, pdf_with
from tests.ingest.hostile_pdfs import bomb, stream
from tests.jobs.asked import TENANT, claimed
from tests.jobs.ingesting import files_of, upload, with_tiny_model

pytestmark = pytest.mark.slow

RATES = b"Name,Rate\nAnn,2\nBob,3\n"


@pytest.fixture
def services(services: Services, tiny_folder: Path) -> Services:
    return with_tiny_model(services, tiny_folder)


def read_all(services: Services) -> None:
    while run_next(Queue.INGEST, services):
        pass


def listed(services: Services) -> dict[str, StoredDocument]:
    """By name; there are no two of one."""
    documents, _ = services.documents.list(TENANT, limit=100)
    assert len({document.name for document in documents}) == len(documents)
    return {document.name: document for document in documents}


def said(services: Services, document_id: str) -> list[Problem]:
    return services.documents.get(TENANT, document_id).warnings


def test_what_is_attached_is_a_document_with_an_outcome_of_its_own(services: Services) -> None:
    files = {"rates.csv": RATES, "torn.pdf": b"%PDF-1.7 torn", "../../note.txt": b"A note."}
    parent_id = upload(services, "a.pdf", pdf_with(files))
    read_all(services)
    found = listed(services)
    assert {name: document.status for name, document in found.items()} == {
        "a.pdf": "ready",
        "rates.csv": "ready",
        "torn.pdf": "failed",
        "note.txt": "ready",
    }
    children = [found[name] for name in ("rates.csv", "torn.pdf", "note.txt")]
    assert {child.parent for child in children} == {parent_id}
    assert sorted(found["a.pdf"].attachments) == sorted(child.id for child in children)
    assert found["a.pdf"].warnings == []
    of_parent, _ = services.documents.list(TENANT, parent=parent_id)
    assert {one.id for one in of_parent} == {child.id for child in children}
    assert [one.name for one in services.documents.list(TENANT, parent="none")[0]] == ["a.pdf"]


def test_reading_again_makes_no_second_one(services: Services) -> None:
    parent_id = upload(services, "a.pdf", pdf_with({"rates.csv": RATES, "b.csv": RATES}))
    read_all(services)
    before = {name: document.id for name, document in listed(services).items()}
    services.documents.reingest(TENANT, parent_id, None)
    read_all(services)
    assert {name: document.id for name, document in listed(services).items()} == before
    assert sorted(file for file in files_of(services) if file == "original") == ["original"] * 3


def test_an_upload_of_the_same_bytes_is_a_document_apart(services: Services) -> None:
    upload(services, "a.pdf", pdf_with({"rates.csv": RATES}))
    read_all(services)
    uploaded = upload(services, "rates.csv", RATES)
    documents, _ = services.documents.list(TENANT, name="rates.csv")
    assert (len(documents), services.documents.get(TENANT, uploaded).parent) == (2, None)


def test_it_goes_with_what_carries_it(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "_AGAIN_SECONDS", 0.0)
    inner = pdf_with({"rates.csv": RATES})
    parent_id = upload(services, "a.pdf", pdf_with({"inner.pdf": inner}))
    kept = upload(services, "kept.txt", b"It stays.")
    read_all(services)
    below = [listed(services)[name].id for name in ("inner.pdf", "rates.csv")]
    deleted = services.documents.delete(TENANT, parent_id)  # and the process dies
    assert list(deleted.attachments) == below
    assert list(listed(services)) == ["kept.txt"]
    carry_out(services)
    for gone in (parent_id, *below):
        assert not services.storage.exists(original_key(TENANT, gone))
    assert services.storage.exists(original_key(TENANT, kept))


def test_what_is_above_a_file_is_not_taken_out_of_it(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.pdf", tmp_path / "out"
    file.write_bytes(pdf_with({"rates.csv": RATES, "note.txt": b"A note."}))
    folder.mkdir()
    above = Room(9, 1 << 20, 1, (hashlib.sha256(RATES).hexdigest(),))
    found, unread = unpack(
        file, folder, above, name="a.pdf", password=None, limits=IngestSettings()
    )
    assert [one.name for one in found] == ["note.txt"]
    assert unread == [Unread("rates.csv", "is a document that it stands in itself")]


def test_what_is_attached_too_deep_is_not_read(services: Services, tiny_folder: Path) -> None:
    shallow = with_tiny_model(services, tiny_folder, IngestSettings(max_attachment_depth=1))
    inner = pdf_with({"rates.csv": RATES}, "inner")
    upload(shallow, "a.pdf", pdf_with({"inner.pdf": inner}))
    read_all(shallow)
    found = listed(shallow)
    assert sorted(found) == ["a.pdf", "inner.pdf"]
    assert [problem.message for problem in found["inner.pdf"].warnings] == [
        "inner.pdf: carries attached files that were not read: what is attached to it (would be "
        "read past NEEDLEPOINT_INGEST__MAX_ATTACHMENT_DEPTH)"
    ]


def test_more_than_may_be_are_named_and_not_read(services: Services, tiny_folder: Path) -> None:
    few = with_tiny_model(services, tiny_folder, IngestSettings(max_attachments=2))
    files = [(b"%d.txt" % number, stream(b"Note %d." % number)) for number in range(3000)]
    parent_id = upload(few, "a.pdf", pdf_naming(files))
    read_all(few)
    assert sorted(listed(few)) == ["0.txt", "1.txt", "a.pdf"]
    [problem] = said(few, parent_id)
    assert problem.message.endswith("_ATTACHMENTS) and 2,988 more")
    assert "2.txt (is one more than NEEDLEPOINT_INGEST__MAX_ATTACHMENTS)" in problem.message


def test_bombs_and_kinds_that_are_not_read_are_said_and_spare_the_others(
    services: Services, tiny_folder: Path
) -> None:
    limits = IngestSettings(max_attachment_bytes=1 << 20)
    small = with_tiny_model(services, tiny_folder, limits)
    files = [
        (b"bomb.txt", bomb(1 << 32, times=2)),
        (b"torn.csv", stream(b"no deflate", b"/Filter /FlateDecode")),
        (b"all.zip", stream(b"PK\3\4" + bytes(40))),
        (b"rates.csv", stream(RATES)),
    ]
    parent_id = upload(small, "a.pdf", pdf_naming(files))
    read_all(small)
    assert sorted(listed(small)) == ["a.pdf", "all.zip", "rates.csv"]
    [problem] = said(small, parent_id)
    assert problem.message == (
        "a.pdf: carries attached files that were not read: bomb.txt (is larger than "
        "NEEDLEPOINT_INGEST__MAX_ATTACHMENT_BYTES allows), torn.csv (is damaged and cannot be "
        "unpacked)"
    )


def test_an_ingest_that_died_after_it_made_them_makes_no_second_ones(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> bool:
        raise Unavailable("killed")

    parent_id = upload(services, "a.pdf", pdf_with({"rates.csv": RATES}))
    claim = claimed(services.jobs, Queue.INGEST)
    with monkeypatch.context() as dying:
        dying.setattr(services.documents, "ingested", die, raising=False)
        with pytest.raises(Unavailable):
            run_ingest(claim, services, should_stop=lambda: False)
    assert services.documents.get(TENANT, parent_id).status == "running"
    child = listed(services)["rates.csv"].id
    services.jobs.release(claim)
    with pytest.raises(Cancelled):  # what is left of the first attempt
        run_ingest(claim, services, should_stop=lambda: False)
    read_all(services)
    assert {name: one.id for name, one in listed(services).items()} == {
        "a.pdf": parent_id,
        "rates.csv": child,
    }
    assert {one.status for one in listed(services).values()} == {"ready"}
    assert files_of(services).count("original") == 2
