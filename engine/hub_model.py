"""Where does a model lie that the settings name by its id on a hub?

It is fetched once; later starts need no network. A token for models that are not for all is
found as huggingface_hub finds it (HF_TOKEN, or its login).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engine.weight_index import weight_files
from schemas.errors import ModelUnavailable, UnknownModel

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+(@[\w./-]+)?")
_WANTED = ["*.safetensors", "*.json", "*.jinja"]
_SECONDS = 10.0


def is_id(name: str) -> bool:
    return _ID.fullmatch(name) is not None


def folder_of(name: str, models: Path, url: str | None) -> Path:
    """Raises `UnknownModel` for one that the hub does not have or does not give, and
    `ModelUnavailable` where it can not be reached or the files are not all there."""
    folder = fetched(name, models)
    return _fetch(name, models, url) if folder is None else folder


def fetched(name: str, models: Path) -> Path | None:
    """None where it is not here, or not all of it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(local_files_only=True, **_asked(name, models)))
        _check(name, folder)
    except (LocalEntryNotFoundError, ModelUnavailable, OSError):
        return None
    return folder


def _fetch(name: str, models: Path, url: str | None) -> Path:
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        folder = Path(
            snapshot_download(endpoint=url, etag_timeout=_SECONDS, **_asked(name, models))
        )
    except GatedRepoError as error:
        raise UnknownModel(
            f"{name} is not for all: accept its terms at the hub and set HF_TOKEN"
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise UnknownModel(f"the hub has no model {name}, or not for us") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, httpx.HTTPError, OSError) as error:
        raise ModelUnavailable(
            f"{name} is not here and can not be fetched ({_cause_of(error)}): where there is no "
            "network, name a directory that has it"
        ) from error
    _check(name, folder)
    return folder


def _asked(name: str, models: Path) -> dict[str, Any]:
    model, _, revision = name.partition("@")
    return {
        "repo_id": model,
        "revision": revision or None,
        "cache_dir": models / "hub",
        "allow_patterns": _WANTED,
    }


def _check(name: str, folder: Path) -> None:
    try:
        weight_files(folder)
    except FileNotFoundError as error:
        raise ModelUnavailable(f"{name} of the hub is no model we can load: {error}") from error
    for file in ("config.json", "tokenizer.json"):
        if not (folder / file).is_file():
            raise ModelUnavailable(f"{name} of the hub has no {file}")


def _cause_of(error: Exception) -> str:
    """The first cause: the library's own message speaks of its own settings."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return type(cause).__name__
