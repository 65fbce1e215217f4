"""What does an extraction look like to its caller?

The contract of an answer: values, where each was read, and how much of the documents the
answer could depend on. Offsets are characters of `Document.text`, half-open.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points, origin at the top left of the page as displayed."""


class ContractModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Status(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FieldStatus(StrEnum):
    FOUND = "found"
    ABSENT = "absent"
    AMBIGUOUS = "ambiguous"
    INVALID = "invalid"


class Match(StrEnum):
    """How a value came from its quote."""

    EXACT = "exact"  # the same string
    NORMALISED = "normalised"  # parsed from it: 93 from "$ 93"
    DERIVED = "derived"  # computed from it


class Mode(StrEnum):
    DENSE = "dense"
    INDEXED = "indexed"
    SCAN = "scan"


class PageRegion(ContractModel):
    """Boxes on one page, one for each line."""

    page: Annotated[int, Field(ge=1, description="physical page, from 1")]
    page_label: str | None = None
    bboxes: list[Box]
    ocr_confidence: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=1.0,
            description="of text that was read from a picture, in its least sure character; null: "
            "the file itself says what stands there",
        ),
    ] = None


class SheetRegion(ContractModel):
    """A range of cells such as B7 or B7:C9 (A1 notation)."""

    sheet: str
    range: str


class LineRegion(ContractModel):
    """Lines of a plain text file, from 1, both ends included."""

    first_line: Annotated[int, Field(ge=1)]
    last_line: Annotated[int, Field(ge=1)]


class PartRegion(ContractModel):
    """A part of a file that has neither fixed pages nor lines that its reader would see: a
    paragraph, a table, a slide's shape, a footnote, the header of a mail."""

    part: Annotated[str, Field(description='such as "paragraph 12" or "slide 3, Title 1"')]
    range: Annotated[str | None, Field(description="cells of a table, as B2 or B2:C3")] = None
    section: Annotated[str | None, Field(description="the headings above, joined by ' > '")] = None


class PointerRegion(ContractModel):
    """A value of a JSON file. Of several values, the pointer is to what holds them all."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901); in JSON Lines, of a line")]
    first_line: Annotated[int | None, Field(ge=1, description="of JSON Lines, from 1")] = None
    last_line: Annotated[int | None, Field(ge=1)] = None


Region = PageRegion | SheetRegion | LineRegion | PartRegion | PointerRegion


class Citation(ContractModel):
    """Where a value was read. `text[start:stop] == quote` of that document, always."""

    document: str
    quote: str
    start: int
    stop: int
    regions: list[Region]
    match: Match


class Alternative(ContractModel):
    """Another value that the documents state for a field."""

    value: Any
    confidence: Annotated[float, Field(ge=0.0, le=1.0)]
    citations: list[Citation] = []


class FieldResult(ContractModel):
    """One leaf of the output."""

    path: Annotated[str, Field(description="JSON pointer into output")]
    value: Any
    status: FieldStatus
    confidence: Annotated[float, Field(ge=0.0, le=1.0, description="that the answer is right")]
    absence: Annotated[
        float | None, Field(ge=0.0, le=1.0, description="chance that the documents do not say")
    ] = None
    citations: list[Citation] = []
    reduce: Annotated[
        str | None,
        Field(
            description="what was made of all that was found: all, count, first, last, nth or "
            "latest; of a table: sum, mean, min, max, count or distinct"
        ),
    ] = None
    alternatives: Annotated[
        list[Alternative], Field(description="of an ambiguous field, the likeliest first")
    ] = []


class Coverage(ContractModel):
    """How much of the documents the answer could depend on."""

    num_tokens: int
    num_tokens_read: Annotated[int, Field(description="tokens of passages the model read exactly")]
    num_tokens_indexed: Annotated[
        int,
        Field(
            description="tokens of passages that the model's index had for the lookup; the others "
            "were looked up by their words alone"
        ),
    ] = 0
    num_passages: int
    num_passages_read: int
    share_read: float


class Problem(ContractModel):
    """An error or a warning: which, about what, in words for the caller."""

    code: str
    message: str
    path: str | None = None
    document: str | None = None


class Usage(ContractModel):
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


class Extraction(ContractModel):
    """The answer to one request, complete in itself."""

    id: str
    status: Status
    model: str
    mode: Mode
    output: dict[str, Any] | None
    fields: list[FieldResult]
    coverage: Coverage
    errors: list[Problem] = []
    warnings: list[Problem] = []
    usage: Usage = Usage()
    timings: Annotated[dict[str, float], Field(description="seconds by stage")] = {}


class FoundPassage(ContractModel):
    """One ranked passage of `find`."""

    rank: int
    score: float
    document: str
    start: int
    stop: int
    section: str
    text: str
    regions: list[Region]
