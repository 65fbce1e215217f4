from __future__ import annotations

from collections.abc import Mapping

from tokenizers import Tokenizer

from engine.prompt import Asking, branch_tokens
from engine.prompting import Prompting
from schemas.document import Passage, Piece
from tests.engine.sources import question_about, source_of

TEXT = "Arrival on 3 May 2020, departure on 9 May 2020."


def test_words_are_answered_from_within_lines(tiny_tokenizer: Tokenizer) -> None:
    prompting = Prompting(tiny_tokenizer, 1000)
    prompt = prompting.prompt([(0, Passage((Piece(TEXT, 0),), 0, len(TEXT), "", 20))])
    question = question_about({"type": "string", "description": "Departure"})
    line = Passage((Piece(TEXT[23:], 23),), 23, len(TEXT), "", 10)
    (asked,) = prompting.branches(prompt, [question], None, [(0, line)]).asked
    assert asked.spans.text == prompt.text.text
    assert min(asked.spans.limits) == 23
    day = question_about({"type": "string", "format": "date", "description": "Departure"})
    branches = prompting.branches(prompt, [day], None, [(0, line)])
    assert branches.asked[0].spans.limits.keys() == {TEXT.index("9 May 2020")}
    assert branches.text == prompt.text.within([(0, line)])


def test_what_bears_out_a_yes_is_asked_by_name_too(tiny_tokenizer: Tokenizer) -> None:
    prompting = Prompting(tiny_tokenizer, 1000)
    prompt = prompting.prompt([(0, Passage((Piece(TEXT, 0),), 0, len(TEXT), "", 20))])
    question = question_about({"type": "boolean", "description": "Is it paid?"}, "settled")
    said, evidence = prompting.branches(prompt, [question], None).asked
    named = "Settled: Is it paid?"
    assert said.token_ids == branch_tokens(tiny_tokenizer, Asking(named, ("yes", "no")), None)
    assert evidence.token_ids == branch_tokens(tiny_tokenizer, Asking(named), None)


def test_a_cell_of_another_time_is_no_answer(tiny_tokenizer: Tokenizer) -> None:
    table = "| Item | 2023 | 2022 |\n|---|---|---|\n| Rent | 450 | 430 |\n"
    prompting = Prompting(tiny_tokenizer, 1000)
    prompt = prompting.prompt((0, passage) for passage in source_of(table, "a.md").passages)
    told = prompt.text.text

    def starts(schema: Mapping[str, object]) -> set[str]:
        question = question_about(schema)
        (asked,) = prompting.branches(prompt, [question], None).asked
        return {told[start:limit].strip() for start, limit in asked.spans.limits.items()}

    rent = {"type": "number", "description": "Rent in 2022"}
    assert starts(rent) == {"430"}
    assert starts({**rent, "description": "Rent"}) == {"430", "450", "2023", "2022"}
    assert "450" not in starts({"type": "string", "description": "Rent in 2022"})
