"""Files on the command line are read with what they carry, where that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from jobs.attached_sources import AttachedSources
from jobs.library import Library
from schemas.ingest_settings import IngestSettings
from schemas.progress import ignore_progress
from tests.ingest.attached import pdf_with

LIMITS = IngestSettings()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    def count(batch: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in batch]

    return Library(DiskCache(tmp_path / "cache", 1 << 20), LIMITS, count, "words")


def test_attachments_are_sources_named_by_what_carries_them(
    library: Library, tmp_path: Path
) -> None:
    inner = pdf_with({"rates.csv": b"Name,Rate\nAnn,2\n"}, "inner")
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf_with({"inner.pdf": inner, "torn.pdf": b"%PDF-1.7 torn"}, "outer"))
    sources = AttachedSources(library, LIMITS, None, ignore_progress).of(file, library.open(file))
    assert [source.document.name for source in sources] == [
        "a.pdf",
        "a.pdf/inner.pdf",
        "a.pdf/inner.pdf/rates.csv",
    ]
    assert [source.document.sheets[0].name for source in sources[2:]] == ["rates"]
    [problem] = [problem for source in sources for problem in source.document.warnings]
    assert problem.code == "attachment_failed"
    assert problem.message.startswith("a.pdf: the attached torn.pdf was not read: torn.pdf: not a")
