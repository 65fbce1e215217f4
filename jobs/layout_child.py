"""How are pages drawn with what was understood of them, in a process of its own? Run by
`ingest.child`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import array_file
from ingest.document_arrays import document_of_arrays
from ingest.layout_image import layout_pages
from schemas.errors import Unavailable
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress


def answer(request: Mapping[str, Any], _: OnProgress) -> dict[str, Any]:
    """The PNG of page 7 is the file `7.png` of the folder, where `parsed` lies too."""
    found = array_file.read(Path(request["parsed"]))
    if found is None:
        raise Unavailable(f"{request['name']}: what was read of it is damaged; try again")
    document, _passages = document_of_arrays(found.arrays)
    images = layout_pages(
        Path(request["file"]).read_bytes(),
        document,
        request["pages"],
        limits=IngestSettings(**request["limits"]),
        password=request["password"],
    )
    for page, png in images:
        Path(request["folder"], f"{page}.png").write_bytes(png)
    return {}
