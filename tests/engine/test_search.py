from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Query, Source
from engine.search import found_passages
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.extraction import FoundPassage, PageRegion
from schemas.ingest_settings import IngestSettings
from schemas.search import SearchFilters
from tests.engine.sources import count_words, source_of
from tests.ingest.pdf_maker import pdf_of
from tests.ingest.workbooks import rows_bytes

CITIES = "\n\n".join(f"# {city}\n\nThe store in {city} sells shoes." for city in ("Lyon", "Nice"))
PAGES = [
    [(72.0, 200.0 + 90 * page, f"{text}.")]
    for page, text in enumerate(
        ["Shoes are sold in the store", "Every store has shoes", "The last store sells shoes too"],
        start=1,
    )
]


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path, 1 << 26)


def bytes_source(data: bytes, name: str) -> Source:
    document = document_of(data, name, IngestSettings())
    return Source(document, passages_of(document, count_words, 8))


@pytest.fixture
def sources() -> list[Source]:
    """Two headings, three pages, and a sheet called Data."""
    return [
        source_of(CITIES, "cities.md", passage_tokens=8),
        bytes_source(pdf_of(PAGES), "pages.pdf"),
        bytes_source(rows_bytes(["store", "goods"], ["Pau", "shoes"], ["Brest", "hats"]), "b.xlsx"),
    ]


def found(sources: list[Source], cache: DiskCache, **filters: Any) -> list[FoundPassage]:
    wanted = SearchFilters.model_validate(filters)
    return found_passages(sources, "store shoes", cache, top=10, filters=wanted)


def pages_of(passages: list[FoundPassage]) -> list[int]:
    """Where each begins; none of one that stands on no page."""
    regions = [passage.regions[0] for passage in passages]
    return [region.page for region in regions if isinstance(region, PageRegion)]


def test_documents_one_by_one_are_ranked_as_all_at_once(
    sources: list[Source], cache: DiskCache
) -> None:
    hits = Lookup(sources, cache).ranked(Query.of("store shoes"), 10)
    expected = [(sources[hit.source].document.name, round(hit.score, 4)) for hit in hits]
    passages = found(sources, cache)
    assert [(passage.document, passage.score) for passage in passages] == expected
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    assert {passage.document for passage in passages} == {"cities.md", "pages.pdf", "b.xlsx"}


def test_a_passage_is_its_slice_of_the_text(sources: list[Source], cache: DiskCache) -> None:
    by_name = {source.document.name: source.document for source in sources}
    for passage in found(sources, cache):
        document = by_name[passage.document]
        assert document.text[passage.start : passage.stop] == passage.text
        assert passage.regions == document.source_map.regions(passage.start, passage.stop)


def test_only_so_many_are_given(sources: list[Source], cache: DiskCache) -> None:
    best = found(sources, cache)[:2]
    assert found_passages(sources, "store shoes", cache, top=2) == best


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"first_page": 2}, [2, 3]),
        ({"last_page": 1}, [1]),
        ({"first_page": 2, "last_page": 2}, [2]),
        ({"first_page": 4}, []),
    ],
)
def test_of_pages_only_those_asked_for_are_searched(
    sources: list[Source], cache: DiskCache, pages: dict[str, Any], expected: list[int]
) -> None:
    assert sorted(pages_of(found(sources, cache, **pages))) == expected


def test_of_sheets_only_those_asked_for_are_searched(
    sources: list[Source], cache: DiskCache
) -> None:
    assert {p.document for p in found(sources, cache, sheets=["Data"])} == {"b.xlsx"}
    assert found(sources, cache, sheets=["Other"]) == []


def test_pages_and_sheets_are_each_asked_of_their_kind(
    sources: list[Source], cache: DiskCache
) -> None:
    passages = found(sources, cache, first_page=3, sheets=["Data"])
    assert {passage.document for passage in passages} == {"pages.pdf", "b.xlsx"}


def test_a_section_is_any_part_of_a_heading_in_any_case(
    sources: list[Source], cache: DiskCache
) -> None:
    assert {p.section for p in found(sources, cache, section="LYO")} == {"Lyon"}


def test_what_scores_less_is_left_out(sources: list[Source], cache: DiskCache) -> None:
    passages = found(sources, cache)
    least = passages[1].score
    assert found(sources, cache, min_score=least - 0.0001) == [
        passage for passage in passages if passage.score >= least
    ]


def test_what_the_filters_leave_out_takes_no_place(sources: list[Source], cache: DiskCache) -> None:
    wanted = SearchFilters(first_page=3)
    passages = found_passages(sources, "store page shoes", cache, top=1, filters=wanted)
    assert pages_of(passages) == [3]
