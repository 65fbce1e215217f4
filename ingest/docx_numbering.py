"""Which number does Word write before a paragraph of a list?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.list_numbers import repeated, roman
from ingest.office_package import attribute, child, is_on, local, number_of

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    number_format: str
    text: str
    is_legal: bool
    style: str


class DocxNumbering:
    """Counts as it is asked, paragraph by paragraph in the order of the document."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # by the number of the list
        self._counter_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        abstract: dict[str, Element] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                abstract[attribute(element, "abstractNumId") or ""] = element
            elif local(element) == "num":
                self._add(element, abstract)

    def marker(self, number: str, level: int | None, style: str) -> str:
        """With a blank after it; empty where nothing is written. It counts this paragraph."""
        levels = self._levels.get(number, {})
        if level is None:
            level = next((at for at, known in levels.items() if known.style == style), 0)
        own = levels.get(level)
        if own is None:
            return ""
        counts = self._counts.setdefault(self._counter_of[number], {})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if own.number_format == "bullet":
            return "- "
        text = _PLACE.sub(lambda at: self._shown(levels, counts, int(at[1]) - 1, own), own.text)
        return f"{text.strip()} " if text.strip() else ""

    def _shown(
        self, levels: Mapping[int, _Level], counts: Mapping[int, int], at: int, own: _Level
    ) -> str:
        level = levels.get(at)
        if level is None:
            return ""
        number = counts.get(at, level.start)
        return _written(number, "decimal" if own.is_legal else level.number_format)

    def _add(self, element: Element, abstract: Mapping[str, Element]) -> None:
        number = attribute(element, "numId") or ""
        key = attribute(child(element, "abstractNumId")) or ""
        levels = _levels_of(abstract.get(key))
        is_restarted = False
        for override in (e for e in element if local(e) == "lvlOverride"):
            at = number_of(override, "ilvl") or 0
            if (own := child(override, "lvl")) is not None:
                levels[at] = _level_of(own)
            start = number_of(child(override, "startOverride"))
            if start is not None and at in levels:
                old = levels[at]
                levels[at] = _Level(start, old.number_format, old.text, old.is_legal, old.style)
                is_restarted = True
        self._levels[number] = levels
        self._counter_of[number] = f"num {number}" if is_restarted else f"abstract {key}"


def _levels_of(abstract: Element | None) -> dict[int, _Level]:
    found = (e for e in abstract if local(e) == "lvl") if abstract is not None else ()
    return {number_of(e, "ilvl") or 0: _level_of(e) for e in found}


def _level_of(element: Element) -> _Level:
    start = number_of(child(element, "start"))
    return _Level(
        start=0 if start is None else start,
        number_format=attribute(child(element, "numFmt")) or "decimal",
        text=attribute(child(element, "lvlText")) or "",
        is_legal=is_on(child(element, "isLgl")),
        style=attribute(child(element, "pStyle")) or "",
    )


def _written(number: int, number_format: str) -> str:
    match number_format:
        case "none":
            return ""
        case "lowerLetter":
            return repeated(number)
        case "upperLetter":
            return repeated(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case "ordinal":
            return f"{number}{_ordinal_ending(number)}"
        case _:
            return str(number)


def _ordinal_ending(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
