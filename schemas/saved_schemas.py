"""How is a response schema kept, and how does an extraction name one?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from schemas.extraction import ContractModel
from schemas.jobs import MAX_SCHEMA_BYTES, ExtractionCreate, RequestModel

SCHEMA_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
SCHEMA_REFERENCE = rf"^{SCHEMA_NAME}(@[1-9][0-9]{{0,8}})?$"

_ResponseSchema = Annotated[
    dict[str, Any],
    Field(description=f"a JSON Schema of type object, up to {MAX_SCHEMA_BYTES:,} bytes"),
]


class ExtractionBody(ExtractionCreate):
    """What is asked: fill a schema, sent along or saved, from documents that were uploaded."""

    response_schema: Annotated[_ResponseSchema, Field(default_factory=dict)]

    @model_validator(mode="after")
    def _names_one_schema(self) -> ExtractionBody:
        is_sent = "response_schema" in self.model_fields_set
        if is_sent == (self.response_schema_id is not None):
            raise ValueError("send response_schema, or name a saved one by response_schema_id")
        return self


class SavedSchemaCreate(RequestModel):
    name: Annotated[str, StringConstraints(pattern=rf"^{SCHEMA_NAME}$")]
    response_schema: _ResponseSchema
    description: Annotated[str, StringConstraints(max_length=512)] | None = None


class ListedSavedSchema(ContractModel):
    """`id` names this very version, which never changes; `name` the latest there is."""

    id: str
    object: Literal["response_schema"] = "response_schema"
    name: str
    version: int
    description: str | None
    created_at: datetime


class SavedSchema(ListedSavedSchema):
    response_schema: dict[str, Any]


class SavedSchemaList(ContractModel):
    object: Literal["list"] = "list"
    data: list[ListedSavedSchema]
    has_more: bool
    last_id: Annotated[
        str | None, Field(description="of this page; `after=last_id` gives the next")
    ]


class SavedSchemaDeleted(ContractModel):
    id: str
    object: Literal["response_schema"] = "response_schema"
    deleted: Literal[True] = True
    num_versions: int
