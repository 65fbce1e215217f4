"""How are pages of a file drawn where it can harm nothing?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.child import ChildLimits, run_child
from schemas.extraction import Box
from schemas.settings import IngestSettings

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
        drawing = ChildLimits(
            seconds=_MAX_SECONDS * max(1, len(boxes_by_page)),
            memory_bytes=limits.max_memory_bytes,
            if_slow="ask for fewer dots an inch",
            if_large="ask for fewer dots an inch",
        )
        run_child("ingest.draw_child", request, drawing, name=name, folder=Path(folder))
        yield {page: Path(folder, f"{page}.png") for page in boxes_by_page}
