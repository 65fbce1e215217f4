from __future__ import annotations

from pathlib import Path

import pytest

from api import serving
from api.cli import run
from api.ports import free_port, listening_socket
from jobs.migrate import upgrade
from schemas.settings import Settings


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEEDLEPOINT_DATA_DIRECTORY", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def logging_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.logs.configure", lambda *_: None)


def test_a_port_in_use_is_told_before_anything_is_started(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port)]) == 2
    assert f"port {port} of 127.0.0.1 is in use" in capsys.readouterr().err
    assert not (data / "needlepoint.db").exists()


def test_beyond_loopback_nothing_is_served_without_a_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["serve", "--host", "0.0.0.0", "--port", "0"]) == 2
    assert "make one with needlepoint keys create" in capsys.readouterr().err


def test_the_api_alone_is_as_careful(capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "upgrade"])
    arguments = ["api", "--host", "0.0.0.0", "--port", "0", "--broker-url", "redis://127.0.0.1"]
    assert run(arguments) == 2
    assert "make one with needlepoint keys create" in capsys.readouterr().err


def test_a_folder_is_served_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_directory=data)
    with serving.only_one(settings):
        assert run(["serve", "--port", "0"]) == 2
    assert f"another needlepoint serve runs on {data}" in capsys.readouterr().err


def test_a_folder_that_was_served_can_be_served_again(data: Path) -> None:
    settings = Settings(data_directory=data)
    with serving.only_one(settings):
        pass
    with serving.only_one(settings):
        pass


@pytest.mark.parametrize("part", [["api"], ["worker"], ["worker", "--queue", "batch"]])
def test_a_part_alone_needs_a_broker(part: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(part) == 2
    assert "--broker-url redis://" in capsys.readouterr().err


@pytest.mark.parametrize("part", [["api", "--port", "0"], ["worker", "--queue", "batch"]])
def test_a_part_does_not_start_on_tables_of_another_version(
    part: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*part, "--broker-url", "redis://127.0.0.1:1"]) == 1
    assert "run needlepoint db upgrade" in capsys.readouterr().err


def test_a_queue_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker", "--queue", "slow"]) == 2
    assert "no queue 'slow': interactive, standard, batch, ingest" in capsys.readouterr().err


def test_a_model_that_is_not_there_ends_the_engine_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE_SERVER__PORT", str(free_port()))
    assert run(["engine", "--model", "no-such-model"]) == 2
    assert "no model 'no-such-model'" in capsys.readouterr().err


def test_the_tables_are_brought_up_to_date_as_often_as_it_is_asked(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run(["db", "upgrade"]), run(["db", "upgrade"])) == (0, 0)
    assert capsys.readouterr().err.count("is up to date") == 2
    upgrade(Settings(data_directory=data))


def test_a_database_that_is_none_is_the_callers_mistake() -> None:
    assert run(["db", "upgrade", "--database-url", "mysql://somewhere"]) == 2
