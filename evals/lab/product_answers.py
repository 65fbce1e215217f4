"""What does our own engine answer about a haystack?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from engine.token_counter import TokenCounter
from evals.cases import Case, Row, batches, response_schema_of
from evals.lab.recalled_counts import RecalledCounts
from evals.lab.scores import string_match_all
from evals.lab.trial import Answer, Question, Trial, strings_of
from evals.place_rules import touching
from evals.product import row_of
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.document import Document
from schemas.errors import ServiceError
from schemas.settings import Settings

_CACHE_BYTES = 8 << 30
_MOST_FIELDS = 50


class ProductAnswers:
    """The file through our ingest, the questions as fields of one schema."""

    def __init__(self, settings: Settings, cache: DiskCache) -> None:
        self._settings = settings.ingest
        self._engine = Engine.open(settings, cache)
        self._count_tokens = RecalledCounts(TokenCounter(settings))

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, folder: Path) -> Iterator[ProductAnswers]:
        """What was read is kept in the folder: haystacks share most of their text, and a run
        that goes on finds it again."""
        folder.mkdir(parents=True, exist_ok=True)
        yield cls(settings, DiskCache(folder, _CACHE_BYTES))

    @property
    def model(self) -> str:
        return self._engine.name

    def answers(self, trial: Trial) -> list[Answer]:
        """`seconds` are those of a question about a document that is parsed and cut already."""
        begun = time.monotonic()
        try:
            document = document_of(trial.data, trial.file_name, self._settings)
        except ServiceError as error:
            return [Answer((), False, 0.0, problem=str(error)) for _ in trial.questions]
        parsed = time.monotonic()
        self._count_tokens.next_trial()
        budget = self._settings.passage_tokens
        source = Source(document, passages_of(document, self._count_tokens, budget))
        before = {"ingest": parsed - begun, "cut": time.monotonic() - parsed}
        cases = [case_of(question, document) for question in trial.questions]
        return [
            answer
            for batch in batches(cases, _MOST_FIELDS)
            for answer in self._batch(source, batch, before)
        ]

    def _batch(
        self, source: Source, cases: Sequence[Case], before: Mapping[str, float]
    ) -> list[Answer]:
        """`before` are the seconds that all the trial took before the first batch."""
        begun = time.monotonic()
        try:
            extraction = self._engine.extract([source], response_schema_of(cases))
        except ServiceError as error:
            extraction, problem = None, str(error)
        else:
            problem = ""
        seconds = (time.monotonic() - begun) / len(cases)
        timings = {**before, **(extraction.timings if extraction else {})}
        rows = [row_of(source.document.name, case, extraction, seconds, problem) for case in cases]
        return [answer_of(row, timings) for row in rows]


def case_of(question: Question, document: Document) -> Case:
    ranges = [range_of(place, document.text) for place in question.places]
    return Case(
        name=question.name,
        description=question.asked,
        schema=question.schema,
        expected=list(question.expected) or None,
        kind=question.kind,
        accepts=lambda got: _is_right(question, got),
        is_place=touching(ranges) if ranges else None,
    )


def range_of(place: str, text: str) -> tuple[int, int]:
    start = text.find(place)
    assert start >= 0, f"{place!r} does not stand in the document"
    assert text.find(place, start + 1) < 0, f"{place!r} stands twice in the document"
    return start, start + len(place)


def answer_of(row: Row, timings: Mapping[str, float]) -> Answer:
    return Answer(
        items=strings_of(row.got),
        is_null=row.is_null and not row.problem,
        seconds=row.seconds,
        is_place_right=row.is_place_right if row.is_present else None,
        absence=None if row.problem else row.absence,
        quotes=row.quotes,
        mode=row.mode,
        problem=row.problem,
        timings={name: round(seconds, 3) for name, seconds in timings.items()},
    )


def _is_right(question: Question, got: Any) -> bool:
    return string_match_all(", ".join(strings_of(got)), question.expected) == 1.0
