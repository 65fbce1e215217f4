"""What is asked of a search, and what comes back?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel, FoundPassage
from schemas.jobs import DocumentId, Metadata, RequestModel


class SearchFilters(RequestModel):
    """Passages that begin on one of these pages, or stand on one of these sheets."""

    first_page: Annotated[int | None, Field(ge=1)] = None
    last_page: Annotated[int | None, Field(ge=1)] = None
    sheets: Annotated[list[str] | None, Field(max_length=1_000)] = None
    section: Annotated[
        str | None,
        Field(max_length=2_000, description="only under headings that contain this, any case"),
    ] = None
    min_score: Annotated[
        float,
        Field(ge=0.0, description="scores go from 0 to about 2; by words alone, BM25, to about 30"),
    ] = 0.0


class SearchRequest(RequestModel):
    query: Annotated[str, Field(min_length=1, max_length=2_000)]
    documents: Annotated[
        list[DocumentId] | None,
        Field(min_length=1, max_length=1_000, description="null: all that are ready"),
    ] = None
    metadata: Annotated[
        Metadata | None, Field(description="only documents that carry all of these")
    ] = None
    filters: SearchFilters = SearchFilters()
    top: Annotated[int, Field(ge=1, le=200)] = 10


class SearchResult(ContractModel):
    """`data[].document` is the document's id."""

    object: Literal["list"] = "list"
    data: list[FoundPassage]
    num_documents: int
    seconds: float
