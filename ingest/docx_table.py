"""Which cells does a table of a DOCX file have?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.office_package import attribute, child, is_on, local, number_of
from ingest.part_writer import MAX_SPAN, PartCell

_WRAPPERS = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"])
TextOf = Callable[[Element], str]


@dataclass(frozen=True, slots=True)
class DocxTable:
    cells: list[PartCell]
    said_head_rows: frozenset[int]
    num_deleted_rows: int


def table_of(table: Element, text_of: TextOf) -> DocxTable:
    """A cell that is merged over rows or columns stands in the first of them."""
    found = list(unwrapped(table, "tr"))
    rows = [row for row in found if not _is_deleted(row)]
    cells: list[PartCell] = []
    open_above: dict[int, int] = {}  # by column: the cell that is merged downwards
    heads: set[int] = set()
    for number, row in enumerate(rows):
        if is_on(child(row, "trPr", "tblHeader")):
            heads.add(number)
        column = _span(number_of(child(row, "trPr", "gridBefore")), 0)
        for cell in unwrapped(row, "tc"):
            width = _span(number_of(child(cell, "tcPr", "gridSpan")), 1)
            merge = child(cell, "tcPr", "vMerge")
            goes_on = merge is not None and attribute(merge) != "restart"
            if goes_on and column in open_above:
                above = cells[open_above[column]]
                num_rows = number - above.row + 1
                cells[open_above[column]] = PartCell(
                    above.row, above.column, above.text, num_rows, above.num_columns
                )
            else:
                open_above.pop(column, None)
                if merge is not None:
                    open_above[column] = len(cells)
                cells.append(PartCell(number, column, text_of(cell), 1, width))
            column += width
    return DocxTable(cells, frozenset(heads), len(found) - len(rows))


def unwrapped(element: Element, name: str) -> Iterator[Element]:
    """The children of a name, also inside of content controls and insertions."""
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) in _WRAPPERS:
            yield from unwrapped(inner, name)


def _is_deleted(row: Element) -> bool:
    return child(row, "trPr", "del") is not None


def _span(said: int | None, least: int) -> int:
    return min(max(least, said or 0), MAX_SPAN)
