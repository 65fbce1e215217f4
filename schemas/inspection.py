"""What does an inspection of a document look like to its caller?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.document import SegmentKind
from schemas.extraction import ContractModel, Problem


class InspectedSheet(ContractModel):
    name: str
    rows: int
    columns: int
    hidden: bool
    formulas: int


class InspectedOcr(ContractModel):
    """What OCR has read, over the words, each by its least sure character."""

    pages: Annotated[list[int], Field(description="of which it has read anything")]
    mean_confidence: float
    lowest_confidence: float
    lowest_page: int


class Inspection(ContractModel):
    """What was understood of one document, before anyone asks."""

    name: str
    id: Annotated[str, Field(description="SHA-256 of the bytes, in hex")]
    media_type: str
    pages: int
    sheets: list[InspectedSheet]
    tables: int
    segments: dict[SegmentKind, int]
    characters: int
    tokens: int
    passages: int
    partial: Annotated[
        bool, Field(description="parts of it were not read: `warnings` say which and why")
    ] = False
    attachments: Annotated[int, Field(description="files that it carries")] = 0
    ocr: Annotated[
        InspectedOcr | None, Field(description="null: the file itself says all that was read")
    ] = None
    warnings: list[Problem]
    seconds: float
    cached: Annotated[bool, Field(description="read from the cache, not parsed by this call")]
