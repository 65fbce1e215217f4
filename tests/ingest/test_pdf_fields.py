from __future__ import annotations

from typing import Any

import pymupdf
import pytest

from schemas.document import Document
from schemas.extraction import PageRegion
from tests.ingest.pdf_maker import pdf_of, read

TEXT, COMBO, TICK = (
    pymupdf.PDF_WIDGET_TYPE_TEXT,
    pymupdf.PDF_WIDGET_TYPE_COMBOBOX,
    pymupdf.PDF_WIDGET_TYPE_CHECKBOX,
)
RECT = (150, 88, 350, 104)


def _form(*fields: dict[str, Any], label: str = "Name:", drawn: bool = True) -> bytes:
    pdf = pymupdf.open(stream=pdf_of([[(72, 100, label)]]))
    page = pdf[0]
    for number, values in enumerate(fields):
        widget = pymupdf.Widget()
        widget.field_name, widget.rect = f"field {number}", pymupdf.Rect(values.pop("rect", RECT))
        for name, value in values.items():
            setattr(widget, name, value)
        page.add_widget(widget)
    return bytes(pdf.tobytes()) if drawn else _undrawn(pdf.tobytes())


def _undrawn(data: bytes) -> bytes:
    pdf = pymupdf.open(stream=data)
    for xref, _, _ in pdf[0].annot_xrefs():
        stream = int(pdf.xref_get_key(xref, "AP/N")[1].split()[0])
        pdf.update_stream(stream, b"q Q")
    return bytes(pdf.tobytes())


def _boxes(document: Document, quote: str) -> list[tuple[float, float, float, float]]:
    start = document.text.index(quote)
    [region] = document.source_map.regions(start, start + len(quote))
    assert isinstance(region, PageRegion)
    return region.bboxes


@pytest.mark.parametrize("drawn", [True, False])
def test_a_value_stands_once_after_its_label(drawn: bool) -> None:
    document = read(_form({"field_type": TEXT, "field_value": "Ann Ash"}, drawn=drawn))
    assert document.text == "Name: Ann Ash"


def test_a_value_that_is_not_drawn_stands_in_its_field() -> None:
    document = read(_form({"field_type": TEXT, "field_value": "Ann Ash"}, drawn=False))
    [box] = _boxes(document, "Ann Ash")
    assert box == pytest.approx(RECT, abs=0.1)


def test_lines_of_a_field_stand_one_under_the_other() -> None:
    value = {"field_type": TEXT, "field_value": "Ann Ash\nKent", "field_flags": 4096}
    document = read(_form({**value, "rect": (150, 88, 350, 150)}, drawn=False))
    assert [b[1] for b in _boxes(document, "Ann Ash Kent")] == pytest.approx([88, 100], abs=0.1)


def test_a_choice_is_read() -> None:
    choice = {"field_type": COMBO, "choice_values": ["France", "Spain"], "field_value": "Spain"}
    assert read(_form(choice, label="Country:")).text == "Country: Spain"


def test_boxes_are_ticked_or_not() -> None:
    ticks = [
        {"field_type": TICK, "field_value": True, "rect": (110, 90, 120, 100)},
        {"field_type": TICK, "field_value": False, "rect": (140, 90, 150, 100)},
    ]
    assert read(_form(*ticks, label="Agreed:")).text.replace(" | ", " ") == "Agreed: ☒ ☐"


def test_what_a_password_field_holds_is_not_told() -> None:
    secret = {"field_type": TEXT, "field_value": "secret", "field_flags": 1 << 13}
    assert read(_form(secret)).text == "Name:"


def test_a_hidden_field_is_not_told() -> None:
    pdf = pymupdf.open(stream=_form({"field_type": TEXT, "field_value": "old"}, drawn=False))
    [(xref, _, _)] = pdf[0].annot_xrefs()
    pdf.xref_set_key(xref, "F", "2")
    assert read(pdf.tobytes()).text == "Name:"


@pytest.mark.slow
def test_values_alone_do_not_make_a_picture_a_text() -> None:
    pdf = pymupdf.open(stream=_form({"field_type": TICK, "field_value": True}, label=" "))
    picture = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 8, 8))
    picture.clear_with(9)
    pdf[0].insert_image(pymupdf.Rect(0, 0, 400, 400), pixmap=picture)
    assert [warning.code for warning in read(pdf.tobytes()).warnings] == ["ocr_found_nothing"]
