"""What stands on a page: running text and tables, and what beside it?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.pdf_lines import Row, box_of
from ingest.pdf_notes import without_notes
from ingest.pdf_page import PageLayout, blocks_of
from ingest.pdf_paragraphs import Looks, Paragraph, paragraphs_of
from ingest.pdf_side import with_side_blocks
from ingest.pdf_table import Block, Table
from ingest.pdf_text import PageFrame

_PLAIN = Looks(10.0, {})


@dataclass(frozen=True, slots=True)
class PageParts:
    """`regions` are the running text, in reading order; `pictures` what was read in pictures
    beside it, each with a frame of its own."""

    frame: PageFrame
    heads: list[Row]
    regions: list[list[Paragraph | Table]]
    pictures: list[tuple[PageFrame, list[list[Paragraph | Table]]]]
    notes: list[Paragraph]
    annotations: list[Paragraph]
    feet: list[Row]


def parts_of(layout: PageLayout, furniture: list[Row], looks: Looks) -> PageParts:
    middle = layout.words.height / 2
    regular = max(layout.sizes, key=lambda size: layout.sizes[size], default=looks.body_size)
    body_size = min(regular, looks.body_size)
    regions, notes = without_notes(blocks_of(layout, furniture), layout.lines.flat, body_size)
    return PageParts(
        frame=PageFrame.of(layout.number, layout.words.to_display),
        heads=[row for row in furniture if box_of(row)[1] < middle],
        regions=[_paragraphs(blocks, looks) for blocks in regions],
        pictures=[_picture(picture) for picture in layout.pictures],
        notes=notes,
        annotations=[Paragraph(annotation.rows) for annotation in layout.annotations],
        feet=[row for row in furniture if box_of(row)[1] >= middle],
    )


def _picture(layout: PageLayout) -> tuple[PageFrame, list[list[Paragraph | Table]]]:
    """Nothing in it is a heading."""
    frame = PageFrame.of(layout.number, layout.words.to_display)
    regions = [_paragraphs(blocks, _PLAIN) for blocks in blocks_of(layout, [])]
    return frame, [[_plain(block) for block in region] for region in regions]


def _plain(block: Paragraph | Table) -> Paragraph | Table:
    return block if isinstance(block, Table) else replace(block, level=0)


def _paragraphs(blocks: list[Block], looks: Looks) -> list[Paragraph | Table]:
    parts: list[Paragraph | Table] = []
    rows: list[Row] = []
    for block in blocks:
        if isinstance(block, Table):
            parts += [*_read(rows, looks), block]
            rows = []
        else:
            rows.append(block)
    return parts + _read(rows, looks)


def _read(rows: list[Row], looks: Looks) -> list[Paragraph]:
    return [p for run in with_side_blocks(rows) for p in paragraphs_of(run, looks)]
