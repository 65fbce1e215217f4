from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Source
from engine.scan_runs import likeliest_runs, num_tokens_of, runs_of
from engine.tally import everything_in
from schemas.document import Passage, Piece
from tests.engine.reading import CITIES
from tests.engine.sources import question_about, source_of

DOCUMENT = source_of("x").document


def source_with(sizes: list[int]) -> Source:
    pieces = (Piece("x", 0),)
    return Source(DOCUMENT, [Passage(pieces, 0, 1, "", size) for size in sizes])


@given(st.lists(st.lists(st.integers(1, 50))), st.integers(1, 60))
def test_every_passage_is_in_one_run_of_one_document(sizes: list[list[int]], budget: int) -> None:
    sources = [source_with(each) for each in sizes]
    runs = runs_of(sources, budget)
    assert [place for run in runs for place in run] == list(everything_in(sources))
    for run in runs:
        assert len({source for source, _ in run}) == 1
        assert len(run) == 1 or num_tokens_of(run, sources) <= budget


def test_the_likeliest_runs_fit_the_budget_and_stay_in_order(tmp_path: Path) -> None:
    sources = [source_of(CITIES)]
    lookup = Lookup(sources, DiskCache(tmp_path, 1 << 20))
    runs = runs_of(sources, 40)
    asked = [question_about({"type": "string"}, name) for name in ("pau", "lyon")]
    kept = likeliest_runs(runs, sources, asked, lookup, 90)
    texts = [" ".join(sources[s].passages[p].text for s, p in run) for run in kept]
    assert [
        city for text in texts for city in ("Lyon", "Nice", "Pau", "Brest") if city in text
    ] == [
        "Lyon",
        "Pau",
    ]
    assert likeliest_runs(runs, sources, asked, lookup, 1) != []
