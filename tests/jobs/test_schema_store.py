from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jobs.database import Database
from jobs.schema_store import SchemaStore
from jobs.tables import DEFAULT_TENANT
from schemas.errors import InvalidSchema, NotFound
from schemas.saved_schemas import SavedSchemaCreate


@pytest.fixture
def store(database: Database) -> SchemaStore:
    return SchemaStore(database)


def _schema(*names: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def _save(store: SchemaStore, *names: str, tenant: str = DEFAULT_TENANT) -> tuple[str, bool]:
    create = SavedSchemaCreate(name="invoice", response_schema=_schema(*names))
    saved, is_new = store.save(tenant, create)
    return saved.id, is_new


def test_each_change_is_a_version_and_the_same_again_is_none(store: SchemaStore) -> None:
    assert _save(store, "total") == ("invoice@1", True)
    assert _save(store, "total", "date") == ("invoice@2", True)
    assert _save(store, "total", "date") == ("invoice@2", False)
    assert _save(store, "date", "total") == ("invoice@3", True), "the order is that of the output"
    assert _save(store, "total") == ("invoice@4", True)


def test_a_name_is_its_latest_version_and_a_version_itself(store: SchemaStore) -> None:
    _save(store, "total")
    _save(store, "date")
    assert store.get(DEFAULT_TENANT, "invoice").id == "invoice@2"
    assert store.get(DEFAULT_TENANT, "invoice@1").response_schema == _schema("total")
    assert list(store.get(DEFAULT_TENANT, "invoice").response_schema["properties"]) == ["date"]


def test_a_deleted_version_never_comes_to_mean_another_schema(store: SchemaStore) -> None:
    _save(store, "total")
    _save(store, "date")
    assert store.delete(DEFAULT_TENANT, "invoice@2") == 1
    assert store.get(DEFAULT_TENANT, "invoice").id == "invoice@1"
    assert _save(store, "place") == ("invoice@3", True)
    assert store.delete(DEFAULT_TENANT, "invoice") == 2
    with pytest.raises(NotFound):
        store.get(DEFAULT_TENANT, "invoice@1")
    assert _save(store, "total") == ("invoice@4", True)


@pytest.mark.parametrize("reference", ["other", "invoice@2", "invoice@0", "invoice@x", "invoice@"])
def test_what_is_not_there_is_not_found(store: SchemaStore, reference: str) -> None:
    _save(store, "total")
    with pytest.raises(NotFound):
        store.get(DEFAULT_TENANT, reference)


def test_the_schemas_of_another_tenant_are_not_there(store: SchemaStore) -> None:
    _save(store, "total")
    assert _save(store, "date", tenant="other") == ("invoice@1", True)
    assert store.get("other", "invoice").response_schema == _schema("date")
    assert store.delete("other", "invoice") == 1
    assert store.get(DEFAULT_TENANT, "invoice").response_schema == _schema("total")


def test_one_that_can_not_be_filled_is_refused(store: SchemaStore) -> None:
    create = SavedSchemaCreate(name="a", response_schema={"type": "object", "oneOf": [{}]})
    with pytest.raises(InvalidSchema):
        store.save(DEFAULT_TENANT, create)
    assert store.listed(DEFAULT_TENANT) == ([], False)


def test_those_who_save_at_the_same_time_get_versions_of_their_own(store: SchemaStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda number: _save(store, f"field{number}"), range(4)))
    assert {schema_id for schema_id, _ in saved} == {f"invoice@{number}" for number in range(1, 5)}


def test_lists_go_on_where_they_stopped(store: SchemaStore) -> None:
    for number in range(3):
        _save(store, f"field{number}")
    first, has_more = store.versions(DEFAULT_TENANT, "invoice", limit=2)
    assert ([found.version for found in first], has_more) == ([3, 2], True)
    rest, has_more = store.versions(DEFAULT_TENANT, "invoice", limit=2, after=first[-1].id)
    assert ([found.version for found in rest], has_more) == ([1], False)
    other = SavedSchemaCreate(name="lease", response_schema=_schema("rent"))
    store.save(DEFAULT_TENANT, other)
    first_name, has_more = store.listed(DEFAULT_TENANT, limit=1)
    assert ([found.id for found in first_name], has_more) == (["invoice@3"], True)
    names, _ = store.listed(DEFAULT_TENANT, after=first_name[-1].id)
    assert [found.id for found in names] == ["lease@1"]
