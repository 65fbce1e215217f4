"""How often does the table engine give the right value with the right cells?

`python -m evals.table_questions [--model] [--choosing] [--books N] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from engine.lookup import Source
from engine.table_frame import Frame, frames_in
from engine.table_planner import Choose, Planned, Planner
from engine.table_ranges import place_of
from evals.table_questions_books import Book, TableCase, books
from ingest.read import document_of
from schemas.document import Document
from schemas.extraction import SheetRegion
from schemas.settings import load_settings
from schemas.source_map import column_letters

CHOOSING_SEED, MEASURED_SEED = 11, 97
_CELL = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_MOST_RANGES = 10_000


def outcome_of(case: TableCase, planned: Planned, document: Document) -> str:
    """right, right value (of other cells), wrong, refused; right refusal, or answered of a
    question that the table does not answer."""
    if planned.result is None or planned.candidate is None:
        return "right refusal" if case.value is None else "refused"
    if case.value is None:
        return "answered"
    if not _is_same(case.value, planned.result.value):
        return "wrong"
    cells = _cells_of(planned.candidate.frame, planned, document)
    is_right = _are_cells(case, cells, _blanks(planned.candidate.frame, document))
    return "right" if is_right else "right value"


def measure(
    made: list[Book], choose: Choose | None = None
) -> tuple[Counter[str], list[dict[str, Any]]]:
    counts: Counter[str] = Counter()
    told = []
    for book in made:
        document = document_of(book.data, book.name, load_settings().ingest)
        planner = Planner(list(frames_in([Source(document, [])])), choose)
        for case in book.cases:
            begun = time.monotonic()
            planned = planner.plan(case.question)
            outcome = outcome_of(case, planned, document)
            counts[outcome] += 1
            told.append(_record(book, case, planned, outcome, time.monotonic() - begun))
    return counts, told


def _record(
    book: Book, case: TableCase, planned: Planned, outcome: str, seconds: float
) -> dict[str, Any]:
    candidate = planned.candidate
    plan = candidate.plan.told(candidate.frame.heads) if candidate else planned.reason
    return {
        "book": book.name,
        "question": case.question,
        "kind": case.kind,
        "expected": case.value,
        "got": planned.result.value if planned.result else None,
        "plan": plan,
        "outcome": outcome,
        "seconds": round(seconds, 3),
    }


def _is_same(expected: Any, got: Any) -> bool:
    if isinstance(expected, (int, float)):
        is_number = isinstance(got, (int, float)) and not isinstance(got, bool)
        return is_number and abs(got - expected) <= 1e-6 * max(1.0, abs(expected))
    return str(expected) == str(got)


def _cells_of(frame: Frame, planned: Planned, document: Document) -> set[tuple[str, int]]:
    assert planned.result is not None
    place = place_of(frame, planned.result.column, planned.result.rows, _MOST_RANGES)
    regions = [] if place is None else getattr(place, "cells", ())
    if place is not None and not regions:
        regions = document.source_map.regions(place.start, place.stop)
    found: set[tuple[str, int]] = set()
    for region in regions:
        assert isinstance(region, SheetRegion)
        match = _CELL.fullmatch(region.range)
        assert match is not None
        last = int(match[4] or match[2])
        found |= {(match[1], row) for row in range(int(match[2]), last + 1)}
    return found


def _blanks(frame: Frame, document: Document) -> set[tuple[str, int]]:
    """The cells of a table that hold nothing: a range may go over them."""
    places = document.source_map
    boxes = places.boxes[places.rows(int(frame.starts.max()), int(frame.stops.max()))]
    last = int(boxes[0, 1])
    firsts = [places.rows(row.max(), row.max() + 1).start for row in frame.stops - 1]
    rows = [int(places.boxes[at, 1]) for at in firsts]
    assert rows[-1] == last
    return {
        (column_letters(column + 1), row)
        for row, starts in zip(rows, frame.starts, strict=True)
        for column in np.flatnonzero(starts < 0).tolist()
    }


def _are_cells(case: TableCase, cells: set[tuple[str, int]], blanks: set[tuple[str, int]]) -> bool:
    if any(letter == "" for letter, _ in case.cells):
        return {row for _, row in case.cells} == {row for _, row in cells - blanks}
    return case.cells - blanks == cells - blanks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", action="store_true", help="let the model rank what is unclear")
    parser.add_argument("--choosing", action="store_true", help="the set that choices are made by")
    parser.add_argument("--books", type=int, default=20)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    choose = None
    if asked.model:
        from engine.table_choice import TableChooser

        choose = TableChooser.open(load_settings())
    seed = CHOOSING_SEED if asked.choosing else MEASURED_SEED
    made = books(seed, asked.books, is_measured=not asked.choosing)
    counts, told = measure(made, choose)
    print(json.dumps({"n": sum(counts.values()), **counts}))
    for kind in sorted({line["kind"] for line in told}):
        outcomes = Counter(line["outcome"] for line in told if line["kind"] == kind)
        print(f"  {kind}: {dict(outcomes)}")
    if asked.json:
        asked.json.write_text("\n".join(json.dumps(line, default=str) for line in told))


if __name__ == "__main__":
    main()
