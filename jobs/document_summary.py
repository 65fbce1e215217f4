"""What is counted of a document, once it was read?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from schemas.document import Document, Passage
from schemas.inspection import InspectedSheet


def summary_of(document: Document, passages: Sequence[Passage]) -> dict[str, Any]:
    """As JSON takes it, under the names of an `Inspection` and a `StoredDocument`."""
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
    return {
        "pages": len(document.pages),
        "sheets": [sheet.model_dump(mode="json") for sheet in sheets],
        "tables": len(document.grids),
        "segments": dict(Counter(segment.kind.value for segment in document.segments)),
        "characters": len(document.text),
        "tokens": sum(passage.num_tokens for passage in passages),
        "passages": len(passages),
        "warnings": [problem.model_dump(mode="json") for problem in document.warnings],
    }
