"""Text taken anew from a file, under the boxes of a range, is the range's text; and back."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pymupdf
import pytest

from ingest.normalise import normalise
from ingest.pdf_open import open_pdf
from ingest.pdf_words import FLAGS
from ingest.read import document_of
from schemas.document import Document, SegmentKind
from schemas.errors import ServiceError
from schemas.extraction import Box, PageRegion
from schemas.ingest_settings import IngestSettings
from schemas.source_map import SourceMap
from tests.ingest.pdf_maker import Item, pdf_of, read

SHARED = Path(
    os.environ.get("NEEDLEPOINT_SHARED_DATA")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)
FILES = sorted(SHARED.glob("*pdf/*.pdf"))
PASSWORDS = {
    "plumber-password-example.pdf": "test",
    "pypdf-password.pdf": "openpassword",
    "tika-testPassword4Spaces.pdf": "    ",
}
_SET_ASIDE = "-‐\u00ad☒☐ |\n"  # hyphens at line ends, boxes to tick, white space and glue


class _Pages:
    """The words of a file's pages, as its text layer has them, each with its middle."""

    def __init__(self, pdf: pymupdf.Document) -> None:
        self._pdf = pdf
        self._words = cache(self._read)

    def under(self, page: int, box: Box) -> str:
        x0, y0, x1, y1 = box
        return "".join(
            text
            for x, y, text in self._words(page)
            if x0 - 0.01 <= x <= x1 + 0.01 and y0 - 0.01 <= y <= y1 + 0.01
        )

    def _read(self, number: int) -> list[tuple[float, float, str]]:
        page = self._pdf[number - 1]
        words = page.get_text("words", flags=FLAGS)
        middles = [_middle(pymupdf.Rect(word[:4]) * page.rotation_matrix) for word in words]
        return [(x, y, normalise(word[4])) for (x, y), word in zip(middles, words, strict=True)]


def _middle(box: pymupdf.Rect) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _characters(text: str) -> Counter[str]:
    return Counter(character for character in text if character not in _SET_ASIDE)


def _ranges(document: Document, count: int) -> Iterator[tuple[int, int]]:
    """Ranges of whole words, without what stands nowhere in the file's text layer."""
    source, seeded = document.source_map, random.Random(document.id)
    noted = [s for s in document.segments if s.kind is SegmentKind.ANNOTATION]
    for _ in range(count):
        first = seeded.randrange(len(source.start))
        last = min(len(source.start) - 1, first + seeded.randrange(60))
        start, stop = int(source.start[first]), int(source.stop[last])
        if not any(s.start < stop and start < s.stop for s in noted):
            yield start, stop


def _assert_round_trip(pages: _Pages, document: Document, start: int, stop: int) -> None:
    wanted = _characters(document.text[start:stop])
    found: Counter[str] = Counter()
    for region in document.source_map.regions(start, stop):
        assert isinstance(region, PageRegion)
        for box in region.bboxes:
            found += _characters(pages.under(region.page, box))
    assert not wanted - found, document.text[start:stop]


def _assert_points_lead_back(source: SourceMap, seeded: random.Random) -> None:
    for _ in range(40):
        row = seeded.randrange(len(source.start))
        x0, y0, x1, y1 = source.boxes[row].tolist()
        if x1 > x0 and y1 > y0:
            found = source.range_at(int(source.place[row]), (x0 + x1) / 2, (y0 + y1) / 2)
            assert found is not None
            [region] = source.regions(*found)
            assert isinstance(region, PageRegion)
            left, top, right, foot = region.bboxes[0]
            assert left - 0.01 <= (x0 + x1) / 2 <= right + 0.01
            assert top - 0.01 <= (y0 + y1) / 2 <= foot + 0.01


def test_a_paragraph_over_two_pages_is_found_again_on_both() -> None:
    line = "The borrower shall repay the loan in full on the day on which the agreement ends and"
    first: list[Item] = [(72, 100.0 + 12 * n, line) for n in range(3)]
    data = pdf_of(
        [first, [(72, 100, "pay the interest of \ufb01ve hundred thousand \u201cunits\u201d")]]
    )
    document = read(data)
    with pymupdf.open(stream=data) as pdf:
        for start, stop in _ranges(document, 100):
            _assert_round_trip(_Pages(pdf), document, start, stop)


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason=f"no shared data: {SHARED} is missing")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_range_of_a_shared_file_is_found_again(path: Path) -> None:
    data, password = path.read_bytes(), PASSWORDS.get(path.name)
    limits = IngestSettings(ocr="off")  # what OCR has read stands in no text layer
    try:
        document = document_of(data, path.name, limits, password=password)
    except ServiceError:
        return  # what can not be read is told elsewhere
    if not len(document.source_map.start):
        return
    with open_pdf(data, name=path.name, limits=limits, password=password) as (pdf, _):
        pages = _Pages(pdf)
        for start, stop in _ranges(document, 200):
            _assert_round_trip(pages, document, start, stop)
    _assert_points_lead_back(document.source_map, random.Random(7))


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason=f"no shared data: {SHARED} is missing")
def test_points_of_a_scan_lead_back_to_the_words_read_there() -> None:
    path = SHARED / "edge-pdf" / "ocrmypdf-rotated_skew.pdf"
    document = document_of(path.read_bytes(), path.name, IngestSettings())
    source, [page] = document.source_map, document.pages
    rows = zip(source.start.tolist(), source.stop.tolist(), source.boxes.tolist(), strict=True)
    found = [
        (source.range_at(1, (x0 + x1) / 2, (y0 + y1) / 2), (start, stop))
        for start, stop, (x0, y0, x1, y1) in rows
        if 0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height
    ]
    assert len(found) > 600
    assert sum(back == word for back, word in found) >= 0.99 * len(found)
    _assert_points_lead_back(source, random.Random(7))
