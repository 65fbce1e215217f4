from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.cli import run
from schemas.settings import Settings, environment_of

LINE = re.compile(r"^(cache_[0-9a-f]{40})  ([\d,]+) tokens, ", re.MULTILINE)


@pytest.fixture(autouse=True)
def environment(tiny_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(tiny_settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")


def test_a_file_is_read_listed_pinned_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("The agent is Ann and the margin is 2.5 per cent. " * 4)

    def said(*arguments: str) -> str:
        assert run(["cache", *arguments]) == 0
        captured = capsys.readouterr()
        return captured.out + captured.err

    found = LINE.search(said("warm", str(file)))
    assert found is not None
    cache = found[1]
    assert f"0 of {found[2]} tokens were read just now" in said("warm", str(file))
    assert cache in said("list")
    assert "pinned, no end" in said("pin", cache)
    assert "pinned" in said("list")
    assert "not pinned" in said("unpin", cache)
    assert "not pinned, until 20" in said("ttl", cache, "3600")
    assert "not pinned, no end" in said("ttl", cache, "none")
    assert "removed" in said("delete", cache)
    assert cache not in said("list")
    assert run(["cache", "delete", cache]) == 2
    assert run(["cache", "ttl", cache, "soon"]) == 2
