"""How long does the caller prefer to wait?"""

from __future__ import annotations

import re

_WAIT = re.compile(r'\s*wait\s*=\s*"?([0-9]+)"?\s*(;.*)?', re.IGNORECASE)


def preferred_wait(prefer: str | None, most_seconds: float) -> float | None:
    """The seconds of `Prefer: wait=N` (RFC 7240), no more than may be given; None without.

    The first one counts; preferences that are not known are passed over, as the RFC says.
    """
    for preference in (prefer or "").split(","):
        found = _WAIT.fullmatch(preference)
        if found is not None:
            return min(float(found[1]), most_seconds)
    return None
