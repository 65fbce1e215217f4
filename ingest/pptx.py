"""What does a PPTX file say, slide by slide?

A slide's title heads it; then come its shapes in the order of the file, which is how they are read
aloud, its tables, its notes and comments. What is cited is the slide and the shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.office_package import (
    OfficePackage,
    attribute,
    child,
    local,
    number_of,
    opened_package,
    relation_id,
)
from ingest.part_writer import MAX_SPAN, Part, PartCell, PartWriter
from ingest.table_heads import head_rows_of
from schemas.document import Document, SegmentKind
from schemas.errors import TooLarge
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, Progress, ignore_progress

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_MAX_NAME = 60


def read_pptx(
    data: bytes,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    with opened_package(data, name, limits, "PowerPoint file") as package:
        writer = PartWriter(name, limits)
        problems = list(package.parts_not_read())
        slides = _slides(package)
        _check_number(len(slides), name, limits)
        for number, part in enumerate(slides, start=1):
            slide = _Slide(package, part, number, writer)
            slide.write()
            problems.extend(slide.warnings(name))
            on_progress(Progress("parse", number, len(slides), "slides", name))
        metadata = {**package.properties(), "slides": str(len(slides))}
    return writer.document(document_id, media_type, warnings=problems, metadata=metadata)


def _slides(package: OfficePackage) -> list[str]:
    """In the order in which they are shown."""
    main = package.main_part()
    relations = package.relations(main)
    listed = child(package.xml(main), "sldIdLst")
    ids = [relation_id(entry) for entry in listed] if listed is not None else []
    return [relations[key].target for key in ids if key in relations]


def _check_number(num_slides: int, name: str, limits: IngestSettings) -> None:
    if num_slides > limits.max_pages:
        raise TooLarge(
            f"{name}: has {num_slides:,} slides, more than the limit of {limits.max_pages:,}; "
            "split the file or raise NEEDLEPOINT_INGEST__MAX_PAGES",
            param=name,
        )


class _Slide:
    def __init__(self, package: OfficePackage, part: str, number: int, writer: PartWriter) -> None:
        self._package, self._part, self._number, self._writer = package, part, number, writer
        self._root = package.xml(part)
        self._furniture: list[tuple[str, Part]] = []

    def write(self) -> None:
        shapes = list(_shapes_of(child(self._root, "cSld", "spTree")))
        titles = [shape for shape in shapes if _kind_of(shape) in _TITLES]
        title = " ".join(" ".join(_paragraphs(shape)) for shape in titles[:1])
        part = self._named(titles[0]) if titles else None
        self._writer.heading(title or f"Slide {self._number}", 1, part if title else None)
        for shape in shapes:
            if shape not in titles[:1]:
                self._write_shape(shape)
        for _, notes in self._package.related(self._part, "notesSlide"):
            self._write_notes(notes)
        for _, comments in self._package.related(self._part, "comments"):
            self._write_comments(comments)
        for text, part in self._furniture:
            self._writer.paragraph(text, part, SegmentKind.FURNITURE)

    def warnings(self, name: str) -> Iterator[Problem]:
        if attribute(self._root, "show") in ("0", "false"):
            message = f"slide {self._number} is hidden; it was read too"
            yield Problem(code="hidden_slide", message=message, document=name)

    def _write_shape(self, shape: Element) -> None:
        part = self._named(shape)
        if local(shape) == "graphicFrame":
            for table in (e for e in shape.iter() if local(e) == "tbl"):
                cells, has_head = _cells_of(table)
                heads = head_rows_of(cells, said={0} if has_head else ())
                self._writer.table(cells, part, heads)
            return
        lines = _paragraphs(shape)
        if _kind_of(shape) in _FURNITURE:
            self._furniture.append(("\n".join(lines), part))
        else:
            self._writer.lines((line, part) for line in lines)

    def _write_notes(self, notes: Element) -> None:
        part = Part(f"slide {self._number}, notes")
        for shape in _shapes_of(child(notes, "cSld", "spTree")):
            if _kind_of(shape) == "body":
                self._writer.lines((line, part) for line in _paragraphs(shape))

    def _write_comments(self, comments: Element) -> None:
        for number, comment in enumerate(comments, start=1):
            text = "".join(e.text or "" for e in comment.iter() if local(e) in ("text", "t"))
            part = Part(f"slide {self._number}, comment {number}")
            self._writer.paragraph(text, part, SegmentKind.ANNOTATION)

    def _named(self, shape: Element) -> Part:
        about = next((e for e in shape.iter() if local(e) == "cNvPr"), None)
        said = " ".join((attribute(about, "name") or "").split())[:_MAX_NAME]
        return Part(f"slide {self._number}, {said or 'shape'}")


def _shapes_of(tree: Element | None) -> Iterator[Element]:
    """Those that can hold text, groups opened."""
    for shape in tree if tree is not None else ():
        name = local(shape)
        if name == "grpSp":
            yield from _shapes_of(shape)
        elif name == "AlternateContent":
            yield from _shapes_of(child(shape, "Choice"))
        elif name in ("sp", "cxnSp", "graphicFrame"):
            yield shape


def _kind_of(shape: Element) -> str:
    """Of a placeholder: "title", "body", "ftr"; empty for a shape of its own."""
    for about in shape:
        holder = child(about, "nvPr", "ph")
        if holder is not None:
            return attribute(holder, "type") or "obj"
    return ""


def _paragraphs(shape: Element) -> list[str]:
    body = child(shape, "txBody")
    found = (e for e in body if local(e) == "p") if body is not None else ()
    return [text for paragraph in found if (text := _text_of(paragraph).strip())]


def _text_of(paragraph: Element) -> str:
    parts = []
    for element in paragraph.iter():
        if local(element) == "t":
            parts.append(element.text or "")
        elif local(element) in ("br", "tab"):
            parts.append(" ")
    return "".join(parts)


def _cells_of(table: Element) -> tuple[list[PartCell], bool]:
    """Cells that are merged away hold nothing."""
    cells = []
    rows = [e for e in table if local(e) == "tr"]
    for number, row in enumerate(rows):
        for column, cell in enumerate(e for e in row if local(e) == "tc"):
            if attribute(cell, "hMerge") in ("1", "true") or attribute(cell, "vMerge") in (
                "1",
                "true",
            ):
                continue
            num_rows = min(max(1, number_of(cell, "rowSpan") or 1), MAX_SPAN)
            num_columns = min(max(1, number_of(cell, "gridSpan") or 1), MAX_SPAN)
            text = " ".join(_paragraphs(cell))
            cells.append(PartCell(number, column, text, num_rows, num_columns))
    has_head = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
    return cells, has_head and len(rows) > 1
