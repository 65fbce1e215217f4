"""A hub of our own stands for the real one; the code that fetches is huggingface_hub's."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine import hub_model
from engine.model_folder import model_folder
from schemas.engine_settings import EngineSettings
from schemas.errors import ModelUnavailable, UnknownModel
from schemas.settings import CacheSettings, Settings

COMMIT = "a" * 40
FILES = {
    "config.json": b'{"model_type": "qwen2"}',
    "tokenizer.json": b"{}",
    "model.safetensors": b"weights",
    "README.md": b"not wanted",
}


class Hub(ThreadingHTTPServer):
    """Of one model, `acme/tiny`; `acme/gated` is not for all."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files = dict(FILES)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """In silence."""

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.split("?")[0]
        self.server.asked.append(path)
        if path.startswith("/api/models/acme/tiny/tree/"):
            tree = [_entry(name, data) for name, data in self.server.files.items()]
            self._send(200, json.dumps(tree).encode(), {}, with_body)
        elif path.startswith("/api/models/acme/tiny"):
            siblings = [{"rfilename": name} for name in self.server.files]
            info = {"id": "acme/tiny", "sha": COMMIT, "siblings": siblings}
            self._send(200, json.dumps(info).encode(), {}, with_body)
        elif path.startswith("/acme/tiny/resolve/"):
            data = self.server.files[path.rsplit("/", 1)[1]]
            mark = hashlib.sha1(data).hexdigest()
            self._send(200, data, {"ETag": f'"{mark}"', "X-Repo-Commit": COMMIT}, with_body)
        else:
            code = "GatedRepo" if "gated" in path else "RepoNotFound"
            status = 403 if "gated" in path else 404
            self._send(status, b"{}", {"X-Error-Code": code}, with_body)

    def _send(self, status: int, data: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(data)


def _entry(name: str, data: bytes) -> dict[str, Any]:
    mark = hashlib.sha1(data).hexdigest()
    return {"type": "file", "path": name, "size": len(data), "oid": mark}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, args=(0.01,))
        thread.start()
        yield hub
        hub.shutdown()
        thread.join()


def settings_for(name: str, url: str, tmp_path: Path) -> Settings:
    engine = EngineSettings(model=name, hub_url=url)
    return Settings(engine=engine, cache=CacheSettings(directory=tmp_path / "cache"))


def test_a_model_is_fetched_once(hub: Hub, tmp_path: Path) -> None:
    settings = settings_for("acme/tiny", hub.url, tmp_path)
    folder = model_folder(settings)
    assert sorted(path.name for path in folder.iterdir()) == sorted(set(FILES) - {"README.md"})
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    num_asked = len(hub.asked)
    assert model_folder(settings) == folder
    assert len(hub.asked) == num_asked


def test_a_revision_may_be_named(hub: Hub, tmp_path: Path) -> None:
    model_folder(settings_for("acme/tiny@v2", hub.url, tmp_path))
    assert any("v2" in path for path in hub.asked)


def test_a_model_that_the_hub_does_not_have_is_told(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="the hub has no model acme/none, or not for us"):
        model_folder(settings_for("acme/none", hub.url, tmp_path))
    with pytest.raises(UnknownModel, match="set HF_TOKEN"):
        model_folder(settings_for("acme/gated", hub.url, tmp_path))


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"acme/tiny is not here and can not be fetched \("):
        model_folder(settings_for("acme/tiny", "http://127.0.0.1:9", tmp_path))


def test_a_model_in_another_form_is_refused(hub: Hub, tmp_path: Path) -> None:
    del hub.files["model.safetensors"]
    with pytest.raises(ModelUnavailable, match=r"holds no \*\.safetensors"):
        model_folder(settings_for("acme/tiny", hub.url, tmp_path))


def test_half_of_a_model_is_fetched_on(hub: Hub, tmp_path: Path) -> None:
    settings = settings_for("acme/tiny", hub.url, tmp_path)
    (model_folder(settings) / "model.safetensors").unlink()
    assert hub_model.fetched("acme/tiny", settings.cache.directory / "models") is None
    assert (model_folder(settings) / "model.safetensors").is_file()


@pytest.mark.parametrize("name", ["gemma", "/a/b", "a/b/c", "../b", "a/b@"])
def test_what_is_no_id_is_not_asked_for(name: str) -> None:
    assert not hub_model.is_id(name)
