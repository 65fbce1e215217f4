"""How are pages of a PDF drawn, in a process of its own? Run by `ingest.child`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.page_image import render_pages
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress


def answer(request: Mapping[str, Any], _: OnProgress) -> dict[str, Any]:
    """`pages` are pairs of a page and its boxes; the PNG of page 7 is the file `7.png` of the
    folder."""
    images = render_pages(
        Path(request["file"]).read_bytes(),
        dict(request["pages"]),
        name=request["name"],
        limits=IngestSettings(**request["limits"]),
        password=request["password"],
        dpi=request["dpi"],
    )
    for page, png in images:
        Path(request["folder"], f"{page}.png").write_bytes(png)
    return {}
