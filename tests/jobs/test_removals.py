from __future__ import annotations

import dataclasses

import pytest

from jobs import removals
from jobs.removals import announce, carry_out, withdraw
from jobs.services import Services
from jobs.storage import document_folder, original_key, result_key
from schemas.engine_protocol import EngineForget
from schemas.errors import EngineUnavailable, Unavailable
from tests.jobs.asked import TENANT, asked, read
from tests.jobs.fake_engine import FakeEngine

NAME = "report.pdf"


class ForgetfulEngine(FakeEngine):
    """Writes down what it is told to forget, unless it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.forgotten: list[EngineForget] = []

    def forget(self, request: EngineForget) -> None:
        if self.is_away:
            raise EngineUnavailable("the engine does not answer")
        self.forgotten.append(request)


@pytest.fixture(autouse=True)
def due_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "_AGAIN_SECONDS", 0.0)


@pytest.fixture
def forgetful() -> ForgetfulEngine:
    return ForgetfulEngine()


@pytest.fixture
def here(services: Services, forgetful: ForgetfulEngine) -> Services:
    return dataclasses.replace(services, engine=forgetful)  # type: ignore[arg-type]


def a_document_with_bytes(here: Services) -> str:
    document_id = read(here.documents, here.jobs, NAME)
    here.storage.put_bytes(original_key(TENANT, document_id), b"bytes")
    return document_id


def test_a_deleted_document_is_removed_with_the_results_of_its_extractions(
    here: Services, forgetful: ForgetfulEngine
) -> None:
    document_id = a_document_with_bytes(here)
    job = asked(here.jobs, document_id)
    here.storage.put_bytes(result_key(TENANT, job.id, 1), b"{}")
    here.documents.delete(TENANT, document_id)
    assert carry_out(here) == 2
    assert not here.storage.exists(original_key(TENANT, document_id))
    assert not here.storage.exists(result_key(TENANT, job.id, 1))
    folders = [document_folder(TENANT, document_id)]
    assert forgetful.forgotten == [
        EngineForget(tenant=TENANT, documents=[document_id], folders=folders)
    ]
    assert carry_out(here) == 0


def test_an_engine_that_was_away_is_told_later(here: Services, forgetful: ForgetfulEngine) -> None:
    document_id = a_document_with_bytes(here)
    here.documents.delete(TENANT, document_id)
    forgetful.is_away = True
    assert carry_out(here) == 0
    assert not here.storage.exists(original_key(TENANT, document_id))
    forgetful.is_away = False
    assert carry_out(here) == 1
    assert [request.documents for request in forgetful.forgotten] == [[document_id]]


def test_an_engine_that_is_away_holds_up_no_other_removal(
    here: Services, forgetful: ForgetfulEngine
) -> None:
    forgetful.is_away = True
    here.documents.delete(TENANT, a_document_with_bytes(here))
    carry_out(here)
    document_id = a_document_with_bytes(here)
    here.documents.delete(TENANT, document_id)
    carry_out(here)
    assert not here.storage.exists(original_key(TENANT, document_id))


def test_a_storage_that_fails_is_asked_again(
    here: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = a_document_with_bytes(here)
    here.documents.delete(TENANT, document_id)

    def fail(_: str) -> None:
        raise Unavailable("the storage does not answer")

    with monkeypatch.context() as away:
        away.setattr(here.storage, "delete_folder", fail)
        assert carry_out(here) == 0
    assert carry_out(here) == 1
    assert not here.storage.exists(original_key(TENANT, document_id))


def test_a_deleted_extraction_takes_its_result_along(here: Services) -> None:
    document_id = a_document_with_bytes(here)
    job = asked(here.jobs, document_id)
    here.storage.put_bytes(result_key(TENANT, job.id, 1), b"{}")
    here.jobs.delete_extraction(TENANT, job.id)
    assert carry_out(here, ["ext_of_another"]) == 0
    assert carry_out(here, [job.id]) == 1
    assert not here.storage.exists(result_key(TENANT, job.id, 1))
    assert here.storage.exists(original_key(TENANT, document_id))


def test_what_one_process_is_removing_no_other_tries(
    here: Services, forgetful: ForgetfulEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "_AGAIN_SECONDS", 60.0)
    here.documents.delete(TENANT, a_document_with_bytes(here))
    forgetful.is_away = True
    carry_out(here)
    forgetful.is_away = False
    assert carry_out(here) == 0


def test_bytes_that_got_no_record_are_removed_in_the_end(
    here: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "_UPLOAD_SECONDS", 0.0)
    key = original_key(TENANT, "doc_left")
    announce(here, TENANT, "doc_left")
    here.storage.put_bytes(key, b"bytes")
    assert carry_out(here) == 1
    assert not here.storage.exists(key)


def test_bytes_that_got_a_record_stay(here: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "_UPLOAD_SECONDS", 0.0)
    key = original_key(TENANT, "doc_new")
    announce(here, TENANT, "doc_new")
    here.storage.put_bytes(key, b"bytes")
    here.documents.add(TENANT, document_id="doc_new", sha256="a" * 64, name="n", num_bytes=5)
    assert carry_out(here) == 0
    assert here.storage.exists(key)


def test_bytes_that_are_withdrawn_go_at_once(here: Services) -> None:
    announce(here, TENANT, "doc_twice")
    here.storage.put_bytes(original_key(TENANT, "doc_twice"), b"bytes")
    withdraw(here, TENANT, "doc_twice")
    assert not here.storage.exists(original_key(TENANT, "doc_twice"))
    assert carry_out(here) == 0
