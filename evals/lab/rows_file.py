"""Where do the answers go as they come, so that a run that was ended goes on?

A line of JSON each, all lines of a trial in one write. What a kill left unfinished is cut off
when the file is opened again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_TUPLES = ("expected", "got", "quotes")


@dataclass(frozen=True, slots=True)
class LabRow:
    """One question and its answer; `of` are the questions of its trial."""

    plan: str
    of: int
    name: str
    kind: str
    length: int
    num_tokens: int
    depth: float | None
    asked: str
    expected: tuple[str, ...]
    got: tuple[str, ...]
    is_null: bool
    score: float
    is_place_right: bool | None
    absence: float | None
    seconds: float
    quotes: tuple[str, ...] = ()
    mode: str = ""
    problem: str = ""
    details: Mapping[str, float] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def of_line(cls, line: str) -> LabRow:
        raw: dict[str, Any] = json.loads(line)
        return cls(**{**raw, **{name: tuple(raw[name]) for name in _TUPLES}})


class RowsFile:
    """One process writes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def by_plan(self) -> dict[str, list[LabRow]]:
        """The rows of each trial that is complete; the file ends behind the last of them."""
        if not self._path.exists():
            return {}
        found: dict[str, list[LabRow]] = {}
        whole = num_bytes = 0
        for raw in self._path.read_bytes().splitlines(keepends=True):
            if not raw.endswith(b"\n"):
                break
            row = LabRow.of_line(raw.decode())
            found.setdefault(row.plan, []).append(row)
            num_bytes += len(raw)
            if len(found[row.plan]) == row.of:
                whole = num_bytes
        with self._path.open("r+b") as file:
            file.truncate(whole)
        return {plan: rows for plan, rows in found.items() if len(rows) == rows[0].of}

    def append(self, rows: Sequence[LabRow]) -> None:
        with self._path.open("ab") as file:
            file.write("".join(row.line() for row in rows).encode())
            file.flush()
            os.fsync(file.fileno())
