"""How are pages of a file drawn where it can harm nothing?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine import array_file
from ingest.child import ChildLimits, run_child
from ingest.document_arrays import arrays_of
from schemas.document import Document
from schemas.extraction import Box
from schemas.ingest_settings import IngestSettings

PRINT_DPI = 110
_MAX_SECONDS = 60.0  # of a page


@contextmanager
def drawn_pages(
    file: Path,
    boxes_by_page: Mapping[int, Sequence[Box]],
    limits: IngestSettings,
    *,
    name: str,
    password: str | None = None,
    dpi: int = PRINT_DPI,
    scratch: Path | None = None,
) -> Iterator[dict[int, Path]]:
    """The PNG of each page as displayed, with its boxes (in points) drawn over it; the files go
    at the end."""
    with tempfile.TemporaryDirectory(prefix="page-", dir=scratch) as folder:
        request = {
            "file": str(file.absolute()),
            "folder": folder,
            "name": name,
            "pages": [[page, [*map(list, boxes)]] for page, boxes in boxes_by_page.items()],
            "dpi": dpi,
            "password": password,
            "limits": limits.model_dump(mode="json"),
        }
        drawing = _limits(limits, len(boxes_by_page), "ask for fewer dots an inch")
        run_child("ingest.draw_child", request, drawing, name=name, folder=Path(folder))
        yield {page: Path(folder, f"{page}.png") for page in boxes_by_page}


@contextmanager
def drawn_layouts(
    file: Path,
    document: Document,
    pages: Sequence[int],
    limits: IngestSettings,
    *,
    password: str | None = None,
) -> Iterator[dict[int, Path]]:
    """The PNG of each page with what was understood of it drawn on; the files go at the end."""
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        parsed = Path(folder, "parsed")
        array_file.write(parsed, array_file.runs_of(arrays_of(document, []), {}))
        request = {
            "file": str(file.absolute()),
            "folder": folder,
            "parsed": str(parsed),
            "name": document.name,
            "pages": list(pages),
            "password": password,
            "limits": limits.model_dump(mode="json"),
        }
        drawing = _limits(limits, len(pages), "name fewer pages (--pages)")
        run_child("jobs.layout_child", request, drawing, name=document.name, folder=Path(folder))
        yield {page: Path(folder, f"{page}.png") for page in pages}


def _limits(limits: IngestSettings, num_pages: int, advice: str) -> ChildLimits:
    return ChildLimits(
        seconds=_MAX_SECONDS * max(1, num_pages),
        memory_bytes=limits.max_memory_bytes,
        if_slow=advice,
        if_large=advice,
    )
