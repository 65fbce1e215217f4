"""What does a mail (EML) say?

Its headers are lines of their own; of the body, the plain text is read, or the HTML where there is
no other. Attached files are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ingest.attachments import not_read
from ingest.html_page import HtmlPage
from ingest.mail_parts import Mail, MailBody, mail_of
from ingest.part_writer import Part, PartWriter
from ingest.plain_text import is_wrapped, lines_of, paragraphs_of, wrap_width_of
from schemas.document import Document
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_HEADERS = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID")


def read_mail(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    return mail_document(
        mail_of(data, name),
        document_id=document_id,
        name=name,
        media_type=media_type,
        limits=limits,
    )


def mail_document(
    mail: Mail,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    warnings: Sequence[Problem] = (),
) -> Document:
    writer = PartWriter(name, limits)
    headers = [(key, value) for key in _HEADERS for value in _values(mail, key)]
    writer.lines((f"{key}: {value}", Part(f"header {key}")) for key, value in headers if value)
    problems = list(warnings)
    num_lines = 0
    page = HtmlPage(writer, name, label="body paragraph", table_label="body table")
    for body in mail.bodies:
        if body.is_html:
            page.write(body.text)
        else:
            num_lines = _write_plain(writer, body, num_lines)
    attachments = tuple(file.about for file in mail.files)
    problems += [*page.warnings(), *not_read(attachments, name)]
    return writer.document(
        document_id,
        media_type,
        warnings=problems,
        metadata={key.lower(): value for key, value in headers},
        attachments=attachments,
    )


def _values(mail: Mail, key: str) -> list[str]:
    return [value for header, value in mail.headers if header.lower() == key.lower()]


def _write_plain(writer: PartWriter, body: MailBody, first: int) -> int:
    """The number of lines with those of this body; a second body counts on."""
    lines = lines_of(body.text)
    for paragraph in paragraphs_of(lines):
        writer.lines(
            ((line.text, Part("body line", first + line.number)) for line in paragraph),
            is_joined=partial(is_wrapped, wrap_width=wrap_width_of(paragraph)),
        )
    return first + len(lines)
