"""What is a measured field: asked, expected, answered?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.answer_rules import is_expected
from evals.place_rules import PlaceRule


@dataclass(frozen=True, slots=True)
class Case:
    """`kind` groups the figures. Without `accepts` the rules of `answer_rules` tell whether a
    value is right; without `is_place` no place is known."""

    name: str
    description: str
    schema: Mapping[str, Any]
    expected: Any
    kind: str = ""
    accepts: Callable[[Any], bool] | None = None
    is_place: PlaceRule | None = None

    def is_right(self, got: Any) -> bool:
        if self.accepts is None or self.expected is None or got is None:
            return is_expected(self.expected, got)
        return self.accepts(got)


@dataclass(frozen=True, slots=True)
class Row:
    """What came out. `confidence` is that of the answer given, null among the answers; `absence`
    that the document does not say. `signals` are those of `engine.certainty` that they were made
    of, where the model was asked. An expected null needs no place."""

    document: str
    field: str
    question: str
    kind: str
    value_kind: str
    expected: Any
    got: Any
    is_value_right: bool
    is_place_right: bool | None
    status: str
    confidence: float
    absence: float
    quotes: tuple[str, ...]
    mode: str
    seconds: float
    problem: str = ""
    signals: tuple[float, ...] = ()

    @property
    def is_present(self) -> bool:
        return self.expected is not None

    @property
    def is_null(self) -> bool:
        """Whether null was answered, as found absent or for want of a value."""
        return self.got is None

    def record(self) -> dict[str, Any]:
        return asdict(self)


def response_schema_of(cases: Sequence[Case]) -> dict[str, Any]:
    properties = {case.name: {**case.schema, "description": case.description} for case in cases}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def batches(cases: Sequence[Case], most: int) -> Iterator[list[Case]]:
    """Runs of cases that fit one schema: at most so many, no name twice."""
    batch: list[Case] = []
    for case in cases:
        if len(batch) == most or any(case.name == other.name for other in batch):
            yield batch
            batch = []
        batch.append(case)
    if batch:
        yield batch
