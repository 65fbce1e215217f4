from __future__ import annotations

import pymupdf
import pytest

from tests.ingest.pdf_maker import pdf_of, read


def _xfa(*, has_field: bool, needs_viewer: bool) -> bytes:
    pdf = pymupdf.open(stream=pdf_of([[(72, 100, "Please wait...")]]))
    if has_field:
        widget = pymupdf.Widget()
        widget.field_name, widget.field_type = "name", pymupdf.PDF_WIDGET_TYPE_TEXT
        widget.rect, widget.field_value = pymupdf.Rect(150, 88, 350, 104), "Ada Lovelace"
        pdf[0].add_widget(widget)
    catalog = pdf.pdf_catalog()
    if not has_field:
        pdf.xref_set_key(catalog, "AcroForm", "<</Fields []>>")
    packet = pdf.get_new_xref()
    pdf.update_object(packet, "<<>>")
    pdf.update_stream(packet, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")
    kind, form = pdf.xref_get_key(catalog, "AcroForm")
    owner, key = (int(form.split()[0]), "XFA") if kind == "xref" else (catalog, "AcroForm/XFA")
    pdf.xref_set_key(owner, key, f"{packet} 0 R")
    if needs_viewer:
        pdf.xref_set_key(catalog, "NeedsRendering", "true")
    return bytes(pdf.tobytes())


@pytest.mark.parametrize(
    ("has_field", "needs_viewer"), [(False, False), (False, True), (True, True)]
)
def test_a_form_that_its_viewer_makes_is_said_to_be_one(
    has_field: bool, needs_viewer: bool
) -> None:
    [problem] = read(_xfa(has_field=has_field, needs_viewer=needs_viewer)).warnings
    assert problem.code == "xfa_dynamic"
    assert "print the form to a PDF" in problem.message


def test_the_fields_of_a_form_described_twice_are_read() -> None:
    document = read(_xfa(has_field=True, needs_viewer=False))
    assert "Ada Lovelace" in document.text
    assert [problem.code for problem in document.warnings] == ["xfa_form"]


def test_another_form_has_no_such_warning() -> None:
    assert not read(pdf_of([[(72, 100, "Please wait...")]])).warnings
