from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import run
from engine.disk_cache import DiskCache


@pytest.fixture(autouse=True)
def cache_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEEDLEPOINT_CACHE__DIRECTORY", str(tmp_path))
    return tmp_path


def test_the_doctor_ends_with_1_where_something_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["doctor", "--model", "no-such-model"]) == 1
    assert "something is missing" in capsys.readouterr().out


def test_an_empty_cache_says_so_on_standard_error(
    cache_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cache", "list"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, str(cache_directory) in captured.err) == ("", True)


def test_what_is_kept_is_listed_until_it_is_cleared(
    cache_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    DiskCache(cache_directory / "entries", 1 << 20).put("index", "0" * 64, {}, {}, label="a.pdf")
    run(["cache", "list"])
    assert "a.pdf" in capsys.readouterr().out
    run(["cache", "clear", "index"])
    assert "removed 1 entry" in capsys.readouterr().err


def test_a_kind_that_is_not_kept_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", "clear", "pages"]) == 2
    assert "no kind 'pages'" in capsys.readouterr().err


def test_the_version_is_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("needlepoint ")
