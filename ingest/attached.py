"""Which files does a document of any kind carry?"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.sniff import MediaType, sniff
from schemas.document import Attachment
from schemas.settings import IngestSettings


def attached_files(
    data: bytes, *, name: str, limits: IngestSettings, password: str | None = None
) -> Iterable[tuple[Attachment, bytes]]:
    """The files themselves, of a PDF or a mail; none of any other."""
    media_type = sniff(data, name)
    if media_type is MediaType.PDF:
        from ingest.pdf_attachments import attached_files as of_pdf

        return of_pdf(data, name=name, limits=limits, password=password)
    if media_type is MediaType.EML:
        from ingest.mail_parts import attached_files as of_mail

        return of_mail(data, name=name, limits=limits)
    if media_type is MediaType.MSG:
        from ingest.outlook import attached_files as of_outlook

        return of_outlook(data, name=name, limits=limits)
    return ()
