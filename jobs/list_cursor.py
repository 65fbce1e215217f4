"""Where does a list go on, also when what stood there was deleted meanwhile?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_CURSOR = re.compile(r"at_([0-9]{1,17})_(\w+)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cursor_of(created_at: datetime, record_id: str) -> str:
    """Callers are told nothing of what is in it."""
    return f"at_{(created_at - _EPOCH) // _MICROSECOND}_{record_id}"


def place_of(cursor: str) -> tuple[datetime, str] | None:
    """The time and id it stands for; None for what is none, such as a plain id."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    return _EPOCH + int(found[1]) * _MICROSECOND, found[2]
