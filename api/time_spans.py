"""How long is 90d?"""

from __future__ import annotations

import re
from datetime import timedelta

from schemas.errors import InvalidInput

SPAN = re.compile(r"(0|[1-9]\d{0,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def span_of(text: str, param: str) -> timedelta:
    """Of minutes, hours, days or weeks."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise InvalidInput(f"{text!r} is no time span: 30m, 12h, 90d or 52w", param=param)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
