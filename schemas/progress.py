"""How far along is the work?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemas.extraction import FieldResult, Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of a stage; a stage that has not been sized has `total` 0.

    `fields` are the results that are new with this step of the stage `answer`. `at` is the unit
    that is being worked on, from 1, where it is not the one after those that are done. `used` is
    what a chat has used so far.
    """

    stage: str  # parse | load | index | look | read | answer | generate
    done: int
    total: int
    unit: str  # pages | rows | tokens | fields | files
    document: str = ""
    fields: tuple[FieldResult, ...] = ()
    at: int = 0
    used: Usage | None = None


OnProgress = Callable[[Progress], None]
"""Called between two steps of the work. What it raises ends the work: `Cancelled` stops it."""


def ignore_progress(_: Progress) -> None:
    """For callers who do not watch."""
