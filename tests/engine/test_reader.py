from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from engine.certainty import Certainty
from engine.gemma3 import Gemma3
from engine.lookup import Source
from schemas.errors import PromptTooLong
from schemas.extraction import FieldStatus, Mode
from tests.engine.reading import CITIES, TEXT, Setup
from tests.engine.sources import source_of


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


def test_a_field_whose_words_stand_nowhere_is_asked_all_the_same(setup: Setup) -> None:
    reading = setup.read([source_of(CITIES)], {"zebra": TEXT}, read_tokens=1)
    assert reading.coverage.num_passages_read == 1
    (finding,) = reading.findings
    assert finding.signals is not None
    assert finding.signals.unmet == 1.0


def test_fields_of_the_same_passages_share_one_prefix(setup: Setup) -> None:
    setup.read([source_of("The agent is Ann.")], {"agent": TEXT, "who": TEXT, "name": TEXT})
    assert [entry.kind for entry in setup.cache.entries()].count("prefix") == 1


def test_findings_come_in_the_order_of_the_questions(setup: Setup) -> None:
    names = ["lyon", "zebra", "nice", "pau"]
    reading = setup.read([source_of(CITIES)], dict.fromkeys(names, TEXT), read_tokens=1)
    assert [finding.question.node.name for finding in reading.findings] == names


def test_absence_is_weighed_and_null_answered_from_the_threshold_on(setup: Setup) -> None:
    sources = [source_of("The agent is Ann, the date is 3 May 2020.")]
    properties = {"agent": TEXT, "signed": {"type": "boolean"}, "total": {"type": "integer"}}
    never, always = (
        setup.read(sources, properties, absent_threshold=threshold).findings
        for threshold in (2.0, 1e-9)
    )
    assert [finding.leaves[0].status for finding in always] == [FieldStatus.ABSENT] * 3
    for one, other in zip(never, always, strict=True):
        assert one.leaves[0].status is not FieldStatus.ABSENT
        assert one.leaves[0].absence == other.leaves[0].absence == other.leaves[0].confidence


def test_words_that_the_documents_do_not_have_are_told(setup: Setup) -> None:
    source = source_of("The agent is Ann.")
    agent, zebra = setup.read([source], {"agent": TEXT, "zebra": TEXT}).findings
    assert agent.signals is not None
    assert zebra.signals is not None
    assert (agent.signals.unmet, zebra.signals.unmet) == (0, 1)


def test_an_answer_does_not_depend_on_what_else_is_asked(setup: Setup) -> None:
    sources = [source_of("The agent is Ann, the date is 3 May 2020.")]
    properties: dict[str, Any] = {
        "agent": TEXT,
        "signed": {"type": "boolean"},
        "currency": {"enum": ["EUR", "USD"]},
        "date": {"type": "string", "format": "date"},
        "names": {"type": "array", "items": TEXT},
    }
    together = setup.read(sources, properties).findings
    for finding, (name, schema) in zip(together, properties.items(), strict=True):
        (alone,) = setup.read(sources, {name: schema}).findings
        assert (finding.value, finding.leaves[0].places) == (alone.value, alone.leaves[0].places)
        assert finding.leaves[0].confidence == pytest.approx(alone.leaves[0].confidence, rel=1e-2)


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


def test_a_document_without_passages_holds_nothing(setup: Setup) -> None:
    empty = Source(source_of("x").document, [])
    reading = setup.read([empty], {"agent": TEXT})
    assert reading.findings[0].leaves[0].status is FieldStatus.ABSENT
    assert (reading.coverage.num_passages, reading.coverage.share_read) == (0, 1.0)


def test_a_choice_without_a_token_of_its_own_can_be_answered(setup: Setup) -> None:
    reading = setup.read([source_of("It costs 5.")], {"costs": {"enum": ["€", "£ü"]}})
    assert reading.findings[0].value in ("€", "£ü", None)


def test_a_date_that_is_asked_again_stands_elsewhere(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of("They arrive on 3 May 2020 and leave on 9 May 2020.")
    day = {"type": "string", "format": "date"}
    fields = {name: {**day, "description": f"Day of {name}"} for name in ("arrival", "departure")}

    def days() -> list[object]:
        reading = setup.read([source], fields, absent_threshold=2.0)
        return [finding.value for finding in reading.findings]

    arrival, departure = days()
    monkeypatch.setattr(
        "engine.answers_together.outdone", lambda answers, _: {1: answers[1].places}
    )
    assert days() == [arrival, "2020-05-09" if departure == "2020-05-03" else "2020-05-03"]


@pytest.mark.parametrize(
    ("asked", "of_words", "threshold", "is_absent"),
    [
        ({"type": "boolean"}, 0.85, 0.5, True),
        ({"type": "boolean"}, 0.7, 0.5, False),
        ({"type": "boolean"}, 0.85, 0.9, False),  # who wants fewer nulls gets none here
        ({"enum": ["red", "blue"]}, 0.85, 0.5, False),
    ],
)
def test_a_yes_or_no_that_no_words_bear_out_is_absent(
    asked: dict[str, Any],
    of_words: float,
    threshold: float,
    is_absent: bool,
    setup: Setup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chances = iter([0.1, of_words])
    monkeypatch.setattr(Certainty, "absence", lambda *_: next(chances))
    reading = setup.read([source_of("It is Ann.")], {"is_ann": asked}, absent_threshold=threshold)
    (leaf,) = reading.findings[0].leaves
    assert (leaf.status is FieldStatus.ABSENT) == is_absent
    assert leaf.absence == (of_words if is_absent else 0.1)
