"""How well are questions answered about a document that is too long to be read whole?

The paragraphs of all sixteen SQuAD articles in one document, asked as the product asks: the lookup
takes passages up to a budget, the reader answers from them, null among the answers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from engine.token_counter import TokenCounter
from evals import squad, squad_data
from evals.shared_data import shared_data
from evals.squad_data import SquadParagraph, SquadQuestion
from ingest.passages import passages_of
from ingest.plain_text import read_plain_text
from schemas.extraction import Extraction, Mode
from schemas.settings import Settings

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Figures:
    exact_match: float
    f1: float
    absent_found_absent: float
    tokens_read_per_question: float
    seconds_per_question: float
    questions: int

    def record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Figures.__slots__}


def measure(settings: Settings, part: slice, every: int = 1) -> Figures:
    """Each `every`th question of a part, with all sixteen articles as the haystack."""
    paragraphs = squad_data.paragraphs(shared_data(), part)
    asked = [question for paragraph in paragraphs for question in paragraph.questions][::every]
    source = _source_of(settings, squad_data.paragraphs(shared_data(), slice(None)))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.open(settings, DiskCache(Path(folder), 1 << 28))
        for start in range(0, len(asked), _BATCH):
            batch = asked[start : start + _BATCH]
            extraction = engine.extract([source], _schema_of(batch), mode=Mode.INDEXED)
            rows.append((batch, extraction))
    return _figures(rows)


def _source_of(settings: Settings, paragraphs: Iterable[SquadParagraph]) -> Source:
    parts, title = [], ""
    for paragraph in paragraphs:
        if paragraph.title != title:
            title = paragraph.title
            parts.append(f"# {title}")
        parts.append(paragraph.text)
    document = read_plain_text(
        "\n\n".join(parts).encode(),
        document_id="squad",
        name="articles.md",
        media_type="text/markdown",
    )
    passages = passages_of(document, TokenCounter(settings), settings.ingest.passage_tokens)
    return Source(replace(document, name="articles.md"), passages)


def _schema_of(batch: Sequence[SquadQuestion]) -> dict[str, Any]:
    properties = {
        f"q{number}": {"type": ["string", "null"], "description": question.question}
        for number, question in enumerate(batch)
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _figures(rows: Sequence[tuple[Sequence[SquadQuestion], Extraction]]) -> Figures:
    exact, f1, absent = [], [], []
    for batch, extraction in rows:
        output = extraction.output or {}
        for number, question in enumerate(batch):
            answer = output.get(f"q{number}")
            if not question.answers:
                absent.append(float(answer is None))
            else:
                exact.append(squad.exact(answer or "", question.answers))
                f1.append(squad.f1(answer or "", question.answers))
    num_questions = len(exact) + len(absent)
    num_read = sum(extraction.usage.prompt_tokens for _, extraction in rows)
    seconds = sum(extraction.timings["total"] for _, extraction in rows)
    return Figures(
        exact_match=round(100 * sum(exact) / len(exact), 1),
        f1=round(100 * sum(f1) / len(f1), 1),
        absent_found_absent=round(100 * sum(absent) / max(1, len(absent)), 1),
        tokens_read_per_question=round(num_read / num_questions),
        seconds_per_question=round(seconds / num_questions, 2),
        questions=num_questions,
    )
