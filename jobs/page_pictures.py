"""How does a page of a stored document look?"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.sniff import PICTURES, MediaType
from jobs.derived_files import keep, picture_key
from jobs.page_drawing import drawn_pages
from jobs.services import Services
from jobs.storage import original_key
from schemas.errors import InvalidInput, NotFound, UnsupportedFormat
from schemas.extraction import Box

MIN_DPI, MAX_DPI = 18, 400


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
    with drawn_pages(
        services.storage.local_file(original_key(tenant, document.id)),
        {page: boxes},
        services.settings.ingest,
        name=document.name,
        password=password,
        dpi=dpi,
        scratch=services.storage.scratch,
    ) as images:
        png = images[page].read_bytes()
        if is_kept:
            keep(services, tenant, document_id, key, images[page])
    return png


def _known(services: Services, key: str) -> bytes | None:
    try:
        return services.storage.get_bytes(key)
    except NotFound:
        return None
