"""How are a document and its passages kept as arrays, and read back the same?

Long columns are arrays; names, warnings and formulas are one run of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.passage_arrays import passage_columns, passages_of_arrays
from schemas.document import (
    Attachment,
    Document,
    Grid,
    Link,
    Page,
    Passage,
    Segment,
    SegmentKind,
    Sheet,
)
from schemas.extraction import Problem
from schemas.source_map import PlaceKind, SourceMap

Array = npt.NDArray[Any]
_KINDS = tuple(SegmentKind)
_RUNS = ("hidden_rows", "hidden_columns")


def arrays_of(document: Document, passages: Iterable[Passage]) -> dict[str, Array]:
    """The passages are gone through once, and not kept."""
    return {
        "text": _bytes_array(document.text),
        "about": _bytes_array(json.dumps(_about(document))),
        "segments": _segment_rows(document.segments),
        **_grid_columns(document.grids),
        **_map_columns(document.source_map),
        **passage_columns(passages),
    }


def document_of_arrays(arrays: Mapping[str, Array]) -> tuple[Document, list[Passage]]:
    """The arrays may be views of a file; the document holds on to some of them."""
    text = _text_of(arrays["text"])
    about = _about_of(arrays)
    document = Document(
        id=about["id"],
        name=about["name"],
        media_type=about["media_type"],
        text=text,
        segments=tuple(Segment(_KINDS[kind], *rest) for kind, *rest in arrays["segments"].tolist()),
        grids=_grids(arrays),
        source_map=source_map_of_arrays(arrays),
        pages=_pages(about),
        sheets=_sheets(about),
        warnings=tuple(Problem.model_validate(problem) for problem in about["warnings"]),
        metadata=about["metadata"],
        links=tuple(Link(*link) for link in about["links"]),
        attachments=tuple(Attachment(*attachment) for attachment in about["attachments"]),
    )
    return document, passages_of_arrays(text, document.grids, arrays)


def source_map_of_arrays(arrays: Mapping[str, Array]) -> SourceMap:
    """Without the rest of the document; its columns are the arrays themselves."""
    about = _about_of(arrays)
    return SourceMap(
        PlaceKind(about["map_kind"]),
        arrays["map_start"],
        arrays["map_stop"],
        arrays["map_place"],
        arrays["map_line"],
        arrays["map_boxes"],
        tuple(about["map_labels"]),
        arrays.get("map_confidence", np.zeros(0, dtype=np.float32)),  # older files have none
        arrays.get("map_section_starts", np.zeros(0, dtype=np.int32)),
        tuple(about.get("map_sections", ())),
    )


def places_of_arrays(arrays: Mapping[str, Array]) -> tuple[tuple[Page, ...], tuple[Sheet, ...]]:
    """The pages and the sheets, without the rest of the document."""
    about = _about_of(arrays)
    return _pages(about), _sheets(about)


def _about_of(arrays: Mapping[str, Array]) -> dict[str, Any]:
    return dict(json.loads(_text_of(arrays["about"])))


def _pages(about: Mapping[str, Any]) -> tuple[Page, ...]:
    return tuple(Page(**page) for page in about["pages"])


def _sheets(about: Mapping[str, Any]) -> tuple[Sheet, ...]:
    return tuple(_sheet_of(sheet) for sheet in about["sheets"])


def _sheet_of(sheet: Mapping[str, Any]) -> Sheet:
    runs = {name: tuple(map(tuple, sheet.get(name, ()))) for name in _RUNS}
    return Sheet(**{**sheet, **runs})


def _bytes_array(text: str) -> Array:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _text_of(array: Array) -> str:
    return str(np.ascontiguousarray(array).data, "utf-8", "surrogatepass")


def _about(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "media_type": document.media_type,
        "metadata": dict(document.metadata),
        "warnings": [problem.model_dump() for problem in document.warnings],
        "pages": [
            {"number": p.number, "label": p.label, "width": p.width, "height": p.height}
            for p in document.pages
        ],
        "sheets": [
            {
                "name": s.name,
                "num_rows": s.num_rows,
                "num_columns": s.num_columns,
                "is_hidden": s.is_hidden,
                "formulas": dict(s.formulas),
                "hidden_rows": s.hidden_rows,
                "hidden_columns": s.hidden_columns,
                "names": dict(s.names),
                "num_comments": s.num_comments,
            }
            for s in document.sheets
        ],
        "links": [astuple(link) for link in document.links],
        "attachments": [astuple(attachment) for attachment in document.attachments],
        "map_kind": document.source_map.kind,
        "map_labels": list(document.source_map.labels),
        "map_sections": list(document.source_map.sections),
    }


def _segment_rows(segments: Sequence[Segment]) -> Array:
    kinds = {kind: number for number, kind in enumerate(_KINDS)}
    rows = [(kinds[s.kind], s.start, s.stop, s.place, s.level, s.grid, s.row) for s in segments]
    return np.array(rows, dtype=np.int32).reshape(-1, 7)


def _grid_columns(grids: Sequence[Grid]) -> dict[str, Array]:
    sizes = [
        (g.place, g.num_rows, g.num_columns, g.num_head_rows, len(g.cells), len(g.heads))
        for g in grids
    ]
    heads = [
        (len(column), *span) for g in grids for column in g.heads for span in column or [(0, 0)]
    ]
    cells = [grid.cells for grid in grids] or [np.zeros((0, 4), dtype=np.int32)]
    return {
        "grid_sizes": np.array(sizes, dtype=np.int32).reshape(-1, 6),
        "grid_heads": np.array(heads, dtype=np.int32).reshape(-1, 3),
        "grid_cells": np.concatenate(cells).astype(np.int32, copy=False),
    }


def _grids(arrays: Mapping[str, Array]) -> tuple[Grid, ...]:
    """A column's heads are as many rows as the first of them says, one of 0 for none."""
    heads = iter(arrays["grid_heads"].tolist())
    grids = []
    stop = 0
    for place, num_rows, num_columns, num_head_rows, num_cells, num_heads in arrays[
        "grid_sizes"
    ].tolist():
        start, stop = stop, stop + num_cells
        cells = arrays["grid_cells"][start:stop]
        columns = tuple(_column_heads(heads) for _ in range(num_heads))
        grids.append(Grid(place, num_rows, num_columns, num_head_rows, cells, columns))
    return tuple(grids)


def _column_heads(rows: Any) -> tuple[tuple[int, int], ...]:
    count, start, stop = next(rows)
    if not count:
        return ()
    rest = [next(rows)[1:] for _ in range(count - 1)]
    return ((start, stop), *((start, stop) for start, stop in rest))


def _map_columns(source_map: SourceMap) -> dict[str, Array]:
    return {
        "map_start": source_map.start,
        "map_stop": source_map.stop,
        "map_place": source_map.place,
        "map_confidence": source_map.confidence,
        "map_line": source_map.line,
        "map_boxes": source_map.boxes,
        "map_section_starts": source_map.section_starts,
    }
