from __future__ import annotations

from pathlib import Path

import pytest

from api.engine_documents import DocumentShelf
from jobs.storage import Storage
from schemas.engine_protocol import EngineDocument
from schemas.errors import NotFound
from schemas.settings import Settings
from tests.api.engine_process import stored
from tests.engine.sources import source_of


@pytest.fixture
def storage(tiny_settings: Settings, tmp_path: Path) -> Storage:
    return Storage.of(tiny_settings.model_copy(update={"data_directory": tmp_path / "data"}))


def kept(storage: Storage, document_id: str, tenant: str = "a") -> EngineDocument:
    return stored(storage, source_of(f"The agent is {document_id}.", "x.txt"), document_id, tenant)


def test_a_document_is_called_by_its_id(storage: Storage) -> None:
    source = DocumentShelf(storage).source("a", kept(storage, "doc_1"))
    assert source.document.name == "doc_1"
    assert source.document.text == "The agent is doc_1."


def test_an_open_document_is_not_opened_again(storage: Storage) -> None:
    shelf, document = DocumentShelf(storage), kept(storage, "doc_1")
    assert shelf.source("a", document) is shelf.source("a", document)


def test_what_was_asked_for_least_recently_is_closed_first(storage: Storage) -> None:
    one, two, three = (kept(storage, f"doc_{number}") for number in (1, 2, 3))
    measure = DocumentShelf(storage)
    measure.source("a", one)
    shelf = DocumentShelf(storage, max_bytes=2 * measure.num_bytes)
    first, second = shelf.source("a", one), shelf.source("a", two)
    assert shelf.source("a", one) is first
    shelf.source("a", three)
    assert shelf.num_bytes == 2 * measure.num_bytes
    assert shelf.source("a", one) is first
    assert shelf.source("a", two) is not second


def test_a_document_past_the_bound_is_read_but_not_kept(storage: Storage) -> None:
    shelf, document = DocumentShelf(storage, max_bytes=10), kept(storage, "doc_1")
    assert shelf.source("a", document) is not shelf.source("a", document)
    assert shelf.num_bytes == 0


def test_a_document_that_is_closed_takes_no_memory(storage: Storage) -> None:
    shelf = DocumentShelf(storage)
    shelf.source("a", kept(storage, "doc_1"))
    shelf.close(["doc_2"])
    assert shelf.num_bytes > 0
    shelf.close(["doc_1"])
    assert shelf.num_bytes == 0


def test_an_open_document_is_not_another_tenant_s(storage: Storage) -> None:
    shelf, document = DocumentShelf(storage), kept(storage, "doc_1")
    shelf.source("a", document)
    with pytest.raises(NotFound):
        shelf.source("b", document)
