"""What does the API process carry with it?"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.storage import Storage
from tests.api.served import Served, local_client, served


@pytest.mark.slow
def test_the_api_loads_no_model_and_opens_no_document() -> None:
    heavy = ("torch", "transformers", "pymupdf", "openpyxl")
    code = f"import api.app, sys; print(*[name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_the_api_tidies_what_killed_processes_left(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        left = service.services.storage.scratch_file()
        left.write_bytes(b"x")
        os.utime(left, (0, 0))
        with local_client(dataclasses.replace(service.services, storage=_untidied(service))):
            pass
        assert not left.exists()


def test_an_api_whose_files_can_not_be_tidied_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(storage: Storage) -> None:
        raise OSError("it is away")

    monkeypatch.setattr(Storage, "tidy", fail)
    with served(tmp_path) as service:
        assert service.client.get("/healthz").status_code == 200


def _untidied(service: Served) -> Storage:
    """The same storage as another process would open it."""
    return Storage.of(service.services.settings)
