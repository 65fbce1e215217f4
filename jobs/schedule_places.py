"""Which folders and URLs may a schedule read from and write to?

Folders and URLs are those that the operator allows; links never lead out of them. Credentials
are named, never given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from schemas.errors import InvalidInput
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import FolderSource, FolderTarget, Source, Target, UrlSource, UrlTarget

_LOCAL = ("file", "local")


def check_places(source: Source, target: Target | None, settings: ScheduleSettings) -> None:
    """Raises `InvalidInput` for a place that is not allowed, and for results that would be read as
    documents."""
    if isinstance(source, FolderSource):
        folder = allowed_folder(source.path, settings, "source.path")
        if isinstance(target, FolderTarget):
            written = allowed_folder(target.path, settings, "target.path")
            if written.is_relative_to(folder):
                raise InvalidInput(
                    "the results would lie in the folder that is read: name another one",
                    param="target.path",
                )
    elif isinstance(source, UrlSource):
        check_url(source.url, source.connection, settings, "source")
        if isinstance(target, UrlTarget) and _is_within(target.url, source.url):
            raise InvalidInput(
                "the results would lie in the folder that is read: name another one",
                param="target.url",
            )
    if isinstance(target, FolderTarget):
        allowed_folder(target.path, settings, "target.path")
    elif isinstance(target, UrlTarget):
        check_url(target.url, target.connection, settings, "target")


def allowed_folder(path: str, settings: ScheduleSettings, param: str) -> Path:
    """The folder with all links resolved, whether it is there or not."""
    if "\0" in path or not Path(path).is_absolute():
        raise InvalidInput(f"{path!r} is no absolute path", param=param)
    resolved = Path(path).resolve()
    for allowed in settings.allowed_folders:
        if resolved.is_relative_to(Path(allowed).resolve()):
            return resolved
    raise InvalidInput(
        f"schedules may not use {path}: the operator allows folders in "
        "NEEDLEPOINT_SCHEDULES__ALLOWED_FOLDERS",
        param=param,
    )


def check_url(url: str, connection: str | None, settings: ScheduleSettings, param: str) -> None:
    place = f"{param}.url"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidInput("it is no URL", param=place) from error
    if not parts.scheme or "::" in url or "\0" in url or parts.scheme in _LOCAL:
        raise InvalidInput(
            "it is no URL of a store, such as s3://bucket/folder (a folder of this machine is "
            'of the kind "folder")',
            param=place,
        )
    if "@" in parts.netloc or parts.query:
        raise InvalidInput(
            "a URL may carry no login and no query: name a connection of the operator", param=place
        )
    if any(part in (".", "..") for part in url.split("/")):
        raise InvalidInput("a URL may not go up and down its folders", param=place)
    if not any(_is_within(url, allowed) for allowed in settings.allowed_urls):
        raise InvalidInput(
            f"schedules may not use {url}: the operator allows beginnings of URLs in "
            "NEEDLEPOINT_SCHEDULES__ALLOWED_URLS",
            param=place,
        )
    if connection is not None and connection not in settings.connections:
        raise InvalidInput(
            f"there is no connection {connection!r}: the operator names them in "
            "NEEDLEPOINT_SCHEDULES__CONNECTIONS",
            param=f"{param}.connection",
        )


def filesystem_of(
    url: str, connection: str | None, settings: ScheduleSettings, param: str
) -> tuple[Any, str]:
    """The store and the path in it. Checked anew: what was allowed once may be so no more."""
    check_url(url, connection, settings, param)
    options = settings.connections[connection] if connection is not None else {}
    try:
        filesystem, root = fsspec.core.url_to_fs(url, use_listings_cache=False, **options)
    except (ImportError, ValueError) as error:
        raise InvalidInput(f"{url} cannot be used: {error}", param=f"{param}.url") from error
    return filesystem, str(root).rstrip("/")


def _is_within(url: str, allowed: str) -> bool:
    """Whole names: `s3://in` allows s3://in/a, not s3://inner."""
    return url == allowed or url.startswith(allowed if allowed.endswith("/") else f"{allowed}/")
