"""How do the values of a JSON file stand in a document's text?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.json_tree import JsonObject, Value, shown
from ingest.normalise import normalise
from ingest.text_writer import Range, TextWriter
from schemas.document import Document, Grid, SegmentKind
from schemas.errors import TooLarge
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings
from schemas.json_place import ANY_ITEM, MAX_POSITION, MAX_POSITIONS, step_of
from schemas.source_map import PlaceKind

Record = Mapping[tuple[str, ...], Value]


@dataclass(frozen=True, slots=True)
class Path:
    """The way to a value; positions in arrays are kept apart while there is room for them."""

    steps: str = ""
    positions: tuple[int, ...] = ()
    line: int = 0
    last_key: str = ""

    def key(self, key: str) -> Path:
        return replace(self, steps=f"{self.steps}/{step_of(key)}", last_key=key)

    def item(self, at: int) -> Path:
        if len(self.positions) < MAX_POSITIONS and at < MAX_POSITION:
            return replace(self, steps=f"{self.steps}/{ANY_ITEM}", positions=(*self.positions, at))
        return replace(self, steps=f"{self.steps}/{at}")


class JsonWriter:
    def __init__(self, name: str, limits: IngestSettings) -> None:
        self._name, self._limits = name, limits
        self._writer = TextWriter(limits.max_characters)
        self._labels: dict[str, int] = {}
        self._cells_left = limits.max_cells

    def heading(self, text: str, level: int, path: Path) -> None:
        if text := normalise(text):
            self._writer.gap("\n\n")
            span = self._writer.write(text)
            self._place(span, path)
            place = self._place_of(path)
            self._writer.segment(SegmentKind.HEADING, span[0], place, level=level)

    def lines(self, members: Sequence[tuple[str, Path, Value]]) -> None:
        """One paragraph of "key: value", the key and the value both at the value's place."""
        start = -1
        for key, path, value in members:
            items, key = _items_of(value, path), normalise(key)
            if not items and not key:
                continue
            self._writer.gap("\n\n" if start < 0 else "\n")
            start = self._writer.length if start < 0 else start
            if key:
                self._place(self._writer.write(f"{key}:"), path)
                self._writer.write(" " if items else "")
            self._write_items(items)
        if start >= 0:
            self._writer.segment(SegmentKind.PARAGRAPH, start, self._place_of(members[0][1]))

    def table(self, records: Sequence[Record], paths: Sequence[Path]) -> None:
        """Heads stand where the first record has them."""
        columns: dict[tuple[str, ...], int] = {}
        holders: list[Path] = []
        for record, path in zip(records, paths, strict=True):
            for keys in record:
                if keys not in columns:
                    columns[keys] = len(columns)
                    holders.append(_below(path, keys))
        grid = len(self._writer.grids)
        self._writer.gap("\n\n")
        head_start = self._writer.length
        cells: list[tuple[int, int, int, int]] = []
        for column, (keys, path) in enumerate(zip(columns, holders, strict=True)):
            if column:
                self._writer.write(" | ")
            span = self._writer.write(normalise(" ".join(keys)) or f"({column + 1})")
            self._place(span, path)
            cells.append((0, column, *span))
        heads = tuple((cell[2:],) for cell in cells)
        self._writer.segment(
            SegmentKind.ROW, head_start, self._place_of(holders[0]), grid=grid, row=0
        )
        for number, (record, path) in enumerate(zip(records, paths, strict=True), start=1):
            cells.extend(self._row(record, path, columns, number, grid))
        self._writer.grids.append(
            Grid(
                place=self._place_of(holders[0]),
                num_rows=len(records) + 1,
                num_columns=len(columns),
                num_head_rows=1,
                cells=np.array(cells, dtype=np.int32).reshape(-1, 4),
                heads=heads,
            )
        )

    def document(
        self,
        document_id: str,
        media_type: str,
        *,
        warnings: Sequence[Problem],
        metadata: Mapping[str, str],
    ) -> Document:
        return self._writer.document(
            document_id,
            self._name,
            media_type,
            kind=PlaceKind.POINTER,
            labels=tuple(self._labels),
            warnings=tuple(warnings),
            metadata=metadata,
        )

    def _row(
        self,
        record: Record,
        path: Path,
        columns: Mapping[tuple[str, ...], int],
        number: int,
        grid: int,
    ) -> list[tuple[int, int, int, int]]:
        cells: list[tuple[int, int, int, int]] = []
        for keys, value in sorted(record.items(), key=lambda member: columns[member[0]]):
            if items := _items_of(value, _below(path, keys)):
                self._writer.write(" | " if cells else "\n")
                cells.append((number, columns[keys], *self._write_items(items)))
        if cells:
            start = cells[0][2]
            self._writer.segment(
                SegmentKind.ROW, start, self._place_of(path), grid=grid, row=number
            )
        return cells

    def _write_items(self, items: Sequence[tuple[str, Path]]) -> Range:
        """What they take up, joined by ", "."""
        start = self._writer.length
        for at, (text, path) in enumerate(items):
            self._take_cell()
            if at:
                self._writer.write(", ")
            self._place(self._writer.write(text), path)
        return start, self._writer.length

    def _place(self, span: Range, path: Path) -> None:
        positions = (*path.positions, 0, 0, 0, 0)
        box = (positions[0], positions[1], positions[2], positions[3])
        self._writer.place(span, self._place_of(path), path.line, box)

    def _place_of(self, path: Path) -> int:
        return self._labels.setdefault(path.steps, len(self._labels) + 1)

    def _take_cell(self) -> None:
        self._cells_left -= 1
        if self._cells_left < 0:
            raise TooLarge(
                f"{self._name}: has more values than the limit of {self._limits.max_cells:,}; "
                "split the file or raise NEEDLEPOINT_INGEST__MAX_CELLS",
                param=self._name,
            )


def _below(path: Path, keys: Sequence[str]) -> Path:
    for key in keys:
        path = path.key(key)
    return path


def _items_of(value: Value, path: Path) -> list[tuple[str, Path]]:
    """The single values of a leaf that say something, as they are written."""
    if isinstance(value, list):
        found = [(shown(item), path.item(at)) for at, item in enumerate(value) if item is not None]
    else:
        found = [] if value is None or isinstance(value, JsonObject) else [(shown(value), path)]
    return [(text, inner) for item, inner in found if (text := normalise(item))]
