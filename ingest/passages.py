"""Into which passages is a document cut, so that each can be read alone?

Whole paragraphs and rows, merged up to a budget of tokens, never across a heading of the top
level. A heading stands with what follows it, and a row carries the heads of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice

from ingest.passage_cuts import CountTokens, cut
from ingest.passage_rows import GridRows, Part, PartedPieces
from schemas.document import Document, Passage, Piece, Segment, SegmentKind

_BATCH = 4096
_BREAK = Piece("\n")
_ANNOTATION = Piece("Annotation: ")
_SECTION_GLUE = " > "


def passages_of(document: Document, count_tokens: CountTokens, budget: int) -> list[Passage]:
    """In the order of the document. A passage is over the budget only where a single row and
    the headings right above it are."""
    return list(passages_in(document, count_tokens, budget))


def passages_in(document: Document, count_tokens: CountTokens, budget: int) -> Iterator[Passage]:
    """One after another, so that those of a large document need not be held at once."""
    batched = _Batched(count_tokens)
    units = _units(document, batched)
    runs = _runs(_fitted(document.text, units, batched, budget), budget)
    while batch := list(islice(runs, _BATCH)):
        joined = [_joined(document.text, run) for run in batch]
        whole = [len(run) > 1 for run in batch]  # a single unit was counted before
        counts = iter(batched([_text_of(parts) for parts in compress(joined, whole)]))
        for run, parts, is_counted in zip(batch, joined, whole, strict=True):
            num_tokens = next(counts) if is_counted else run[0].num_tokens
            pieces = _pieces_of(parts)
            yield Passage(pieces, run[0].start, run[-1].stop, run[-1].section, num_tokens)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is not parted: a heading, a paragraph, a row."""

    parts: list[Part]
    start: int
    stop: int
    num_tokens: int
    section: str
    chapter: int
    is_heading: bool
    is_row: bool


@dataclass(frozen=True, slots=True)
class _Batched:
    """Counts in batches, so that the tokenizer's call costs little and its memory is bounded."""

    count_tokens: CountTokens

    def __call__(self, texts: Sequence[str]) -> list[int]:
        counts: list[int] = []
        for start in range(0, len(texts), _BATCH):
            counts.extend(self.count_tokens(texts[start : start + _BATCH]))
        return counts


def _units(document: Document, count_tokens: CountTokens) -> Iterator[_Unit]:
    segments = [s for s in document.segments if s.kind is not SegmentKind.FURNITURE]
    rows = [GridRows(document.text, grid, at) for at, grid in enumerate(document.grids)]
    sections = _sections(document.text, segments)
    for at in range(0, len(segments), _BATCH):
        some = segments[at : at + _BATCH]
        all_parts = [_parts_of(document.text, rows, segment) for segment in some]
        counts = count_tokens([_text_of(parts) for parts in all_parts])
        for segment, parts, count in zip(some, all_parts, counts, strict=True):
            section, chapter = next(sections)
            if parts:
                yield _Unit(
                    parts,
                    segment.start,
                    segment.stop,
                    count,
                    section,
                    chapter,
                    segment.kind is SegmentKind.HEADING,
                    segment.kind is SegmentKind.ROW,
                )


def _parts_of(text: str, rows: Sequence[GridRows], segment: Segment) -> list[Part]:
    if segment.kind is SegmentKind.ROW and segment.grid >= 0:
        part = rows[segment.grid].part(segment.row)
        return [] if part is None else [part]
    own = text[segment.start : segment.stop]
    if not own.strip():
        return []
    piece = Piece(own, segment.start)
    return [_ANNOTATION, piece] if segment.kind is SegmentKind.ANNOTATION else [piece]


def _sections(text: str, segments: Sequence[Segment]) -> Iterator[tuple[str, int]]:
    """The headings above each segment, itself included, and the number of its chapter."""
    path: list[tuple[int, str]] = []
    top = min((s.level for s in segments if s.kind is SegmentKind.HEADING), default=0)
    section, chapter = "", 0
    for segment in segments:
        if segment.kind is SegmentKind.HEADING:
            path = [above for above in path if above[0] < segment.level]
            path.append((segment.level, text[segment.start : segment.stop]))
            section = _SECTION_GLUE.join(heading for _, heading in path)
            chapter += segment.level == top
        yield section, chapter


def _fitted(
    text: str, units: Iterable[_Unit], count_tokens: CountTokens, budget: int
) -> Iterator[_Unit]:
    """Units that fit, those that are too long cut; under headings there is less room."""
    room = budget
    for unit in units:
        limit = room if unit.section else budget
        fits = unit.num_tokens <= limit or unit.is_row
        parts = [unit] if fits else _cut(text, unit, count_tokens, budget, limit)
        yield from parts
        is_short_heading = unit.is_heading and len(parts) == 1 and unit.num_tokens < room // 2
        room = room - unit.num_tokens - 1 if is_short_heading else budget


def _cut(text: str, unit: _Unit, count_tokens: CountTokens, budget: int, first: int) -> list[_Unit]:
    spans = cut(text, (unit.start, unit.stop), count_tokens, budget, first)
    counts = count_tokens([text[start:stop] for start, stop in spans])
    return [
        _Unit([Piece(text[a:b], a)], a, b, count, unit.section, unit.chapter, False, False)
        for (a, b), count in zip(spans, counts, strict=True)
    ]


def _runs(units: Iterator[_Unit], budget: int) -> Iterator[list[_Unit]]:
    """Runs of units that make a passage each."""
    run: list[_Unit] = []
    headings: list[_Unit] = []
    for unit in units:
        before = headings or run
        if before and unit.chapter != before[-1].chapter:
            yield from _closed(run, headings)
            run, headings = [], []
        if unit.is_heading:
            headings.append(unit)
            continue
        if run and not _has_room(run, [*headings, unit], budget):
            yield run
            run = []
        run = [*run, *headings, unit] if headings else _appended(run, unit)
        headings = []
    yield from _closed(run, headings)


def _appended(run: list[_Unit], unit: _Unit) -> list[_Unit]:
    run.append(unit)
    return run


def _closed(run: list[_Unit], headings: list[_Unit]) -> Iterator[list[_Unit]]:
    """What is left at the end of a chapter; headings that nothing follows stay with it."""
    if run or headings:
        yield [*run, *headings]


def _has_room(run: list[_Unit], more: list[_Unit], budget: int) -> bool:
    """A new section begins a new passage once this one is half full."""
    used = sum(unit.num_tokens + 1 for unit in run)
    if more[0].is_heading and used > budget // 2:
        return False
    return used + sum(unit.num_tokens + 1 for unit in more) <= budget + 1


def _joined(text: str, run: Sequence[_Unit]) -> list[Part]:
    """The parts of a run; what stands together in the document becomes one piece."""
    parts: list[Part] = []
    start = stop = -1  # of the last piece, where it is the whole of its unit
    for unit in run:
        is_plain = len(unit.parts) == 1 and isinstance(unit.parts[0], Piece)
        if is_plain and stop >= 0 and not text[stop : unit.start].strip():
            parts[-1] = Piece(text[start : unit.stop], start)
            stop = unit.stop
            continue
        if parts:
            parts.append(_BREAK)
        parts.extend(unit.parts)
        start, stop = (unit.start, unit.stop) if is_plain else (-1, -1)
    return parts


def _text_of(parts: Sequence[Part]) -> str:
    return "".join([part.text for part in parts])


def _pieces_of(parts: Sequence[Part]) -> Sequence[Piece]:
    pieces = tuple(part for part in parts if isinstance(part, Piece))
    return pieces if len(pieces) == len(parts) else PartedPieces(parts)
