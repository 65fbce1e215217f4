"""What is counted of a document, once it was read?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from schemas.document import GAPS, Document, Passage
from schemas.inspection import InspectedOcr, InspectedSheet
from schemas.source_map import SourceMap


def summary_of(document: Document, passages: Sequence[Passage]) -> dict[str, Any]:
    """As JSON takes it, under the names of an `Inspection` and a `StoredDocument`."""
    return summary_of_counts(
        document, len(passages), sum(passage.num_tokens for passage in passages)
    )


def summary_of_counts(document: Document, num_passages: int, num_tokens: int) -> dict[str, Any]:
    """The same where the passages were counted before."""
    sheets = [
        InspectedSheet(
            name=sheet.name,
            rows=sheet.num_rows,
            columns=sheet.num_columns,
            hidden=sheet.is_hidden,
            formulas=len(sheet.formulas),
        )
        for sheet in document.sheets
    ]
    ocr = _ocr(document.source_map)
    return {
        "pages": len(document.pages),
        "sheets": [sheet.model_dump(mode="json") for sheet in sheets],
        "tables": len(document.grids),
        "segments": dict(Counter(segment.kind.value for segment in document.segments)),
        "characters": len(document.text),
        "tokens": num_tokens,
        "passages": num_passages,
        "partial": any(problem.code in GAPS for problem in document.warnings),
        "attachments": len(document.attachments),
        "ocr": None if ocr is None else ocr.model_dump(mode="json"),
        "warnings": [problem.model_dump(mode="json") for problem in document.warnings],
    }


def _ocr(source_map: SourceMap) -> InspectedOcr | None:
    pages = source_map.ocr_pages()
    if not pages:
        return None
    least = min(pages, key=lambda page: page.lowest)
    num_words = sum(page.num_words for page in pages)
    return InspectedOcr(
        pages=[page.number for page in pages],
        mean_confidence=round(sum(page.mean * page.num_words for page in pages) / num_words, 3),
        lowest_confidence=round(least.lowest, 3),
        lowest_page=least.number,
    )
