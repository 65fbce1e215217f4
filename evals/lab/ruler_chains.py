"""How is RULER's variable tracking built? One chain of five variables among noise."""

from __future__ import annotations

import itertools
import random
import string

from evals.lab.magic import seeded
from evals.lab.ruler_needles import NOISE, Straws
from evals.lab.sizes import filled
from evals.lab.trial import LIST, Question, user

MAX_TOKENS = 30
_NUM_HOPS = 4
_LETTERS = 5
_EXAMPLE_LINES = 5
_SLACK = 16
_HEAD = "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n"
_ASKED = "Find all variables that are assigned the value {value} in the text above."
_BEGUN = (
    " Answer: According to the chain(s) of variable assignment in the text above, "
    f"{_NUM_HOPS + 1} variables are assigned the value {{value}}, they are: "
)


def chain_question(length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    """The text, noise and chain, and the question; a chat is shown an example before."""
    rng = seeded(straws.seed, "vt", length, sample)
    example = _example(rng)
    names, lines = _chain(rng)
    value = lines[0].rpartition(" ")[2]
    own = straws.count_tokens([_prompt("", value), example, *lines])
    room = length - MAX_TOKENS - sum(own) - _SLACK
    noise, _ = filled(itertools.repeat(NOISE), straws.count_tokens, room)
    text = _hidden(noise, lines, rng)
    question = Question(
        name="q",
        asked=_ASKED.format(value=value),
        chat=lambda: [user(f"{example}\n\n{_prompt(text, value)}")],
        expected=names,
        schema=LIST,
        kind="vt",
        max_tokens=MAX_TOKENS,
    )
    return text, question


def _chain(rng: random.Random) -> tuple[tuple[str, ...], list[str]]:
    names: list[str] = []
    while len(names) <= _NUM_HOPS:
        name = "".join(rng.choices(string.ascii_uppercase, k=_LETTERS))
        if name not in names:
            names.append(name)
    first = f"VAR {names[0]} = {rng.randint(10_000, 99_999)}"
    hops = [f"VAR {name} = VAR {before}" for before, name in itertools.pairwise(names)]
    return tuple(names), [first, *hops]


def _hidden(noise: list[str], lines: list[str], rng: random.Random) -> str:
    """The lines of the chain in their order, at places drawn."""
    text = list(noise)
    places = sorted(rng.sample(range(len(noise)), len(lines)))
    for moved, (place, line) in enumerate(zip(places, lines, strict=True)):
        text.insert(place + moved, line)
    return "\n".join(text)


def _example(rng: random.Random) -> str:
    names, lines = _chain(rng)
    text = _hidden([NOISE] * _EXAMPLE_LINES, lines, rng)
    return _prompt(text, lines[0].rpartition(" ")[2]) + " ".join(names)


def _prompt(text: str, value: str) -> str:
    return f"{_HEAD}{text}\nQuestion: {_ASKED.format(value=value)}{_BEGUN.format(value=value)}"
