from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from engine.decoder_model import Prefix
from engine.gemma3 import Gemma3
from engine.output import fields_of
from schemas.errors import Cancelled
from schemas.extraction import Mode
from tests.engine.reading import CITIES, TEXT, Setup
from tests.engine.sources import source_of


@pytest.fixture
def setup(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Setup:
    return Setup(tiny_model, tiny_tokenizer, tmp_path / "reader")


def test_progress_rises_to_its_total(setup: Setup) -> None:
    setup.read([source_of(CITIES)], {"lyon": TEXT, "nice": TEXT}, read_tokens=1)
    for stage in ("read", "answer"):
        told = [progress for progress in setup.progress if progress.stage == stage]
        assert [one.done for one in told] == sorted(one.done for one in told)
        assert {one.total for one in told} == {told[-1].done}


def test_what_is_told_while_it_reads_is_what_it_answers_in_the_end(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    reading = setup.read(sources, dict.fromkeys(["lyon", "nice", "zebra"], TEXT), read_tokens=1)
    told = [field for progress in setup.progress for field in progress.fields]
    assert sorted(told, key=str) == sorted(fields_of(reading.findings, sources), key=str)
    assert {"/lyon", "/nice", "/zebra"} == {field.path for field in told}


def test_what_stops_it_at_a_chunk_lets_no_other_be_read(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks: list[int] = []
    read = Gemma3.read

    def counted(model: Gemma3, prefix: Prefix, token_ids: torch.Tensor) -> Any:
        chunks.append(len(token_ids))
        return read(model, prefix, token_ids)

    monkeypatch.setattr(Gemma3, "read", counted)
    setup.stops_at = lambda progress: progress.stage == "read" and len(chunks) == 2
    sources = [source_of(CITIES)]
    with pytest.raises(Cancelled):
        setup.read(sources, {"lyon": TEXT}, mode=Mode.DENSE, chunk_tokens=64)
    assert chunks == [64, 64]
    assert [entry.kind for entry in setup.cache.entries()] == ["index"]


def test_what_stops_it_at_a_token_lets_no_other_be_answered(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwards: list[int] = []
    branch = Gemma3.branch

    def counted(model: Gemma3, *inputs: Any) -> Any:
        forwards.append(1)
        return branch(model, *inputs)

    monkeypatch.setattr(Gemma3, "branch", counted)
    setup.stops_at = lambda progress: progress.stage == "answer" and len(forwards) == 2
    with pytest.raises(Cancelled):
        setup.read([source_of("The agent is Ann.")], {"agent": TEXT, "who": TEXT})
    assert len(forwards) == 2


def test_after_it_was_stopped_it_answers_as_if_it_had_not_been(setup: Setup) -> None:
    sources = [source_of(CITIES)]
    setup.stops_at = lambda progress: progress.stage == "answer"
    with pytest.raises(Cancelled):
        setup.read(sources, {"lyon": TEXT})
    setup.stops_at = lambda _: False
    after = setup.read(sources, {"lyon": TEXT})
    setup.cache.clear()
    assert after.findings == setup.read(sources, {"lyon": TEXT}).findings
    assert after.usage.cached_tokens > 0


def test_the_speed_is_measured_while_it_waits_for_nobody(setup: Setup) -> None:
    setup.pauses_seconds = 0.1
    reading = setup.read([source_of(CITIES)], {"lyon": TEXT}, mode=Mode.DENSE)
    num_told = len([one for one in setup.progress if one.stage == "answer"])
    assert num_told > 2
    assert reading.timings["answer"] < 0.1 * num_told
