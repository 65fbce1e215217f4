"""How is a file parsed where it can harm nothing, and what did it say?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine import array_file
from engine.array_file import Array
from ingest.child import ChildLimits
from ingest.document_arrays import document_of_arrays
from ingest.spared_pages import run_sparing_pages
from jobs.parse_child import request_for
from schemas.document import Document
from schemas.errors import Unavailable
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, ignore_progress
from schemas.settings import Settings


def parse_limits(ingest: IngestSettings) -> ChildLimits:
    return ChildLimits(
        seconds=ingest.max_seconds,
        memory_bytes=ingest.max_memory_bytes,
        if_slow="split the file or raise NEEDLEPOINT_INGEST__MAX_SECONDS",
        if_large="split the file or raise NEEDLEPOINT_INGEST__MAX_MEMORY_BYTES",
        page_seconds=ingest.max_page_seconds,
        if_page_slow="raise NEEDLEPOINT_INGEST__MAX_PAGE_SECONDS, or let the page be left out by "
        "NEEDLEPOINT_INGEST__MAX_LOST_PAGES",
    )


def run_parse(
    request: Mapping[str, Any],
    limits: IngestSettings,
    *,
    on_progress: OnProgress = ignore_progress,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """What is said of the file that the request makes (`request_for`); the folder that it is
    made in is the only one that is written in."""
    return run_sparing_pages(
        "jobs.parse_child",
        request,
        parse_limits(limits),
        limits.max_lost_pages,
        name=request["name"],
        folder=Path(request["target"]).parent,
        on_progress=on_progress,
        should_stop=should_stop,
    )


def parsed_document(
    file: Path,
    sha256: str,
    limits: IngestSettings,
    *,
    name: str | None = None,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    """The document that a file of this hash holds, under its name or another; it is not cut into
    passages."""
    arrays = parsed_arrays(
        file, sha256, limits, name=name, password=password, on_progress=on_progress
    )
    return document_of_arrays(arrays)[0]


def parsed_arrays(
    file: Path,
    sha256: str,
    limits: IngestSettings,
    *,
    name: str | None = None,
    password: str | None = None,
    tokenizer: Settings | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Mapping[str, Array]:
    """As arrays (`document_of_arrays`), with passages where the settings of a tokenizer are
    given."""
    with tempfile.TemporaryDirectory(prefix="needlepoint-") as folder:
        request = request_for(
            file,
            Path(folder) / "parsed",
            name=name or file.name,
            sha256=sha256,
            password=password,
            limits=limits,
            tokenizer=tokenizer,
        )
        run_parse(request, limits, on_progress=on_progress)
        found = array_file.read(Path(folder) / "parsed")
    if found is None:
        raise Unavailable(f"{file.name}: what was read of it is damaged; try again")
    return found.arrays
