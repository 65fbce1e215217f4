"""Which way of reading does a caller choose?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.extraction import Mode


class ReadingMode(StrEnum):
    AUTO = "auto"
    DENSE = "dense"
    INDEXED = "indexed"
    SCAN = "scan"


def mode_of(name: str) -> Mode | None:
    """None lets the reader choose."""
    from schemas.extraction import Mode

    if name not in list(ReadingMode):
        choices = ", ".join(ReadingMode)
        raise InvalidInput(f"there is no mode {name!r}: choose one of {choices}", param="mode")
    return None if name == ReadingMode.AUTO else Mode(name)
