"""A workbook of hundreds of thousands of cells, through the child process that parses it.

`needlepoint eval ingest --rows 340000` measures the same at ten times the size.
"""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Query
from evals.large_workbook import SHEET, reference_of, write_workbook
from ingest.read import sha256_of
from jobs.parse_child import request_for
from jobs.parsed_document import ParsedDocument
from jobs.parsing import run_parse
from schemas.ingest_settings import IngestSettings
from schemas.settings import Settings

pytestmark = pytest.mark.slow
NUM_ROWS = 27_000  # more cells than are read one by one
ROW = 26_543


def test_a_large_sheet_is_read_and_a_value_far_down_is_found_at_its_cell(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    parsed = parse(tmp_path, tiny_settings)
    [source] = [parsed.source("orders.xlsx")]
    lookup = Lookup([source], DiskCache(tmp_path / "cache", 1 << 30))
    hit = lookup.ranked(Query.of(f"shipped of reference {reference_of(ROW)}"), top=1)[0]
    passage = source.passages[hit.passage]
    assert f"Reference: {reference_of(ROW)}" in passage.text
    assert source.document.source_map.first_place(passage.start, passage.stop) == (
        f"{SHEET}!A{ROW}:S{ROW}"
    )


def parse(folder: Path, settings: Settings) -> ParsedDocument:
    """Within a hundred and fifty seconds and two gigabytes for 340,000 rows, in proportion."""
    file = folder / "orders.xlsx"
    write_workbook(file, NUM_ROWS)
    limits = IngestSettings(max_memory_bytes=1 << 30)
    sha256 = sha256_of(file, limits)
    target = folder / "parsed"
    request = request_for(
        file,
        target,
        name=file.name,
        sha256=sha256,
        password=None,
        limits=limits,
        tokenizer=settings,
    )
    before = _child_seconds()
    about = run_parse(request, limits)
    assert _child_seconds() - before < 30
    summary = json.loads(about["summary"])
    assert summary["sheets"][0]["rows"] == NUM_ROWS + 1
    assert summary["passages"] >= NUM_ROWS / 2
    return ParsedDocument.open(target)


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
