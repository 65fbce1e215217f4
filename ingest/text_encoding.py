"""Which text do these bytes spell?"""

from __future__ import annotations

import codecs
import contextlib
import io
import re

from charset_normalizer import from_bytes

from schemas.extraction import Problem

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.I
)
_DECLARED_BYTES = 2048
_AS_BROWSERS_READ = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
_NO_PAGE_IS_IN = frozenset(
    (
        *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7"),
        *("unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"),
        *("idna", "punycode"),
    )
)
"""What could not have said so in ASCII letters, and what is no encoding of texts."""
_SAMPLE_BYTES = 256 << 10
_PIECE_BYTES = 1 << 20
_START_LENGTH = 64 << 10
_BINARY = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))


def decoded(data: bytes) -> tuple[str, str] | None:
    """The text and its encoding, or None for bytes that are no text.

    A byte order mark is believed, then UTF-8; any other encoding is a guess from a sample.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding)
    if _has_binary(data):
        return None
    return _strictly(data, "utf-8") or _guessed(data)


def encoding_of(data: bytes) -> str | None:
    """As `decoded`, for a text that is then read piece by piece: none of it is kept."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding if _is_in(data, encoding) else None
    if _has_binary(data):
        return None
    if _is_in(data, "utf-8"):
        return "utf-8"
    best = from_bytes(_telling_sample(data)).best()
    return best.encoding if best and _is_in(data, best.encoding) else None


def start_of_text(data: bytes) -> tuple[str, str] | None:
    """As `decoded`, all of it looked at, but only the first of it kept."""
    encoding = encoding_of(data)
    if encoding is None:
        return None
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read(_START_LENGTH), encoding


def html_text(data: bytes) -> tuple[str, str] | None:
    """As `decoded`, but what the page says of its encoding is believed before UTF-8 is tried."""
    said = _DECLARED.search(data[:_DECLARED_BYTES])
    if said and not data.startswith(tuple(_MARKS)):
        name = said[1].decode("ascii").lower()
        name = _AS_BROWSERS_READ.get(name, name)
        with contextlib.suppress(LookupError):
            name = codecs.lookup(name).name
            if name not in _NO_PAGE_IS_IN and (found := _strictly(data, name)):
                return found
    return decoded(data)


def is_binary(start: bytes) -> bool:
    """Whether bytes that begin like this are no text, whatever follows."""
    return not start.startswith(tuple(_MARKS)) and _has_binary(start)


def encoding_warnings(encoding: str, name: str) -> tuple[Problem, ...]:
    """A guessed encoding can garble letters, so the caller hears of it."""
    if encoding.startswith("utf"):
        return ()
    message = f"the file is not UTF-8; it was read as {encoding}, a guess"
    return (Problem(code="encoding_guessed", message=message, document=name),)


def _has_binary(data: bytes) -> bool:
    return data[:_SAMPLE_BYTES].translate(None, _BINARY) != data[:_SAMPLE_BYTES]


def _strictly(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except UnicodeError:
        return None


def _is_in(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for at in range(0, len(data), _PIECE_BYTES):
            decoder.decode(bytes(view[at : at + _PIECE_BYTES]))
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _guessed(data: bytes) -> tuple[str, str] | None:
    best = from_bytes(_telling_sample(data)).best()
    return _strictly(data, best.encoding) if best else None


def _telling_sample(data: bytes) -> bytes:
    """The lines around the first bytes that are not ASCII: the rest tells nothing."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    first = next(at for at, byte in enumerate(data) if byte > 127)
    start = data.rfind(b"\n", 0, first) + 1
    return data[start : start + _SAMPLE_BYTES]
