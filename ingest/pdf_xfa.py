"""Is a PDF a form that its viewer makes up anew, so that what is seen may not be what was read?"""

from __future__ import annotations

import pymupdf

from schemas.extraction import Problem

_DYNAMIC = (
    "{name}: the pages of this form are made by the viewer (dynamic XFA); what was read is the "
    "page that stands in their place, and what was filled in is missing; print the form to a PDF "
    "from Adobe Acrobat and use that"
)
_STATIC = (
    "{name}: the form is described a second time for its viewer (XFA), which may show other values "
    "than the fields that were read; compare with the form as it is displayed"
)


def xfa_problems(pdf: pymupdf.Document, name: str) -> list[Problem]:
    catalog = pdf.pdf_catalog()
    if pdf.xref_get_key(catalog, "AcroForm/XFA")[0] == "null":
        return []
    needs_viewer = pdf.xref_get_key(catalog, "NeedsRendering")[1] == "true"
    if needs_viewer or not any(page.first_widget is not None for page in pdf):
        return [Problem(code="xfa_dynamic", message=_DYNAMIC.format(name=name), document=name)]
    return [Problem(code="xfa_form", message=_STATIC.format(name=name), document=name)]
