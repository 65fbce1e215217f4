from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from api.inspected_files import write_attachments, write_layouts
from ingest.layout_image import page_numbers
from ingest.read import read_document
from schemas.errors import InvalidInput, NotFound
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import pdf_of

LIMITS = IngestSettings()


def _file(folder: Path) -> Path:
    pdf = pymupdf.open(stream=pdf_of([[(72, 100, "one")], [(72, 100, "two")]]))
    pdf.embfile_add("a", b"1,2\n", filename="../rates.csv")
    path = folder / "a.pdf"
    path.write_bytes(pdf.tobytes())
    return path


def test_pages_are_named_one_by_one_and_in_runs() -> None:
    assert page_numbers("1, 5-7", 9) == [1, 5, 6, 7]
    assert page_numbers(None, 3) == [1, 2, 3]


@pytest.mark.parametrize(
    ("given", "error"), [("x", InvalidInput), ("4", NotFound), ("0", NotFound)]
)
def test_pages_that_are_not_there_are_refused(given: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="pages"):
        page_numbers(given, 3)


def test_a_picture_is_written_for_each_page(tmp_path: Path) -> None:
    file = _file(tmp_path)
    out = tmp_path / "out"
    paths = list(write_layouts(file, read_document(file, LIMITS), "2", out, LIMITS, None))
    assert [path.name for path in paths] == ["a.pdf-p0002-layout.png"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")


def test_attached_files_stay_in_the_folder_and_replace_none(tmp_path: Path) -> None:
    file = _file(tmp_path)
    document = read_document(file, LIMITS)
    out = tmp_path / "out"
    for _ in range(2):
        list(write_attachments(file, document, out, LIMITS, None))
    assert sorted(path.name for path in out.iterdir()) == ["rates-2.csv", "rates.csv"]
    assert (out / "rates.csv").read_bytes() == b"1,2\n"
