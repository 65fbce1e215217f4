"""What do the styles of a DOCX file say of a paragraph: heading, list, hidden?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.office_package import attribute, child, is_on, local, number_of

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_MAX_CHAIN = 20
_BODY_LEVEL = 9


class DocxStyles:
    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        for style in root if root is not None else ():
            if local(style) == "style" and (key := attribute(style, "styleId")):
                self._styles[key] = style
                is_default = attribute(style, "default") in ("1", "true")
                if is_default and attribute(style, "type") == "paragraph":
                    self._default = key

    def level_of(self, paragraph: Element) -> int:
        """Of a heading, from 1; 0 for any other paragraph. A title is of level 1, as the
        headings that follow it."""
        own = number_of(child(paragraph, "pPr", "outlineLvl"))
        if own is not None:
            return own + 1 if 0 <= own < _BODY_LEVEL else 0
        for style in self._chain(style_of(paragraph)):
            outline = number_of(child(style, "pPr", "outlineLvl"))
            if outline is not None:
                return outline + 1 if 0 <= outline < _BODY_LEVEL else 0
            name = attribute(child(style, "name")) or ""
            if heading := _HEADING.fullmatch(name):
                return int(heading[1])
            if name.lower() == "title":
                return 1
        return 0

    def numbering_of(self, paragraph: Element) -> tuple[str, int | None, str] | None:
        """The list, the level where it is said, and the style that says so; None outside lists."""
        own = child(paragraph, "pPr", "numPr")
        level = number_of(child(own, "ilvl"))
        if (number := attribute(child(own, "numId"))) is not None:
            return None if number == "0" else (number, level or 0, "")
        for style in self._chain(style_of(paragraph)):
            numbering = child(style, "pPr", "numPr")
            if (number := attribute(child(numbering, "numId"))) is not None:
                level = number_of(child(numbering, "ilvl")) if level is None else level
                return None if number == "0" else (number, level, attribute(style, "styleId") or "")
        return None

    def is_hidden(self, run: Element) -> bool:
        own = child(run, "rPr", "vanish")
        if own is not None:
            return is_on(own)
        style = attribute(child(run, "rPr", "rStyle")) or ""
        found = (child(style, "rPr", "vanish") for style in self._chain(style) if style is not None)
        return any(is_on(vanish) for vanish in found)

    def _chain(self, style: str) -> Iterator[Element]:
        """A style and those it is based on."""
        key: str | None = style or self._default
        for _ in range(_MAX_CHAIN):
            element = self._styles.get(key or "")
            if element is None:
                return
            yield element
            key = attribute(child(element, "basedOn"))


def style_of(paragraph: Element) -> str:
    return attribute(child(paragraph, "pPr", "pStyle")) or ""
