from __future__ import annotations

from tokenizers import Tokenizer

from engine.prompting import Prompting
from schemas.document import Passage, Piece
from tests.engine.sources import question_about

TEXT = "Arrival on 3 May 2020, departure on 9 May 2020."
FIRST = TEXT.index("3 May 2020")


def test_what_is_asked_elsewhere_may_not_stand_in_the_places_that_are_taken(
    tiny_tokenizer: Tokenizer,
) -> None:
    prompting = Prompting(tiny_tokenizer, 1000)
    prompt = prompting.prompt([(0, Passage((Piece(TEXT, 0),), 0, len(TEXT), "", 20))])
    day = {"type": "string", "format": "date"}
    questions = [question_about({**day, "description": name}) for name in ("Arrival", "Departure")]
    branches = prompting.branches(prompt, questions, None)
    again = prompting.elsewhere(
        prompt, questions, branches, {1: ((FIRST, FIRST + len("3 May 2020")),)}
    )
    (departure,) = again.asked
    assert departure.token_ids == branches.asked[1].token_ids
    assert FIRST in branches.asked[1].spans.limits
    assert {TEXT[start:stop] for start, stop in departure.spans.limits.items()} == {"9 May 2020"}
    assert prompting.elsewhere(prompt, questions, branches, {}).asked == []


def test_words_are_answered_from_within_lines(tiny_tokenizer: Tokenizer) -> None:
    prompting = Prompting(tiny_tokenizer, 1000)
    prompt = prompting.prompt([(0, Passage((Piece(TEXT, 0),), 0, len(TEXT), "", 20))])
    question = question_about({"type": "string", "description": "Departure"})
    line = Passage((Piece(TEXT[23:], 23),), 23, len(TEXT), "", 10)
    (asked,) = prompting.branches(prompt, [question], None, [(0, line)]).asked
    assert asked.spans.text == prompt.text.text
    assert min(asked.spans.limits) == 23
