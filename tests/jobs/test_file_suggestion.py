from __future__ import annotations

from pathlib import Path

import pytest

from jobs.file_suggestion import suggest
from schemas.engine_settings import EngineSettings
from schemas.errors import NotForChat
from schemas.progress import Progress
from schemas.settings import CacheSettings, Settings
from tests.engine.chat_model import write_chat_model


def test_a_schema_is_suggested_from_files_without_a_server(tmp_path: Path) -> None:
    short, long_one = tmp_path / "a.txt", tmp_path / "b.txt"
    short.write_text("The rent is 93 euros.\n")
    long_one.write_text("The tenant is Clara Novak.\n" * 400)
    model = str(write_chat_model(tmp_path))
    settings = Settings(
        engine=EngineSettings(model=model, adapter=None, index_model=None),
        cache=CacheSettings(directory=tmp_path / "cache"),
    )
    told: list[Progress] = []
    found = suggest([short, long_one], "the rent", settings, max_fields=1, on_progress=told.append)
    assert len(found.response_schema["properties"]) == 1
    assert found.usage.completion_tokens > 20
    assert {one.total for one in told if one.stage == "generate"} == {0}


def test_a_model_that_does_not_chat_reads_no_file(tiny_settings: Settings) -> None:
    with pytest.raises(NotForChat, match="`needlepoint models` names"):
        suggest([Path("gone.txt")], "the rent", tiny_settings)
