"""Which files does a document carry, whatever its format?

A format whose files carry others says so in two places: its reader lists them in
`Document.attachments`, with the warning of `not_read`, and `attached_files` here hands them out.
"""

from __future__ import annotations

import mimetypes
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.sniff import MediaType, sniff
from schemas.document import Attachment
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

NOT_READ = "attachments_not_read"
_MAX_NAMED = 10
_MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """`load(max_bytes)` unpacks it. It raises `TooLarge`, before more than that is held, and
    another `ServiceError` where it is damaged; the files after it can be loaded all the same."""

    about: Attachment
    load: Callable[[int], bytes]


def attached_files(
    data: bytes, *, name: str, limits: IngestSettings, password: str | None = None
) -> Iterator[AttachedFile]:
    """In the document's order; each must be loaded before the next is asked for."""
    match sniff(data, name):
        case MediaType.PDF:
            from ingest.pdf_attachments import attached_files as of_pdf

            yield from of_pdf(data, name=name, limits=limits, password=password)
        case MediaType.EML:
            from ingest.mail_parts import attached_files as of_mail

            yield from of_mail(data, name=name)
        case MediaType.MSG:
            from ingest.outlook import attached_files as of_outlook

            yield from of_outlook(data, name=name)
        case _:
            return


def attachment_of(said: str, media_type: str | None, num_bytes: int, place: int = 0) -> Attachment:
    """`said` is the name that the document gives, which may be a path, or nothing."""
    name = safe_name(said)
    guessed = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name, guessed, num_bytes, place)


def safe_name(said: str) -> str:
    """The last part of a path, without characters that do not show, and short enough to be kept."""
    last = said.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    if not shown.strip("."):
        return "attachment"
    suffix = PurePosixPath(shown).suffix if len(PurePosixPath(shown).suffix) < 20 else ""
    return shown.removesuffix(suffix)[: _MAX_NAME_LENGTH - len(suffix)] + suffix


def not_read(attachments: Sequence[Attachment], name: str) -> list[Problem]:
    """The warning that what is attached was not read, where nobody reads it."""
    if not attachments:
        return []
    named = [f"{about.name} ({_size(about)})" for about in attachments]
    message = (
        f"{name}: carries attached files that were not read: {listed(named)}; "
        "needlepoint extract --attachments reads them, inspect --attachments writes them out"
    )
    return [Problem(code=NOT_READ, message=message, document=name)]


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more


def _size(about: Attachment) -> str:
    return f"{about.num_bytes:,} bytes" if about.num_bytes >= 0 else "of unknown size"
