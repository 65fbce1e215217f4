"""What is made of all that a field is found to be over whole documents?

The schema keyword `x-needlepoint`: {"reduce": "nth", "n": 3}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas.errors import InvalidSchema
from schemas.plain_text import check_text

KEYWORD = "x-needlepoint"
MOST_N = 10_000
_MOST_OF_WORDS = 500  # characters
_KEYS = {"reduce", "n", "of"}


class Operator(StrEnum):
    ALL = "all"  # every item, each once
    COUNT = "count"  # how many different ones there are
    FIRST = "first"  # in reading order
    LAST = "last"
    NTH = "nth"
    LATEST = "latest"  # by the date that goes with it


_ARRAYS = ("array",)
_NUMBERS = ("integer", "number")
_SCALARS = ("string", "date", "integer", "number")
_TAKES = {
    Operator.ALL: _ARRAYS,
    Operator.COUNT: _NUMBERS,
    Operator.FIRST: _SCALARS,
    Operator.LAST: _SCALARS,
    Operator.NTH: _SCALARS,
    Operator.LATEST: (*_SCALARS, "boolean", "enum"),
}


@dataclass(frozen=True, slots=True)
class Reduction:
    """`of` says what is looked for, where the field's own words are not it: of a count, the
    things that are counted."""

    operator: Operator
    n: int = 1
    of: str = ""

    @property
    def told(self) -> str:
        return f"{self.operator} {self.n}" if self.operator is Operator.NTH else str(self.operator)


def reduction_of(stated: Any, kind: str, path: str) -> Reduction:
    """Raises `InvalidSchema`. `kind` is a scalar's, or array."""
    if not isinstance(stated, Mapping) or "reduce" not in stated:
        raise _refused(path, 'must be an object with "reduce"')
    unknown = sorted(set(stated) - _KEYS)
    if unknown:
        raise _refused(path, f"has {', '.join(map(repr, unknown))}, which it does not know")
    operator = _operator_of(stated["reduce"], kind, path)
    return Reduction(operator, _n_of(stated, operator, path), _of_words(stated, operator, path))


def _operator_of(name: Any, kind: str, path: str) -> Operator:
    if not isinstance(name, str) or name not in list(Operator):
        raise _refused(path, f"has the reduce {name!r}: it is one of {', '.join(Operator)}")
    operator = Operator(name)
    if kind not in _TAKES[operator]:
        fits = " or ".join(_TAKES[operator])
        raise _refused(path, f"has the reduce {name!r}, whose field is {fits}, not {kind}")
    return operator


def _n_of(stated: Mapping[str, Any], operator: Operator, path: str) -> int:
    n = stated.get("n", 1)
    if (operator is Operator.NTH) != ("n" in stated):
        raise _refused(path, 'has "n" with "nth", and with "nth" alone')
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= MOST_N:
        raise _refused(path, f"has the n {n!r}: it is a whole number from 1 to {MOST_N}")
    return n


def _of_words(stated: Mapping[str, Any], operator: Operator, path: str) -> str:
    words = stated.get("of", "")
    if "of" not in stated:
        return ""
    if operator is Operator.ALL:
        raise _refused(path, 'has "of", which "all" does not take: the description says it')
    if not isinstance(words, str) or not words.strip() or len(words) > _MOST_OF_WORDS:
        raise _refused(path, f'has an "of" that is not words, {_MOST_OF_WORDS} characters at most')
    check_text(words, "the schema")
    return words.strip()


def _refused(path: str, problem: str) -> InvalidSchema:
    return InvalidSchema(f"{path or 'the top level'}: {KEYWORD} {problem}", param=path or "/")
