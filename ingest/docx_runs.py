"""Which text does a reader see in a paragraph of a DOCX file?

What is inserted under tracked changes is read, what is deleted is not; both are counted. Text
boxes, notes and comments are told apart from the paragraph that they hang on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ingest.docx_styles import DocxStyles
from ingest.office_package import attribute, child, local

_SKIPPED = frozenset((*("pPr", "rPr", "instrText", "delInstrText", "Fallback", "rt", "sectPr"),))
_DELETED = frozenset(("del", "moveFrom"))
_INSERTED = frozenset(("ins", "moveTo"))
_BREAKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_CHECK_BOXES = {"F0FE": "[x]", "F0FD": "[x]", "F0A8": "[ ]", "F06F": "[ ]", "F0FC": "[x]"}


@dataclass(slots=True)
class Seen:
    """What hangs on a paragraph, in the order in which it is met."""

    notes: list[tuple[str, str]] = field(default_factory=list)  # kind, id
    comments: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Changes:
    """Counted over a whole document."""

    num_inserted: int = 0
    num_deleted: int = 0
    num_hidden: int = 0


class DocxRuns:
    """Fields may begin in one paragraph and end in another, so it is asked in order."""

    def __init__(self, styles: DocxStyles) -> None:
        self._styles = styles
        self._fields: list[bool] = []  # whether the result is reached, for each open field
        self._note_numbers: dict[tuple[str, str], int] = {}
        self.changes = Changes()

    def text_of(self, paragraph: Element, seen: Seen) -> str:
        parts: list[str] = []
        self._read(paragraph, parts, seen)
        self._fields = [is_reached for is_reached in self._fields if is_reached]
        return "".join(parts)

    def note_number(self, kind: str, key: str) -> int:
        same = sum(known == kind for known, _ in self._note_numbers)
        return self._note_numbers.setdefault((kind, key), same + 1)

    def _read(self, element: Element, parts: list[str], seen: Seen) -> None:
        for inner in element:
            name = local(inner)
            if name == "r":
                self._read_run(inner, parts, seen)
            elif name in _DELETED:
                self.changes.num_deleted += _length_of(inner, ("delText", "t"))
            elif name in _INSERTED:
                before = len(parts)
                self._read(inner, parts, seen)
                self.changes.num_inserted += sum(map(len, parts[before:]))
            elif name in ("t", "delText"):
                parts.append(inner.text or "")  # of a formula
            elif name not in _SKIPPED:
                self._read(inner, parts, seen)

    def _read_run(self, run: Element, parts: list[str], seen: Seen) -> None:
        if self._styles.is_hidden(run):
            self.changes.num_hidden += _length_of(run, ("t",))
            return
        for inner in run:
            self._read_in_run(inner, parts, seen)

    def _read_in_run(self, inner: Element, parts: list[str], seen: Seen) -> None:
        name = local(inner)
        if name == "fldChar":
            self._turn_field(attribute(inner, "fldCharType"))
        elif name == "t":
            if all(self._fields):
                parts.append(inner.text or "")
        elif name in _BREAKS:
            parts.append(_BREAKS[name])
        elif name == "br":
            parts.append("\n")
        elif name == "sym":
            parts.append(_symbol(attribute(inner, "char") or ""))
        elif name in ("footnoteReference", "endnoteReference"):
            kind = name.removesuffix("Reference")
            key = attribute(inner, "id") or ""
            seen.notes.append((kind, key))
            parts.append(f"[{self.note_number(kind, key)}]")
        elif name == "commentReference":
            seen.comments.append(attribute(inner, "id") or "")
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            seen.boxes.extend(_boxes_in(inner))
        elif name == "ruby":
            for base in (e for e in inner if local(e) == "rubyBase"):
                self._read(base, parts, seen)

    def _turn_field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()


def _length_of(element: Element, names: tuple[str, ...]) -> int:
    return sum(len(inner.text or "") for inner in element.iter() if local(inner) in names)


def _boxes_in(element: Element) -> list[Element]:
    """The contents of text boxes, each once: what is drawn for older programs is left out."""
    if local(element) == "AlternateContent" and (choice := child(element, "Choice")) is not None:
        element = choice
    found, waiting = [], [element]
    while waiting:
        here = waiting.pop()
        if local(here) == "txbxContent":
            found.append(here)
        else:
            waiting.extend(e for e in reversed(here) if local(e) != "Fallback")
    return found


def _symbol(code: str) -> str:
    """A sign of a symbol font: boxes that are ticked or not; others only where Unicode has them."""
    code = code.upper()
    if code in _CHECK_BOXES:
        return _CHECK_BOXES[code]
    is_code = len(code) == 4 and all(digit in "0123456789ABCDEF" for digit in code)
    is_private = code.startswith(("F0", "F1", "E", "D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"))
    return chr(int(code, 16)) if is_code and not is_private else ""
