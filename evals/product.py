"""What does the product answer about a document, field by field?

A file's bytes through our ingest, a JSON Schema through the engine, all in this process; caches
are a folder that goes when the measurement ends.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.answers import Finding
from engine.certainty import Signals
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from engine.token_counter import TokenCounter
from evals.cases import Case, Row, batches, response_schema_of
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.document import Document
from schemas.errors import ServiceError
from schemas.extraction import Extraction, FieldResult, FieldStatus
from schemas.response_schema import escaped, parse
from schemas.settings import Settings

_BATCH = 50
_CACHE_BYTES = 1 << 30
_FAILED = FieldResult(path="", value=None, status=FieldStatus.INVALID, confidence=0.0)


class Product:
    """One engine for all the documents of a measurement."""

    def __init__(self, settings: Settings, cache: DiskCache) -> None:
        self._settings = settings
        self._engine = Engine.open(settings, cache)
        self._count_tokens = TokenCounter(settings)

    @classmethod
    @contextmanager
    def open(cls, settings: Settings) -> Iterator[Product]:
        with tempfile.TemporaryDirectory() as folder:
            yield cls(settings, DiskCache(Path(folder), _CACHE_BYTES))

    @property
    def model(self) -> str:
        return self._engine.name

    def read(self, data: bytes, name: str) -> Document:
        return document_of(data, name, self._settings.ingest)

    def rows(self, document: Document, cases: Sequence[Case]) -> list[Row]:
        """One row a case; a field of an extraction that fails is wrong and says why."""
        begun = time.monotonic()
        budget = self._settings.ingest.passage_tokens
        source = Source(document, passages_of(document, self._count_tokens, budget))
        rows = [row for batch in batches(cases, _BATCH) for row in self._batch(source, batch)]
        right, seconds = sum(row.is_value_right for row in rows), time.monotonic() - begun
        told = f"{document.name}: {right} of {len(rows)} right, {seconds:.1f} s"
        print(told, file=sys.stderr, flush=True)
        return rows

    def _batch(self, source: Source, cases: Sequence[Case]) -> list[Row]:
        begun = time.monotonic()
        findings: list[Finding] = []
        try:
            extraction = self._engine.extract(
                [source], response_schema_of(cases), on_findings=findings.extend
            )
        except ServiceError as error:
            extraction, problem = None, str(error)
        else:
            problem = ""
        seconds = (time.monotonic() - begun) / len(cases)
        signals = {finding.question.node.name: finding.signals for finding in findings}
        return [
            replace(
                row_of(source.document.name, case, extraction, seconds, problem),
                signals=_numbers(signals.get(case.name)),
            )
            for case in cases
        ]


def _numbers(signals: Signals | None) -> tuple[float, ...]:
    return () if signals is None else tuple(round(value, 5) for value in signals.all)


def row_of(
    document: str, case: Case, extraction: Extraction | None, seconds: float, problem: str = ""
) -> Row:
    path = f"/{escaped(case.name)}"
    fields = extraction.fields if extraction else []
    mine = [f for f in fields if f.path == path or f.path.startswith(f"{path}/")]
    got = (extraction.output or {}).get(case.name) if extraction else None
    is_right = bool(mine) and case.is_right(got)
    cited = [field.citations for field in mine]
    is_placed = None if case.is_place is None else case.is_place(cited)
    first = mine[0] if mine else _FAILED
    return Row(
        document=document,
        field=case.name,
        question=case.description,
        kind=case.kind,
        value_kind=_value_kind(case),
        expected=case.expected,
        got=got,
        is_value_right=is_right,
        is_place_right=is_right if case.expected is None else is_placed,
        status=first.status.value,
        confidence=first.confidence,
        absence=_absence_of(first),
        quotes=tuple(citation.quote for leaf in cited for citation in leaf[:3])[:12],
        mode=extraction.mode.value if extraction else "",
        seconds=round(seconds, 4),
        problem=problem,
    )


def _value_kind(case: Case) -> str:
    return parse(response_schema_of([case])).children[0].kind.value


def _absence_of(field: FieldResult) -> float:
    """Of a field that the model was not asked for, what its confidence leaves."""
    if field.absence is not None:
        return field.absence
    is_absent = field.status is FieldStatus.ABSENT
    return field.confidence if is_absent else 1.0 - field.confidence
