from __future__ import annotations

from pathlib import Path

import pytest

from api.standard_output import check_writable, write_whole
from schemas.errors import InvalidInput


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("a longer text of before")
    write_whole(target, "{}")
    assert target.read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_half_a_surrogate_pair_is_written_as_its_escape(tmp_path: Path) -> None:
    write_whole(tmp_path / "result.json", '"\ud800"')
    assert (tmp_path / "result.json").read_text() == '"\\ud800"'


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.mkdir()
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_whole(target, "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_a_folder_is_no_place_for_a_result(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="name a file in a folder that you can write"):
        check_writable(tmp_path)
