"""How is a page of a PDF drawn, in a process of its own? Run by `ingest.child`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.page_image import render_pages
from schemas.progress import OnProgress
from schemas.settings import IngestSettings


def answer(request: Mapping[str, Any], _: OnProgress) -> dict[str, Any]:
    """The PNG is written to the file `target`."""
    [(_number, png)] = render_pages(
        Path(request["file"]).read_bytes(),
        {request["page"]: request["boxes"]},
        name=request["name"],
        limits=IngestSettings(**request["limits"]),
        password=request["password"],
        dpi=request["dpi"],
    )
    Path(request["target"]).write_bytes(png)
    return {}
