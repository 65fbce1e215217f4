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
    of the warning that says why. An error is raised once one page more is lost."""
    lost: dict[int, str] = {}
    begun = time.monotonic()
    while True:
        try:
            return run_child(
                module,
                {**request, "lost_pages": sorted(lost.items())},
                limits,
                name=name,
                folder=folder,
                on_progress=on_progress,
                should_stop=should_stop,
                spent_seconds=time.monotonic() - begun,
            )
        except ServiceError as error:
            cause = error.__cause__
            is_last = len(lost) >= max_lost_pages
            if not isinstance(cause, LostPage) or cause.page in lost or is_last:
                raise
            lost[cause.page] = cause.how
            _log.info("a document is read again without its page %d: %s", cause.page, cause.how)
