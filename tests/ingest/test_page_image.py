from __future__ import annotations

import pymupdf
import pytest

from ingest.page_image import render_pages
from schemas.errors import InvalidInput
from schemas.extraction import Box, PageRegion
from tests.ingest.pdf_maker import pdf_of, read


def _pixmap(data: bytes, boxes: list[Box]) -> pymupdf.Pixmap:
    [(_, png)] = render_pages(data, {1: boxes}, dpi=72)
    return pymupdf.Pixmap(png)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pixels_in_a_box_change_and_others_do_not(rotation: int) -> None:
    data = pdf_of([[(72, 300, "a word")]], rotation=rotation)
    box = (100.0, 120.0, 180.0, 150.0)
    plain, marked = _pixmap(data, []), _pixmap(data, [box])
    assert (plain.width, plain.height) == (marked.width, marked.height)
    assert marked.pixel(140, 135) != plain.pixel(140, 135)
    changed = [
        (x, y)
        for x in range(0, plain.width, 3)
        for y in range(0, plain.height, 3)
        if plain.pixel(x, y) != marked.pixel(x, y)
    ]
    assert all(96 <= x <= 184 and 116 <= y <= 154 for x, y in changed)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_box_of_a_word_lies_over_its_ink(rotation: int) -> None:
    data = pdf_of([[(72, 300, "WORD")]], rotation=rotation)
    [region] = read(data).source_map.regions(0, 4)
    assert isinstance(region, PageRegion)
    x0, y0, x1, y1 = (int(edge) for edge in region.bboxes[0])
    plain = _pixmap(data, [])
    ink = [plain.pixel(x, y) for x in range(x0, x1) for y in range(y0, y1)]
    assert (0, 0, 0) in ink or min(min(pixel) for pixel in ink) < 100


def test_pages_come_in_the_order_they_are_named() -> None:
    data = pdf_of([[], [], []])
    assert [number for number, _ in render_pages(data, {3: [], 1: []}, dpi=20)] == [3, 1]


def test_a_page_that_is_not_there_is_the_callers_mistake() -> None:
    with pytest.raises(InvalidInput, match="page 4 is not in the document of 1 pages"):
        list(render_pages(pdf_of([[]]), {4: []}))
