from __future__ import annotations

from pathlib import Path

import pymupdf

from evals.contact_sheet import drawn, sheet_of
from tests.ingest.pdf_maker import pdf_of


def test_a_sheet_has_four_pages_beside_one_another(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of([[(72, 100, f"page {n}")] for n in range(5)]))
    pictures = list(drawn(f"{path}:1-5"))
    assert [name for name, _ in pictures][::4] == ["a.pdf, page 1", "a.pdf, page 5"]
    sheet = pymupdf.Pixmap(sheet_of(pictures))
    assert round(sheet.width / sheet.height, 2) == 1.5
