"""Is a part of the service that does not answer back in a moment?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from schemas.errors import Unavailable

Result = TypeVar("Result")

_SECONDS = 30.0
_PAUSE_SECONDS = 0.5


def patiently(
    act: Callable[[], Result], should_stop: Callable[[], bool], seconds: float = _SECONDS
) -> Result:
    """What `act` gives, tried again while it raises `Unavailable`; at last that is raised.

    For what would be hours of work lost. `act` must be one that may be done twice.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Unavailable:
            if should_stop() or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)
