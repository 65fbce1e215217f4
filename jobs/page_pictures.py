"""How does a page of a stored document look?"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ingest.child import ChildLimits, run_child
from ingest.sniff import PICTURES, MediaType
from jobs.derived_files import keep, picture_key
from jobs.document_store import DocumentHandle
from jobs.services import Services
from jobs.storage import original_key
from schemas.errors import InvalidInput, NotFound, UnsupportedFormat
from schemas.extraction import Box
from schemas.settings import IngestSettings

MIN_DPI, MAX_DPI = 18, 400
_MAX_SECONDS = 60.0


def draw_page(
    services: Services,
    tenant: str,
    document_id: str,
    page: int,
    dpi: int,
    password: str | None = None,
    boxes: Sequence[Box] = (),
) -> bytes:
    """A PNG of the page as displayed, with the boxes (in points) drawn over it.

    It is drawn in a process of its own and takes its time; the caller says how many may be drawn
    at once. One without boxes is kept, unless a password was needed: an encrypted document asks
    for its password each time. Raises `NotFound`, `Conflict` and `UnsupportedFormat`.
    """
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise InvalidInput(f"{dpi} dots an inch: give {MIN_DPI} to {MAX_DPI}", param="dpi")
    (document,) = services.documents.documents_of(tenant, [document_id])
    if document.media_type not in (MediaType.PDF, *PICTURES):
        raise UnsupportedFormat(
            f"{document.name} is no PDF and no picture: it has no pages", param="page"
        )
    is_kept = not boxes and password is None
    key = picture_key(tenant, document_id, page, dpi)
    if is_kept and (known := _known(services, key)) is not None:
        return known
    with tempfile.TemporaryDirectory(prefix="page-", dir=services.storage.scratch) as folder:
        target = Path(folder) / "page.png"
        _draw(services, tenant, document, page, dpi, password, boxes, target)
        png = target.read_bytes()
        if is_kept:
            keep(services, tenant, document_id, key, target)
    return png


def _known(services: Services, key: str) -> bytes | None:
    try:
        return services.storage.get_bytes(key)
    except NotFound:
        return None


def _draw(
    services: Services,
    tenant: str,
    document: DocumentHandle,
    page: int,
    dpi: int,
    password: str | None,
    boxes: Sequence[Box],
    target: Path,
) -> None:
    ingest = services.settings.ingest
    request = {
        "file": str(services.storage.local_file(original_key(tenant, document.id))),
        "target": str(target),
        "name": document.name,
        "page": page,
        "dpi": dpi,
        "boxes": [list(box) for box in boxes],
        "password": password,
        "limits": ingest.model_dump(mode="json"),
    }
    run_child("ingest.draw_child", request, _limits(ingest), name=document.name)


def _limits(ingest: IngestSettings) -> ChildLimits:
    return ChildLimits(
        seconds=_MAX_SECONDS,
        memory_bytes=ingest.max_memory_bytes,
        if_slow="ask for fewer dots an inch",
        if_large="ask for fewer dots an inch",
    )
