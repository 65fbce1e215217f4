"""How are the files that a document carries taken out, in a process of its own?

Run by `ingest.child`. Each file is written into the folder and then told in a line of its own, so
that what was told stands when this process is killed over the next one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.attachments import AttachedFile, attached_files
from ingest.sniff import sniff
from schemas.errors import (
    ServiceError,
    TooLarge,
    Unavailable,
    UnreadableDocument,
    UnsupportedFormat,
)
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, Progress

_TOLD = "told.jsonl"
_MOST_LOOKED_AT = 10_000


def answer(request: Mapping[str, Any], on_progress: OnProgress) -> dict[str, Any]:
    """Nothing but that it came to the end. Those before `first` were told by another process."""
    limits = IngestSettings(**request["limits"])
    document, folder, name = Path(request["file"]), Path(request["folder"]), request["name"]
    room = _Room(request["max_files"], request["max_bytes"], limits.max_bytes)
    check = _check_kind if request["only_read"] else _take_any
    for told in told_lines(folder):
        room.take(told)
    files = attached_files(
        document.read_bytes(), name=name, limits=limits, password=request["password"]
    )
    first: int = request["first"]
    try:
        for number, attached in enumerate(islice(files, first, _MOST_LOOKED_AT), first):
            on_progress(Progress("unpack", number, number + 1, "files", name))
            told = _told_of(attached, folder / str(number), room, check)
            room.take(told)
            _tell(folder, told)
        if next(files, None) is not None:
            _tell(folder, {"name": f"those after {_MOST_LOOKED_AT:,}", "why": "are too many"})
    except OSError as error:
        raise Unavailable(f"what is attached cannot be written ({error.strerror})") from error
    return {}


def told_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """A line that was cut off is that of the file that ended its process."""
    if not (folder / _TOLD).exists():
        return
    with (folder / _TOLD).open(encoding="utf-8") as lines, contextlib.suppress(ValueError):
        yield from map(json.loads, lines)


def short_reason(message: str, name: str) -> str:
    """What is wrong, without the name before and the advice after it."""
    return message.removeprefix(f"{name}: ").partition(";")[0]


class _Room:
    """How many files and bytes may still be taken out."""

    def __init__(self, num_files: int, num_bytes: int, most_bytes: int) -> None:
        self._num_files, self._num_bytes, self._most_bytes = num_files, num_bytes, most_bytes

    def take(self, told: Mapping[str, Any]) -> None:
        if "file" in told:
            self._num_files -= 1
            self._num_bytes -= told["num_bytes"]

    def load(self, attached: AttachedFile) -> bytes:
        if self._num_files <= 0:
            raise TooLarge("is one more than NEEDLEPOINT_INGEST__MAX_ATTACHMENTS")
        may_have = min(self._num_bytes, self._most_bytes)
        try:
            return attached.load(may_have)
        except TooLarge as error:
            named = "MAX_BYTES" if may_have == self._most_bytes else "MAX_ATTACHMENT_BYTES"
            raise TooLarge(f"is larger than NEEDLEPOINT_INGEST__{named} allows") from error


def _told_of(
    attached: AttachedFile, file: Path, room: _Room, check: Callable[[bytes, str], None]
) -> dict[str, Any]:
    """Where it lies and what it is, or `why` it was not taken out."""
    name = attached.about.name
    try:
        data = room.load(attached)
        check(data, name)
    except ServiceError as error:
        return {"name": name, "why": short_reason(error.message, name)}
    file.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return {"name": name, "file": file.name, "num_bytes": len(data), "sha256": sha256}


def _check_kind(data: bytes, name: str) -> None:
    """Raises for a kind that is not read. One that is read and is damaged is found out then."""
    try:
        sniff(data, name)
    except UnsupportedFormat:
        raise
    except UnreadableDocument:
        if not data:
            raise


def _take_any(data: bytes, name: str) -> None:
    """Whoever asks wants the bytes alone."""


def _tell(folder: Path, told: Mapping[str, Any]) -> None:
    with (folder / _TOLD).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(told) + "\n")
