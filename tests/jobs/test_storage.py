from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.storage import Storage, document_folder, original_key, result_key
from schemas.errors import InvalidInput, NotFound
from schemas.settings import Settings, StorageSettings

KEY = "tenant/documents/ab/original"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.of(Settings(data_directory=tmp_path / "data"))


def test_what_was_put_is_read_back(storage: Storage) -> None:
    storage.put_bytes(KEY, b"the bytes")
    assert storage.get_bytes(KEY) == b"the bytes"
    assert storage.local_file(KEY).read_bytes() == b"the bytes"


def test_putting_again_is_no_error_and_leaves_one_file(storage: Storage) -> None:
    storage.put_bytes(KEY, b"first")
    storage.put_bytes(KEY, b"second")
    assert storage.get_bytes(KEY) == b"second"
    assert [path.name for path in storage.local_file(KEY).parent.iterdir()] == ["original"]
    assert list(storage.scratch.iterdir()) == []


def test_a_folder_goes_with_all_that_is_in_it(storage: Storage) -> None:
    storage.put_bytes(original_key("t", "ab"), b"1")
    storage.put_bytes(f"{document_folder('t', 'ab')}/pages/1.png", b"2")
    storage.put_bytes(original_key("t", "abc"), b"3")
    storage.delete_folder(document_folder("t", "ab"))
    assert not storage.exists(original_key("t", "ab"))
    assert storage.exists(original_key("t", "abc"))
    storage.delete_folder(document_folder("t", "ab"))


@pytest.mark.parametrize("read", [Storage.get_bytes, Storage.local_file])
def test_what_is_not_there_is_not_found(storage: Storage, read: object) -> None:
    with pytest.raises(NotFound):
        read(storage, KEY)  # type: ignore[operator]


def test_a_key_cannot_leave_the_folder(storage: Storage) -> None:
    with pytest.raises(AssertionError):
        storage.put_bytes("tenant/../../etc/passwd", b"")


def test_each_attempt_has_a_result_of_its_own() -> None:
    assert result_key("t", "ext_1", 1) != result_key("t", "ext_1", 2)


def test_a_url_of_no_known_kind_is_the_operators_mistake(tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path, storage=StorageSettings(url="nowhere://x"))
    with pytest.raises(InvalidInput, match="storage"):
        Storage.of(settings)


def test_another_kind_of_store_holds_the_same_keys(tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path, storage=StorageSettings(url="memory://blobs"))
    storage = Storage.of(settings)
    storage.put_bytes(KEY, b"the bytes")
    assert storage.get_bytes(KEY) == b"the bytes"
    fetched = storage.local_file(KEY)
    assert fetched.read_bytes() == b"the bytes"
    storage.delete_folder("tenant/documents/ab")
    assert not storage.exists(KEY)
    assert not fetched.exists()


def test_what_a_killed_process_left_is_removed_and_what_is_new_is_not(storage: Storage) -> None:
    left, new = storage.scratch / "1-left", storage.scratch / "2-new"
    folder = storage.scratch / "ingest-left"
    folder.mkdir()
    for path in (left, new, folder / "parsed"):
        path.write_bytes(b"1")
    for path in (left, folder / "parsed", folder):
        os.utime(path, (0, 0))
    storage.tidy()
    assert (left.exists(), new.exists(), (folder / "parsed").exists()) == (False, True, False)
