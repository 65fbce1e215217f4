"""Which words of a question say what is to be done: a sum, the highest, three of them, for each?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.table_asked import Asked
from engine.table_plan import Operator
from engine.table_words import EACH, OPERATORS, SUPERLATIVES, pattern

_LIMIT = re.compile(
    r"\b(?:top|first|last|bottom|best|worst)\s+(\d{1,2}|two|three|four|five|ten)\b"
    r"|\b(\d{1,2}|two|three|four|five|ten)\s+(?:\w+\s+){0,3}"
    r"(?:highest|largest|lowest|biggest|smallest|most|least|cheapest|best|latest|oldest|newest)\b",
    re.IGNORECASE,
)
_SPELLED = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words that say what is to be done. `words` are theirs; `is_highest` is None where
    nothing is to be the highest or lowest."""

    operator: Operator | None
    is_highest: bool | None
    superlative: tuple[int, int]
    operator_at: tuple[int, int]
    each: tuple[int, int] | None
    limit: int
    words: frozenset[int]
    limit_words: frozenset[int]


def wanted_of(asked: Asked, names: Iterable[tuple[int, int]] = ()) -> Wanted:
    """`names` are ranges of cells of several words: what stands in them asks for nothing, as the
    best of Best Paper Ltd."""
    question = asked.question
    for start, stop in names:
        if " " in question[start:stop]:
            question = question[:start] + "x" * (stop - start) + question[stop:]
    operator, at = _operator(question)
    highest, where = _superlative(question, [head.lower() for head in asked.heads])
    limit = _LIMIT.search(question)
    limit_words: set[int] = set()
    count = 1
    if limit is not None:
        said = (limit[1] or limit[2]).lower()
        count = _SPELLED.get(said) or int(said)
        limit_words = set(asked.within(*limit.span(1 if limit[1] else 2)))
    each = next(iter(pattern(EACH).finditer(question)), None)
    taken = {*asked.within(*at)} if operator else set()
    if highest is not None:
        taken |= set(asked.within(*where))
    span = None if each is None else each.span()
    return Wanted(
        operator, highest, where, at, span, count, frozenset(taken), frozenset(limit_words)
    )


def _operator(question: str) -> tuple[Operator | None, tuple[int, int]]:
    """The first that is said; a total number is a number."""
    found: tuple[Operator | None, tuple[int, int]] = (None, (len(question) + 1, 0))
    for kind, words in OPERATORS.items():
        match = pattern(words).search(question)
        if match is None:
            continue
        if match.start() < found[1][0]:
            found = (kind, match.span())
    if found[0] is Operator.SUM:
        counted = re.match(r"\s+number of\b", question[found[1][1] :], re.IGNORECASE)
        if counted is not None:
            return Operator.COUNT, (found[1][0], found[1][1] + counted.end())
    return found if found[0] is not None else (None, (0, 0))


def _superlative(question: str, heads: Sequence[str]) -> tuple[bool | None, tuple[int, int]]:
    """The first that is no comparison ("at most") and no part of a head ("Last counted")."""
    found = []
    for is_highest, words in SUPERLATIVES.items():
        for match in pattern(words).finditer(question):
            before = question[: match.start()].rstrip().lower()
            after = question[match.end() :].lstrip().lower()
            if before.endswith((" at", "at")) and match[0].lower() in ("most", "least"):
                continue
            if match[0].lower() in ("maximum", "minimum") and re.match(r"of \d", after):
                continue
            phrase = " ".join([match[0].lower(), *after.split()[:1]]).rstrip("?.,")
            if " " in phrase and any(phrase in head for head in heads):
                continue
            if match[0].lower() in ("first", "last") and after.startswith(("quarter", "name")):
                continue
            found.append((match.start(), -match.end(), is_highest))
    if not found:
        return None, (0, 0)
    start, stop, is_highest = min(found)
    return is_highest, (start, -stop)
