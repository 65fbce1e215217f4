"""Files on the command line are read with what they carry, where that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
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


@pytest.mark.slow
def test_what_a_mail_carries_is_read_with_it(library: Library, tmp_path: Path) -> None:
    inner, message = EmailMessage(), EmailMessage()
    for mail, subject in ((inner, "Inner"), (message, "Fees")):
        mail["From"], mail["Subject"] = "ann@example.org", subject
        mail.set_content(f"{subject}, see below.")
    inner.add_attachment(b"Name,Rate\nAnn,2\n", "text", "csv", filename="rates.csv")
    message.add_attachment(inner)
    file = tmp_path / "a.eml"
    file.write_bytes(bytes(message))
    sources = AttachedSources(library, LIMITS, None, ignore_progress).of(file, library.open(file))
    assert [source.document.name for source in sources] == [
        "a.eml",
        "a.eml/Inner.eml",
        "a.eml/Inner.eml/rates.csv",
    ]
    assert [problem for source in sources for problem in source.document.warnings] == []
