"""Which rows of all tables that fit are the items of an array of objects?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.answers import Finding, Leaf
from engine.lookup import Source
from engine.questions import Question
from engine.rows import rows_of
from engine.table_fit import columns_of
from engine.tables import Table, tables_in

Selection = Sequence[tuple[int, int]]

_AS_GOOD = 0.8  # the fit of a table, against the best one's


def rows_of_all(question: Question, sources: Sequence[Source], selection: Selection) -> Finding:
    """The rows of one table after another; of those alone that fit about as well as the best."""
    properties = question.node.children[0].children
    fits = [
        (table, fit[1])
        for table in tables_in(sources, selection)
        if (fit := columns_of(table, properties)) is not None
    ]
    best = max((score for _, score in fits), default=0.0)
    tables = [table for table, score in fits if score >= best * _AS_GOOD]
    if len(tables) < 2:
        return rows_of(question, sources, selection)
    findings = [rows_of(question, sources, _only(sources, selection, table)) for table in tables]
    return _joined(question, [finding for finding in findings if finding.value])


def _only(sources: Sequence[Source], selection: Selection, table: Table) -> Selection:
    """The passage that a table begins in."""
    start = int(table.grids[0].cells[0, 2])
    passages = sources[table.source].passages
    own = [p for s, p in selection if s == table.source and passages[p].stop > start]
    return ((table.source, own[0]),) if own else ()


def _joined(question: Question, findings: Sequence[Finding]) -> Finding:
    leaves: list[Leaf] = []
    items: list[object] = []
    told: set[object] = set()
    for finding in findings:
        if finding.leaves[0].places in told:  # two small tables of one passage
            continue
        told.add(finding.leaves[0].places)
        leaves += _moved(finding, len(items))
        items += finding.value
    notes = tuple(dict.fromkeys(note for finding in findings for note in finding.notes))
    return Finding(question, items, tuple(leaves), notes)


def _moved(finding: Finding, by: int) -> Iterator[Leaf]:
    for leaf in finding.leaves:
        _, number, name = leaf.path.split("/", 2)
        yield replace(leaf, path=f"/{int(number) + by}/{name}", reduce="all")
