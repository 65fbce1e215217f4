"""Which arguments do several routes take?"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import AwareDatetime, Field

from schemas.errors import InvalidInput

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_MOST = (1 << 31) - 1
_METADATA_NAME = re.compile(r"metadata\[([^\[\]]{1,64})\]")

DocumentPath = Annotated[
    str, Path(pattern=r"^doc_[0-9a-f]{32}$", description="the document's id: doc_…")
]
ExtractionPath = Annotated[
    str, Path(pattern=r"^ext_[0-9a-f]{32}$", description="the extraction's id: ext_…")
]
PagePath = Annotated[int, Path(ge=1, le=_MOST, description="physical page, from 1")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many at most")]
AfterDocument = Annotated[
    str | None,
    Query(
        pattern=r"^(at_[0-9]{1,17}_)?doc_[0-9a-f]{32}$",
        description="`next` or `last_id` of the page before",
    ),
]
AfterExtraction = Annotated[
    str | None,
    Query(
        pattern=r"^(at_[0-9]{1,17}_)?ext_[0-9a-f]{32}$",
        description="`next` or `last_id` of the page before",
    ),
]
Offset = Annotated[int, Query(ge=0, le=_MOST)]
Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]

METADATA_FILTER = {
    "parameters": [
        {
            "name": "metadata",
            "in": "query",
            "style": "deepObject",
            "explode": True,
            "description": "only those that carry all of these: metadata[key]=value",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }
    ]
}
"""What OpenAPI can say of `metadata[key]=value` and FastAPI can not."""


async def metadata_of_query(request: Request) -> dict[str, str]:
    """The pairs of `metadata[key]=value`."""
    wanted: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name.partition("[")[0] != "metadata":
            continue
        found = _METADATA_NAME.fullmatch(name)
        if found is None or found[1] in wanted:
            raise InvalidInput("a filter is metadata[key]=value, once a key", param="metadata")
        wanted[found[1]] = value
    return wanted


MetadataFilter = Annotated[dict[str, str], Depends(metadata_of_query)]
