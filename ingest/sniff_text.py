"""Is a text a page, a mail or data, by what it says?"""

from __future__ import annotations

import contextlib
import json
import re

_HEAD_BYTES = 64 << 10
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BEFORE_HTML = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*", re.DOTALL)
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_BY_MACHINES = frozenset((b"message-id", b"mime-version", b"received", b"return-path"))
_BY_PEOPLE = frozenset((b"from", b"to", b"subject", b"date", b"sender", b"cc", b"reply-to"))


def is_html(text: str) -> bool:
    """Whether it begins as pages do; what is only called one may be a piece of a page."""
    start = text[:_HEAD_BYTES]
    begin = _BEFORE_HTML.match(start)
    return _HTML.match(start, begin.end() if begin else 0) is not None


def is_mail(data: bytes, *, is_named_so: bool) -> bool:
    """Whether it begins with the headers of a mail. A memo that says "From: … To: …" is one only
    if it is called so: programs write headers that people do not."""
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    names = set()
    for number, line in enumerate(head.splitlines()):
        if not line.strip():
            break
        if line[:1] in b" \t" and number:
            continue
        if (field := _FIELD.match(line)) is None:
            if number == 0 and line.startswith(b"From "):  # as mailboxes part mails
                continue
            return False
        names.add(field[1].lower())
    if is_named_so:
        return bool(names & (_BY_MACHINES | _BY_PEOPLE))
    return bool(names & _BY_MACHINES) and len(names & (_BY_MACHINES | _BY_PEOPLE)) > 2


def is_json(text: str) -> bool:
    """Whether it is an object or an array, and nothing else."""
    text = text.strip("\ufeff \t\r\n")
    if text[:1] + text[-1:] not in ("{}", "[]"):
        return False
    with contextlib.suppress(ValueError, RecursionError):
        json.loads(text, parse_int=str)
        return True
    return False


def are_json_lines(text: str) -> bool:
    """Whether the first lines, at least two, are objects or arrays."""
    lines = [line for line in text[:_HEAD_BYTES].splitlines() if line.strip()]
    if len(text) > _HEAD_BYTES:
        lines = lines[:-1]
    return len(lines) > 1 and all(map(is_json, lines[:10]))
