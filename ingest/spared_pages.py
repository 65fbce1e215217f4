"""How does a document come out when a page of it kills the process that reads it?

The process is started again and told to leave that page out, a few times at most. The time of
all tries together is bounded.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.child import ChildLimits, run_child
from ingest.child_end import LostPage
from schemas.errors import ServiceError
from schemas.progress import OnProgress, ignore_progress

_AFTER = "after_lost_pages"
_log = logging.getLogger(__name__)


def run_sparing_pages(
    module: str,
    request: Mapping[str, Any],
    limits: ChildLimits,
    max_lost_pages: int,
    *,
    name: str,
    folder: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """As `run_child`, with `lost_pages` in the request: pairs of a page to leave out and the code
    of the warning that says why; and with `ends_at`, when its time is over by `time.time`. Where
    one page more would be lost than may be, the pages before it are kept, and all after it are
    left out; where none may be, or none is before it, the error is raised."""
    lost: dict[int, str] = {}
    begun, is_last = time.monotonic(), False
    while True:
        spent = time.monotonic() - begun
        ends_at = time.time() + limits.seconds - spent
        try:
            return run_child(
                module,
                {**request, "lost_pages": sorted(lost.items()), "ends_at": ends_at},
                limits,
                name=name,
                folder=folder,
                on_progress=on_progress,
                should_stop=should_stop,
                spent_seconds=spent,
            )
        except ServiceError as error:
            cause = error.__cause__
            if not isinstance(cause, LostPage) or cause.page in lost or is_last:
                raise
            if len(lost) >= max_lost_pages:
                is_kept = any(page not in lost for page in range(1, cause.page))
                if not max_lost_pages or not is_kept:
                    raise
                is_last = True
                lost |= dict.fromkeys(range(cause.page + 1, cause.num_pages + 1), _AFTER)
            lost[cause.page] = cause.how
            _log.info("a document is read again without its page %d: %s", cause.page, cause.how)
