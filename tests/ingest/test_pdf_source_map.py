"""The boxes of any range of the text hold the words of that range, in the file itself."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normalise import normalise
from schemas.document import Document
from schemas.extraction import PageRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import Item, pdf_of, read, right

SHARED = Path(
    os.environ.get("NEEDLEPOINT_SHARED_DATA")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)
REAL = [
    "edge-pdf/pypdf-multicolumn.pdf",
    "edge-pdf/plumber-nics-background-checks-2015-11.pdf",
]


def _mixed() -> list[list[Item]]:
    """Two columns with a broken word, and a table."""
    words = "several words of running text here"
    first: list[Item] = [(72, 60, "A title over both columns of the page")]
    for line in range(8):
        first += [(72, 100 + 12 * line, f"left {line} {words}")]
        first += [(320, 100 + 12 * line, f"right {line} {words}")]
    first += [(72, 196, "and so the parties to this agree-"), (72, 208, "ment have signed it.")]
    second: list[Item] = [right(300, 100, "2022"), right(400, 100, "2021")]
    for line in range(4):
        y = 116 + 16 * line
        second += [(72, y, f"Item {line}"), (260, y, "$"), right(300, y, "1,234")]
        second += [right(397, y, "(56"), (398, y, ")")]
    return [first, second]


@cache
def _made(rotation: int) -> tuple[bytes, Document]:
    data = pdf_of(_mixed(), rotation=rotation)
    return data, read(data, limits=IngestSettings(ocr="off"))


@cache
def _real(name: str) -> tuple[bytes, Document]:
    data = (SHARED / name).read_bytes()
    return data, read(data, limits=IngestSettings(ocr="off"))


def _assert_boxes_hold(data: bytes, document: Document, start: int, stop: int) -> None:
    """Every word that the range touches is found again under the boxes of its regions."""
    source = document.source_map
    rows = source.rows(start, stop)
    ranges = zip(source.start[rows], source.stop[rows], strict=True)
    wanted = [document.text[a:b] for a, b in ranges]
    with pymupdf.open(stream=data) as pdf:
        found = "".join(
            "".join(_under(pdf[region.page - 1], box))
            for region in source.regions(start, stop)
            if isinstance(region, PageRegion)
            for box in region.bboxes
        )
    assert [word for word in wanted if word.replace(" ", "") not in found] == []


def _under(page: pymupdf.Page, box: tuple[float, float, float, float]) -> list[str]:
    """The words whose middle stands in a box of the page as displayed."""
    words = page.get_text("words", flags=pymupdf.TEXT_PRESERVE_WHITESPACE)
    return [
        normalise(word[4]).replace(" ", "")
        for word in words
        if _middle(pymupdf.Rect(word[:4]) * page.rotation_matrix) in pymupdf.Rect(box)
    ]


def _middle(box: pymupdf.Rect) -> pymupdf.Point:
    return (box.tl + box.br) / 2


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_boxes_of_a_range_hold_its_words(rotation: int, data: st.DataObject) -> None:
    source, document = _made(rotation)
    start = data.draw(st.integers(0, len(document.text) - 1))
    stop = data.draw(st.integers(start + 1, min(len(document.text), start + 200)))
    _assert_boxes_hold(source, document, start, stop)


@pytest.mark.parametrize("name", REAL)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_boxes_of_a_range_of_a_real_file_hold_its_words(name: str, data: st.DataObject) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"no shared data: {SHARED / name} is missing")
    source, document = _real(name)
    start = data.draw(st.integers(0, len(document.text) - 1))
    stop = data.draw(st.integers(start + 1, min(len(document.text), start + 300)))
    _assert_boxes_hold(source, document, start, stop)


@pytest.mark.parametrize("rotation", [0, 90])
def test_the_rows_of_the_map_are_in_order_and_cover_all_but_glue(rotation: int) -> None:
    _, document = _made(rotation)
    source = document.source_map
    assert (source.start[1:] >= source.stop[:-1]).all()
    covered = set().union(
        *(range(a, b) for a, b in zip(source.start.tolist(), source.stop.tolist(), strict=True))
    )
    glue = {c for i, c in enumerate(document.text) if i not in covered}
    assert glue == {" ", "|", "\n"}


def test_segments_are_in_order_with_only_white_space_between() -> None:
    _, document = _made(0)
    stop = 0
    for segment in document.segments:
        assert document.text[stop : segment.start].strip() == ""
        stop = segment.stop
    assert stop == len(document.text)
