"""Which rows of which table are the items of an array of objects?

Read off the grids of the passages that were looked up, without the model: properties are put
to columns by the words that they share with the columns' heads. Whole tables only, over as many
pages as they go on; items that stand in prose are not found (and `absent` says so).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.answers import Finding, Leaf, Place, absent
from engine.columns import is_total
from engine.lookup import Source
from engine.placed_values import ValueReader
from engine.questions import Question, spaced
from engine.table_fit import columns_of
from engine.tables import Row, Table, tables_in
from engine.values import NotThatKind
from schemas.extraction import FieldStatus, Match
from schemas.response_schema import Node


def rows_of(
    question: Question, sources: Sequence[Source], selection: Sequence[tuple[int, int]]
) -> Finding:
    """Every row of the table that fits the properties best; of part of one where its heads do."""
    properties = question.node.children[0].children
    tables = list(tables_in(sources, selection))
    fitted = [
        (table, *fit)
        for table in (*tables, *(part for table in tables for part in table.parts()))
        if (fit := columns_of(table, properties)) is not None
    ]
    if not fitted:
        return absent(question, 0.5, "no table has a column for each property of the items")
    table, columns, score = max(fitted, key=lambda fit: fit[2])
    return _Reading(question, table, columns, min(1.0, score)).finding(properties)


class _Reading:
    """One table as it is read into items."""

    def __init__(
        self, question: Question, table: Table, columns: Mapping[str, int], confidence: float
    ) -> None:
        self._question, self._table = question, table
        self._columns, self._confidence = columns, confidence
        self._readers: dict[str, ValueReader] = {}

    def finding(self, properties: Sequence[Node]) -> Finding:
        leaves: list[Leaf] = []
        items: list[dict[str, Any]] = []
        left_out: list[str] = []
        for row in self._table.rows():
            if not self._is_item(row):
                left_out.append(repr(self._table.text(row[0])) if len(row) else "an empty row")
                continue
            cells = {int(column): (int(start), int(stop)) for _, column, start, stop in row}
            found = [self._leaf(f"/{len(items)}", node, cells) for node in properties]
            items.append({n.name: leaf.value for n, leaf in zip(properties, found, strict=True)})
            leaves += found
        if not items:
            return absent(self._question, 0.5, "the table that fits has no rows")
        notes = (("rows_left_out", _left_out(left_out)),) if left_out else ()
        return Finding(self._question, items, tuple(leaves), notes)

    def _is_item(self, row: Row) -> bool:
        """A row that has a cell for more than half of the properties, and is not the total."""
        wanted = set(self._columns.values())
        num_present = len(wanted & {int(column) for column in row[:, 1]})
        return num_present * 2 > len(wanted) and not is_total(self._table.text(row[0]))

    def _leaf(self, item: str, node: Node, cells: Mapping[int, tuple[int, int]]) -> Leaf:
        path = f"{item}/{node.name}"
        bounds = cells.get(self._columns[node.name])
        if bounds is None:
            return Leaf(path, None, FieldStatus.ABSENT, self._confidence)
        try:
            read = self._reader(node).value_at(node, *bounds)
        except NotThatKind as error:
            quote = self._table.document.text[slice(*bounds)]
            problem = f"read {quote!r}: {error}"
            places = self._places([bounds])
            return Leaf(
                path, None, FieldStatus.INVALID, self._confidence, places, Match.DERIVED, problem
            )
        places = self._places(read.places)
        return Leaf(path, read.value, FieldStatus.FOUND, self._confidence, places, read.match)

    def _reader(self, node: Node) -> ValueReader:
        if node.name not in self._readers:
            asked = f"{self._question.text}: {node.description or spaced(node.name)}"
            self._readers[node.name] = ValueReader.of(self._table.document, asked, node.kind)
        return self._readers[node.name]

    def _places(self, ranges: Sequence[tuple[int, int]]) -> tuple[Place, ...]:
        return tuple(Place(self._table.source, start, stop) for start, stop in ranges)


def _left_out(labels: Sequence[str]) -> str:
    told = ", ".join(labels[:10]) + (f" and {len(labels) - 10} more" if len(labels) > 10 else "")
    return f"rows of the table that are a total or lack most of the properties: {told}"
