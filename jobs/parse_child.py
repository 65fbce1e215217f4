"""How is one document parsed, and cut into passages, in a process of its own?

Run by `ingest.child`. What was read is written as an array file, whose metadata hold the media
type and the summary, so that they are known without reading the rest.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine import array_file
from ingest.document_arrays import arrays_of
from ingest.passages import passages_in
from ingest.read import check_size, document_of
from jobs.document_summary import summary_of_counts
from schemas.document import Document, Passage
from schemas.errors import Unavailable
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress
from schemas.settings import Settings


def request_for(
    file: Path,
    target: Path,
    *,
    name: str,
    sha256: str,
    password: str | None,
    limits: IngestSettings,
    tokenizer: Settings | None = None,
) -> dict[str, Any]:
    """What `answer` is asked; no secret but the document's own password is in it. Passages are
    cut where the settings of a tokenizer are given."""
    counted = tokenizer and tokenizer.model_dump(mode="json", include={"engine", "cache"})
    return {
        "file": str(file.absolute()),
        "target": str(target.absolute()),
        "name": name,
        "sha256": sha256,
        "password": password,
        "limits": limits.model_dump(mode="json"),
        "tokenizer": counted,
    }


def answer(request: Mapping[str, Any], on_progress: OnProgress) -> dict[str, Any]:
    """The metadata of the array file that it wrote."""
    limits = IngestSettings(**request["limits"])
    if "ends_at" in request:  # the start of this process, and pages that were lost, took time
        left = max(0.001, request["ends_at"] - time.time())
        limits = limits.model_copy(update={"max_seconds": left})
    document = _document(request, limits, on_progress)
    arrays = arrays_of(document, _passages(document, request["tokenizer"], limits))
    counted = arrays["passages"]
    summary = summary_of_counts(document, len(counted), int(counted[:, 4].sum(dtype="int64")))
    about = {"media_type": document.media_type, "summary": json.dumps(summary)}
    del document
    runs = array_file.runs_of(arrays, about)
    try:
        array_file.write(Path(request["target"]), runs)
    except OSError as error:
        raise Unavailable(f"what was read cannot be written ({error.strerror})") from error
    return dict(about)


def _document(
    request: Mapping[str, Any], limits: IngestSettings, on_progress: OnProgress
) -> Document:
    file, name = Path(request["file"]), request["name"]
    check_size(file.stat().st_size, name, limits)
    document = document_of(
        file.read_bytes(),
        name,
        limits,
        password=request["password"],
        on_progress=on_progress,
        lost_pages=dict(request.get("lost_pages", ())),
    )
    if document.id != request["sha256"]:
        raise Unavailable(f"{name}: its bytes changed before they were read; try again")
    return document


def _passages(
    document: Document, tokenizer: Mapping[str, Any] | None, limits: IngestSettings
) -> Iterable[Passage]:
    if tokenizer is None:
        return ()
    from engine.token_counter import TokenCounter

    return passages_in(document, TokenCounter(Settings(**tokenizer)), limits.passage_tokens)
