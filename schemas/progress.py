"""How far along is the work?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of a stage; a stage that has not been sized has `total` 0."""

    stage: str  # parse | load | index | read
    done: int
    total: int
    unit: str  # pages | rows | tokens | fields | files
    document: str = ""


OnProgress = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """For callers who do not watch."""
