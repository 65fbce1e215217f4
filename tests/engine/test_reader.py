from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from engine.disk_cache import DiskCache
from engine.gemma3 import Gemma3, Prefix
from engine.lookup import Lookup, Source
from engine.output import fields_of
from engine.prefix_cache import PrefixCache
from engine.questions import Question, questions_of
from engine.reader import Outlook, Reader, Reading
from schemas.errors import Cancelled, InvalidInput, PromptTooLong
from schemas.extraction import FieldStatus, Mode
from schemas.progress import Progress
from schemas.response_schema import parse
from schemas.settings import EngineSettings
from tests.engine.sources import source_of

TEXT = {"type": "string"}
CITIES = "\n\n".join(
    f"The store in {city} opened on {day} May 2020 and its margin is {day}.5 per cent. "
    + "It sells shoes and hats to all who come by in the spring. " * 2
    for city, day in [("Lyon", 3), ("Nice", 4), ("Pau", 5), ("Brest", 6)]
)


class Setup:
    """A reader with a cache of its own."""

    def __init__(self, model: Gemma3, tokenizer: Tokenizer, folder: Path) -> None:
        self._model, self._tokenizer = model, tokenizer
        self.cache = DiskCache(folder, 1 << 26)
        self.progress: list[Progress] = []
        self.stops_at: Callable[[Progress], bool] = lambda _: False
        self.pauses_seconds = 0.0

    def read(
        self,
        sources: list[Source],
        properties: dict[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        **settings: int,
    ) -> Reading:
        return self._reader(**settings).read(
            sources,
            asked(properties),
            Lookup(sources, self.cache),
            mode=mode,
            instructions=instructions,
            on_progress=self._follow,
        )

    def outlook(self, sources: list[Source], properties: dict[str, Any], mode: Mode) -> Outlook:
        lookup = Lookup(sources, self.cache)
        return self._reader().outlook(
            sources, asked(properties), lookup, mode=mode, instructions=None
        )

    def _reader(self, **settings: int) -> Reader:
        engine = EngineSettings(**{"dense_tokens": 100, "read_tokens": 60, **settings})  # type: ignore[arg-type]
        return Reader(self._model, self._tokenizer, engine, PrefixCache(self.cache, "tiny"))

    def _follow(self, progress: Progress) -> None:
        self.progress.append(progress)
        time.sleep(self.pauses_seconds)
        if self.stops_at(progress):
            raise Cancelled("enough")


def asked(properties: dict[str, Any]) -> list[Question]:
    return questions_of(parse({"type": "object", "properties": properties}))


@pytest.fixture
def setup(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Setup:
    return Setup(tiny_model, tiny_tokenizer, tmp_path / "reader")


def test_a_small_document_is_read_whole(setup: Setup) -> None:
    reading = setup.read([source_of("The agent is Ann.")], {"agent": TEXT})
    assert (reading.mode, reading.coverage.share_read) == (Mode.DENSE, 1.0)
    assert reading.coverage.num_tokens_read == reading.coverage.num_tokens == 4


def test_of_a_long_document_the_passages_that_were_looked_up_are_read(setup: Setup) -> None:
    source = source_of(CITIES)
    reading = setup.read([source], {"nice": TEXT}, read_tokens=1)
    coverage = reading.coverage
    assert reading.mode is Mode.INDEXED
    assert (coverage.num_passages_read, coverage.num_passages) == (1, len(source.passages))
    assert coverage.num_tokens_read < coverage.num_tokens
    assert coverage.share_read == round(coverage.num_tokens_read / coverage.num_tokens, 4)


def test_an_answer_is_taken_from_what_was_read(setup: Setup) -> None:
    source = source_of(CITIES)
    margin = {"type": "number", "description": "margin in Pau"}
    reading = setup.read([source], {"pau": margin}, read_tokens=1)
    (passage,) = [passage for passage in source.passages if "Pau" in passage.text]
    for place in reading.findings[0].leaves[0].places:
        assert passage.start <= place.start < place.stop <= passage.stop


def test_the_mode_that_is_asked_is_the_mode_that_is_used(setup: Setup) -> None:
    assert (
        setup.read([source_of("It is Ann.")], {"ann": TEXT}, mode=Mode.INDEXED).mode is Mode.INDEXED
    )
    assert setup.read([source_of(CITIES)], {"ann": TEXT}, mode=Mode.DENSE).mode is Mode.DENSE


def test_a_mode_that_is_not_there_is_refused(setup: Setup) -> None:
    with pytest.raises(InvalidInput, match="the mode scan is not there yet"):
        setup.read([source_of("It is Ann.")], {"ann": TEXT}, mode=Mode.SCAN)


def test_what_is_past_the_model_is_not_read_whole(setup: Setup) -> None:
    source = source_of("word " * 9000)
    with pytest.raises(PromptTooLong, match="the documents have 9000 tokens, past the 7168"):
        setup.read([source], {"word": TEXT}, mode=Mode.DENSE)


def test_what_is_past_the_model_is_looked_up_whatever_the_settings_say(setup: Setup) -> None:
    reading = setup.read([source_of("word " * 9000)], {"zebra": TEXT}, dense_tokens=100_000)
    assert reading.mode is Mode.INDEXED


def test_a_row_that_is_past_the_model_is_refused(setup: Setup) -> None:
    source = source_of("name,text\nAnn," + "a" * 7200 + "\n", "a.csv")
    with pytest.raises(PromptTooLong, match="past the 7168 that the model reads at once"):
        setup.read([source], {"ann": TEXT})


def test_instructions_that_are_too_long_are_refused(setup: Setup) -> None:
    with pytest.raises(PromptTooLong, match=r"the instructions have .* past the 768") as refused:
        setup.read([source_of("It is Ann.")], {"ann": TEXT}, instructions="z" * 800)
    assert refused.value.param == "instructions"


def test_where_nothing_is_found_to_read_every_field_is_absent(setup: Setup) -> None:
    reading = setup.read(
        [source_of(CITIES)], {"zebra": TEXT, "owls": {"type": "array", "items": TEXT}}
    )
    leaves = [finding.leaves[0] for finding in reading.findings]
    assert [(leaf.status, leaf.value) for leaf in leaves] == [
        (FieldStatus.ABSENT, None),
        (FieldStatus.ABSENT, None),
    ]
    assert (reading.coverage.num_tokens_read, reading.usage.prompt_tokens) == (0, 0)


def test_fields_of_the_same_passages_share_one_prefix(setup: Setup) -> None:
    setup.read([source_of("The agent is Ann.")], {"agent": TEXT, "who": TEXT, "name": TEXT})
    assert [entry.kind for entry in setup.cache.entries()].count("prefix") == 1


def test_findings_come_in_the_order_of_the_questions(setup: Setup) -> None:
    names = ["lyon", "zebra", "nice", "pau"]
    reading = setup.read([source_of(CITIES)], dict.fromkeys(names, TEXT), read_tokens=1)
    assert [finding.question.node.name for finding in reading.findings] == names


def test_a_prefix_that_was_read_is_not_read_again(setup: Setup) -> None:
    sources = [source_of("The agent is Ann, the date is 3 May 2020.")]
    properties = {"agent": TEXT, "date": {"type": "string", "format": "date"}}
    cold, warm = setup.read(sources, properties), setup.read(sources, properties)
    assert warm.findings == cold.findings
    assert (cold.usage.cached_tokens, warm.usage.prompt_tokens) == (0, cold.usage.prompt_tokens)
    assert warm.usage.cached_tokens > 0


def test_other_questions_and_instructions_share_what_was_read(setup: Setup) -> None:
    sources = [source_of("The agent is Ann.")]
    setup.read(sources, {"agent": TEXT})
    other = setup.read(sources, {"who": TEXT}, instructions="Give the family name.")
    assert other.usage.cached_tokens > 0


def test_instructions_are_read_by_the_model(setup: Setup) -> None:
    sources = [source_of("The agent is Ann.")]
    plain = setup.read(sources, {"agent": TEXT})
    told = setup.read(sources, {"agent": TEXT}, instructions="Answer null.")
    assert told.findings[0].leaves[0].confidence != plain.findings[0].leaves[0].confidence
    assert told.usage.prompt_tokens > plain.usage.prompt_tokens


def test_in_chunks_is_as_in_one(setup: Setup, tmp_path: Path) -> None:
    sources = [source_of("The agent is Ann and the margin is 2.5 per cent, said Bob. " * 6)]
    whole = setup.read(sources, {"agent": TEXT, "margin": {"type": "number"}})
    setup.cache.clear()
    parts = setup.read(sources, {"agent": TEXT, "margin": {"type": "number"}}, chunk_tokens=64)
    assert parts.usage == whole.usage
    for one, other in zip(whole.findings, parts.findings, strict=True):
        assert one.value == other.value
        assert one.leaves[0].confidence == pytest.approx(other.leaves[0].confidence, rel=0.05)


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


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.INDEXED])
def test_what_is_foreseen_is_what_is_counted(setup: Setup, mode: Mode) -> None:
    sources = [source_of(CITIES)]
    properties: dict[str, Any] = {
        **dict.fromkeys(["lyon", "nice", "zebra"], TEXT),
        "open": {"type": "boolean", "description": "Is the store in Pau open?"},
        "shoe": {"enum": ["boot", "shoes"]},
    }
    before = setup.outlook(sources, properties, mode)
    first = setup.read(sources, properties, mode=mode)
    between = setup.outlook(sources, properties, mode)
    second = setup.read(sources, properties, mode=mode)
    assert (before.mode, before.prompt_tokens) == (mode, first.usage.prompt_tokens)
    assert (before.cached_tokens, first.usage.cached_tokens) == (0, 0)
    assert between.cached_tokens == second.usage.cached_tokens > 0


def test_the_speed_is_measured_while_it_waits_for_nobody(setup: Setup) -> None:
    setup.pauses_seconds = 0.02
    reading = setup.read([source_of(CITIES)], {"lyon": TEXT}, mode=Mode.DENSE)
    num_told = len([one for one in setup.progress if one.stage == "answer"])
    assert num_told > 2
    assert reading.timings["answer"] < 0.02 * num_told


def test_a_document_without_passages_holds_nothing(setup: Setup) -> None:
    empty = Source(source_of("x").document, [])
    reading = setup.read([empty], {"agent": TEXT})
    assert reading.findings[0].leaves[0].status is FieldStatus.ABSENT
    assert (reading.coverage.num_passages, reading.coverage.share_read) == (0, 1.0)


def test_a_choice_without_a_token_of_its_own_can_be_answered(setup: Setup) -> None:
    reading = setup.read([source_of("It costs 5.")], {"costs": {"enum": ["€", "£ü"]}})
    assert reading.findings[0].value in ("€", "£ü", None)
