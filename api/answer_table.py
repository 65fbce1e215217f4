"""How does a person read an extraction: each value with its place, quote and confidence?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from api.places import place_of, shortened, visible
from schemas.extraction import Extraction, FieldResult, FieldStatus, FoundPassage, Match

_QUOTE_LENGTH = 160
_PASSAGE_LENGTH = 320


def answer_table(extraction: Extraction) -> Table:
    """A row for each citation; a value with several of them is named once."""
    table = Table()
    for column in ("field", "value", "place", "quote", "confidence"):
        table.add_column(column, overflow="fold")
    for field in extraction.fields:
        for row in _rows_of(field, one_document=num_documents(extraction) < 2):
            table.add_row(*row)
    return table


def answer_lines(extraction: Extraction) -> Iterator[str]:
    """The answer to one question: value, then place and quote of each citation."""
    for field in extraction.fields:
        reduced = f"  ({field.reduce} over what was read)" if field.reduce else ""
        yield value_text(field) + reduced
        for citation in field.citations:
            place = f"{visible(citation.document)}, {place_of(citation.regions)}"
            yield f"  {place}: “{visible(citation.quote)}”{_how(citation.match)}"
        yield f"  confidence {field.confidence:.0%}"


def passage_lines(passage: FoundPassage) -> Iterator[str]:
    """Rank, score, document and place of a found passage, then how it begins."""
    place = f"{visible(passage.document)}, {place_of(passage.regions)}"
    section = f" · {visible(passage.section)}" if passage.section else ""
    yield f"{passage.rank}. {place}{section} · score {passage.score:.3f}"
    yield f"   {shortened(visible(passage.text), _PASSAGE_LENGTH)}"


def value_text(field: FieldResult) -> str:
    if field.status is FieldStatus.ABSENT:
        return "not found"
    doubt = "" if field.status is FieldStatus.FOUND else f" ({field.status})"
    return _plain(field.value) + doubt


def num_documents(extraction: Extraction) -> int:
    return len({citation.document for field in extraction.fields for citation in field.citations})


def _rows_of(field: FieldResult, *, one_document: bool) -> Iterator[tuple[str, ...]]:
    name, value = visible(field.path), value_text(field)
    confidence = f"{field.confidence:.0%}"
    if not field.citations:
        yield name, value, "", "", confidence
    for citation in field.citations:
        place = place_of(citation.regions)
        where = place if one_document else f"{visible(citation.document)}, {place}"
        quote = shortened(visible(citation.quote), _QUOTE_LENGTH) + _how(citation.match)
        yield name, value, where, quote, confidence
        name = value = confidence = ""


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return visible(text)


def _how(match: Match) -> str:
    return "" if match is Match.EXACT else f" ({match})"
