"""How do the results of many documents look as one table?

A row an item, a column a field. Next to each value stand its place (page and box, sheet and cell,
lines, part) and its confidence. An array is one cell, as JSON; in XLSX an array of objects has a
sheet of its own besides, a row an object. An item that failed is a row with its reason. Rows are
made one by one, so a grid of any length takes the memory of one item.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from jobs.exports import WORKBOOK_OPTIONS, Cell, SheetWriter, cell_of, safe_in_csv, sheet_name
from schemas import response_schema as response_schemas
from schemas.batches import BatchItem
from schemas.errors import InvalidSchema
from schemas.extraction import (
    Citation,
    Extraction,
    FieldResult,
    LineRegion,
    PageRegion,
    PointerRegion,
    Region,
    SheetRegion,
)
from schemas.response_schema import Kind

_ABOUT = ("item", "custom_id", "status", "documents", "reason", "extraction", "cost_usd")
_MOST_SHEETS = 100


@dataclass(frozen=True, slots=True)
class GridRow:
    item: BatchItem
    result: Extraction | None


@dataclass(frozen=True, slots=True)
class Columns:
    """JSON pointers of fields, and of those among them that are arrays of objects."""

    fields: tuple[str, ...]
    arrays: tuple[str, ...]


def columns_of(schemas: Iterable[Mapping[str, Any]]) -> Columns:
    """A schema that can not be read has no results, and so no columns."""
    fields: dict[str, Kind] = {}
    for schema in schemas:
        try:
            nodes = [node for _, node in response_schemas.parse(schema).questions()]
        except InvalidSchema:
            continue
        for node in nodes:
            fields.setdefault(node.path, node.kind)
    arrays = tuple(path for path, kind in fields.items() if kind is Kind.ROWS)
    return Columns(tuple(fields), arrays)


def grid_csv(columns: Columns, rows: Iterator[GridRow], *, with_places: bool) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    heads = _heads(columns, with_places)
    for cells in _with_first(heads, (_cells(columns, row, with_places) for row in rows)):
        writer.writerow([safe_in_csv(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def grid_lines(rows: Iterator[GridRow]) -> Iterator[str]:
    """All there is of an item: its output, and each field with its citations and their regions."""
    for row in rows:
        line = row.item.model_dump(mode="json", exclude={"result"})
        result = row.result
        line["output"] = result.output if result else None
        line["fields"] = (
            [field.model_dump(mode="json") for field in result.fields] if result else []
        )
        line["errors"] = [one.model_dump(mode="json") for one in result.errors] if result else []
        yield json.dumps(line, ensure_ascii=False) + "\n"


def write_grid_xlsx(
    columns: Columns, rows: Callable[[], Iterator[GridRow]], file: Path, *, with_places: bool
) -> None:
    """The rows are gone through once for each sheet."""
    workbook = xlsxwriter.Workbook(str(file), dict(WORKBOOK_OPTIONS))
    notes: list[str] = []
    taken = {"items", "notes", "history"}
    try:
        heads = workbook.add_format({"bold": True})
        sheet = SheetWriter(workbook.add_worksheet("items"), heads, notes)
        sheet.write(
            _heads(columns, with_places), (_cells(columns, row, with_places) for row in rows())
        )
        for path in columns.arrays[:_MOST_SHEETS]:
            name = sheet_name(path, taken)
            names = _names_in(path, rows())
            sheet = SheetWriter(workbook.add_worksheet(name), heads, notes)
            sheet.write(("item", "custom_id", *names), _array_rows(path, names, rows()))
            notes.append(f"The sheet {name} holds {path} of all items.")
        if len(columns.arrays) > _MOST_SHEETS:
            notes.append(f"Arrays past the first {_MOST_SHEETS} are in the sheet items alone.")
        about = SheetWriter(workbook.add_worksheet("notes"), heads, [])
        about.write(("note",), ([note] for note in notes))
    finally:
        workbook.close()


def place_of(citation: Citation) -> str:
    """In words: page 3 [72 100 200 112]; Prices!B7; lines 3-4; paragraph 12."""
    return ", ".join(dict.fromkeys(map(_region_place, citation.regions)))


def _region_place(region: Region) -> str:
    if isinstance(region, PageRegion):
        boxes = " ".join(f"[{' '.join(f'{side:g}' for side in box)}]" for box in region.bboxes)
        return f"page {region.page} {boxes}".strip()
    if isinstance(region, SheetRegion):
        return f"{region.sheet}!{region.range}"
    if isinstance(region, LineRegion):
        return f"lines {region.first_line}-{region.last_line}"
    if isinstance(region, PointerRegion):
        return region.pointer or "/"
    return f"{region.part} {region.range or ''}".strip()


def _heads(columns: Columns, with_places: bool) -> list[str]:
    heads = list(_ABOUT)
    for path in columns.fields:
        name = path.removeprefix("/")
        heads += [name, f"{name} (place)", f"{name} (confidence)"] if with_places else [name]
    return heads


def _cells(columns: Columns, row: GridRow, with_places: bool) -> list[Cell]:
    item = row.item
    cells: list[Cell] = [
        item.position,
        item.custom_id,
        item.status.value,
        "; ".join(item.documents),
        _reason(row),
        item.extraction,
        item.usage.cost_usd if item.usage else None,
    ]
    for path in columns.fields:
        cells += _field_cells(row.result, path, with_places, len(item.documents) > 1)
    return cells


def _reason(row: GridRow) -> str | None:
    if row.item.failure is not None:
        return f"{row.item.failure.code}: {row.item.failure.message}"
    if row.result is not None and row.result.errors:
        return "; ".join(
            ": ".join(part for part in (one.path, one.message) if part) for one in row.result.errors
        )
    return None


def _field_cells(
    result: Extraction | None, path: str, with_places: bool, names_documents: bool
) -> list[Cell]:
    if result is None:
        return [None] * (3 if with_places else 1)
    value = cell_of(_at(result.output, path))
    if not with_places:
        return [value]
    found = [
        field for field in result.fields if field.path == path or field.path.startswith(f"{path}/")
    ]
    places = dict.fromkeys(_places(found, names_documents))
    confidence = min((field.confidence for field in found), default=None)
    return [value, "; ".join(places) or None, None if confidence is None else round(confidence, 6)]


def _places(fields: Sequence[FieldResult], names_documents: bool) -> Iterator[str]:
    for field in fields:
        for citation in field.citations:
            place = place_of(citation)
            yield f"{citation.document}: {place}" if names_documents else place


def _at(output: Any, path: str) -> Any:
    for part in path.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        output = output.get(key) if isinstance(output, Mapping) else None
    return output


def _objects(path: str, row: GridRow) -> list[dict[str, Any]]:
    found = _at(row.result.output, path) if row.result else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _names_in(path: str, rows: Iterator[GridRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for one in _objects(path, row) for name in one))


def _array_rows(path: str, names: Sequence[str], rows: Iterator[GridRow]) -> Iterator[list[Cell]]:
    for row in rows:
        for one in _objects(path, row):
            yield [
                row.item.position,
                row.item.custom_id,
                *(cell_of(one.get(name)) for name in names),
            ]


def _with_first(first: Sequence[Cell], rest: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield first
    yield from rest
