"""How does a person read what was understood of a document?"""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from api.places import visible
from schemas.inspection import InspectedOcr, InspectedSheet, Inspection


def inspection_table(inspection: Inspection) -> Table:
    table = Table(title=visible(inspection.name), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(overflow="fold")  # a SHA-256 is copied whole or not at all
    for name, value in _rows(inspection):
        table.add_row(name, value)
    return table


def _rows(inspection: Inspection) -> Iterator[tuple[str, str]]:
    yield "type", inspection.media_type
    yield "SHA-256", inspection.id
    if inspection.pages:
        yield "pages", f"{inspection.pages:,}"
    for sheet in inspection.sheets:
        yield f"sheet {visible(sheet.name)}", _size_of(sheet)
    yield "tables", f"{inspection.tables:,}"
    for kind, number in inspection.segments.items():
        yield f"{kind} segments", f"{number:,}"
    yield "characters", f"{inspection.characters:,}"
    yield "tokens", f"{inspection.tokens:,}"
    yield "passages", f"{inspection.passages:,}"
    if inspection.ocr:
        yield "read by OCR", _ocr_line(inspection.ocr)
    if inspection.attachments:
        yield "attached files", f"{inspection.attachments:,}"
    if inspection.partial:
        yield "read", "in part: the warnings say what was not"
    yield "warnings", f"{len(inspection.warnings):,}"
    yield "seconds", f"{inspection.seconds:.2f}{' (cached)' if inspection.cached else ''}"


def _size_of(sheet: InspectedSheet) -> str:
    formulas = f", {sheet.formulas:,} formulas" if sheet.formulas else ""
    hidden = ", hidden" if sheet.hidden else ""
    return f"{sheet.rows:,} rows × {sheet.columns:,} columns{formulas}{hidden}"


def _ocr_line(ocr: InspectedOcr) -> str:
    pages = f"{len(ocr.pages):,} page{'s' if len(ocr.pages) > 1 else ''}"
    lowest = f"lowest {ocr.lowest_confidence:.2f} on page {ocr.lowest_page:,}"
    return f"{pages}, confidence {ocr.mean_confidence:.3f}, {lowest}"
