"""How are the files that a file carries read with it, where there is no service to keep them?"""

from __future__ import annotations

import dataclasses
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from engine.lookup import Source
from ingest.attachments import NOT_READ
from jobs.derivation import renamed
from jobs.library import Library, LibraryEntry
from jobs.unpacking import Room, Unpacked, unpack, unread_warnings
from schemas.document import Document
from schemas.errors import ServiceError
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A document that may carry others, and what stands above it."""

    file: Path
    source: Source
    depth: int
    above: tuple[str, ...]


class AttachedSources:
    """Reads a file with all that it carries. An attachment that cannot be read costs itself, with
    a warning of the document that carries it."""

    def __init__(
        self,
        library: Library,
        limits: IngestSettings,
        password: str | None,
        on_progress: OnProgress,
    ) -> None:
        self._library, self._limits = library, limits
        self._password, self._on_progress = password, on_progress

    def of(self, file: Path, entry: LibraryEntry) -> list[Source]:
        """The file's own, then those of its attachments, which are named `carrier/name`."""
        limits = self._limits
        num_left, bytes_left = limits.max_attachments, limits.max_attachment_bytes
        first = _Carrier(file, Source(entry.document, entry.passages), 0, ())
        waiting, sources = deque([first]), list[Source]()
        with tempfile.TemporaryDirectory(prefix="needlepoint-") as folder:
            while waiting:
                carrier = waiting.popleft()
                above = (*carrier.above, carrier.source.document.id)
                room = Room(
                    num_left, bytes_left, limits.max_attachment_depth - carrier.depth, above
                )
                place = Path(folder) / str(len(sources))
                found, problems = self._unpacked(carrier, room, place)
                num_left -= len(found)
                bytes_left -= sum(one.num_bytes for one in found)
                names = {carrier.source.document.name}
                for one in found:
                    name = _free_name(f"{carrier.source.document.name}/{one.name}", names)
                    try:
                        source = self._source(one, name)
                    except ServiceError as error:
                        problems.append(_failed(carrier.source.document, one, error))
                    else:
                        waiting.append(_Carrier(one.file, source, carrier.depth + 1, above))
                sources.append(_with_warnings(carrier.source, problems))
        return sources

    def _unpacked(
        self, carrier: _Carrier, room: Room, place: Path
    ) -> tuple[list[Unpacked], list[Problem]]:
        document = carrier.source.document
        if not document.attachments:
            return [], []
        place.mkdir()
        found, unread = unpack(
            carrier.file,
            place,
            room,
            name=document.name,
            password=self._password,
            limits=self._limits,
        )
        return found, unread_warnings(unread, document.name)

    def _source(self, found: Unpacked, name: str) -> Source:
        """A text is told by the end of its name, so the file must have it."""
        entry = self._library.open(
            found.file, name=found.name, password=self._password, on_progress=self._on_progress
        )
        return Source(renamed(entry.document, name), entry.passages)


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return free


def _with_warnings(source: Source, problems: list[Problem]) -> Source:
    """What the parser said of attachments gives way to what became of them."""
    others = [one for one in source.document.warnings if one.code != NOT_READ]
    document = dataclasses.replace(source.document, warnings=(*others, *problems))
    return Source(document, source.passages)


def _failed(document: Document, found: Unpacked, error: ServiceError) -> Problem:
    message = f"{document.name}: the attached {found.name} was not read: {error.message}"
    return Problem(code="attachment_failed", message=message, document=document.name)
