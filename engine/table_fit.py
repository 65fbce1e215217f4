"""Which column of a table is meant by which property of an item?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.columns import shared, stems
from engine.questions import spaced
from engine.tables import Table, is_figure
from engine.values import NotThatKind, value_of
from schemas.response_schema import Kind, Node


def columns_of(table: Table, properties: Sequence[Node]) -> tuple[dict[str, int], float] | None:
    """The column of each property by name, and how much of their words they share; None for a
    table that lacks columns, or where no property shares a word: any table has columns of some
    kind. A property that shares none takes the one column of its kind that is left."""
    heads = [stems(head) for head in table.heads()]
    samples = table.samples()
    fits = [
        (*_fit(node, heads[column], samples.get(column, []), column), position, column)
        for position, node in enumerate(properties)
        for column in range(len(heads))
    ]
    columns: dict[str, int] = {}
    score = 0.0
    for words, kind, position, column in sorted(fits, key=lambda fit: (-fit[0] - fit[1], fit[2:])):
        name = properties[position].name
        if words > 0 and kind > 0 and name not in columns and column not in columns.values():
            columns[name] = column
            score += words + kind
    num_by_words = len(columns)
    score += _left_over(fits, properties, columns)
    if not num_by_words or len(columns) < len(properties):
        return None
    return columns, score / len(properties)


def _left_over(
    fits: Sequence[tuple[float, float, int, int]],
    properties: Sequence[Node],
    columns: dict[str, int],
) -> float:
    score = 0.0
    for position, node in enumerate(properties):
        if node.name in columns:
            continue
        free = [
            (kind, column)
            for _, kind, at, column in fits
            if at == position and kind > 0 and column not in columns.values()
        ]
        labels = [fit for fit in free if fit[1] == 0 and node.kind is Kind.STRING]
        if len(free) == 1 or labels:
            kind, column = (labels or free)[0]
            columns[node.name] = column
            score += kind
    return score


def _fit(node: Node, head: set[str], cells: Sequence[str], column: int) -> tuple[float, float]:
    """By the words shared with the head, and by the cells: 0 where most are of another kind."""
    words = shared(stems(spaced(node.name)), head) + 0.5 * shared(stems(node.description), head)
    fitting = sum(_is_of_kind(node, text) for text in cells) / max(1, len(cells))
    if fitting < 0.5:
        is_named = node.kind is Kind.STRING and words > 0  # numbers of invoices have no letters
        return (words, 0.01) if is_named and cells else (0.0, 0.0)
    is_label = column == 0 and node.kind is Kind.STRING
    return words, 0.1 * fitting + (0.2 if is_label else 0.0)


def _is_of_kind(node: Node, text: str) -> bool:
    try:
        value_of(node, text, "")
    except NotThatKind:
        return False
    if node.kind in (Kind.NUMBER, Kind.INTEGER):
        return is_figure(text)
    return node.kind is not Kind.STRING or re.search(r"[^\W\d]", text) is not None
