from __future__ import annotations

import pymupdf

from ingest.layout_image import layout_pages
from tests.ingest.pdf_maker import pdf_of, read


def _colours(data: bytes) -> set[tuple[int, ...]]:
    [(_, png)] = layout_pages(data, read(data), [1], dpi=72)
    picture = pymupdf.Pixmap(png)
    return {picture.pixel(x, y) for x in range(50, 120) for y in range(85, 105)}


def _is_blue(colour: tuple[int, ...]) -> bool:
    return colour[2] > colour[0] + 80


def test_a_paragraph_is_framed_in_its_colour() -> None:
    assert any(map(_is_blue, _colours(pdf_of([[(72, 100, "a paragraph")]]))))


def test_a_page_without_text_is_drawn_as_it_is() -> None:
    assert not any(map(_is_blue, _colours(pdf_of([[]]))))
