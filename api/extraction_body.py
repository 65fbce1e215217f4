"""What extraction is asked for, and can its schema be filled?"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends

from api.context import ContextHere
from api.json_body import json_body
from schemas import response_schema
from schemas.errors import InvalidSchema
from schemas.jobs import MAX_SCHEMA_BYTES, ExtractionCreate

_Sent = Annotated[ExtractionCreate, Depends(json_body(ExtractionCreate))]


async def _asked(context: ContextHere, sent: _Sent) -> ExtractionCreate:
    """A schema that can not be filled is refused now, not by a job that fails."""
    await context.schemas.run(_check_schema, sent.response_schema)
    return sent


Asked = Annotated[ExtractionCreate, Depends(_asked)]


def _check_schema(schema: dict[str, Any]) -> None:
    compact = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    num_bytes = len(compact.encode())
    if num_bytes > MAX_SCHEMA_BYTES:
        raise InvalidSchema(
            f"the schema is {num_bytes:,} bytes of JSON, past the limit of {MAX_SCHEMA_BYTES:,}",
            param="response_schema",
        )
    response_schema.parse(schema)
