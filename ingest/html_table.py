"""Which cells does the table of an HTML page have, and where do they stand in its grid?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.part_writer import MAX_SPAN, PartCell

TextOf = Callable[[LexborNode], str]
_NOT_SHOWN = frozenset(("hidden", "password", "file", "image", "color", "range"))
_HEADINGS = "h1, h2, h3, h4, h5, h6"


@dataclass(frozen=True, slots=True)
class HtmlTable:
    cells: list[PartCell]
    said_head_rows: frozenset[int]
    captions: list[str]


def layout_tables(page: LexborHTMLParser) -> set[int]:
    """Tables that only place parts of the page beside one another, by the numbers of nodes: they
    hold other tables or headings, or a single cell, or say so themselves."""
    tables = {table.mem_id: table for table in page.css("table")}
    num_cells = dict.fromkeys(tables, 0)
    for cell in page.css("td, th"):
        if (around := _table_around(cell)) is not None:
            num_cells[around] += 1
    found = {key for key, number in num_cells.items() if number < 2}
    found |= {key for key, table in tables.items() if _says_so(table)}
    inner = [*tables.values(), *page.css(_HEADINGS)]
    return found | {around for node in inner if (around := _table_around(node)) is not None}


def _says_so(table: LexborNode) -> bool:
    return (table.attributes.get("role") or "").lower() in ("presentation", "none")


def _table_around(node: LexborNode) -> int | None:
    around = node.parent
    while around is not None and around.tag != "table":
        around = around.parent
    return None if around is None else around.mem_id


def value_of(field: LexborNode) -> str:
    """What a field of a form shows."""
    if field.tag == "select":
        if "multiple" in field.attributes:
            chosen = field.css("option[selected]")
        else:
            chosen = (field.css("option[selected]") or field.css("option")[:1])[-1:]
        return ", ".join(" ".join(option.text().split()) for option in chosen)
    kind = (field.attributes.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "[x]" if "checked" in field.attributes else "[ ]"
    return "" if kind in _NOT_SHOWN else field.attributes.get("value") or ""


def table_of(
    table: LexborNode, text_of: TextOf, is_shown: Callable[[LexborNode], bool]
) -> HtmlTable:
    """A cell that reaches over rows or columns stands in the first of them."""
    cells: list[PartCell] = []
    heads: set[int] = set()
    taken: dict[int, set[int]] = {}
    rows = [row for row in _rows(table) if is_shown(row)]
    for number, row in enumerate(rows):
        column, is_head = 0, _in_head(row)
        found = [cell for cell in _children(row) if cell.tag in ("td", "th") and is_shown(cell)]
        for cell in found:
            while column in taken.get(number, ()):
                column += 1
            num_rows = min(_span(cell, "rowspan", len(rows)), len(rows) - number)
            num_columns = _span(cell, "colspan", 1)
            for below in range(number, number + num_rows):
                taken.setdefault(below, set()).update(range(column, column + num_columns))
            cells.append(PartCell(number, column, text_of(cell), num_rows, num_columns))
            column += num_columns
        if found and (is_head or all(cell.tag == "th" for cell in found)):
            heads.add(number)
        taken.pop(number, None)
    captions = [text_of(child) for child in _children(table) if child.tag == "caption"]
    return HtmlTable(cells, frozenset(heads), captions)


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in _children(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in _children(child) if row.tag == "tr")


def _in_head(row: LexborNode) -> bool:
    return row.parent is not None and row.parent.tag == "thead"


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _span(cell: LexborNode, name: str, if_zero: int) -> int:
    """At least 1; what is no number counts as 1, and 0 reaches to the end."""
    said = (cell.attributes.get(name) or "1").strip()
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 1
    return min(number or if_zero, MAX_SPAN)
