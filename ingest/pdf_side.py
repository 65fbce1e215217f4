"""Which short blocks stand side by side, each to be read to its end before the next?

An address beside another, or beside an invoice's particulars; two signatures: too short for
columns of prose, and no table, whose rows belong together.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.pdf_lines import Row, box_of, rows_of, text_of
from ingest.pdf_table import Interval, merged, overlap
from ingest.pdf_values import is_value
from ingest.pdf_words import Fragment

_MIN_ROWS = 3
_MAX_ROWS = 16
_MAX_GAP = 1.6  # heights of a line between two lines of a block
_GUTTER_EM = 2.0
_YEAR = r"(?!(?:19|20)\d\d\b)"
_POSTCODE = re.compile(
    rf"\b(?:[A-Z]{{1,2}}-)?{_YEAR}\d{{4,6}},?\s+[^\W\d]{{2}}|[^\W\d]{{2,}},?\s+\d{{5}}(?:-\d{{4}})?\s*(?:$|[^\W\d])"
    r"|\b\d{4}\s?[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"
)
_STREET = re.compile(
    r"\d.*\b(?:street|st|road|rd|avenue|ave|lane|drive|boulevard|blvd|suite|floor|rue|platz)\b"
    r"|\d.*\b(?:calle|avenida|laan)\b|\d.*(?:stra(?:ß|ss)e|str\.|straat|weg)\b"
    r"|(?:stra(?:ß|ss)e|str\.|straat|street|weg) \d|\bp\.?\s?o\.? box\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"^\S+@\S+\.\w+$|^(?:tel|phone|fax|mobile|t[ée]l[ée]phone|telefon)\b[.:\s]*[+(\d]|^e-?mail:",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^([^\W\d_][^:]{0,24}):")


def with_side_blocks(rows: list[Row]) -> list[list[Row]]:
    """The rows in runs; of blocks that stand side by side, the left one is a run of its own."""
    runs: list[list[Row]] = []
    plain: list[Row] = []
    index = 0
    while index < len(rows):
        stop, gutter = _block(rows, index)
        if gutter is None:
            plain.append(rows[index])
            index += 1
            continue
        fragments = [f for row in rows[index:stop] for f in row]
        runs.extend([plain] if plain else [])
        runs.append(rows_of(f for f in fragments if f.x0 < gutter))
        runs.extend(with_side_blocks(rows_of(f for f in fragments if f.x0 >= gutter)))
        plain, index = [], stop
    runs.extend([plain] if plain else [])
    return runs


def with_address_blocks(rows: list[Row]) -> list[list[Row]]:
    """The rows in runs; addresses and signatures that stand side by side are runs of their own,
    and so is what stands beside them. Asked before tables are looked for: they look like one."""
    signs = [at for at, row in enumerate(rows) if len(row) > 1 and any(map(_is_sign, row))]
    if not signs:
        return [rows]
    runs: list[list[Row]] = []
    plain: list[Row] = []
    index = 0
    while index < len(rows):
        is_near = any(index <= at < index + _MAX_ROWS for at in signs)
        stop, columns = _columns(rows, index) if is_near else (index, [])
        if not columns:
            plain.append(rows[index])
            index += 1
            continue
        fragments = [f for row in rows[index:stop] for f in row]
        runs += [plain] if plain else []
        runs += [
            rows_of(f for f in fragments if overlap((f.x0, f.x1), column) > 0) for column in columns
        ]
        plain, index = [], stop
    return runs + ([plain] if plain else [])


def _is_sign(fragment: Fragment) -> bool:
    """Whether there may be an address or a signature around it."""
    text = fragment.text
    return any(sign.search(text) for sign in (_POSTCODE, _STREET, _CONTACT, _LABEL))


def _columns(rows: list[Row], start: int) -> tuple[int, list[Interval]]:
    """Where the blocks that begin at a row end, and from where to where each of them reaches;
    none where they are no two addresses or signatures."""
    if len(rows[start]) < 2:
        return start, []
    stop, columns = _band(rows, start)
    band = rows[start:stop]
    if len(band) < _MIN_ROWS:
        return start, []
    texts = [
        [text_of([f]) for row in band for f in row if overlap((f.x0, f.x1), column) > 0]
        for column in columns
    ]
    are_blocks = [_is_address(lines) for lines in texts]
    for at, (one, other) in enumerate(pairwise(texts)):
        if _are_twins(one, other):
            are_blocks[at] = are_blocks[at + 1] = True
    if sum(are_blocks) < 2:
        return start, []
    return stop, _grouped(columns, are_blocks)


def _band(rows: list[Row], start: int) -> tuple[int, list[Interval]]:
    columns = _extents(rows[start])
    stop = start + 1
    while stop < min(len(rows), start + _MAX_ROWS):
        row = rows[stop]
        height = row[0].y1 - row[0].y0
        wider = merged(columns + _extents(row))
        if box_of(row)[1] - box_of(rows[stop - 1])[3] > _MAX_GAP * height:
            break
        if len(wider) < len(columns) or not _fits(row, columns):
            break
        if _is_head(row) and not any(f.text.endswith(":") for f in rows[stop - 1]):
            break
        columns = wider
        stop += 1
    return stop, columns


def _fits(row: Row, columns: list[Interval]) -> bool:
    """Whether no column would hold two fragments of one line."""
    return all(sum(overlap((f.x0, f.x1), column) > 0 for f in row) < 2 for column in columns)


def _is_head(row: Row) -> bool:
    """Whether a line is bold throughout: labels, each with its value below."""
    return len(row) > 1 and all(fragment.bold for fragment in row)


def _extents(row: Row) -> list[Interval]:
    """Fragments, each widened to the right by the least gutter."""
    return [(f.x0, f.x1 + 0.5 * _GUTTER_EM * f.size) for f in row]


def _is_address(lines: list[str]) -> bool:
    """One address or set of contacts on several lines; a list of addresses is a table's column."""
    if len(lines) < _MIN_ROWS or any(map(is_value, lines)):
        return False
    places = sum(bool(_POSTCODE.search(line)) for line in lines)
    streets = sum(bool(_STREET.search(line)) for line in lines)
    contacts = sum(bool(_CONTACT.match(line)) for line in lines)
    if 3 * max(places, streets) > len(lines) + 2:
        return False
    return places + streets > 0 or 0 < 2 * contacts <= len(lines) <= 6


def _are_twins(one: list[str], other: list[str]) -> bool:
    """Whether two columns have the same labels one under the other: "By:", "Name:", "Title:"."""
    labels = [
        [found[1].casefold() for line in lines if (found := _LABEL.match(line))]
        for lines in (one, other)
    ]
    return len(labels[0]) >= 2 and labels[0] == labels[1]


def _grouped(columns: list[Interval], are_blocks: list[bool]) -> list[Interval]:
    """The columns, those between blocks taken together: labels and their values."""
    grouped: list[Interval] = []
    for index, column in enumerate(columns):
        if index and not are_blocks[index] and not are_blocks[index - 1]:
            grouped[-1] = (grouped[-1][0], column[1])
        else:
            grouped.append(column)
    return grouped


def _block(rows: list[Row], start: int) -> tuple[int, float | None]:
    """Where the blocks that begin at a row end, and where the second one begins."""
    if len(rows[start]) < 2:
        return start, None
    low, high = rows[start][0].x1, rows[start][1].x0
    stop, num_both = start + 1, 1
    for row in rows[start + 1 :]:
        left = [f for f in row if f.x0 < high - 1]
        right = [f for f in row if f.x0 >= high - 1]
        reach = max([low, *(f.x1 for f in left)])
        if high - reach < _GUTTER_EM * row[0].size or row[0].y0 - rows[stop - 1][0].y1 > 40:
            break
        low, stop = reach, stop + 1
        num_both += bool(left and right)
    both = [row for row in rows[start:stop] if len(row) > 1]
    if num_both < _MIN_ROWS or _are_labels([row[0] for row in both]) or _are_values(both):
        return start, None
    return stop, high - 1


def _are_labels(fragments: list[Fragment]) -> bool:
    """Whether the left block is labels of the right one: "Date:", "Total"."""
    return 2 * sum(f.text.endswith(":") for f in fragments) >= len(fragments)


def _are_values(rows: list[Row]) -> bool:
    """Whether the right block is figures of what stands left of them."""
    return 2 * sum(is_value(row[-1].text) for row in rows) >= len(rows)
