"""In which form does a caller take a result away?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse

from api.arguments import ExtractionPath
from api.authentication import Reads
from api.context import ContextHere
from api.problems import documented
from jobs.exports import csv_lines, write_xlsx
from jobs.results import result_bytes
from schemas.extraction import Extraction

router = APIRouter(tags=["extractions"])

_CSV = "text/csv; charset=utf-8; header=present"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/v1/extractions/{extraction_id}/result",
    response_model=Extraction,
    responses={
        **documented(404, 409),
        200: {
            "model": Extraction,
            "description": "The result",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                _XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        },
    },
)
def get_result(
    context: ContextHere,
    caller: Reads,
    extraction_id: ExtractionPath,
    format: Annotated[Literal["json", "csv", "xlsx"], Query(description="of the answer")] = "json",
) -> Response:
    """CSV has a row for each place a value was read. XLSX has that as the sheet "fields", and a
    sheet for each array of objects. 409 while there is none; its code says why none will come."""
    body = result_bytes(context.services, caller.tenant, extraction_id)
    if format == "json":
        return Response(body, media_type="application/json")
    extraction = Extraction.model_validate_json(body)
    if format == "csv":
        return StreamingResponse(
            csv_lines(extraction), media_type=_CSV, headers=_attachment(extraction_id, "csv")
        )
    file = context.services.storage.scratch_file()
    try:
        write_xlsx(extraction, file)
    except BaseException:
        _remove(file)
        raise
    return FileResponse(
        file,
        media_type=_XLSX,
        headers=_attachment(extraction_id, "xlsx"),
        background=BackgroundTask(_remove, file),
    )


def _attachment(extraction_id: str, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{extraction_id}.{suffix}"'}


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
