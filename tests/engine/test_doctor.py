from __future__ import annotations

from pathlib import Path

from engine.doctor import Finding, Report, Verdict, examine
from schemas.settings import CacheSettings, EngineSettings, Settings


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


def test_the_cache_is_measured(tmp_path: Path) -> None:
    (tmp_path / "entry").write_bytes(bytes(3_000_000))
    report = examine(settings_in(tmp_path, adapter=None))
    assert finding(report, "cache").text.startswith("3 MB of at most 4,295 MB")
