"""How do a document's text, segments, grids and source map grow in step?"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from schemas.document import Attachment, Document, Grid, Page, Segment, SegmentKind, Sheet
from schemas.extraction import Problem
from schemas.source_map import PlaceKind, SourceMap

_BATCH = 1 << 16
Ints = npt.NDArray[np.int32]
Range = tuple[int, int]
CellBox = tuple[int, int, int, int]
NO_BOX: CellBox = (0, 0, 0, 0)


class TextTooLong(Exception):
    """The text is past its limit: it is refused as it is written, before it fills memory."""


class TextWriter:
    """Text is only ever appended, so every range handed out stays right."""

    def __init__(self, max_characters: int = (1 << 31) - 1) -> None:
        self.length = 0
        self._max_characters = max_characters
        self.grids: list[Grid] = []
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self._origins = array("i")  # start, stop, place, line for each unit
        self._boxes = array("f")
        self._path: list[tuple[int, str]] = []  # level and text of the headings above
        self._section_starts = array("i")
        self._sections: list[str] = []

    def gap(self, white_space: str) -> None:
        """White space between segments; none before the first."""
        if self.length:
            self.write(white_space)

    def write(self, text: str) -> Range:
        start = self.length
        self._parts.append(text)
        self.length += len(text)
        if self.length > self._max_characters:
            raise TextTooLong
        return start, self.length

    def place(self, span: Range, place: int, line: int, box: CellBox = NO_BOX) -> None:
        """Say where a range stands; ranges come in the order of the text."""
        self._origins.extend((*span, place, line))
        self._boxes.extend(box)

    def write_cells(
        self, text: str, starts: Ints, stops: Ints, place: int, lines: Ints, boxes: Ints
    ) -> None:
        """Many placed ranges at once, in the order of the text; they count from its start."""
        base = self.length
        self.write(text)
        for at in range(0, len(starts), _BATCH):
            part = slice(at, at + _BATCH)
            origins = np.empty((len(starts[part]), 4), dtype=np.int32)
            origins[:, 0], origins[:, 1] = starts[part] + base, stops[part] + base
            origins[:, 2], origins[:, 3] = place, lines[part]
            self._origins.frombytes(origins.tobytes())
            self._boxes.frombytes(boxes[part].astype(np.float32).tobytes())

    def segment(
        self,
        kind: SegmentKind,
        start: int,
        place: int,
        *,
        level: int = 0,
        grid: int = -1,
        row: int = -1,
    ) -> None:
        """A segment from `start` to the end of what is written."""
        self._segments.append(Segment(kind, start, self.length, place, level, grid, row))

    def segment_to(
        self, kind: SegmentKind, start: int, stop: int, place: int, grid: int, row: int
    ) -> None:
        """A segment that ends before the end of what is written."""
        self._segments.append(Segment(kind, start, stop, place, 0, grid, row))

    def section(self, start: int, level: int, heading: str) -> None:
        """From `start` on, what is written stands under this heading and those above it; level 0
        and no heading end them all."""
        path = [(n, text) for n, text in self._path if n < level]
        self._path = [*path, (level, heading)] if heading else path
        self._section_starts.append(start)
        self._sections.append(" > ".join(text for _, text in self._path))

    def document(
        self,
        document_id: str,
        name: str,
        media_type: str,
        *,
        kind: PlaceKind,
        labels: tuple[str, ...] = (),
        pages: tuple[Page, ...] = (),
        sheets: tuple[Sheet, ...] = (),
        warnings: tuple[Problem, ...] = (),
        metadata: Mapping[str, str] | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> Document:
        return Document(
            id=document_id,
            name=name,
            media_type=media_type,
            text="".join(self._parts),
            segments=tuple(self._segments),
            grids=tuple(self.grids),
            source_map=self._source_map(kind, labels),
            pages=pages,
            sheets=sheets,
            warnings=warnings,
            metadata=dict(metadata or {}),
            attachments=attachments,
        )

    def _source_map(self, kind: PlaceKind, labels: tuple[str, ...]) -> SourceMap:
        origins = np.frombuffer(self._origins, dtype=np.int32).reshape(-1, 4)
        boxes = np.frombuffer(self._boxes, dtype=np.float32).reshape(-1, 4)
        start, stop, place, line = (np.ascontiguousarray(column) for column in origins.T)
        return SourceMap(
            *(kind, start, stop, place, line, boxes, labels),
            section_starts=np.array(self._section_starts, dtype=np.int32),
            sections=tuple(self._sections),
        )
