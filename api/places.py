"""How does a person call the place of a value?"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from schemas.extraction import PageRegion, PartRegion, PointerRegion, Region, SheetRegion

_SECTION_LENGTH = 60


def place_of(regions: Sequence[Region]) -> str:
    """Every region's short name, in order: "p. 3", "Sales!B7", "line 12"."""
    return ", ".join(dict.fromkeys(_name_of(region) for region in regions)) or "nowhere"


def visible(text: str) -> str:
    """The text of a document on one line, without what would steer the terminal."""
    harmless = (" " if _steers(character) else character for character in text)
    return " ".join("".join(harmless).split())


def shortened(text: str, length: int) -> str:
    """At most `length` characters; what was cut shows as "…"."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _name_of(region: Region) -> str:
    if isinstance(region, PageRegion):
        label = region.page_label
        printed = "" if label in (None, str(region.page)) else f" (printed {visible(str(label))})"
        return f"p. {region.page}{printed}"
    if isinstance(region, SheetRegion):
        return f"{visible(region.sheet)}!{region.range}"
    if isinstance(region, PartRegion):
        return _name_of_part(region)
    if isinstance(region, PointerRegion):
        return _name_of_value(region)
    return _name_of_lines(region.first_line, region.last_line)


def _name_of_part(region: PartRegion) -> str:
    cells = f", {region.range}" if region.range else ""
    section = f" ({shortened(visible(region.section), _SECTION_LENGTH)})" if region.section else ""
    return f"{visible(region.part)}{cells}{section}"


def _name_of_value(region: PointerRegion) -> str:
    pointer = visible(region.pointer)
    if region.first_line is None or region.last_line is None:
        return pointer or "the whole file"
    lines = _name_of_lines(region.first_line, region.last_line)
    return f"{lines}, {pointer}" if pointer else lines


def _name_of_lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first}–{last}"


def _steers(character: str) -> bool:
    """Control codes, and the marks that turn the direction of writing for what follows."""
    turns_direction = character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return turns_direction or unicodedata.category(character) == "Cc"
