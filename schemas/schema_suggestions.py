"""What is asked where a response schema is to be suggested, and what comes back?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.extraction import ContractModel, Usage
from schemas.jobs import DocumentId, RequestModel

MOST_FIELDS = 40


class SchemaSuggestionCreate(RequestModel):
    documents: Annotated[
        list[DocumentId],
        Field(min_length=1, max_length=4, description="such as the schema is to be filled from"),
    ]
    wanted: Annotated[
        str,
        Field(min_length=1, max_length=2_000, description="what you want of them, in a sentence"),
    ]
    max_fields: Annotated[int, Field(ge=1, le=MOST_FIELDS)] = 12


class SchemaSuggestion(ContractModel):
    """It is not saved; a person should look at it first."""

    object: Literal["response_schema.suggestion"] = "response_schema.suggestion"
    response_schema: dict[str, Any]
    model: str
    usage: Usage
