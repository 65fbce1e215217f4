from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from engine.gemma3 import Gemma3
from schemas.extraction import FieldStatus, Mode
from tests.engine.reading import Setup
from tests.engine.sources import source_of

LOG = "\n".join(
    f"At noon request 8f3a-{number} of Ann Lee was sent from Lyon and took {number} seconds"
    for number in range(10, 30)
)
LINE = LOG.splitlines()[13]
ASKED = {"took": {"type": "integer", "description": "How many seconds did 8f3a-23 take?"}}
NEVER_NULL, ALWAYS_NULL = 2.0, 1e-9


@pytest.fixture
def setup(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Setup:
    return Setup(tiny_model, tiny_tokenizer, tmp_path / "reader")


@pytest.mark.parametrize("dense_tokens", [1, 10_000])
def test_a_line_that_a_question_names_is_read_alone(setup: Setup, dense_tokens: int) -> None:
    source = source_of(LOG)
    reading = setup.read(
        [source], ASKED, absent_threshold=NEVER_NULL, dense_tokens=float(dense_tokens)
    )
    assert reading.coverage.num_passages_read == 1
    start = source.document.text.index(LINE)
    places = reading.findings[0].leaves[0].places
    assert places
    assert all(start <= place.start < place.stop <= start + len(LINE) for place in places)


TALKS = "\n".join(
    f"- {hour}:15 The {name} speech (Ann Lee)"
    for hour, name in enumerate(["first", "good", "long", "short", "last"], start=10)
)


@pytest.mark.parametrize("dense_tokens", [1, 10_000])
def test_the_line_of_a_title_that_is_quoted_answers_among_its_neighbours(
    setup: Setup, dense_tokens: int
) -> None:
    asked = {"hour": {"type": "string", "description": 'At what time is "long speech" begun?'}}
    reading = setup.read(
        [source_of(TALKS)], asked, absent_threshold=NEVER_NULL, dense_tokens=float(dense_tokens)
    )
    (leaf,) = reading.findings[0].leaves
    assert leaf.value == "12:15"
    assert reading.coverage.num_passages_read == 1
    assert reading.usage.prompt_tokens > len(TALKS) // 4  # more than the line


def test_passages_are_read_where_the_line_does_not_say(setup: Setup) -> None:
    reading = setup.read([source_of(LOG)], ASKED, absent_threshold=ALWAYS_NULL, read_tokens=90)
    assert reading.coverage.num_passages_read > 1
    assert reading.findings[0].leaves[0].status is FieldStatus.ABSENT
    assert setup.progress[-1].done == setup.progress[-1].total == 1


def test_a_document_that_is_to_be_read_whole_is(setup: Setup) -> None:
    reading = setup.read([source_of(LOG)], ASKED, mode=Mode.DENSE, absent_threshold=NEVER_NULL)
    assert reading.coverage.share_read == 1.0


def test_questions_that_name_one_line_share_what_is_read(setup: Setup) -> None:
    asked = {**ASKED, "late": {"type": "integer", "description": "Seconds that 8f3a-23 took"}}
    setup.read([source_of(LOG)], asked, absent_threshold=NEVER_NULL)
    assert len([entry for entry in setup.cache.entries() if entry.kind == "prefix"]) == 1


def test_an_address_is_looked_for_where_the_text_has_one(setup: Setup) -> None:
    """However many passages share more of the question's words."""
    words = "\n\n".join(f"Notices to the agent are sent in writing, item {n}." for n in range(40))
    source = source_of(f"{words}\n\nCopies go to loans@lee.org by the next day.\n\n{words}")
    asked = {
        "address": {"type": "string", "format": "email", "description": "Notices to the agent"}
    }
    reading = setup.read(
        [source], asked, mode=Mode.INDEXED, read_tokens=64, absent_threshold=NEVER_NULL
    )
    (leaf,) = reading.findings[0].leaves
    assert leaf.value == "loans@lee.org"


def test_where_no_text_has_the_form_passages_are_read_as_for_any_field(setup: Setup) -> None:
    source = source_of("\n\n".join(f"Notices to the agent, item {n}." for n in range(40)))
    asked = {
        "address": {"type": "string", "format": "email", "description": "Notices to the agent"}
    }
    reading = setup.read([source], asked, mode=Mode.INDEXED, read_tokens=64)
    assert reading.coverage.num_passages_read > 0
    assert reading.findings[0].leaves[0].status is FieldStatus.ABSENT
