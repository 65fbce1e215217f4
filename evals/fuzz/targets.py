"""Which parsers are fuzzed, and what must hold of whatever they are given?

The first byte of an input says what the rest is put in the place of: the whole file, or a part
of a sound one. Changes to a part reach deeper than changes to a file that is packed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import ingest.delimited
import ingest.docx
import ingest.html_page
import ingest.json_records
import ingest.mail
import ingest.outlook
import ingest.pdf
import ingest.plain_text
import ingest.pptx
import ingest.workbook  # noqa: F401  # all readers now: what is imported here is instrumented
from evals.fuzz.office_templates import docx_parts, pptx_parts
from evals.fuzz.templates import pdf_with_content, workbook_parts
from ingest.document_arrays import arrays_of, document_of_arrays
from ingest.passages import passages_of
from ingest.read import document_of
from ingest.sniff import check_start, sniff
from schemas.document_invariants import broken_invariants
from schemas.errors import ServiceError
from schemas.ingest_settings import IngestSettings

LIMITS = IngestSettings(max_pages=20, max_cells=20_000, max_characters=1_000_000)
_BUDGET = 40
_NAMES = ("a.pdf", "a.xlsx", "a.csv", "a.tsv", "a.txt", "a.md", "a", "a.docx")


class BrokenDocument(AssertionError):
    """A parser made what no document is."""


def check_pdf(data: bytes) -> None:
    """The file, or what is drawn on a page."""
    which, rest = data[:1], data[1:]
    _check(pdf_with_content(rest) if which == b"\1" else rest, "a.pdf")


def check_workbook(data: bytes) -> None:
    _check_package(data, workbook_parts(), "a.xlsx")


def check_docx(data: bytes) -> None:
    _check_package(data, docx_parts(), "a.docx")


def check_pptx(data: bytes) -> None:
    _check_package(data, pptx_parts(), "a.pptx")


def check_html(data: bytes) -> None:
    _check(data, "a.html")


def check_json(data: bytes) -> None:
    for name in ("a.json", "a.jsonl"):
        _check(data, name)


def check_mail(data: bytes) -> None:
    _check(data, "a.eml")


def check_outlook(data: bytes) -> None:
    _check(data, "a.msg")


def check_csv(data: bytes) -> None:
    _check(data, "a.csv")


def check_text(data: bytes) -> None:
    for name in ("a.txt", "a.md"):
        _check(data, name)


def check_sniff(data: bytes) -> None:
    """What is refused by its start is refused whole, where it is UTF-8."""
    name = _NAMES[data[0] % len(_NAMES)] if data else "a"
    content = data[1:]
    refused_early = _is_refused(lambda: check_start(content[:4096], name))
    refused = _is_refused(lambda: sniff(content, name))
    if refused_early and not refused and _is_utf8(content):
        raise BrokenDocument("refused by its start, but not whole")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "pdf": check_pdf,
    "workbook": check_workbook,
    "csv": check_csv,
    "text": check_text,
    "sniff": check_sniff,
    "html": check_html,
    "docx": check_docx,
    "pptx": check_pptx,
    "json": check_json,
    "mail": check_mail,
    "outlook": check_outlook,
}


def _check_package(data: bytes, parts: dict[str, bytes], name: str) -> None:
    """The file, or one of the parts of a package."""
    names = sorted(parts)
    which, rest = data[:1], data[1:]
    if not which or which[0] > len(names):
        _check(rest, name)
        return
    if which[0]:
        parts[names[which[0] - 1]] = rest
    _check(_packed(parts), name)


def _check(data: bytes, name: str) -> None:
    try:
        document = document_of(data, name, LIMITS)
    except ServiceError as error:
        if not error.message.startswith(name):
            raise BrokenDocument(f"an error that does not say where: {error.message}") from error
        return
    if broken := broken_invariants(document):
        raise BrokenDocument("; ".join(broken))
    passages = passages_of(document, _num_words, _BUDGET)
    for passage in passages:
        for piece in passage.pieces:
            stop = piece.start + len(piece.text)
            if piece.start >= 0 and document.text[piece.start : stop] != piece.text:
                raise BrokenDocument("a piece of a passage is not the text that it names")
    again, _ = document_of_arrays(arrays_of(document, passages))
    if (again.text, again.segments) != (document.text, document.segments):
        raise BrokenDocument("what is kept of it is not what was read")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_refused(look: Callable[[], object]) -> bool:
    try:
        look()
    except ServiceError:
        return True
    return False


def _num_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _packed(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
