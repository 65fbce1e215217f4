"""What is said of a workbook that was not read as it stands, or that hides something?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.workbook_cells import Runs, SheetCells
from schemas.extraction import Problem
from schemas.source_map import column_letters

_MAX_LISTED = 20
_NOT_READ = {
    "xl/charts/": ("charts_not_read", "charts"),
    "xl/media/": ("pictures_not_read", "pictures"),
    "xl/externallinks/": ("links_not_read", "links to other workbooks"),
}


def problem(code: str, message: str, name: str) -> Problem:
    return Problem(code=code, message=message, document=name)


def hidden_parts(sheet: SheetCells, name: str) -> Iterator[Problem]:
    """What is hidden is read all the same."""
    where = f"sheet {sheet.name!r}"
    if sheet.is_hidden:
        yield problem("hidden_sheet", f"{where} is hidden; it was read too", name)
    if sheet.hidden_rows:
        count = sum(last - first + 1 for first, last in sheet.hidden_rows)
        told = _listed(sheet.hidden_rows, str)
        yield problem("hidden_rows", f"{where}: {count:,} hidden rows were read too: {told}", name)
    if sheet.hidden_columns:
        count = sum(last - first + 1 for first, last in sheet.hidden_columns)
        told = _listed(sheet.hidden_columns, column_letters)
        yield problem(
            "hidden_columns", f"{where}: {count:,} hidden columns were read too: {told}", name
        )


def formulas_without_value(cells: Sequence[str], sheet: str, name: str) -> Iterator[Problem]:
    if cells:
        listed = ", ".join(cells[:_MAX_LISTED]) + (", …" if len(cells) > _MAX_LISTED else "")
        yield problem(
            "formula_without_value",
            f"sheet {sheet!r}: {len(cells)} formulas have no stored value, so the formula itself "
            f"stands in the text: {listed}",
            name,
        )


def parts_not_read(parts: Sequence[str], name: str) -> Iterator[Problem]:
    """Of the names of a package's parts."""
    for prefix, (code, what) in _NOT_READ.items():
        count = sum(part.lower().startswith(prefix) and "/_rels/" not in part for part in parts)
        if count:
            yield problem(code, f"{what} are not read ({count} parts of the workbook)", name)


def _listed(runs: Runs, shown: object) -> str:
    assert callable(shown)
    told = [
        str(shown(first)) if first == last else f"{shown(first)}-{shown(last)}"
        for first, last in runs[:_MAX_LISTED]
    ]
    return ", ".join(told) + (", …" if len(runs) > _MAX_LISTED else "")
