"""Which words of a page lead to an address elsewhere?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymupdf

from schemas.document import Link
from schemas.extraction import Box
from schemas.source_map import SourceMap


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A box of a page as displayed, and the address it leads to."""

    page: int
    box: Box
    uri: str


def link_areas(page: pymupdf.Page) -> Iterator[LinkArea]:
    """Links to places in the document itself are not told."""
    link = pymupdf.mupdf.fz_load_links(page.this)
    while link.m_internal:
        uri = str(link.uri())
        if pymupdf.mupdf.fz_is_external_link(uri):
            rect = link.rect()
            yield LinkArea(page.number + 1, (rect.x0, rect.y0, rect.x1, rect.y1), uri)
        link = link.next()


def links_of(areas: Sequence[LinkArea], source: SourceMap) -> tuple[Link, ...]:
    """Each link with the run of the text that its area covers, if any."""
    if not areas:
        return ()
    order = np.argsort(source.place, kind="stable")
    pages = source.place[order]
    links: list[Link] = []
    for area in areas:
        first, last = np.searchsorted(pages, [area.page, area.page + 1])
        rows = order[first:last]
        middles = (source.boxes[rows, :2] + source.boxes[rows, 2:]) / 2
        x0, y0, x1, y1 = area.box
        inside = (middles >= (x0, y0)).all(axis=1) & (middles <= (x1, y1)).all(axis=1)
        links.append(_link(area, rows[inside], source))
    return tuple(links)


def _link(area: LinkArea, rows: npt.NDArray[np.intp], source: SourceMap) -> Link:
    """The first run of words that follow one another: notes may stand over the same place."""
    if not len(rows):
        return Link(area.uri, area.page)
    runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    run = runs[0]
    return Link(area.uri, area.page, int(source.start[run[0]]), int(source.stop[run[-1]]))
