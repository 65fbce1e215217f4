"""Of which parts is an XLSX package made: sheets, their styles, names, comments?

Names of elements are looked at without their namespace, so that strict and transitional files
are read alike. `check_parts` comes before this: no part is larger than the limits allow.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from ingest.workbook_cells import Style

_OFFICE_DOCUMENT = "officeDocument"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """`path` is empty for a sheet whose part the package does not have; `related` are the parts
    that go with it, by the last word of their kind: comments, threadedComment, drawing."""

    name: str
    path: str
    kind: str
    is_hidden: bool
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DefinedName:
    """`sheet` is the number (from 0) of the one that it is known on, None for all."""

    name: str
    refers_to: str
    sheet: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class BookParts:
    sheets: tuple[SheetPart, ...]
    strings_path: str
    styles: tuple[Style, ...]
    epoch: datetime
    names: tuple[DefinedName, ...]
    people: Mapping[str, str]
    """Who wrote threaded comments, by id."""


def book_parts(package: zipfile.ZipFile) -> BookParts:
    """Raises what its libraries raise over a package that is none."""
    members = {_plain(name): name for name in package.namelist()}
    top = _relations(package, members, "")
    path = next(
        (target for kind, target in top.values() if kind == _OFFICE_DOCUMENT), "xl/workbook.xml"
    )
    book = fromstring(package.read(members[_plain(path)]))
    relations = _relations(package, members, path)
    by_kind = dict(relations.values())
    elements = list(book.iter())
    properties = next((e for e in elements if local(e.tag) == "workbookPr"), None)
    is_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
    return BookParts(
        sheets=tuple(
            _sheet(package, members, element, relations)
            for element in elements
            if local(element.tag) == "sheet"
        ),
        strings_path=members.get(_plain(by_kind.get("sharedStrings", "")), ""),
        styles=_styles(package, members, by_kind.get("styles", "")),
        epoch=CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900,
        names=tuple(_name(e) for e in elements if local(e.tag) == "definedName" and e.text),
        people=_people(package, members, by_kind.get("person", "")),
    )


def local(tag: Any) -> str:
    """The name of an element or attribute without its namespace."""
    return str(tag).rpartition("}")[2]


def _sheet(
    package: zipfile.ZipFile,
    members: Mapping[str, str],
    element: Element,
    relations: Mapping[str, tuple[str, str]],
) -> SheetPart:
    about = {local(name): value for name, value in element.items()}
    kind, target = relations.get(about.get("id", ""), ("worksheet", ""))
    path = members.get(_plain(target), "") if target else ""
    related: dict[str, tuple[str, ...]] = {}
    for other, part in _relations(package, members, target).values() if path else ():
        if _plain(part) in members:
            related[other] = (*related.get(other, ()), members[_plain(part)])
    is_hidden = about.get("state", "visible") != "visible"
    return SheetPart(about.get("name", ""), path, kind, is_hidden, related)


def _relations(
    package: zipfile.ZipFile, members: Mapping[str, str], path: str
) -> dict[str, tuple[str, str]]:
    """The last word of its kind and the target of each relation of a part, by its id; targets
    outside of the package are left out."""
    folder, name = posixpath.split(path)
    file = members.get(_plain(posixpath.join(folder, "_rels", f"{name}.rels")))
    if file is None:
        return {}
    try:
        root = fromstring(package.read(file))
    except ParseError:  # what it relates to is then not known
        return {}
    found = {}
    for element in root:
        if element.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join(folder, element.get("Target", "")))
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def _plain(path: str) -> str:
    """Names of parts are the same in small and capital letters."""
    return path.replace("\\", "/").lstrip("/").lower()


def _name(element: Element) -> DefinedName:
    sheet = element.get("localSheetId")
    return DefinedName(
        element.get("name", ""),
        element.text or "",
        int(sheet) if sheet is not None and sheet.isdecimal() else None,
        element.get("hidden", "0") in ("1", "true"),
    )


def _styles(package: zipfile.ZipFile, members: Mapping[str, str], path: str) -> tuple[Style, ...]:
    """By style id; none where the package has no styles."""
    file = members.get(_plain(path)) if path else None
    if file is None:
        return ()
    groups = {local(group.tag): group for group in fromstring(package.read(file))}
    formats = dict(BUILTIN_FORMATS)
    for element in groups.get("numFmts", ()):
        formats[int(element.get("numFmtId", 0))] = element.get("formatCode", "General")
    is_bold = [_is_bold(font) for font in groups.get("fonts", ())]
    return tuple(
        Style(
            formats.get(int(xf.get("numFmtId", 0)), "General"),
            dict(enumerate(is_bold)).get(int(xf.get("fontId", 0)), False),
        )
        for xf in groups.get("cellXfs", ())
    )


def _is_bold(font: Element) -> bool:
    return any(local(e.tag) == "b" and e.get("val", "1") in ("1", "true") for e in font)


def _people(package: zipfile.ZipFile, members: Mapping[str, str], path: str) -> dict[str, str]:
    file = members.get(_plain(path)) if path else None
    if file is None:
        return {}
    return {
        element.get("id", ""): element.get("displayName", "")
        for element in fromstring(package.read(file)).iter()
        if local(element.tag) == "person"
    }
