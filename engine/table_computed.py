"""Which questions do the tables answer, so that the model is not asked?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.answers import Finding
from engine.lookup import Source
from engine.questions import Question
from engine.tally import Selection
from schemas.extraction import Mode
from schemas.response_schema import Kind, Node

if TYPE_CHECKING:
    from engine.table_answers import TableAnswers
    from engine.table_frame import Frame, Ints

_KINDS = (Kind.NUMBER, Kind.INTEGER, Kind.STRING, Kind.ENUM, Kind.DATE, Kind.LIST)
_LEAST_ROWS = {None: 30, Mode.SCAN: 2}
"""Of a table, by the mode that the caller asked for; in the others the model reads."""


@dataclass(frozen=True, slots=True)
class Computed:
    """`findings` are by the number of the question, `looked_at` the passages of the tables that
    they were computed from. `to_read` are those of the rows that another question names: the model
    need read no more to answer it."""

    findings: Mapping[int, Finding] = field(default_factory=dict)
    looked_at: Selection = ()
    to_read: Mapping[int, Selection] = field(default_factory=dict)


class ComputedAnswers:
    """Keeps the tables of the documents that were asked last: making them reads every cell."""

    def __init__(self) -> None:
        self._kept: tuple[object, TableAnswers] | None = None

    def forget(self) -> None:
        self._kept = None

    def answers(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        mode: Mode | None,
        *,
        owner: str = "",
    ) -> Computed:
        """`mode` is the one asked for. Where it is None, cells of several rows that are only
        looked up, small tables, and documents with pages, whose tables are made out by their
        looks, are left to the model. Where no question or no table is for it, nothing is made."""
        numbers = [i for i, question in enumerate(questions) if _is_for_tables(question.node)]
        least_rows = _LEAST_ROWS.get(mode)
        if mode is None and any(source.document.pages for source in sources):
            return Computed()
        if least_rows is None or not numbers or not _may_have_tables(sources, least_rows):
            return Computed()
        tables = self._tables(sources, least_rows, owner)
        findings: dict[int, Finding] = {}
        frames: dict[int, Frame] = {}
        to_read: dict[int, Selection] = {}
        for number in numbers:
            answered = tables.answered(questions[number], computed_only=mode is None)
            if answered is not None:
                findings[number], frame = answered
                frames[id(frame)] = frame
            elif mode is None and (rows := tables.rows_named(questions[number])):
                to_read[number] = _passages_with(rows, sources)
        looked_at = {one for frame in frames.values() for one in _passages_of(frame, sources)}
        return Computed(findings, tuple(sorted(looked_at)), to_read)

    def _tables(self, sources: Sequence[Source], least_rows: int, owner: str) -> TableAnswers:
        from engine.table_answers import TableAnswers  # loads polars, which few documents need

        documents = [(source.document.id, source.document.name) for source in sources]
        key = (owner, least_rows, documents)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, TableAnswers(sources, least_rows=least_rows)
        return self._kept[1]


def _is_for_tables(node: Node) -> bool:
    """A string of a format, such as an e-mail address, is found by its form."""
    return node.kind in _KINDS and node.reduction is None and not node.format


def _may_have_tables(sources: Sequence[Source], least_rows: int) -> bool:
    """A table may go on over several grids."""
    return any(
        sum(grid.num_rows - grid.num_head_rows for grid in source.document.grids) >= least_rows
        for source in sources
    )


def _passages_with(rows: Sequence[tuple[Frame, int]], sources: Sequence[Source]) -> Selection:
    return tuple(
        sorted(
            {
                one
                for frame, row in rows
                for one in _passages_between(frame, frame.starts[row], frame.stops[row], sources)
            }
        )
    )


def _passages_of(frame: Frame, sources: Sequence[Source]) -> Iterator[tuple[int, int]]:
    return _passages_between(frame, frame.starts, frame.stops, sources)


def _passages_between(
    frame: Frame, starts: Ints, stops: Ints, sources: Sequence[Source]
) -> Iterator[tuple[int, int]]:
    """`starts` and `stops` of cells, negative where there is none."""
    first = int(np.min(starts, where=starts >= 0, initial=np.iinfo(np.int32).max))
    last = int(stops.max(initial=0))
    for number, passage in enumerate(sources[frame.source].passages):
        if first < passage.stop and passage.start < last:
            yield frame.source, number
