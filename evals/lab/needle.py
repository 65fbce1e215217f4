"""Is a needle found at every depth of every length?

A cell of the grid is one haystack with one question. Texts carry sentences, tables a row; where
several needles answer, they lie evenly from the depth to the end. Distractors are needles whose
key shares a word with the one asked for. Where the kind is `absent`, such a needle stands at the
depth, and the one asked for nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from evals.lab.deliveries import Records
from evals.lab.delivery_questions import table_trial
from evals.lab.haystack import CountTokens, Hay
from evals.lab.magic import Draws, Magic, seeded
from evals.lab.niah import asked_of, chat_of, chat_or_none, needle_of
from evals.lab.scores import all_and_no_trap
from evals.lab.trial import LIST, TEXT, Answer, Plan, Question, Trial

_BUFFER = 200  # Kamradt's: tokens left for the question


class NeedleKind(StrEnum):
    NUMBERS = "numbers"
    WORDS = "words"
    UUIDS = "uuids"
    CELLS = "cells"  # of a workbook
    ROWS = "rows"  # of a CSV file: three values of one
    ABSENT = "absent"


_OF_TABLES = (NeedleKind.CELLS, NeedleKind.ROWS)


@dataclass(frozen=True, slots=True)
class Grid:
    lengths: tuple[int, ...]
    kinds: tuple[NeedleKind, ...] = (NeedleKind.NUMBERS,)
    num_depths: int = 11
    num_needles: int = 1
    num_distractors: int = 0
    seed: int = 0

    @property
    def depths(self) -> list[float]:
        if self.num_depths == 1:
            return [50.0]
        return [round(100 * at / (self.num_depths - 1), 1) for at in range(self.num_depths)]


def plans(grid: Grid, hay: Hay, count_tokens: CountTokens) -> list[Plan]:
    """Short ones first."""
    records = Records(grid.seed, count_tokens)
    return [
        Plan(
            f"{kind}/{length}/{depth:g}",
            kind.value,
            length,
            partial(table_trial, records, length, depth, is_row=kind is NeedleKind.ROWS)
            if kind in _OF_TABLES
            else partial(_text_trial, grid, hay, count_tokens, kind, length, depth),
        )
        for length in grid.lengths
        for kind in grid.kinds
        for depth in grid.depths
    ]


def score(question: Question, answer: Answer) -> Mapping[str, float]:
    """Right or not: nothing in between."""
    if not question.expected:
        return {"score": float(answer.is_null)}
    return {"score": all_and_no_trap(answer.text, question.expected, question.traps)}


def _text_trial(
    grid: Grid, hay: Hay, count_tokens: CountTokens, kind: NeedleKind, length: int, depth: float
) -> Trial:
    magic = Magic.NUMBERS if kind is NeedleKind.ABSENT else Magic(kind.value)
    is_absent = kind is NeedleKind.ABSENT
    rng = seeded(grid.seed, kind, length, depth)
    num_needles = 1 if is_absent else grid.num_needles
    num_all = num_needles + grid.num_distractors
    room = _BUFFER + num_all * _needle_tokens(magic, count_tokens)
    haystack = hay.of(length - room)
    draws = Draws(rng, haystack.text)
    key, values = draws.one(Magic.WORDS), draws.some(magic, num_needles)
    near = draws.near(key, grid.num_distractors + is_absent)
    traps = draws.some(magic, grid.num_distractors)
    placed_key = near.pop() if is_absent else key
    needles = [needle_of(magic, placed_key, value) for value in values]
    others = [needle_of(magic, other, trap) for other, trap in zip(near, traps, strict=True)]
    placed = [
        *zip(_spread(depth, num_needles), needles, strict=True),
        *((rng.uniform(0, 100), other) for other in others),
    ]
    text, _ = haystack.with_needles(placed)
    is_one = num_needles == 1
    question = Question(
        name="q",
        asked=asked_of(magic, [key], is_one=is_one),
        chat=chat_or_none(text, magic, key)
        if is_absent
        else chat_of(text, magic, [key], is_one=is_one),
        expected=() if is_absent else tuple(values),
        schema=TEXT if is_one else LIST,
        kind=kind.value,
        depth=depth,
        traps=tuple(traps),
        places=() if is_absent else tuple(needles),
    )
    num_tokens = haystack.num_tokens + sum(count_tokens([*needles, *others]))
    return Trial("haystack.txt", text.encode(), num_tokens, (question,))


def _needle_tokens(magic: Magic, count_tokens: CountTokens) -> int:
    """Of a needle of the longest kind of its words, about."""
    draws = Draws(seeded("size"))
    return count_tokens([needle_of(magic, draws.one(Magic.WORDS), draws.one(magic))])[0] + 4


def _spread(depth: float, count: int) -> list[float]:
    """From the depth on, evenly up to the end."""
    return [depth + (100 - depth) * at / count for at in range(count)]
