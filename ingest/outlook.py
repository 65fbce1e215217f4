"""What does a mail that Outlook saved (MSG) say?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import olefile
import oxmsg
from oxmsg.recipient import Recipient
from oxmsg.storage import Storage

from ingest.attachments import AttachedFile
from ingest.mail import mail_document
from ingest.mail_parts import (
    Mail,
    MailBody,
    MailFile,
    about_file,
    shown_header,
)
from schemas.document import Document
from schemas.errors import UnreadableDocument
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_HEADERS = {"From": "sender", "Date": "sent_date", "Subject": "subject"}
_RICH_TEXT = 0x1009


def read_outlook(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    mail, warnings = _read(data, name)
    return mail_document(
        mail,
        document_id=document_id,
        name=name,
        media_type=media_type,
        limits=limits,
        warnings=warnings,
    )


def attached_files(data: bytes, *, name: str) -> Iterator[AttachedFile]:
    return (file.attached() for file in _read(data, name)[0].files)


def _read(data: bytes, name: str) -> tuple[Mail, list[Problem]]:
    """The file comes from anyone, and its library fails on a bad one in too many ways to list."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            message = oxmsg.Message(Storage.from_ole(container))
            issues = sorted({str(issue) for _, issue in container.parsing_issues})
        mail = Mail(_headers(message), _bodies(message), _files(message))
        return mail, _problems(message, issues, name)
    except MemoryError:
        raise
    except Exception as error:
        raise _unreadable(name, error) from error


def _headers(message: oxmsg.Message) -> list[tuple[str, str]]:
    """As they were sent, else as Outlook keeps them: a mail that was never sent has no headers."""
    sent = list(message.message_headers.items())
    known = {key.lower() for key, _ in sent}
    found = [(key, shown_header(value)) for key, value in sent]
    for key, attribute in _HEADERS.items():
        value: Any = getattr(message, attribute)
        if value and key.lower() not in known:
            found.append((key, str(value)))
    if "to" not in known:
        found += [("To", _recipient(to)) for to in message.recipients]
    return found


def _recipient(recipient: Recipient) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _bodies(message: oxmsg.Message) -> list[MailBody]:
    if body := message.body:
        return [MailBody(body, is_html=False)]
    html = message.html_body
    return [MailBody(html, is_html=True)] if html else []


def _files(message: oxmsg.Message) -> list[MailFile]:
    files = []
    for attachment in message.attachments:
        content = attachment.file_bytes
        said = attachment.file_name or ("mail" if content is None else "attachment")
        size = -1 if content is None else len(content)
        about = about_file(said, attachment.mime_type or "", size)
        files.append(MailFile(about, content))
    return files


def _problems(message: oxmsg.Message, issues: list[str], name: str) -> list[Problem]:
    problems = []
    if issues:
        said = f"the Outlook file is damaged, so some of it may be missing: {'; '.join(issues)}"
        problems.append(Problem(code="damaged", message=said, document=name))
    has_body = message.body or message.html_body
    if not has_body and message.properties.binary_prop_value(_RICH_TEXT) is not None:
        said = (
            "the mail's text is kept as RTF alone, which is not read; save it from Outlook as HTML"
        )
        problems.append(Problem(code="body_not_read", message=said, document=name))
    return problems


def _unreadable(name: str, error: Exception) -> UnreadableDocument:
    reason = " ".join(str(error).split())[:200]
    return UnreadableDocument(
        f"{name}: the Outlook file can not be read ({type(error).__name__}: {reason}); save it "
        "again from Outlook, or as EML",
        param=name,
    )
