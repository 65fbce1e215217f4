"""What stands on a page: running text and tables, and what beside it?"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.pdf_lines import Row, box_of
from ingest.pdf_notes import without_notes
from ingest.pdf_page import PageLayout, blocks_of
from ingest.pdf_paragraphs import Looks, Paragraph, paragraphs_of
from ingest.pdf_side import with_side_blocks
from ingest.pdf_table import Block, Table
from ingest.pdf_text import PageFrame


@dataclass(frozen=True, slots=True)
class PageParts:
    """`regions` are the running text, in reading order."""

    frame: PageFrame
    heads: list[Row]
    regions: list[list[Paragraph | Table]]
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
        notes=notes,
        annotations=[Paragraph(annotation.rows) for annotation in layout.annotations],
        feet=[row for row in furniture if box_of(row)[1] >= middle],
    )


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
