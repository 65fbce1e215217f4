"""Is a question whose answer is not there answered with nothing?

A haystack holds needles at several depths. Asked are these, as a control; keys that are nowhere,
each with a needle in the haystack whose key shares a word with it (`near`); and SQuAD's questions
of articles that are not in the haystack (`foreign`). A chat is told that it may answer "none".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from evals import squad_data
from evals.lab.haystack import CountTokens, Hay
from evals.lab.magic import Draws, Magic, seeded
from evals.lab.niah import OR_NONE, asked_of, chat_or_none, needle_of
from evals.lab.scores import all_and_no_trap
from evals.lab.trial import Answer, Message, Plan, Question, Trial, user
from evals.shared_data import shared_data
from schemas.errors import InvalidInput

_BUFFER = 200
_TOKENS_A_NEEDLE = 48  # more than one has
_TELLING = 60  # characters that tell a paragraph from others
_PRESENT = "present"
_HEAD = "Read the following text. I will ask you about it afterwards.\n"
_NUMBERS = Magic.NUMBERS


@dataclass(frozen=True, slots=True)
class Abstaining:
    """`num_each` questions of each sort about a document, so many documents of a length."""

    lengths: tuple[int, ...]
    num_documents: int = 2
    num_each: int = 10
    seed: int = 0


def plans(asked: Abstaining, hay: Hay, count_tokens: CountTokens) -> list[Plan]:
    return [
        Plan(
            f"abstain/{length}/{number}",
            "abstain",
            length,
            partial(_trial, asked, hay, count_tokens, length, number),
        )
        for length in asked.lengths
        for number in range(asked.num_documents)
    ]


def score(question: Question, answer: Answer) -> Mapping[str, float]:
    if question.expected:
        return {"score": all_and_no_trap(answer.text, question.expected, question.traps)}
    return {"score": float(answer.is_null)}


def is_absent(kind: str) -> bool:
    return kind != _PRESENT


def _trial(
    asked: Abstaining, hay: Hay, count_tokens: CountTokens, length: int, number: int
) -> Trial:
    rng = seeded(asked.seed, "abstain", length, number)
    each, num_needles = asked.num_each, 2 * asked.num_each
    haystack = hay.of(length - _BUFFER - num_needles * _TOKENS_A_NEEDLE)
    draws = Draws(rng, haystack.text)
    present, missing = draws.some(Magic.WORDS, each), draws.some(Magic.WORDS, each)
    near = [draws.near(key, 1)[0] for key in missing]
    values = dict(zip([*present, *near], draws.some(_NUMBERS, num_needles), strict=True))
    needles = [needle_of(_NUMBERS, key, value) for key, value in values.items()]
    depths = [100 * at / (num_needles - 1) for at in range(num_needles)]
    rng.shuffle(depths)
    text, _ = haystack.with_needles(list(zip(depths, needles, strict=True)))
    foreign = rng.sample(_questions_without(haystack.text, each), each)
    questions = (
        *(_present(f"q{at}", key, values, text) for at, key in enumerate(present)),
        *(_near(f"q{at}", key, text) for at, key in enumerate(missing, start=each)),
        *(_foreign(f"q{at}", words, text) for at, words in enumerate(foreign, start=2 * each)),
    )
    num_tokens = haystack.num_tokens + sum(count_tokens(needles))
    return Trial("haystack.txt", text.encode(), num_tokens, questions)


def _present(name: str, key: str, values: Mapping[str, str], text: str) -> Question:
    return Question(
        name=name,
        asked=asked_of(_NUMBERS, [key], is_one=True),
        chat=chat_or_none(text, _NUMBERS, key),
        expected=(values[key],),
        kind=_PRESENT,
        traps=tuple(value for other, value in values.items() if other != key),
        places=(needle_of(_NUMBERS, key, values[key]),),
    )


def _near(name: str, key: str, text: str) -> Question:
    asked = asked_of(_NUMBERS, [key], is_one=True)
    return Question(name, asked, chat_or_none(text, _NUMBERS, key), (), kind="near")


def _foreign(name: str, asked: str, text: str) -> Question:
    return Question(name, asked, _chat(asked, text), (), kind="foreign")


def _chat(asked: str, text: str) -> Callable[[], list[Message]]:
    return lambda: [user(f"{_HEAD}{text}\n{asked}{OR_NONE}")]


def _questions_without(text: str, least: int) -> list[str]:
    """Those with an answer, of articles that nothing was trained on and of which no paragraph
    stands in the text."""
    paragraphs = squad_data.paragraphs(shared_data(), squad_data.MEASURE)
    there = {one.title for one in paragraphs if one.text[:_TELLING] in text}
    found = [
        question.question
        for one in paragraphs
        if one.title not in there
        for question in one.questions
        if question.answers
    ]
    if len(found) < least:
        raise InvalidInput("the haystack holds the articles that are asked of: take agreements")
    return found
