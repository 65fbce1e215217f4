from __future__ import annotations

from pathlib import Path

import pytest

from jobs.folder_batch import FolderBatch, FolderItem
from jobs.grid import grid_csv
from schemas.extraction import Status
from schemas.settings import Settings

SCHEMA = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}


@pytest.fixture
def items(tmp_path: Path) -> list[FolderItem]:
    (tmp_path / "a.txt").write_text("The agent is Wexmoor.\n")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nbroken")
    names = ("a.txt", "b.pdf", "gone.txt")
    return [
        FolderItem(position, name, (tmp_path / name,), SCHEMA)
        for position, name in enumerate(names, 1)
    ]


def test_what_is_done_is_not_done_again_until_its_file_changes(
    tiny_settings: Settings, tmp_path: Path, items: list[FolderItem]
) -> None:
    batch = FolderBatch(tiny_settings, tmp_path / "out")
    assert [batch.kept(item) for item in items] == [None, None, None]
    ended = [batch.run(item) for item in items]
    assert ended[0].status in (Status.COMPLETED, Status.INCOMPLETE)
    assert [one.failure and one.failure.code for one in ended[1:]] == [
        "unreadable_document",
        "not_found",
    ]
    again = FolderBatch(tiny_settings, tmp_path / "out")
    assert [again.kept(item) for item in items] == ended
    rows = list(grid_csv(again.columns(items), again.rows(items), with_places=False))
    assert len(rows) == 4
    assert rows[2].startswith("2,b.pdf,failed,b.pdf,")
    retrying = FolderBatch(tiny_settings, tmp_path / "out", retries_failed=True)
    assert retrying.kept(items[0]) == ended[0]
    assert retrying.kept(items[1]) is None
    items[0].files[0].write_text("The agent is Mill.\n")
    assert again.kept(items[0]) is None


def test_half_a_result_is_none(
    tiny_settings: Settings, tmp_path: Path, items: list[FolderItem]
) -> None:
    batch = FolderBatch(tiny_settings, tmp_path / "out")
    batch.run(items[2])
    [file] = (tmp_path / "out" / "items").iterdir()
    file.write_text(file.read_text()[:40])
    assert batch.kept(items[2]) is None
