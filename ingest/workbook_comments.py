"""What have people written on the cells of a sheet?

Old notes, new conversations and text boxes. Of a conversation the package also holds a copy as
a note that says it is one; it is left out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

from openpyxl.utils.cell import coordinate_to_tuple

from ingest.normalise import normalise
from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import Comment
from ingest.workbook_package import BookParts, SheetPart, local

_COPY = "tc="  # the author of the note that stands for a conversation


def comments_of(
    package: zipfile.ZipFile, parts: BookParts, sheet: SheetPart, budget: CellBudget
) -> tuple[Comment, ...]:
    """In the order of the cells."""
    found = [
        *(
            comment
            for path in sheet.related.get("threadedComment", ())
            for comment in _conversations(fromstring(package.read(path)), parts)
        ),
        *(
            comment
            for path in sheet.related.get("comments", ())
            for comment in _notes(fromstring(package.read(path)))
        ),
        *(
            comment
            for path in sheet.related.get("drawing", ())
            for comment in _text_boxes(fromstring(package.read(path)))
        ),
    ]
    for comment in found:
        budget.take_text(comment.row, comment.column, len(comment.text))
    return tuple(sorted(found, key=lambda comment: (comment.row, comment.column)))


def _notes(root: Element) -> Iterator[Comment]:
    authors = [normalise(e.text or "") for e in root.iter() if local(e.tag) == "author"]
    for element in root.iter():
        if local(element.tag) != "comment":
            continue
        number = element.get("authorId", "")
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        if author.startswith(_COPY):
            continue
        text = normalise("".join(_texts(element)))
        text = text.removeprefix(f"{author}:").strip() if author else text
        yield from _comment(element, author, text)


def _conversations(root: Element, parts: BookParts) -> Iterator[Comment]:
    """What was answered follows what was said first."""
    by_place: dict[str, list[str]] = {}
    first: dict[str, tuple[Element, str]] = {}
    for element in root:
        place = element.get("ref", "")
        author = normalise(parts.people.get(element.get("personId", ""), ""))
        text = normalise("".join(_texts(element)))
        if place in first and author:
            text = f"{author}: {text}"
        first.setdefault(place, (element, author))
        by_place.setdefault(place, []).append(text)
    for place, (element, author) in first.items():
        yield from _comment(element, author, " / ".join(filter(None, by_place[place])))


def _text_boxes(root: Element) -> Iterator[Comment]:
    """Each lies over the cell that its upper left corner is in."""
    for anchor in root:
        corner = next((e for e in anchor if local(e.tag) == "from"), None)
        numbers = {local(e.tag): e.text or "" for e in corner} if corner is not None else {}
        column, row = numbers.get("col", ""), numbers.get("row", "")
        for body in (e for e in anchor.iter() if local(e.tag) == "txBody"):
            lines = ("".join(_texts(line)) for line in body if local(line.tag) == "p")
            text = normalise(" ".join(lines))
            if text and column.isdecimal() and row.isdecimal():
                yield Comment(int(column) + 1, int(row) + 1, "", text, "text box")


def _texts(element: Element) -> Iterator[str]:
    """Without the phonetic guide."""
    for child in element:
        if local(child.tag) == "rPh":
            continue
        if local(child.tag) in ("t", "text") and child.text:
            yield child.text
        yield from _texts(child)


def _comment(element: Element, author: str, text: str) -> Iterator[Comment]:
    if text:
        row, column = coordinate_to_tuple(element.get("ref", "A1"))
        yield Comment(column, row, author, text)
