"""Which questions are put to which passages, and when is what they answer final?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.answers import Finding
from engine.lines_said import LinesSaid, item_of
from engine.lookup import Source
from engine.named_lines import Lines
from engine.questions import Question
from engine.table_computed import Computed
from engine.tally import Selection
from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidInput, PromptTooLong
from schemas.extraction import Mode


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that are read together, with the numbers of the questions that are put to them.
    Where there are `lines`, those parts of the passages are read in their stead; of one among
    several that a list is made of, one item is asked. What stands in the text is answered from
    `within` some lines of it, where there are any."""

    selection: Selection
    numbers: Sequence[int]
    lines: Lines = ()
    is_item: bool = False
    within: Lines = ()

    def read(self, sources: Sequence[Source]) -> Lines:
        return self.lines or tuple((s, sources[s].passages[p]) for s, p in self.selection)


class Plan(Protocol):
    @property
    def groups(self) -> Sequence[Group]:
        """What is read first."""

    @property
    def looked_at(self) -> Selection:
        """Passages that are looked at besides, without the model."""

    def asked_of(self, group: Group) -> Sequence[Question]:
        """The questions as they are put."""

    def take(self, group: Group, found: Sequence[Finding]) -> Sequence[Finding]:
        """The answers of one group; what is final with them."""

    def further(self) -> Sequence[Group]:
        """What is to be read besides, since what was read before does not answer."""

    def close(self) -> Sequence[Finding]:
        """What is final once every group has answered."""

    def findings(self) -> list[Finding]:
        """All of them, by the order of the questions."""


class PickedPlan:
    """Each question is put to one selection of passages, and what that answers is final. One that
    names lines is put to those first, and to passages where they do not say. Those that are
    computed are in no group."""

    def __init__(
        self,
        questions: Sequence[Question],
        groups: Sequence[Group],
        computed: Computed,
        fall_back: Callable[[Sequence[int]], Sequence[Group]] = lambda _: (),
        threshold: float = 1.0,
    ) -> None:
        """`fall_back` gives the passages of the questions that no line answers; `threshold` is the
        chance of absence from which null is answered."""
        self._questions, self.groups = questions, groups
        self.looked_at = computed.looked_at
        self._computed, self._fall_back = computed.findings, fall_back
        self._said = LinesSaid(questions, threshold)
        for group in groups:
            if group.lines:
                self._said.expect(group.numbers)
        self._findings: dict[int, Finding] = {}

    def asked_of(self, group: Group) -> Sequence[Question]:
        asked = [self._questions[number] for number in group.numbers]
        return [item_of(question) for question in asked] if group.is_item else asked

    def take(self, group: Group, found: Sequence[Finding]) -> Sequence[Finding]:
        final = dict(zip(group.numbers, found, strict=True))
        if group.lines:
            final = self._said.take(group.lines, final)
        self._findings |= final
        return list(final.values())

    def further(self) -> Sequence[Group]:
        unsaid = self._said.unsaid
        return self._fall_back(unsaid) if unsaid else ()

    def close(self) -> Sequence[Finding]:
        self._findings |= self._computed
        return list(self._computed.values())

    def findings(self) -> list[Finding]:
        return [self._findings[number] for number in range(len(self._questions))]


def mode_of(
    asked: Mode | None,
    sources: Sequence[Source],
    questions: Sequence[Question],
    settings: EngineSettings,
    room: int,
) -> Mode:
    """The mode that is asked for; else the way that fits. `room` is what the model reads at once.

    Raises `PromptTooLong` for documents that are not read whole, and `InvalidInput` where the
    mode asked for does not see the whole that a field is to be made of.
    """
    num_tokens = sum(p.num_tokens for source in sources for p in source.passages)
    reducing = [q.node for q in questions if q.node.reduction is not None]
    if reducing and asked not in (None, Mode.SCAN):
        told = reducing[0].reduction.told if reducing[0].reduction else ""
        raise InvalidInput(
            f"{reducing[0].path} asks for {told!r} of whole documents, which the mode {asked} does "
            "not answer: use scan or auto",
            param="mode",
        )
    if asked is Mode.DENSE and num_tokens > room:
        raise PromptTooLong(
            f"the documents have {num_tokens} tokens, past the {room} that the model "
            "reads at once: use the mode indexed or auto",
            param="mode",
        )
    if asked is not None:
        return asked
    if reducing:
        return Mode.SCAN
    return Mode.DENSE if num_tokens <= min(settings.dense_tokens, room) else Mode.INDEXED
