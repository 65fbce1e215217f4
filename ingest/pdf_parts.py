"""What stands on a page: running text and tables, and what beside it?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.pdf_lines import Row, box_of
from ingest.pdf_notes import without_notes
from ingest.pdf_page import PageLayout, blocks_of
from ingest.pdf_paragraphs import Looks, Paragraph, paragraphs_of
from ingest.pdf_side import with_side_blocks
from ingest.pdf_side_notes import SideNote
from ingest.pdf_table import Block, Table
from ingest.pdf_text import PageFrame

_PLAIN = Looks(10.0, {})


@dataclass(frozen=True, slots=True)
class PageParts:
    """`regions` are the running text, in reading order; `pictures` what was read in pictures
    beside it, each with a frame of its own; `beside` the notes in the margin, by the id of the
    paragraph that they belong to."""

    frame: PageFrame
    heads: list[Row]
    regions: list[list[Paragraph | Table]]
    pictures: list[tuple[PageFrame, list[list[Paragraph | Table]]]]
    notes: list[Paragraph]
    annotations: list[Paragraph]
    feet: list[Row]
    beside: dict[int, list[Paragraph]]


def parts_of(layout: PageLayout, furniture: list[Row], looks: Looks) -> PageParts:
    middle = layout.words.height / 2
    regular = max(layout.sizes, key=lambda size: layout.sizes[size], default=looks.body_size)
    body_size = min(regular, looks.body_size)
    blocks = blocks_of(layout, furniture)
    left, notes = without_notes(blocks.regions, layout.lines.flat, body_size)
    regions = [_paragraphs(region, looks) for region in left]
    beside, others = _beside(regions, blocks.side_notes)
    return PageParts(
        frame=PageFrame.of(layout.number, layout.words.to_display),
        heads=[row for row in furniture if box_of(row)[1] < middle],
        regions=regions,
        pictures=[_picture(picture) for picture in layout.pictures],
        notes=others + notes,
        annotations=[Paragraph(annotation.rows) for annotation in layout.annotations],
        feet=[row for row in furniture if box_of(row)[1] >= middle],
        beside=beside,
    )


def _beside(
    regions: list[list[Paragraph | Table]], notes: list[SideNote]
) -> tuple[dict[int, list[Paragraph]], list[Paragraph]]:
    """The notes by the paragraph that they begin beside; and those that stand beside none."""
    paragraphs = [block for region in regions for block in region if isinstance(block, Paragraph)]
    found: dict[int, list[Paragraph]] = {}
    others: list[Paragraph] = []
    for note in notes:
        owner = _owner(paragraphs, note.y)
        own = others if owner is None else found.setdefault(id(owner), [])
        own.append(Paragraph(note.rows))
    return found, others


def _owner(paragraphs: list[Paragraph], y: float) -> Paragraph | None:
    """The last that begins at that height or above; what follows a heading rather than it."""
    above = [at for at, p in enumerate(paragraphs) if box_of(p.rows[0])[1] <= y]
    if not above:
        return paragraphs[0] if paragraphs else None
    owner = max(above, key=lambda at: box_of(paragraphs[at].rows[0])[1])
    is_followed = paragraphs[owner].level > 0 and owner + 1 < len(paragraphs)
    return paragraphs[owner + is_followed]


def _picture(layout: PageLayout) -> tuple[PageFrame, list[list[Paragraph | Table]]]:
    """Nothing in it is a heading."""
    frame = PageFrame.of(layout.number, layout.words.to_display)
    regions = [_paragraphs(blocks, _PLAIN) for blocks in _all_blocks(layout)]
    return frame, [[_plain(block) for block in region] for region in regions]


def _all_blocks(layout: PageLayout) -> list[list[Block]]:
    blocks = blocks_of(layout, [])
    return blocks.regions + [[*note.rows] for note in blocks.side_notes]


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
