"""Which ranges of a sheet have people given a name?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.utils.cell import range_boundaries

from ingest.workbook_cells import NamedRange
from ingest.workbook_package import BookParts

_RANGE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!(\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)"
)
_OF_EXCEL = "_xl"  # print areas and filters


def names_on(parts: BookParts, number: int) -> tuple[NamedRange, ...]:
    """Of the sheet of this number, from 0. Names of constants and of formulas stand nowhere."""
    return tuple(_named(parts, number))


def _named(parts: BookParts, number: int) -> Iterator[NamedRange]:
    sheet = parts.sheets[number].name
    for name in parts.names:
        if name.is_hidden or name.name.startswith(_OF_EXCEL):
            continue
        found = _RANGE.fullmatch(name.refers_to.strip())
        if found is None or (found[1] or "").replace("''", "'") + (found[2] or "") != sheet:
            continue
        left, top, right, bottom = range_boundaries(found[3])
        if left and top and right and bottom:
            yield NamedRange(name.name, (int(left), int(top), int(right), int(bottom)))
