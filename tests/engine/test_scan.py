from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from engine.gemma3 import Gemma3
from engine.lookup import Source
from engine.output import fields_of
from schemas.errors import Cancelled, InvalidInput
from schemas.extraction import FieldStatus, Mode
from tests.engine.reading import CITIES, TEXT, Setup
from tests.engine.sources import source_of

NAMES = {"type": "array", "items": TEXT}
COUNT = {"type": "integer", "x-needlepoint": {"reduce": "count", "of": "stores"}}
ROWS = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": TEXT, "amount": {"type": "integer"}}},
}


@pytest.fixture
def setup(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Setup:
    return Setup(tiny_model, tiny_tokenizer, tmp_path / "reader")


def test_a_scan_reads_every_passage_part_by_part(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    reading = setup.read(sources, {"lyon": TEXT}, mode=Mode.SCAN, scan_run_tokens=40)
    assert (reading.mode, reading.coverage.share_read) == (Mode.SCAN, 1.0)
    prefixes = [entry for entry in setup.cache.entries() if entry.kind == "prefix"]
    assert len(prefixes) == len({passage.text for passage in sources[0].passages})


def test_an_operator_makes_it_a_scan(setup: Setup) -> None:
    sources = [source_of("The agent is Ann.")]
    assert setup.read(sources, {"agent": TEXT, "stores": COUNT}).mode is Mode.SCAN
    assert setup.read(sources, {"agent": TEXT}).mode is Mode.DENSE


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.INDEXED])
def test_an_operator_in_another_mode_is_refused(setup: Setup, mode: Mode) -> None:
    with pytest.raises(InvalidInput, match="/stores asks for 'count' of whole documents"):
        setup.read([source_of("It is Ann.")], {"stores": COUNT}, mode=mode)


def test_a_count_is_the_number_of_what_is_listed(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    asked: dict[str, Any] = {"names": {**NAMES, "description": "stores"}, "stores": COUNT}
    reading = setup.read(sources, asked, mode=Mode.SCAN, absent_threshold=2.0)
    names, count = reading.findings
    assert count.value == len(names.value) > 0
    starts = [place.start for leaf in names.leaves for place in leaf.places[:1]]
    assert starts == sorted(starts)


def test_nothing_counts_where_null_is_always_answered(setup: Setup) -> None:
    asked: dict[str, Any] = {"names": NAMES, "stores": COUNT, "agent": TEXT}
    reading = setup.read([source_of(CITIES)], asked, mode=Mode.SCAN, absent_threshold=1e-9)
    assert {finding.leaves[0].status for finding in reading.findings} == {FieldStatus.ABSENT}


def test_what_is_foreseen_of_a_scan_is_what_is_counted(setup: Setup) -> None:
    sources = [source_of(CITIES), source_of("The agent is Ann.", "b.txt")]
    asked: dict[str, Any] = {"lyon": TEXT, "names": NAMES, "stores": COUNT, "rows": ROWS}
    before = setup.outlook(sources, asked, Mode.SCAN)
    first = setup.read(sources, asked, mode=Mode.SCAN)
    between = setup.outlook(sources, asked, Mode.SCAN)
    second = setup.read(sources, asked, mode=Mode.SCAN)
    assert (before.mode, before.prompt_tokens) == (Mode.SCAN, first.usage.prompt_tokens)
    assert between.cached_tokens == second.usage.cached_tokens > 0
    assert second.findings == first.findings


def test_what_is_past_the_limit_is_left_out_and_told(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    reading = setup.read(sources, {"pau": TEXT}, mode=Mode.SCAN, scan_tokens=60, scan_run_tokens=40)
    coverage = reading.coverage
    assert 0 < coverage.num_tokens_read <= 60 < coverage.num_tokens
    ((code, told),) = reading.findings[0].notes
    left = coverage.num_tokens - coverage.num_tokens_read
    assert code == "scan_left_out"
    assert told.startswith(f"{left} of {coverage.num_tokens} tokens were not read")


def test_tables_are_looked_at_whole_without_the_model(setup: Setup) -> None:
    table = "# {}\n\n| Name | Amount |\n|---|---|\n| {} | 10 |\n\n"
    text = table.format("A", "Ann") + table.format("B", "Bob")
    reading = setup.read([source_of(text, "a.md")], {"rows": ROWS}, mode=Mode.SCAN)
    assert [row["name"] for row in reading.findings[0].value] == ["Ann", "Bob"]
    assert (reading.coverage.share_read, reading.usage.prompt_tokens) == (1.0, 0)


def test_progress_of_a_scan_rises_to_its_total_and_tells_the_results_once(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    asked: dict[str, Any] = {"lyon": TEXT, "stores": COUNT}
    reading = setup.read(sources, asked, mode=Mode.SCAN, scan_run_tokens=40)
    for stage in ("read", "answer"):
        told = [progress for progress in setup.progress if progress.stage == stage]
        assert [one.done for one in told] == sorted(one.done for one in told)
        assert {one.total for one in told} == {told[-1].done}
    fields = [field for progress in setup.progress for field in progress.fields]
    assert fields == fields_of(reading.findings, sources)


def test_a_scan_is_cancelled_between_two_steps_and_goes_on_from_there(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    setup.stops_at = lambda progress: progress.stage == "read" and progress.done > 60
    with pytest.raises(Cancelled):
        setup.read(sources, {"lyon": TEXT}, mode=Mode.SCAN, scan_run_tokens=40)
    setup.stops_at = lambda _: False
    after = setup.read(sources, {"lyon": TEXT}, mode=Mode.SCAN, scan_run_tokens=40)
    assert 0 < after.usage.cached_tokens < after.usage.prompt_tokens


def test_a_scan_of_a_document_without_passages_holds_nothing(setup: Setup) -> None:
    empty = Source(source_of("x").document, [])
    reading = setup.read([empty], {"agent": TEXT, "stores": COUNT}, mode=Mode.SCAN)
    assert [finding.value for finding in reading.findings] == [None, None]
