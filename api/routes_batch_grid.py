"""In which form does a caller take the results of a batch away?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse

from api.authentication import Reads
from api.context import ContextHere
from api.problems import documented
from api.routes_batches import BatchPath
from jobs.batch_grid import batch_columns, batch_rows
from jobs.grid import grid_csv, grid_lines, write_grid_xlsx

router = APIRouter(tags=["batches"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/v1/extraction-batches/{batch_id}/grid",
    response_class=Response,
    responses={
        **documented(404),
        200: {
            "description": "A row an item",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/jsonl": {"schema": {"type": "string"}},
                _XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        },
    },
)
def export_grid(
    context: ContextHere,
    caller: Reads,
    batch_id: BatchPath,
    format: Annotated[Literal["csv", "xlsx", "jsonl"], Query(description="of the answer")] = "csv",
    places: Annotated[
        bool, Query(description="with where each value was read, and its confidence")
    ] = True,
) -> Response:
    """A row for each item and a column for each field; items that failed have their reason. In
    XLSX, arrays of objects have sheets of their own."""
    services, tenant = context.services, caller.tenant
    services.batches.get(tenant, batch_id)
    rows = partial(batch_rows, services, tenant, batch_id)
    headers = {"Content-Disposition": f'attachment; filename="{batch_id}.{format}"'}
    if format == "jsonl":
        return _streamed(grid_lines(rows()), "application/jsonl", headers)
    columns = batch_columns(services, batch_id)
    if format == "csv":
        lines = grid_csv(columns, rows(), with_places=places)
        return _streamed(lines, "text/csv; charset=utf-8; header=present", headers)
    file = services.storage.scratch_file()
    try:
        write_grid_xlsx(columns, rows, file, with_places=places)
    except BaseException:
        _remove(file)
        raise
    gone = BackgroundTask(_remove, file)
    return FileResponse(file, media_type=_XLSX, headers=headers, background=gone)


def _streamed(lines: Iterator[str], media_type: str, headers: dict[str, str]) -> Response:
    return StreamingResponse(lines, media_type=media_type, headers=headers)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
