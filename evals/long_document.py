"""How long does a question about a very long document take, before and after it is prepared?

`python -m evals.long_document FILE QUESTIONS [--cache FOLDER] [--json OUT]`. QUESTIONS are lines of
JSON as in the shared questions: `doc`, `question`, `field_name`, `expected`. What a cache folder
holds is not read again, and stays.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from engine.token_counter import TokenCounter
from evals.cases import Case, response_schema_of
from evals.product import row_of
from evals.qa import case_of
from jobs.library import Library
from schemas.preparation import Preparation
from schemas.settings import Settings, load_settings

_CACHE_BYTES = 4 << 30
_COLD = 3  # questions asked with nothing read: each begins with an empty cache


def measure(
    file: Path, cases: Sequence[Case], settings: Settings, kept: Path | None = None
) -> dict[str, Any]:
    """Seconds of a running engine; its start is told apart."""
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cache = DiskCache(folder, _CACHE_BYTES)
        counter = TokenCounter(settings)
        entry = Library(cache, settings.ingest, counter, counter.name).open(file)
        source = Source(entry.document, entry.passages)
        begun = time.monotonic()
        engine = Engine.open(settings, cache)
        engine.warm_up()
        started = time.monotonic() - begun
        cold = [_cold(source, case, settings) for case in cases[:_COLD]]
        prepared = engine.prepare([source])
        indexed = [_asked(engine, source, case) for case in cases]
        again = Engine.open(settings, DiskCache(folder, _CACHE_BYTES))
        return {
            "file": file.name,
            "cores": os.cpu_count(),
            "pages": len(entry.document.pages),
            "tokens": prepared.num_tokens,
            "parsed": {"seconds": round(entry.seconds, 1), "cached": entry.is_cached},
            "engine_start_seconds": round(started, 1),
            "nothing_read": cold,
            "prepare": prepared.model_dump() | {"tokens_per_second": _speed(prepared)},
            "indexed": indexed,
            "restarted": {
                "tokens_read_again": again.prepare([source]).num_tokens_read,
                "indexed": [_asked(again, source, case) for case in cases[:_COLD]],
            },
        }


def _cold(source: Source, case: Case, settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.open(settings, DiskCache(Path(folder), _CACHE_BYTES))
        engine.warm_up()
        return _asked(engine, source, case)


def _asked(engine: Engine, source: Source, case: Case) -> dict[str, Any]:
    begun = time.monotonic()
    extraction = engine.extract([source], response_schema_of([case]))
    seconds = time.monotonic() - begun
    row = row_of(source.document.name, case, extraction, seconds, "")
    return {
        "question": case.description,
        "seconds": round(seconds, 2),
        "timings": {name: round(took, 2) for name, took in extraction.timings.items()},
        "num_tokens_indexed": extraction.coverage.num_tokens_indexed,
        "value_right": row.is_value_right,
        "place_right": row.is_place_right,
    }


def _speed(prepared: Preparation) -> float | None:
    return round(prepared.num_tokens_read / prepared.seconds) if prepared.num_tokens_read else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    lines = [json.loads(line) for line in asked.questions.read_text().splitlines()]
    cases = [case_of(line) for line in lines if Path(line["doc"]).name == asked.file.name]
    record = measure(asked.file, cases, load_settings(), asked.cache)
    text = json.dumps(record, indent=1)
    if asked.json is not None:
        asked.json.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
