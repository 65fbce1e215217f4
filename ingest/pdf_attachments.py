"""Which files does a PDF carry, of the whole document and pinned to its pages?

The tree of names is walked here, and not by PyMuPDF, which sees its first level alone and looks
through all names for each.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pymupdf
from pymupdf import mupdf

from ingest.attachments import AttachedFile, attachment_of
from ingest.pdf_open import is_out_of_memory, open_pdf
from schemas.document import Attachment
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings

_MAX_FILTERS = 4
_DEFLATED = ("FlateDecode", "Fl")
_PLATFORMS = ("UF", "F", "Unix", "DOS", "Mac")


def attachments_of(pdf: pymupdf.Document) -> tuple[Attachment, ...]:
    """What is said of them; none is unpacked. Those of pages are found by `page_attachments`."""
    return tuple(carried.about for carried in _of_document(pdf))


def page_attachments(page: pymupdf.Page) -> list[Attachment]:
    return [carried.about for carried in _of_page(page)]


def attached_files(
    data: bytes, *, name: str, limits: IngestSettings, password: str | None = None
) -> Iterator[AttachedFile]:
    """Those of the whole document first."""
    with open_pdf(data, name=name, limits=limits, password=password) as (pdf, _):
        for carried in _of_document(pdf):
            yield AttachedFile(carried.about, partial(_unpacked, carried))
        for page in _pages(pdf):
            for carried in _of_page(page):
                yield AttachedFile(carried.about, partial(_unpacked, carried))


@dataclass(frozen=True, slots=True)
class _Carried:
    about: Attachment
    stream: mupdf.PdfObj


def _of_document(pdf: pymupdf.Document) -> Iterator[_Carried]:
    root = mupdf.pdf_dict_gets(mupdf.pdf_trailer(pymupdf._as_pdf_document(pdf)), "Root")
    tree = mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(root, "Names"), "EmbeddedFiles")
    for key, specification in _entries(tree):
        yield _carried(specification, key)


def _of_page(page: pymupdf.Page) -> Iterator[_Carried]:
    kind = pymupdf.PDF_ANNOT_FILE_ATTACHMENT
    for xref, found, _ in page.annot_xrefs():
        if found == kind:
            pin = mupdf.pdf_new_indirect(pymupdf._as_pdf_document(page.parent), xref, 0)
            yield _carried(mupdf.pdf_dict_gets(pin, "FS"), "", page.number + 1)


def _pages(pdf: pymupdf.Document) -> Iterator[pymupdf.Page]:
    """But those that are too damaged to be opened."""
    for number in range(len(pdf)):
        try:
            page = pdf[number]
        except Exception as error:  # whatever a damaged page makes MuPDF raise
            if is_out_of_memory(error):
                raise MemoryError from error
            continue
        yield page


def _entries(tree: mupdf.PdfObj) -> Iterator[tuple[str, mupdf.PdfObj]]:
    """Names and what they name, in order; of a tree that bites its tail no node twice."""
    waiting, seen = [tree], set[int]()
    while waiting:
        node = waiting.pop()
        number = mupdf.pdf_to_num(node)
        if number in seen:
            continue
        seen.add(number or -len(seen) - 1)  # a node that stands in its parent has no number
        names = mupdf.pdf_dict_gets(node, "Names")
        for at in range(0, mupdf.pdf_array_len(names) - 1, 2):
            key = mupdf.pdf_to_text_string(mupdf.pdf_array_get(names, at))
            yield key, mupdf.pdf_array_get(names, at + 1)
        kids = mupdf.pdf_dict_gets(node, "Kids")
        size = mupdf.pdf_array_len(kids)
        waiting += [mupdf.pdf_array_get(kids, at) for at in range(size - 1, -1, -1)]


def _carried(specification: mupdf.PdfObj, key: str, place: int = 0) -> _Carried:
    said = [_text(specification, platform) for platform in _PLATFORMS]
    files = mupdf.pdf_dict_gets(specification, "EF")
    streams = (mupdf.pdf_dict_gets(files, platform) for platform in ("F", *_PLATFORMS))
    stream = next((one for one in streams if mupdf.pdf_is_stream(one)), mupdf.PdfObj())
    name = next(filter(None, (*said, key)), "")
    return _Carried(attachment_of(name, None, _said_size(stream), place), stream)


def _text(holder: mupdf.PdfObj, key: str) -> str:
    found = mupdf.pdf_dict_gets(holder, key)
    return str(mupdf.pdf_to_text_string(found)) if mupdf.pdf_is_string(found) else ""


def _said_size(stream: mupdf.PdfObj) -> int:
    """As the document says; it need not be so."""
    unpacked = mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(stream, "Params"), "Size")
    if mupdf.pdf_is_int(unpacked):
        return int(mupdf.pdf_to_int(unpacked))
    packed = mupdf.pdf_dict_gets(stream, "Length")
    is_plain = not _filters(stream) and mupdf.pdf_is_int(packed)
    return int(mupdf.pdf_to_int(packed)) if is_plain else -1


def _filters(stream: mupdf.PdfObj) -> list[str]:
    found = mupdf.pdf_dict_gets(stream, "Filter")
    if mupdf.pdf_is_array(found):
        size = min(mupdf.pdf_array_len(found), _MAX_FILTERS + 1)
        return [mupdf.pdf_to_name(mupdf.pdf_array_get(found, at)) for at in range(size)]
    return [mupdf.pdf_to_name(found)] if mupdf.pdf_is_name(found) else []


def _unpacked(carried: _Carried, max_bytes: int) -> bytes:
    name, stream = carried.about.name, carried.stream
    if not mupdf.pdf_is_stream(stream):
        raise UnreadableDocument(f"{name}: the document names it and does not hold it", param=name)
    filters = _filters(stream)
    if len(filters) > _MAX_FILTERS:
        raise UnreadableDocument(f"{name}: is packed more than {_MAX_FILTERS} times", param=name)
    try:
        if all(one in _DEFLATED for one in filters) and not _has_parameters(stream):
            return _inflated(stream, len(filters), name, max_bytes)
        data = pymupdf.JM_BinFromBuffer(mupdf.pdf_load_stream(stream))
    except (RuntimeError, ValueError, MemoryError, zlib.error, mupdf.FzErrorBase) as error:
        if is_out_of_memory(error):
            raise _too_large(name, max_bytes) from error
        raise UnreadableDocument(
            f"{name}: is damaged and cannot be unpacked", param=name
        ) from error
    if len(data) > max_bytes:
        raise _too_large(name, max_bytes)
    return bytes(data)


def _has_parameters(stream: mupdf.PdfObj) -> bool:
    return any(
        not mupdf.pdf_is_null(mupdf.pdf_dict_gets(stream, key)) for key in ("DecodeParms", "DP")
    )


def _inflated(stream: mupdf.PdfObj, times: int, name: str, max_bytes: int) -> bytes:
    """Never more than so many bytes are made, however much is packed."""
    data: bytes = pymupdf.JM_BinFromBuffer(mupdf.pdf_load_raw_stream(stream))
    for _ in range(times):
        data = zlib.decompressobj().decompress(data, max_bytes + 1)
    if len(data) > max_bytes:
        raise _too_large(name, max_bytes)
    return data


def _too_large(name: str, max_bytes: int) -> TooLarge:
    return TooLarge(f"{name}: has more bytes than the {max_bytes:,} that it may have", param=name)
