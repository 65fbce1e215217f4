"""What stands on one page of a PDF, in reading order?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.pdf_annotations import Annotation
from ingest.pdf_grids import with_number_tables
from ingest.pdf_lines import Row, rows_of
from ingest.pdf_regions import regions_of
from ingest.pdf_ruled import Lines, ruled_tables
from ingest.pdf_side import with_address_blocks
from ingest.pdf_side_notes import SideNote, side_notes
from ingest.pdf_table import Block
from ingest.pdf_text_grids import with_text_tables
from ingest.pdf_words import Fragment, PageWords, all_words


@dataclass(slots=True)
class PageLayout:
    """`rows` are all lines of the page, for finding its furniture. `pictures` are what was read
    in pictures beside its text, each in a frame of its own."""

    number: int
    label: str
    words: PageWords
    lines: Lines
    rows: list[Row]
    sizes: Counter[float] = field(default_factory=Counter)
    annotations: list[Annotation] = field(default_factory=list)
    pictures: list[PageLayout] = field(default_factory=list)


def layout_of(
    number: int,
    label: str,
    words: PageWords,
    lines: Lines,
    annotations: Sequence[Annotation] = (),
) -> PageLayout:
    """The same for the words of a text layer and for those that OCR has read."""
    sizes: Counter[float] = Counter()
    for word in all_words(words):
        sizes[round(word.size * 2) / 2] += len(word.text)
    return PageLayout(
        number=number,
        label=label,
        words=words,
        lines=lines,
        rows=rows_of(words.fragments),
        sizes=sizes,
        annotations=list(annotations),
    )


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The regions of a page, each a list of lines and tables, and what stands in its margins."""

    regions: list[list[Block]]
    side_notes: list[SideNote]


def blocks_of(layout: PageLayout, furniture: list[Row]) -> PageBlocks:
    """What stands on a page less its furniture."""
    taken = {id(word) for row in furniture for f in row for word in f.words}
    tables = ruled_tables([*layout.words.fragments, *layout.words.sideways], layout.lines)
    tables.sort(key=lambda table: table.y0)
    for table in tables:
        taken |= table.words
    fragments = _without(layout.words.fragments, taken)
    notes = side_notes(fragments)
    taken |= {id(word) for note in notes for row in note.rows for f in row for word in f.words}
    fragments = _without(fragments, taken)
    regions: list[list[Block]] = []
    for ruled in tables:
        above = [f for f in fragments if f.middle < ruled.y0]
        fragments = [f for f in fragments if f.middle >= ruled.y0]
        regions.extend(_read(above, layout.lines))
        regions.append([ruled.table])
    regions.extend(_read(fragments, layout.lines))
    sideways = _without(layout.words.sideways, taken)
    return PageBlocks(regions + [[[fragment]] for fragment in sideways], notes)


def _read(fragments: list[Fragment], lines: Lines) -> list[list[Block]]:
    return [
        [
            block
            for run in with_address_blocks(rows)
            for block in with_text_tables(with_number_tables(run, lines.flat))
        ]
        for rows in regions_of(fragments)
    ]


def _without(fragments: list[Fragment], taken: set[int]) -> list[Fragment]:
    """The fragments less the words that have been taken."""
    if not taken:
        return fragments
    left = []
    for fragment in fragments:
        words = [word for word in fragment.words if id(word) not in taken]
        if len(words) == len(fragment.words):
            left.append(fragment)
        elif words:
            left.append(Fragment(words))
    return left
