"""Is the i-th of several identical requests told from the others? MRCR, as OpenAI published it.

A conversation in which the same piece of writing is asked for 2, 4 or 8 times among other
requests; the last turn asks to repeat one of the answers behind a random string. Score: 0 without
the string, else the ratio of SequenceMatcher. Native, this is a chat's task. The product copies
spans and puts nothing before them, so that its native score is 0 whatever it finds; `text` is the
ratio without regard to the string, and `is_it` whether the answer is most like the piece asked
for among all of its kind.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from evals.lab.haystack import CountTokens
from evals.lab.magic import seeded
from evals.lab.mrcr_writing import FORMS, TOPICS, written
from evals.lab.scores import mrcr_score, text_ratio
from evals.lab.trial import Answer, Message, Plan, Question, Trial, user
from schemas.errors import InvalidInput

NEEDLES = (2, 4, 8)
MAX_TOKENS = 1024
SUBSTITUTED = (
    "pieces of writing: composed of sentence frames, not written by a model",
    "topics: some 190 nouns, not 438; 10 forms as published, of our own choice",
    "tokens: of the product's tokenizer, not o200k",
)
_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th")
_PREFIX_LETTERS = 10
_SLACK = 24
_SHOWN = (
    "Here are some examples of conversations succeeded by a follow-up question answered "
    "correctly:\n\n"
)


@dataclass(frozen=True, slots=True)
class Turn:
    form: str
    topic: str
    piece: str

    @property
    def request(self) -> str:
        return f"write a {self.form} about {self.topic}"

    @property
    def messages(self) -> list[Message]:
        return [user(self.request), {"role": "assistant", "content": self.piece}]


def plans(
    needles: Sequence[int],
    lengths: Sequence[int],
    num_samples: int,
    seed: int,
    count_tokens: CountTokens,
) -> list[Plan]:
    return [
        Plan(
            f"{number}-needles/{length}/{sample}",
            f"{number} needles",
            length,
            partial(_trial, number, length, sample, seed, count_tokens),
        )
        for length in lengths
        for number in needles
        for sample in range(num_samples)
    ]


def score(question: Question, answer: Answer) -> Mapping[str, float]:
    given = json.loads(question.given)
    prefix, pieces = given["prefix"], given["pieces"]
    text = answer.text.removeprefix(prefix)
    wanted = question.expected[0].removeprefix(prefix)
    ratios = [text_ratio(text, piece) for piece in pieces] if text else [0.0]
    return {
        "score": mrcr_score(answer.text, question.expected[0], prefix),
        "text": text_ratio(text, wanted) if text else 0.0,
        "is_it": float(bool(text) and pieces[ratios.index(max(ratios))] == wanted),
    }


def _trial(number: int, length: int, sample: int, seed: int, count_tokens: CountTokens) -> Trial:
    rng = seeded(seed, "mrcr", number, length, sample)
    prefix = "".join(rng.choices(string.ascii_letters + string.digits, k=_PREFIX_LETTERS))
    form, topic = rng.choice(list(FORMS)), rng.choice(TOPICS)
    needles = [Turn(form, topic, written(form, topic, rng)) for _ in range(number)]
    wanted = rng.randrange(number)
    asked = (
        f"Prepend {prefix} to the {_ORDINALS[wanted]} (1 indexed) {form} about {topic}. Do not "
        "include any other text in your response."
    )
    answer = prefix + needles[wanted].piece
    shown = _example(rng)
    own = sum(count_tokens([shown, asked, answer, *map(_as_text, needles)])) + _SLACK
    turns, used = _others(length - own, (form, topic), rng, count_tokens)
    if not turns:
        raise InvalidInput(f"{number} needles need more than {length} tokens", param="lengths")
    for place, needle in zip(_places(len(turns), number, rng), needles, strict=True):
        turns.insert(place, needle)
    text = "\n\n".join(map(_as_text, turns))
    question = Question(
        name="q",
        asked=f"Text of the {_ORDINALS[wanted]} {form} about {topic}",
        chat=lambda: [user(shown), *(m for turn in turns for m in turn.messages), user(asked)],
        expected=(answer,),
        kind=f"{number} needles",
        given=json.dumps({"prefix": prefix, "pieces": [needle.piece for needle in needles]}),
        max_tokens=MAX_TOKENS,
    )
    return Trial("conversation.txt", text.encode(), own + used, (question,))


def _others(
    room: int, not_this: tuple[str, str], rng: random.Random, count_tokens: CountTokens
) -> tuple[list[Turn], int]:
    """Other requests up to so many tokens; they may repeat, and share the form or the topic with
    the needles, not both."""
    turns: list[Turn] = []
    used = 0
    few = [not_this[1], *rng.sample(TOPICS, 24)]  # so that topics come again, the needles' too
    while True:
        form, topic = rng.choice(list(FORMS)), rng.choice(few)
        if (form, topic) == not_this:
            continue
        turn = Turn(form, topic, written(form, topic, rng))
        used += (size := count_tokens([_as_text(turn)])[0] + 2)
        if used > room:
            return turns, used - size
        turns.append(turn)


def _places(num_others: int, number: int, rng: random.Random) -> list[int]:
    """Where needles go in, in their order, so that each lands among all the others."""
    free = sorted(rng.choices(range(num_others + 1), k=number))
    return [place + moved for moved, place in enumerate(free)]


def _example(rng: random.Random) -> str:
    """Two answered follow-ups, as the first message of the published conversations shows them."""
    shown = _SHOWN
    for _ in range(2):
        form, topic = rng.choice(list(FORMS)), rng.choice(TOPICS)
        turns = [Turn(form, topic, written(form, topic, rng)) for _ in range(2)]
        prefix = "".join(rng.choices(string.ascii_letters, k=_PREFIX_LETTERS))
        told_turns = "\n".join(map(_as_text, turns))
        shown += (
            f"======EXAMPLE======\n{told_turns}\nUser: Prepend {prefix} to the 2nd (1 indexed) "
            f"{form} about {topic}. Do not include any other text in your response.\nAssistant: "
            f"{prefix}{turns[1].piece}\n======END EXAMPLE======\n\n"
        )
    return shown


def _as_text(turn: Turn) -> str:
    return f"User: {turn.request}\n\nAssistant: {turn.piece}"
