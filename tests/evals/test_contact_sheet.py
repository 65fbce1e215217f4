from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from evals.contact_sheet import drawn, sheet_of
from ingest import pdf_pages
from ingest.pdf_words import PageWords, words_of
from tests.ingest.pdf_maker import pdf_of


def test_a_sheet_has_four_pages_beside_one_another(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of([[(72, 100, f"page {n}")] for n in range(5)]))
    pictures = list(drawn(f"{path}:1-5"))
    assert [name for name, _ in pictures][::4] == ["a.pdf, page 1", "a.pdf, page 5"]
    sheet = pymupdf.Pixmap(sheet_of(pictures))
    assert round(sheet.width / sheet.height, 2) == 1.5


def test_pages_far_from_those_that_are_drawn_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of([[(72, 100, f"page {n}")] for n in range(40)]))
    read: list[int] = []

    def noted(page: pymupdf.Page) -> PageWords:
        read.append(page.number + 1)
        return words_of(page)

    monkeypatch.setattr(pdf_pages, "words_of", noted)
    assert [name for name, _ in drawn(f"{path}:20")] == ["a.pdf, page 20"]
    assert (min(read), max(read)) == (12, 28)
