from __future__ import annotations

import pytest

from schemas.errors import TooLarge
from schemas.ingest_settings import IngestSettings
from tests.ingest.office_files import pptx, read, segments, shape
from tests.ingest.workbooks import heads, place

CELL = "<a:tc{about}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"


def grid(*rows: list[str]) -> str:
    inner = "".join(
        f"<a:tr>{''.join(CELL.format(about='', text=text) for text in row)}</a:tr>" for row in rows
    )
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="Table 4"/></p:nvGraphicFramePr>'
        f'<a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>{inner}</a:tbl></a:graphicData>'
        "</a:graphic></p:graphicFrame>"
    )


def test_slides_come_in_order_each_under_its_title() -> None:
    first = shape("Text 2", "body", "more") + shape("Title 1", "Results", kind="title")
    document = read(pptx(first, shape("Box 1", "no title"), notes="say it"), "a.pptx")
    assert segments(document) == [
        ("heading", "Results"),
        ("paragraph", "body\nmore"),
        ("paragraph", "say it"),
        ("heading", "Slide 2"),
        ("paragraph", "no title"),
    ]
    assert [place(document, text) for text in ("Results", "more", "say it", "no title")] == [
        "slide 1, Title 1",
        "slide 1, Text 2",
        "slide 1, notes",
        "slide 2, Box 1",
    ]


def test_a_table_is_cited_by_slide_shape_and_cell() -> None:
    document = read(pptx(grid(["Region", "2026"], ["North", "12"])), "a.pptx")
    assert (place(document, "12"), heads(document)) == ("slide 1, Table 4, B2", ["Region", "2026"])


def test_slide_numbers_and_footers_stand_apart() -> None:
    document = read(pptx(shape("Footer 9", "draft", kind="ftr") + shape("Box", "text")), "a.pptx")
    assert segments(document)[1:] == [("paragraph", "text"), ("furniture", "draft")]


def test_more_slides_than_pages_may_be_are_refused() -> None:
    with pytest.raises(TooLarge, match="has 2 slides"):
        read(pptx(shape("a", "x"), shape("b", "y")), "a.pptx", IngestSettings(max_pages=1))
