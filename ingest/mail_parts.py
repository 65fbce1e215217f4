"""Which bodies and which files does a mail carry?

A plain body is preferred to the same in HTML, as the standard means it; what is named or marked
as a file, or is no text, is attached. A mail in a mail is a file, too.
"""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32

from ingest.attachments import AttachedFile, attachment_of
from ingest.normalise import normalise
from ingest.text_encoding import decoded
from schemas.document import Attachment
from schemas.errors import TooLarge, UnreadableDocument

_MAX_DEPTH = 50
_MAX_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class MailBody:
    text: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class MailFile:
    """`content` is None where the mail does not hold it as a file of its own."""

    about: Attachment
    content: bytes | None

    def attached(self) -> AttachedFile:
        return AttachedFile(self.about, self._load)

    def _load(self, max_bytes: int) -> bytes:
        if self.content is None:
            raise UnreadableDocument(
                f"{self.about.name}: is a mail inside another that Outlook keeps in pieces; save "
                "it from Outlook",
                param=self.about.name,
            )
        if len(self.content) > max_bytes:
            raise TooLarge(f"{self.about.name}: has more than {max_bytes:,} bytes")
        return self.content


@dataclass(frozen=True, slots=True)
class Mail:
    headers: list[tuple[str, str]]
    bodies: list[MailBody]
    files: list[MailFile]


def mail_of(data: bytes, name: str) -> Mail:
    try:
        message = email.message_from_bytes(data.lstrip(b"\r\n"), policy=compat32)
        headers = [(key, shown_header(value)) for key, value in message.items()]
        leaves = list(_leaves(message, name))
    except RecursionError as error:
        raise _too_nested(name) from error
    bodies = [leaf for leaf in leaves if isinstance(leaf, MailBody)]
    files = [leaf for leaf in leaves if isinstance(leaf, MailFile)]
    return Mail(headers, bodies, files)


def attached_files(data: bytes, *, name: str) -> Iterator[AttachedFile]:
    """Those of a mail, in its order."""
    return (file.attached() for file in mail_of(data, name).files)


def about_file(said: str, media_type: str, num_bytes: int) -> Attachment:
    """What says nothing of its type is told by the name."""
    is_told = media_type not in ("", "application/octet-stream")
    return attachment_of(" ".join(said.split()), media_type if is_told else None, num_bytes)


def shown_header(value: object) -> str:
    """With its encoded words decoded, on one line; what can not be decoded is left as it is."""
    try:
        parts = decode_header(str(value))
    except (ValueError, LookupError, MessageError):
        return normalise(str(value))
    texts = [part if isinstance(part, str) else _text_of(part, charset) for part, charset in parts]
    return normalise("".join(texts))


def _leaves(message: Message, name: str) -> Iterator[MailBody | MailFile]:
    """Depth first, without recursion."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    num_parts = 0
    while waiting:
        part, depth = waiting.pop()
        num_parts += 1
        if depth > _MAX_DEPTH or num_parts > _MAX_PARTS:
            raise _too_nested(name)
        if part.get_content_type() == "message/rfc822" and part is not message:
            yield _inner_mail(part)
        elif part.is_multipart():
            waiting.extend((inner, depth + 1) for inner in reversed(_chosen(part)))
        elif _is_file(part):
            yield _file(part)
        else:
            text = _text_of(_bytes_of(part), part.get_content_charset())
            yield MailBody(text, part.get_content_type() == "text/html")


def _chosen(part: Message) -> list[Message]:
    """All parts; of alternatives the plain text and whatever is no text, else the last."""
    inner: list[Message] = [p for p in part.get_payload() if isinstance(p, Message)]
    if part.get_content_type() != "multipart/alternative":
        return inner
    plain = [p for p in inner if p.get_content_type() == "text/plain" and _bytes_of(p).strip()]
    others = [p for p in inner if p.get_content_maintype() not in ("text", "multipart")]
    if plain:
        return [plain[0], *others]
    return [p for p in inner if p not in others][-1:] + others


def _is_file(part: Message) -> bool:
    is_marked = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return is_marked or part.get_content_type() not in ("text/plain", "text/html")


def _file(part: Message) -> MailFile:
    content = _bytes_of(part)
    said = shown_header(part.get_filename() or "")
    return MailFile(about_file(said, part.get_content_type(), len(content)), content)


def _inner_mail(part: Message) -> MailFile:
    inner = [p for p in part.get_payload() if isinstance(p, Message)]
    content = b"".join(p.as_bytes(policy=compat32) for p in inner)
    subject = shown_header(inner[0].get("Subject", "")) if inner else ""
    said = shown_header(part.get_filename() or "") or f"{subject.replace('/', '-') or 'mail'}.eml"
    return MailFile(about_file(said, "message/rfc822", len(content)), content)


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(content: bytes, charset: object) -> str:
    """What can not be read as it says is read as it looks, and else with marks for what is lost."""
    try:
        return content.decode(str(charset or "utf-8"))
    except (UnicodeError, LookupError, ValueError):
        found = decoded(content)
        return found[0] if found else content.decode("utf-8", "replace")


def _too_nested(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: the mail has more than {_MAX_PARTS:,} parts, or parts nested more than "
        f"{_MAX_DEPTH} deep, which no mail needs",
        param=name,
    )
