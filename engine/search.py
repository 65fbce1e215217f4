"""Which passages of many documents fit a query best?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.disk_cache import DiskCache
from engine.lookup import Hit, IsAllowed, Lookup, Query, Source
from engine.sight import Sight
from schemas.document import Document, Passage
from schemas.extraction import FoundPassage
from schemas.search import SearchFilters
from schemas.source_map import PlaceKind


def found_passages(
    sources: Iterable[Source],
    query: str,
    cache: DiskCache,
    *,
    top: int,
    filters: SearchFilters | None = None,
    sight: Sight | None = None,
    owner: str = "",
) -> list[FoundPassage]:
    """Best first. Passages that the filters leave out are not ranked at all.

    Sources are taken one at a time, so that many documents need the memory of one, and each has
    the budget of `sight`. Without it words alone rank.
    """
    best: list[FoundPassage] = []
    asked = Query.of(query)
    looks = None if sight is None else sight.looks([query])
    for source in sources:
        if sight is not None:
            sight.renew()
        lookup = Lookup([source], cache, sight=sight, owner=owner)
        kept = filters or SearchFilters()
        lookup.look([asked], looks, None if kept == SearchFilters() else _allowed(kept, source))
        best += _found_in(source, lookup, asked, top, kept)
        best = sorted(best, key=lambda passage: -passage.score)[:top]
    return [
        passage.model_copy(update={"rank": rank, "score": round(passage.score, 4)})
        for rank, passage in enumerate(best, start=1)
    ]


def _found_in(
    source: Source, lookup: Lookup, query: Query, top: int, filters: SearchFilters
) -> Iterator[FoundPassage]:
    for hit in lookup.ranked(query, top, _allowed(filters, source)):
        if hit.score >= filters.min_score:
            yield _found(source, hit)


def _allowed(filters: SearchFilters, source: Source) -> IsAllowed:
    return lambda _, number: _passes(filters, source.document, source.passages[number])


def _found(source: Source, hit: Hit) -> FoundPassage:
    document, passage = source.document, source.passages[hit.passage]
    return FoundPassage(
        rank=1,
        score=hit.score,
        document=document.name,
        start=passage.start,
        stop=passage.stop,
        section=passage.section,
        text=document.text[passage.start : passage.stop],
        regions=document.source_map.regions(passage.start, passage.stop),
    )


def _passes(filters: SearchFilters, document: Document, passage: Passage) -> bool:
    if filters.section is not None:
        wanted = filters.section.casefold()
        if wanted not in passage.section.casefold():
            return False
    asks_pages = filters.first_page is not None or filters.last_page is not None
    if not asks_pages and filters.sheets is None:
        return True
    return (asks_pages and _is_on_pages(filters, document, passage)) or (
        filters.sheets is not None and _is_on_sheets(filters.sheets, document, passage)
    )


def _is_on_pages(filters: SearchFilters, document: Document, passage: Passage) -> bool:
    """Where it begins."""
    places = _places(document, passage, PlaceKind.PAGE)
    if not places:
        return False
    first, last = filters.first_page or 1, filters.last_page or places[0]
    return first <= places[0] <= last


def _is_on_sheets(sheets: list[str], document: Document, passage: Passage) -> bool:
    labels = document.source_map.labels
    return any(labels[place - 1] in sheets for place in _places(document, passage, PlaceKind.SHEET))


def _places(document: Document, passage: Passage, kind: PlaceKind) -> list[int]:
    """The pages or sheets that a passage stands on; none in a document that has no such."""
    source_map = document.source_map
    if source_map.kind is not kind:
        return []
    places: list[int] = source_map.place[source_map.rows(passage.start, passage.stop)].tolist()
    return places
