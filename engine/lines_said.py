"""What do the lines that a question names say to it, taken together?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.answers import Finding
from engine.named_lines import Lines
from engine.questions import Question
from engine.scan_items import Part, counting, distinct
from schemas.extraction import FieldStatus
from schemas.response_schema import Kind


def item_of(question: Question) -> Question:
    """As a list is asked of one line among several: for one item."""
    return replace(question, node=question.node.children[0])


class LinesSaid:
    """`threshold` is the chance of absence from which null is answered."""

    def __init__(self, questions: Sequence[Question], threshold: float) -> None:
        self._questions, self._threshold = questions, threshold
        self._expected: Counter[int] = Counter()
        self._parts: dict[int, list[Part]] = {}
        self.unsaid: list[int] = []

    def expect(self, numbers: Sequence[int]) -> None:
        """One more reading of these questions."""
        self._expected.update(numbers)

    def take(self, lines: Lines, found: Mapping[int, Finding]) -> dict[int, Finding]:
        """The answers of one reading, by the number of the question; those that are final with
        them. A question that no line has said anything to is `unsaid` from then on."""
        final: dict[int, Finding] = {}
        source, first = lines[0]
        for number, finding in found.items():
            parts = self._parts.setdefault(number, [])
            parts.append(Part(source, first.start, finding))
            if len(parts) < self._expected[number]:
                continue
            said = self._together(self._questions[number], parts)
            if said is None:
                self.unsaid.append(number)
            else:
                final[number] = said
        return final

    def _together(self, question: Question, parts: Sequence[Part]) -> Finding | None:
        if len(parts) > 1:
            return self._listed(question, parts)
        (part,) = parts
        leaves = part.finding.leaves
        is_said = any(leaf.status is FieldStatus.FOUND for leaf in leaves)
        return part.finding if is_said else None

    def _listed(self, question: Question, parts: Sequence[Part]) -> Finding | None:
        """Equal values once, in the order of the lines."""
        assert question.node.kind is Kind.LIST
        items = distinct(counting(parts, self._threshold))
        leaves = tuple(replace(item, path=f"/{i}") for i, item in enumerate(items))
        notes = dict.fromkeys(note for part in parts for note in part.finding.notes)
        if not leaves:
            return None
        return Finding(question, [leaf.value for leaf in leaves], leaves, tuple(notes))
