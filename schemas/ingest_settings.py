"""How much of one document is read, and how?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class SettingsGroup(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestSettings(SettingsGroup):
    """Limits on one document. Past one it fails alone, with a `TooLarge`, and a document of pages
    keeps those before, where the limit is one of pages, characters, time or memory."""

    max_bytes: Annotated[int, Field(gt=0)] = 1 << 30
    max_pages: Annotated[int, Field(gt=0)] = 20_000
    max_cells: Annotated[int, Field(gt=0)] = 10_000_000
    full_cells: Annotated[
        int, Field(ge=0, description="of a sheet; one with more is read by calamine, in bulk")
    ] = 500_000
    max_expansion_ratio: Annotated[float, Field(gt=1)] = 200.0
    max_pixels: Annotated[int, Field(gt=0, description="of one picture in a document")] = (
        150_000_000
    )
    passage_tokens: Annotated[int, Field(ge=32)] = 160
    ocr: Annotated[
        Literal["auto", "off", "force"],
        Field(description="auto: pages and pictures without text; force: every page, as it looks"),
    ] = "auto"
    ocr_dpi: Annotated[int, Field(ge=72, le=600, description="at which pages are drawn for it")] = (
        200
    )
    ocr_processes: Annotated[
        int, Field(ge=0, description="pages read at the same time; 0: one a core, as memory allows")
    ] = 0
    max_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="of one document, then its process is killed; pages that are not begun by "
            "nine tenths of it are left out",
        ),
    ] = 1800.0
    max_characters: Annotated[
        int,
        Field(
            gt=0,
            lt=1 << 31,
            description="of the text of a document; pages with which it would be longer are left "
            "out, and so are those after them",
        ),
    ] = 100_000_000
    max_page_seconds: Annotated[
        float, Field(gt=0, description="of one page of a PDF, then it is left out")
    ] = 120.0
    max_lost_pages: Annotated[
        int,
        Field(
            ge=0,
            description="left out because they end the process that reads them, then only what is "
            "before the next is kept; 0: an error",
        ),
    ] = 5
    max_memory_bytes: Annotated[
        int, Field(ge=1 << 28, description="address space of the process that parses one document")
    ] = 8 << 30
    max_attachments: Annotated[
        int,
        Field(
            ge=0,
            description="files that one document carries, those within one another among them, "
            "that are read too; the others are named in a warning; 0: none",
        ),
    ] = 100
    max_attachment_bytes: Annotated[
        int, Field(gt=0, description="of all these files together, unpacked")
    ] = 1 << 30
    max_attachment_depth: Annotated[
        int, Field(ge=0, le=10, description="1: what the document carries; 2: what that carries")
    ] = 3
