from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from api.cli import app
from schemas.settings import load_settings

DOCKER = Path(__file__).parents[1] / "docker"
DOCKERFILES = ["Dockerfile.cpu", "Dockerfile.cuda"]
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
OURS = [name for name, s in COMPOSE["services"].items() if s["image"].startswith("needlepoint")]
SECRETS = dict(
    line.split("=", 1)
    for line in (DOCKER / "env.example").read_text().splitlines()
    if line and not line.startswith("#")
)


def filled_in(text: str) -> str:
    """As compose does it, with the secrets of the example."""
    return re.sub(r"\$\{(\w+):\?\}", lambda found: SECRETS[found[1]], text)


def parse(arguments: list[str]) -> None:
    """Raises where the command line would refuse them; runs nothing."""
    command: Any = get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[arguments[0]]
        arguments = arguments[1:]
    command.make_context("needlepoint", arguments)


def instructions(name: str) -> list[list[str]]:
    text = (DOCKER / name).read_text().replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_of_ours(name: str) -> None:
    parse(list(COMPOSE["services"][name]["command"]))


@pytest.mark.parametrize("name", OURS)
def test_the_environment_of_a_service_is_settings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = COMPOSE["services"][name]["environment"]
    for variable, value in environment.items():
        assert variable.startswith("NEEDLEPOINT_")
        monkeypatch.setenv(variable, filled_in(value))
    settings = load_settings()
    assert settings.engine_server.token is not None
    assert settings.storage.options["endpoint_url"] == "http://files:8333"


def test_api_and_workers_find_the_engine_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in COMPOSE["services"]["engine"]["environment"].items():
        monkeypatch.setenv(variable, filled_in(value))
    server = load_settings().engine_server
    assert (server.url, server.host) == (f"http://engine:{server.port}", "0.0.0.0")


def test_every_secret_of_the_compose_file_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text()))
    assert wanted == set(SECRETS)


def test_volumes_and_dependencies_are_declared() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        assert set(service.get("depends_on", {})) <= set(services)


def test_nothing_is_published_beyond_this_machine() -> None:
    published = [port for s in COMPOSE["services"].values() for port in s.get("ports", [])]
    assert published == ["127.0.0.1:8321:8321"]


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_image_does_not_run_as_root(name: str) -> None:
    words = instructions(name)
    last_stage = words[max(at for at, line in enumerate(words) if line[0] == "FROM") :]
    assert ["USER", "needlepoint"] in last_stage
    assert any(words[0] == "HEALTHCHECK" for words in last_stage)


@pytest.mark.parametrize("name", DOCKERFILES)
def test_what_an_image_copies_is_there_and_not_ignored(name: str) -> None:
    ignored = (DOCKER / f"{name}.dockerignore").read_text().splitlines()
    copies = [words[1:-1] for words in instructions(name) if words[0] == "COPY"]
    sources = [path for words in copies if "--from=build" not in words for path in words]
    assert sources
    for path in sources:
        assert (DOCKER.parent / path).exists()
        assert f"!{path}" in ignored


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_image_runs_a_command_of_ours_with_our_settings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = instructions(name)
    [entry] = [line for line in words if line[0] == "ENTRYPOINT"]
    [command] = [line for line in words if line[0] == "CMD"]
    assert entry == ["ENTRYPOINT", '["needlepoint"]']
    parse(re.findall(r'"([^"]+)"', " ".join(command)))
    for line in (line for line in words if line[0] == "ENV"):
        for variable in line[1:]:
            if variable.startswith("NEEDLEPOINT_"):
                monkeypatch.setenv(*variable.split("=", 1))
    assert load_settings().data_directory == Path("/var/lib/needlepoint")
