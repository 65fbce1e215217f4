from __future__ import annotations

import dataclasses

import pytest

from jobs.removals import carry_out
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
    assert carry_out(here, tenant="another") == 0
    assert carry_out(here, tenant=TENANT) == 1
    assert not here.storage.exists(result_key(TENANT, job.id, 1))
    assert here.storage.exists(original_key(TENANT, document_id))
