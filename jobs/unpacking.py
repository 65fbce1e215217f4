"""Which files does a document carry that are read too, and why not the others?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.attachments import NOT_READ, listed
from ingest.child import run_child
from jobs.parsing import parse_limits
from jobs.unpack_child import short_reason, told_lines
from schemas.errors import Cancelled, ServiceError, Unavailable
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.progress import Progress

_MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that was taken out of a document, of a kind that is read."""

    name: str
    file: Path
    num_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is not read, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Room:
    """For what is attached: the hashes are of what it may not be, since it stands in that."""

    num_files: int
    num_bytes: int
    depth: int
    above: Collection[str]

    @classmethod
    def under(cls, sha256: str, limits: IngestSettings) -> Room:
        """Of a document that nothing carries."""
        return cls(
            limits.max_attachments,
            limits.max_attachment_bytes,
            limits.max_attachment_depth,
            (sha256,),
        )


def unpack(
    file: Path,
    folder: Path,
    room: Room,
    *,
    name: str,
    password: str | None,
    limits: IngestSettings,
    only_read: bool = True,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[list[Unpacked], list[Unread]]:
    """Taken out in a process of its own, into the folder, which must be there: those of a kind
    that is read, or any. One that ends that process is left out, and so are those after it where
    the time is over or too many do so."""
    if not room.depth:
        why = "would be read past NEEDLEPOINT_INGEST__MAX_ATTACHMENT_DEPTH"
        return [], [Unread("what is attached to it", why)]
    request = {
        "file": str(file.absolute()),
        "folder": str(folder.absolute()),
        "name": name,
        "password": password,
        "limits": limits.model_dump(mode="json"),
        "max_files": room.num_files,
        "max_bytes": room.num_bytes,
        "only_read": only_read,
    }
    spared = _run(request, limits, should_stop)
    taken, unread = _told(folder)
    found = {(one.sha256, one.name): one for one in taken if one.sha256 not in room.above}
    above = [one.name for one in taken if one.sha256 in room.above]
    unread += [Unread(name, "is a document that it stands in itself") for name in above]
    return list(found.values()), [*unread, *spared]


def unread_warnings(unread: list[Unread], name: str) -> list[Problem]:
    """In one warning, however many they are."""
    if not unread:
        return []
    said = listed([f"{one.name} ({one.why})" for one in unread])
    message = f"{name}: carries attached files that were not read: {said}"
    return [Problem(code=NOT_READ, message=message, document=name)]


def _run(
    request: Mapping[str, Any], limits: IngestSettings, should_stop: Callable[[], bool]
) -> list[Unread]:
    """Those that ended the process."""
    spared: list[Unread] = []
    name, begun, heard = request["name"], time.monotonic(), _Heard()
    while True:
        first = heard.last + 1
        try:
            run_child(
                "jobs.unpack_child",
                {**request, "first": first},
                parse_limits(limits),
                name=name,
                folder=Path(request["folder"]),
                on_progress=heard,
                should_stop=should_stop,
                spent_seconds=time.monotonic() - begun,
            )
        except (Cancelled, Unavailable):
            raise
        except ServiceError as error:
            came_to_one = heard.last >= first
            which = f"file {heard.last + 1} of those attached" if came_to_one else "all after that"
            spared.append(Unread(which, short_reason(error.message, name)))
            is_over = time.monotonic() - begun >= limits.max_seconds
            if came_to_one and not is_over and len(spared) < _MAX_TRIES:
                continue
            if came_to_one:
                spared.append(Unread("all after that", "for the same reason"))
        return spared


class _Heard:
    """Which file the process came to."""

    def __init__(self) -> None:
        self.last = -1

    def __call__(self, progress: Progress) -> None:
        self.last = progress.done


def _told(folder: Path) -> tuple[list[Unpacked], list[Unread]]:
    """A line that was cut off is that of the file that ended the process."""
    taken, unread = list[Unpacked](), list[Unread]()
    for told in told_lines(folder):
        if "why" in told:
            unread.append(Unread(told["name"], told["why"]))
        else:
            file = folder / told["file"]
            taken.append(Unpacked(told["name"], file, told["num_bytes"], told["sha256"]))
    return taken, unread
