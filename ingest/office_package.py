"""Which parts does a DOCX or PPTX file have, and which belongs to which?

A package is a ZIP archive of XML, looked through for attacks before anything of it is read
(`ingest.workbook_parts`). What a part relates to outside of the package is never fetched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, fromstring

from ingest.normalise import normalise
from ingest.workbook_parts import check_parts
from ingest.zip_faults import ZIP_FAULTS
from schemas.errors import UnreadableDocument
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
_CORE = {"title": "title", "creator": "author", "created": "created", "modified": "modified"}
_NOT_READ = {
    "media": ("pictures_not_read", "pictures"),
    "charts": ("charts_not_read", "charts"),
    "diagrams": ("diagrams_not_read", "drawn diagrams"),
    "embeddings": ("embedded_not_read", "embedded files"),
}


@dataclass(frozen=True, slots=True)
class Relation:
    kind: str  # the last step of its type: "footnotes", "slide", "hyperlink"
    target: str  # the name of a part, or an address outside


class OfficePackage:
    def __init__(self, archive: zipfile.ZipFile, name: str, kind: str) -> None:
        self._archive, self._name, self._kind = archive, name, kind
        self._parts = set(archive.namelist())

    def main_part(self) -> str:
        targets = [r.target for r in self.relations("").values() if r.kind == "officeDocument"]
        if not targets or targets[0] not in self._parts:
            raise self._unreadable("it does not say which part is the document")
        return targets[0]

    def xml(self, part: str) -> Element:
        """The root of a part, its names without the namespaces of the strict form."""
        try:
            return fromstring(self._archive.read(part))
        except (ParseError, *ZIP_FAULTS) as error:
            raise self._unreadable(f"its part {part} is damaged: {error}") from error

    def related(self, part: str, kind: str) -> Iterator[tuple[str, Element]]:
        """The parts of a kind that a part relates to, with their names."""
        for relation in self.relations(part).values():
            if relation.kind == kind and relation.target in self._parts:
                yield relation.target, self.xml(relation.target)

    def relations(self, part: str) -> dict[str, Relation]:
        folder, _, file = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels not in self._parts:
            return {}
        found = {}
        for element in self.xml(rels).iter(_RELATION):
            target = unquote(element.get("Target", ""))
            if element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(kind, target)
        return found

    def properties(self) -> dict[str, str]:
        """Title, author and times as the file's properties say them."""
        found = {}
        for relation in self.relations("").values():
            if relation.kind == "core-properties" and relation.target in self._parts:
                for element in self.xml(relation.target):
                    key = _CORE.get(element.tag.rpartition("}")[2])
                    if key and (text := normalise(element.text or "")):
                        found[key] = text
        return found

    def parts_not_read(self) -> Iterator[Problem]:
        for folder, (code, what) in _NOT_READ.items():
            count = sum(
                1
                for part in self._parts
                if f"/{folder}/" in part and "/_rels/" not in part and not part.endswith("/")
            )
            if count:
                message = f"{what} are not read ({count} parts of the file)"
                yield Problem(code=code, message=message, document=self._name)

    def _unreadable(self, why: str) -> UnreadableDocument:
        return UnreadableDocument(
            f"{self._name}: the {self._kind} can not be read: {why}; open it in an Office program "
            "and save it again",
            param=self._name,
        )


@contextmanager
def opened_package(
    data: bytes, name: str, limits: IngestSettings, kind: str
) -> Iterator[OfficePackage]:
    """Whatever is odd about it is an error for the caller: packages come from anyone."""
    check_parts(data, name, limits, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield OfficePackage(archive, name, kind)
    except RecursionError as error:
        raise UnreadableDocument(
            f"{name}: the {kind}'s parts are nested too deeply to be read; save it again",
            param=name,
        ) from error


def relation_id(element: Element, attribute: str = "id") -> str:
    return element.get(_ID + attribute) or element.get(_STRICT_ID + attribute) or ""


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str = "val") -> str | None:
    """By its name without a namespace, of which there are two."""
    if element is None:
        return None
    if name in element.attrib:
        return element.attrib[name]
    ending = "}" + name
    return next((value for key, value in element.attrib.items() if key.endswith(ending)), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of a name, then of that the next, without namespaces."""
    for name in path:
        element = (
            next((e for e in element if local(e) == name), None) if element is not None else None
        )
    return element


def is_on(element: Element | None) -> bool:
    """Whether a switch such as <w:vanish/> is there and not turned off."""
    return element is not None and attribute(element) not in ("0", "false", "off", "none")


def number_of(element: Element | None, name: str = "val") -> int | None:
    said = attribute(element, name) or ""
    is_number = said.isascii() and said.removeprefix("-").isdecimal() and len(said) < 10
    return int(said) if is_number else None
