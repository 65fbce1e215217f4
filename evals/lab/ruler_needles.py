"""How are RULER's eight needle tasks built?

As published, but for two things that make a million tokens affordable: the essays are real texts of
the shared data, in place of Paul Graham's, and the haystack of a length is the same for all
samples (also the one made of needles); the needles, their places and the question differ.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from evals.lab.haystack import CountTokens, Hay, swapped_in
from evals.lab.magic import Draws, Magic, seeded
from evals.lab.niah import asked_of, chat_of, needle_of
from evals.lab.sizes import filled
from evals.lab.trial import LIST, TEXT, Question, Schema, object_of

MAX_TOKENS = 128
NOISE = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again."
_DEPTHS = [round(100 * at / 39) for at in range(40)]
_SLACK = 16  # tokens that arise where texts are joined


class Straw(StrEnum):
    NOISE = "noise"
    ESSAYS = "essays"
    NEEDLES = "needles"


@dataclass(frozen=True, slots=True)
class NeedleTask:
    straw: Straw
    keys: Magic = Magic.WORDS
    values: Magic = Magic.NUMBERS
    num_keys: int = 1
    num_values: int = 1
    num_queries: int = 1

    @property
    def is_one(self) -> bool:
        return self.num_values * self.num_queries == 1


NEEDLE_TASKS: Mapping[str, NeedleTask] = {
    "niah_single_1": NeedleTask(Straw.NOISE),
    "niah_single_2": NeedleTask(Straw.ESSAYS),
    "niah_single_3": NeedleTask(Straw.ESSAYS, values=Magic.UUIDS),
    "niah_multikey_1": NeedleTask(Straw.ESSAYS, num_keys=4),
    "niah_multikey_2": NeedleTask(Straw.NEEDLES),
    "niah_multikey_3": NeedleTask(Straw.NEEDLES, keys=Magic.UUIDS, values=Magic.UUIDS),
    "niah_multivalue": NeedleTask(Straw.ESSAYS, num_values=4),
    "niah_multiquery": NeedleTask(Straw.ESSAYS, num_keys=4, num_queries=4),
}


@dataclass(frozen=True, slots=True)
class Straws:
    """Where the text around needles comes from."""

    hay: Hay
    count_tokens: CountTokens
    seed: int


def needle_question(name: str, length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    """The haystack's text and the question about it."""
    task = NEEDLE_TASKS[name]
    rng = seeded(straws.seed, name, length, sample)
    room = length - MAX_TOKENS - _own_tokens(task, straws.count_tokens)
    straw = _straw_of(task, room, straws)
    draws = Draws(rng, straw.text)
    keys = draws.some(task.keys, task.num_keys)
    values = {key: draws.some(task.values, task.num_values) for key in keys}
    needles = [
        needle_of(task.values, key, value) for key, several in values.items() for value in several
    ]
    rng.shuffle(needles)
    text = straw.with_needles(needles, rng)
    queries = rng.sample(keys, task.num_queries)
    question = Question(
        name="q",
        asked=_asked_of(task, queries),
        chat=chat_of(text, task.values, queries, is_one=task.is_one),
        expected=tuple(value for key in queries for value in values[key]),
        schema=_schema_of(task, queries),
        kind=name,
        places=tuple(
            needle_of(task.values, key, value) for key in queries for value in values[key]
        ),
        max_tokens=MAX_TOKENS,
    )
    return text, question


@dataclass(frozen=True, slots=True)
class _Essays:
    hay: Hay
    room: int

    @property
    def text(self) -> str:
        return self.hay.of(self.room).text

    def with_needles(self, needles: list[str], rng: random.Random) -> str:
        depths = sorted(rng.sample(_DEPTHS, len(needles)))
        placed = list(zip(map(float, depths), needles, strict=True))
        return self.hay.of(self.room).with_needles(placed)[0]


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def with_needles(self, needles: list[str], rng: random.Random) -> str:
        lines = list(self.lines)
        places = rng.sample(range(len(lines)), len(needles))
        for place, needle in zip(places, needles, strict=True):
            swapped_in(lines, place, needle)
        return "\n".join(lines)


def _straw_of(task: NeedleTask, room: int, straws: Straws) -> _Essays | _Lines:
    if task.straw is Straw.ESSAYS:
        return _Essays(straws.hay, room)
    if task.straw is Straw.NOISE:
        return _Lines(filled(itertools.repeat(NOISE), straws.count_tokens, room)[0])
    draws = Draws(seeded(straws.seed, "needles", task.keys))
    lines = (
        needle_of(task.values, draws.one(task.keys), draws.one(task.values))
        for _ in itertools.count()
    )
    return _Lines(filled(lines, straws.count_tokens, room)[0])


def _own_tokens(task: NeedleTask, count_tokens: CountTokens) -> int:
    """Of all that is not straw: the words of the prompt and the needles, about."""
    draws = Draws(seeded("size"))
    keys = draws.some(task.keys, task.num_keys)
    queries = keys[: task.num_queries]
    prompt = chat_of("", task.values, queries, is_one=task.is_one)()[0]["content"]
    needles = [
        needle_of(task.values, key, draws.one(task.values)) for key in keys * task.num_values
    ]
    return sum(count_tokens([prompt, *needles])) + _SLACK


def _asked_of(task: NeedleTask, queries: list[str]) -> str:
    """Of an object, words that its fields can share."""
    if task.num_queries > 1:
        return f"Special magic {task.values}"
    return asked_of(task.values, queries, is_one=task.is_one)


def _schema_of(task: NeedleTask, queries: list[str]) -> Schema:
    """Several queries are a field each, as one asks the product for several values."""
    if task.num_queries > 1:
        named = task.values.value.removesuffix("s")
        return object_of(
            {
                f"q{number}": f"What is the special magic {named} for {key}?"
                for number, key in enumerate(queries, start=1)
            }
        )
    return TEXT if task.is_one else LIST
