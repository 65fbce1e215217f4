"""Which rows of which table are the items of an array of objects?

Read off the grids of the passages that were looked up, without the model: properties are put
to columns by the words that they share with the columns' heads. Whole tables only; items that
stand in prose are not found (and `absent` says so).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.answers import Finding, Leaf, Place, absent
from engine.lookup import Source
from engine.questions import Question, spaced
from engine.values import NotThatKind, value_of
from schemas.document import Document, Grid
from schemas.extraction import FieldStatus, Match
from schemas.response_schema import Kind, Node

_WORD = re.compile(r"\w+")
_TOTAL = re.compile(r"(?:grand |sub-?)?totals?:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """A grid with a column for each property. `score` is the share of properties' words met."""

    document: int
    grid: Grid
    columns: Mapping[str, int]
    score: float


def rows_of(
    question: Question, sources: Sequence[Source], selection: Sequence[tuple[int, int]]
) -> Finding:
    """Every row of the table that fits the properties best."""
    properties = question.node.children[0].children
    tables = [
        table
        for document, grid in _grids(sources, selection)
        if (table := _fitted(document, sources[document].document, grid, properties)) is not None
    ]
    if not tables:
        return absent(question, 0.5, "no table has a column for each property of the items")
    best = max(tables, key=lambda table: table.score)
    return _read(question, sources[best.document].document, best, properties)


def _grids(
    sources: Sequence[Source], selection: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Grid]]:
    """The grids that the passages hold rows of, each once."""
    seen = set()
    for source, passage_number in selection:
        document = sources[source].document
        passage = sources[source].passages[passage_number]
        for number, grid in enumerate(document.grids):
            if (source, number) in seen or not len(grid.cells):
                continue
            first, last = int(grid.cells[0, 2]), int(grid.cells[-1, 3])
            if first < passage.stop and passage.start < last:
                seen.add((source, number))
                yield source, grid


def _fitted(
    number: int, document: Document, grid: Grid, properties: Sequence[Node]
) -> _Table | None:
    """The grid with the best column for each property; None where one has no column, or where
    no word of a property heads its column: any table has columns of some kind."""
    heads = [_stems(_head(document, grid, column)) for column in range(grid.num_columns)]
    fits = [
        (_fit(node, heads[column], grid, document, column), position, column)
        for position, node in enumerate(properties)
        for column in range(grid.num_columns)
    ]
    columns: dict[str, int] = {}
    score = 0.0
    for fit, position, column in sorted(fits, key=lambda fit: (-fit[0], fit[1:])):
        name = properties[position].name
        if fit > 0 and name not in columns and column not in columns.values():
            columns[name] = column
            score += fit
    shares_words = any(
        _stems(f"{spaced(node.name)} {node.description}") & heads[columns[node.name]]
        for node in properties
        if node.name in columns
    )
    if len(columns) < len(properties) or not shares_words:
        return None
    return _Table(number, grid, columns, score / len(properties))


def _fit(node: Node, head: set[str], grid: Grid, document: Document, column: int) -> float:
    """Words shared with the head, plus a little where the column's cells are of the kind."""
    name, told = _stems(spaced(node.name)), _stems(node.description)
    shared = len(name & head) / max(1, len(name)) + 0.5 * len(told & head) / max(1, len(told))
    is_below = (grid.cells[:, 1] == column) & (grid.cells[:, 0] >= grid.num_head_rows)
    texts = [_text(document, cell) for cell in grid.cells[is_below][:20]]
    fitting = sum(_is_of_kind(node, text) for text in texts) / max(1, len(texts))
    if fitting < 0.5:
        return 0.0
    is_label = column == 0 and node.kind is Kind.STRING
    return shared + 0.1 * fitting + (0.2 if is_label else 0.0)


def _is_of_kind(node: Node, text: str) -> bool:
    try:
        value_of(node, text, "")
    except NotThatKind:
        return False
    return node.kind is not Kind.STRING or re.search(r"[^\W\d]", text) is not None


def _read(
    question: Question, document: Document, table: _Table, properties: Sequence[Node]
) -> Finding:
    leaves: list[Leaf] = []
    items: list[dict[str, Any]] = []
    left_out: list[str] = []
    for row in _data_rows(table):
        if not _is_item(document, table, row):
            left_out.append(repr(_text(document, row[0])) if len(row) else "an empty row")
            continue
        path = f"/{len(items)}"
        cells = {int(column): (int(start), int(stop)) for _, column, start, stop in row}
        found = [
            _leaf(f"{path}/{node.name}", node, document, table, cells, question)
            for node in properties
        ]
        items.append({node.name: leaf.value for node, leaf in zip(properties, found, strict=True)})
        leaves += found
    if not items:
        return absent(question, 0.5, "the table that fits has no rows")
    notes = (("rows_left_out", _left_out(left_out)),) if left_out else ()
    return Finding(question, items, tuple(leaves), notes)


def _data_rows(table: _Table) -> Iterator[npt.NDArray[np.int32]]:
    for number in range(table.grid.num_head_rows, table.grid.num_rows):
        yield table.grid.row_cells(number)


def _is_item(document: Document, table: _Table, row: npt.NDArray[np.int32]) -> bool:
    """A row that has a cell for more than half of the properties, and is not the total."""
    wanted = set(table.columns.values())
    num_present = len(wanted & {int(column) for column in row[:, 1]})
    return num_present * 2 > len(wanted) and not _TOTAL.fullmatch(_text(document, row[0]).strip())


def _left_out(labels: Sequence[str]) -> str:
    told = ", ".join(labels[:10]) + (f" and {len(labels) - 10} more" if len(labels) > 10 else "")
    return f"rows of the table that are a total or lack most of the properties: {told}"


def _leaf(
    path: str,
    node: Node,
    document: Document,
    table: _Table,
    cells: Mapping[int, tuple[int, int]],
    question: Question,
) -> Leaf:
    bounds = cells.get(table.columns[node.name])
    if bounds is None:
        return Leaf(path, None, FieldStatus.ABSENT, table.score)
    place = Place(table.document, *bounds)
    quote = document.text[slice(*bounds)]
    confidence = min(1.0, table.score)
    try:
        value, match = value_of(node, quote, f"{question.text}: {node.description}")
    except NotThatKind as error:
        problem = f"read {quote!r}: {error}"
        return Leaf(path, None, FieldStatus.INVALID, confidence, (place,), Match.DERIVED, problem)
    return Leaf(path, value, FieldStatus.FOUND, confidence, (place,), match)


def _head(document: Document, grid: Grid, column: int) -> str:
    return " ".join(document.text[start:stop] for start, stop in grid.heads[column])


def _text(document: Document, cell: npt.NDArray[np.int32]) -> str:
    return document.text[int(cell[2]) : int(cell[3])]


def _stems(text: str) -> set[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return {word.rstrip("s") or word for word in words if len(word) > 1}
