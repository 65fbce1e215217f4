"""How many known values does a model read right, and at their place?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.questions import Question
from engine.stated_values import Stated
from schemas.extraction import Citation, Extraction
from schemas.response_schema import Kind, Node

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """Of fields: those whose value is the known one, and of these those cited where it stands. A
    null that is right needs no place."""

    num_fields: int = 0
    num_right: int = 0
    num_placed: int = 0

    @property
    def share(self) -> float:
        """Right, and at their place."""
        return self.num_placed / self.num_fields if self.num_fields else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.num_fields + other.num_fields,
            self.num_right + other.num_right,
            self.num_placed + other.num_placed,
        )


def score_of(extraction: Extraction, known: Iterable[tuple[Question, Stated]]) -> Score:
    total = Score()
    for question, stated in known:
        node = question.node
        is_right = is_same(node, stated.value, _value_at(extraction.output, node.path))
        is_placed = is_right and _is_placed(stated, _citations(extraction, node.path))
        total += Score(1, int(is_right), int(is_placed))
    return total


def is_same(node: Node, expected: Any, got: Any) -> bool:
    """Numbers and dates by what they are, strings but for blanks and case, items in any order."""
    if expected is None or got is None:
        return expected is got
    if node.kind is Kind.LIST:
        return isinstance(got, list) and _are_same(node.children[0], expected, got)
    if node.kind in (Kind.NUMBER, Kind.INTEGER):
        is_number = isinstance(got, (int, float))
        return is_number and math.isclose(expected, got, rel_tol=_SAME, abs_tol=_SAME)
    if isinstance(expected, str) and isinstance(got, str):
        return expected.casefold().split() == got.casefold().split()
    return bool(expected == got)


def _are_same(item: Node, expected: Sequence[Any], got: Sequence[Any]) -> bool:
    rest = list(got)
    for one in expected:
        match = next((at for at, other in enumerate(rest) if is_same(item, one, other)), None)
        if match is None:
            return False
        del rest[match]
    return not rest


def _value_at(output: Any, path: str) -> Any:
    for part in path.split("/")[1:]:
        if not isinstance(output, Mapping):
            return None
        output = output.get(part.replace("~1", "/").replace("~0", "~"))
    return output


def _citations(extraction: Extraction, path: str) -> list[Citation]:
    fields = (f for f in extraction.fields if f.path == path or f.path.startswith(f"{path}/"))
    return [citation for field in fields for citation in field.citations]


def _is_placed(stated: Stated, citations: Sequence[Citation]) -> bool:
    """Each item of a list somewhere; a value at any of the places where it stands."""
    if not stated.places or not stated.is_sure:
        return True
    touched = [
        any(citation.start < stop and start < citation.stop for citation in citations)
        for start, stop in stated.places
    ]
    return all(touched) if isinstance(stated.value, list) else any(touched)
