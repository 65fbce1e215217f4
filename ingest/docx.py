"""What does a DOCX file say?

Paragraphs, headings, lists with their numbers as Word shows them, and tables, in the order of the
body. Notes, comments and text boxes follow the paragraph that they hang on; heads and feet stand
at the end, apart. What is cited is the paragraph or the table's cell: a DOCX file has no pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.docx_numbering import DocxNumbering
from ingest.docx_runs import DocxRuns, Seen
from ingest.docx_styles import DocxStyles
from ingest.docx_table import table_of
from ingest.office_package import OfficePackage, attribute, local, opened_package
from ingest.part_writer import Part, PartWriter
from ingest.table_heads import head_rows_of
from schemas.document import Document, SegmentKind
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_WRAPPERS = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"])
_NOTES = {"footnote": "footnotes", "endnote": "endnotes"}
_FURNITURE = ("header", "footer")


def read_docx(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    with opened_package(data, name, limits, "Word file") as package:
        writer = PartWriter(name, limits)
        reader = _Docx(package, writer)
        reader.write()
        warnings = [*reader.warnings(name), *package.parts_not_read()]
        properties = package.properties()
    return writer.document(document_id, media_type, warnings=warnings, metadata=properties)


class _Docx:
    def __init__(self, package: OfficePackage, writer: PartWriter) -> None:
        self._package, self._writer = package, writer
        self._main = package.main_part()
        self._styles = DocxStyles(self._first("styles"))
        self._numbering = DocxNumbering(self._first("numbering"))
        self._runs = DocxRuns(self._styles)
        self._notes = {kind: self._by_id(part, kind) for kind, part in _NOTES.items()}
        self._comments = self._by_id("comments", "comment")
        self._comment_numbers = {key: n for n, key in enumerate(self._comments, start=1)}
        self._num_paragraphs = self._num_tables = self._num_boxes = 0
        self._num_foreign = 0

    def write(self) -> None:
        for body in self._package.xml(self._main):
            if local(body) == "body":
                self._write_blocks(body)
        self._writer.end_sections()
        for kind in _FURNITURE:
            said: set[str] = set()
            for _, root in self._package.related(self._main, kind):
                text = self._text_of_blocks(root, Seen())
                if text.strip() and text not in said:
                    said.add(text)
                    part = Part(f"{kind} {len(said)}")
                    self._writer.paragraph(text, part, SegmentKind.FURNITURE)

    def warnings(self, name: str) -> Iterator[Problem]:
        changes = self._runs.changes
        if changes.num_inserted or changes.num_deleted:
            yield Problem(
                code="tracked_changes",
                message=f"the file has tracked changes: {changes.num_inserted:,} characters that "
                f"are inserted were read, {changes.num_deleted:,} that are deleted were not",
                document=name,
            )
        if changes.num_hidden:
            message = (
                f"{changes.num_hidden:,} characters are set as hidden text; they were not read"
            )
            yield Problem(code="hidden_text", message=message, document=name)
        if self._num_foreign:
            message = f"{self._num_foreign} files that are put in as parts of the text are not read"
            yield Problem(code="embedded_not_read", message=message, document=name)

    def _write_blocks(self, parent: Element) -> None:
        for block in parent:
            name = local(block)
            if name == "p":
                self._write_paragraph(block)
            elif name == "tbl":
                self._write_table(block)
            elif name == "altChunk":
                self._num_foreign += 1
            elif name in _WRAPPERS:
                self._write_blocks(block)

    def _write_paragraph(self, paragraph: Element) -> None:
        seen = Seen()
        text = self._runs.text_of(paragraph, seen)
        if text.strip():
            self._num_paragraphs += 1
            part = Part("paragraph", self._num_paragraphs)
            text = self._marker(paragraph) + text.strip()
            if level := self._styles.level_of(paragraph):
                self._writer.heading(text, level, part)
            else:
                self._writer.paragraph(text, part)
        self._write_hanging(seen)

    def _marker(self, paragraph: Element) -> str:
        found = self._styles.numbering_of(paragraph)
        return self._numbering.marker(*found) if found else ""

    def _write_table(self, table: Element) -> None:
        self._num_tables += 1
        part, seen = Part(f"table {self._num_tables}"), Seen()
        found = table_of(table, lambda cell: self._text_of_blocks(cell, seen, glue=" "))
        if len(found.cells) == 1:
            self._writer.paragraph(found.cells[0].text, part)
        else:
            head_rows = head_rows_of(found.cells, said=found.said_head_rows)
            self._writer.table(found.cells, part, head_rows)
        self._write_hanging(seen)

    def _write_hanging(self, seen: Seen) -> None:
        for box in seen.boxes:
            self._num_boxes += 1
            self._write_aside(box, Part(f"text box {self._num_boxes}"), "")
        for kind, key in dict.fromkeys(seen.notes):
            if (note := self._notes[kind].get(key)) is not None:
                number = self._runs.note_number(kind, key)
                self._write_aside(note, Part(f"{kind} {number}"), f"[{number}] ")
        for key in dict.fromkeys(seen.comments):
            if (comment := self._comments.pop(key, None)) is not None:
                part = Part(f"comment {self._comment_numbers[key]}")
                author = attribute(comment, "author") or ""
                before = f"{author}: " if author else ""
                self._write_aside(comment, part, before, SegmentKind.ANNOTATION)

    def _write_aside(
        self,
        element: Element,
        part: Part,
        before: str,
        kind: SegmentKind = SegmentKind.PARAGRAPH,
    ) -> None:
        seen = Seen()
        text = self._text_of_blocks(element, seen).strip()
        if text:
            self._writer.paragraph(before + text, part, kind)
        if seen.boxes or seen.notes or seen.comments:
            self._write_hanging(seen)

    def _text_of_blocks(self, parent: Element, seen: Seen, glue: str = "\n") -> str:
        """Of a cell, a note or a text box: its paragraphs, those of its tables among them."""
        return glue.join(text for text in self._texts(parent, seen) if text)

    def _texts(self, parent: Element, seen: Seen) -> Iterator[str]:
        for block in parent:
            name = local(block)
            if name == "p":
                text = self._runs.text_of(block, seen).strip()
                yield self._marker(block) + text if text else ""
            elif name in ("tbl", "tr", "tc") or name in _WRAPPERS:
                yield from self._texts(block, seen)

    def _first(self, kind: str) -> Element | None:
        return next((root for _, root in self._package.related(self._main, kind)), None)

    def _by_id(self, kind: str, name: str) -> dict[str, Element]:
        root = self._first(kind)
        found = (e for e in root if local(e) == name) if root is not None else ()
        kept = (e for e in found if attribute(e, "type") in (None, "normal"))
        return {attribute(e, "id") or "": e for e in kept}
