"""Which plan answers the questions of a request?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.formed_passages import FormedPassages
from engine.lookup import Lookup, Source
from engine.named_lines import Named, NamedLines
from engine.questions import Question
from engine.reading_plan import Group, PickedPlan, Plan
from engine.scan import Scan
from engine.table_computed import Computed
from engine.tally import Selection, everything_in
from schemas.engine_settings import EngineSettings
from schemas.extraction import Mode
from schemas.response_schema import Kind


class Planning:
    """Of one request. `threshold` is the chance of absence from which null is answered."""

    def __init__(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        settings: EngineSettings,
        threshold: float,
    ) -> None:
        self._sources, self._questions, self._lookup = sources, questions, lookup
        self._settings, self._threshold = settings, threshold

    def plan(self, mode: Mode, computed: Computed, *, is_asked_for: bool) -> Plan:
        """Where the mode `is_asked_for`, what is to be read whole is: not the lines alone that a
        question names."""
        if mode is Mode.SCAN:
            return Scan(
                self._sources,
                self._questions,
                self._lookup,
                self._settings,
                self._threshold,
                computed,
            )
        is_dense = mode is Mode.DENSE
        asked = [n for n in range(len(self._questions)) if n not in computed.findings]
        groups = [] if is_dense else together(computed.to_read)
        if not (is_dense and is_asked_for):
            groups += self._named(n for n in asked if n not in computed.to_read or is_dense)
        known = {number for group in groups for number in group.numbers}
        passages = self._whole if is_dense else self._looked_up
        groups += passages([number for number in asked if number not in known])
        return PickedPlan(self._questions, groups, computed, passages, self._threshold)

    def _whole(self, numbers: Sequence[int]) -> list[Group]:
        return [Group(everything_in(self._sources), numbers)] if numbers else []

    def _looked_up(self, numbers: Sequence[int]) -> list[Group]:
        """The questions by the passages that the lookup selects for them."""
        asked = {number: self._questions[number].sought for number in numbers}
        self._lookup.look(list(asked.values()))
        budget, formed = self._settings.read_tokens, FormedPassages(self._sources)
        return together(
            {
                number: self._lookup.selected(sought, budget, formed.of(self._questions[number]))
                for number, sought in asked.items()
            }
        )

    def _named(self, numbers: Iterable[int]) -> list[Group]:
        """The lines that questions name; those that name the same are put to them together."""
        lines = NamedLines(self._sources, self._lookup)
        groups: dict[tuple[Named, bool], list[int]] = {}
        for number in numbers:
            if self._questions[number].node.kind is not Kind.ROWS:
                found = lines.of(self._questions[number])
                for named in found:
                    groups.setdefault((named, len(found) > 1), []).append(number)
        return [
            Group(named.selection, asked, named.lines, is_item, named.within)
            for (named, is_item), asked in groups.items()
        ]


def together(selections: Mapping[int, Selection]) -> list[Group]:
    """Questions, by their numbers, whose passages are the same share a group."""
    groups: dict[Selection, list[int]] = {}
    for number, selection in selections.items():
        groups.setdefault(selection, []).append(number)
    return [Group(selection, numbers) for selection, numbers in groups.items()]
