"""Into which items does a quote part that lists several?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BULLET = re.compile(r"(?m)^[ \t]*(?:[•‣▪●○◦■□·*]|-(?=\s)|–(?=\s))\s*")
_MARKER = re.compile(r"(?<![\w.])\(?(?P<mark>[ivx]{1,5}|[a-z]|[A-Z]|\d{1,2})[).](?=\s+\S)")
_NEXT_LINE = re.compile(r"(?<!\s)\s*\n\s*")
_SEMICOLON = re.compile(r"(?<!\s)\s*;\s*(?:(?:and|or|und|et|y)\s+)?", re.IGNORECASE)
_AND = r"(?:and|or|as well as|und|oder|et|ou|y|e|en)"
_COMMA = re.compile(rf"(?<!\s)(?:\s*,\s+(?:{_AND}\s+)?|\s+{_AND}\s+)", re.IGNORECASE)
_COMMA_ONLY = re.compile(rf"(?<!\s)\s*,\s+(?:{_AND}\s+)?", re.IGNORECASE)
_COMMA_AND = re.compile(rf",\s+{_AND}\s", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=[)\d]))\.$")
_GOES_ON = re.compile(
    r"(?:jr|sr|i{2,3}|iv|esq|m\.?d|ph\.?d|cpa|cfa|inc|incorporated|corp|co|ltd|limited|llc|l\.l\.c|llp|l\.l\.p"
    r"|lp|l\.p|plc|n\.a|s\.a|p\.c|n\.v|b\.v|gmbh)\b\.?(?=\s*(?:$|[,;.)&]|and\b|or\b))",
    re.IGNORECASE,
)
"""What belongs to the name before the comma: "Payne, Jr.", "Smith, Inc."."""


def parts_of(quote: str) -> Iterator[tuple[int, int]]:
    """Start and stop of the items that are enumerated: by bullets or lines, by (i) and (ii), by
    semicolons, else by commas and the last "and". Names keep the commas they have in them."""
    for start, stop in _parts(quote):
        yield from _trimmed(quote, start, stop)


def _parts(quote: str) -> Iterator[tuple[int, int]]:
    bullets = list(_BULLET.finditer(quote))
    if len(bullets) > 1:
        yield from _after(quote, [bullet.span() for bullet in bullets])
        return
    marks = _marks(quote)
    if marks:
        yield from _after(quote, marks)
    elif "\n" in quote.strip():
        yield from _between(quote, _NEXT_LINE.finditer(quote))
    elif ";" in quote.strip().strip(";"):
        yield from _between(quote, _SEMICOLON.finditer(quote))
    else:
        pattern = _COMMA_ONLY if _COMMA_AND.search(quote) else _COMMA
        commas = (m for m in pattern.finditer(quote) if not _is_within_name(quote, m))
        yield from _between(quote, commas)


def _is_within_name(quote: str, comma: re.Match[str]) -> bool:
    return comma[0].lstrip().startswith(",") and _GOES_ON.match(quote, comma.end()) is not None


def _marks(quote: str) -> list[tuple[int, int]]:
    """The marks of items, (i) (ii) (iii) or a) b) or 1. 2., that follow on one another."""
    marks: list[tuple[int, int]] = []
    names: list[str] = []
    for match in _MARKER.finditer(quote):
        name = match["mark"]
        if names and not _follows(names[-1], name, len(names)):
            continue
        if not names and name.lower() not in ("i", "a", "1"):
            continue
        names.append(name)
        marks.append(match.span())
    return marks if len(marks) > 1 else []


def _follows(name: str, after: str, number: int) -> bool:
    roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
    if name.isdigit():
        return after.isdigit() and int(after) == int(name) + 1
    if number < len(roman) and name.lower() == roman[number - 1]:
        return after.lower() == roman[number]
    return len(name) == len(after) == 1 and ord(after) == ord(name) + 1


def _after(quote: str, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What stands after each mark; words before the first introduce the list."""
    stops = [start for start, _ in marks[1:]] + [len(quote)]
    for (_, start), stop in zip(marks, stops, strict=True):
        yield start, stop


def _between(quote: str, separators: Iterator[re.Match[str]]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in separators:
        yield start, match.start()
        start = match.end()
    yield start, len(quote)


def _trimmed(quote: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    bullet = _BULLET.match(quote, start, stop)
    start = bullet.end() if bullet else start
    while start < stop and quote[start] in " ,.;\n":
        start += 1
    while start < stop and quote[stop - 1] in " ,;\n":
        stop -= 1
    tail = re.search(rf"(?<!\s)[,;]?\s+{_AND}$", quote[start:stop], re.IGNORECASE)
    stop = start + tail.start() if tail else stop
    while start < stop and quote[stop - 1] in " ,;\n":
        stop -= 1
    if _FULL_STOP.search(quote, start, stop) and not _GOES_ON.search(quote, start, stop):
        stop -= 1
    if start < stop:
        yield start, stop
