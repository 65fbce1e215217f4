"""Which questions are put to which passages, and when is what they answer final?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.answers import Finding
from engine.lookup import Source
from engine.questions import Question
from engine.table_computed import Computed
from engine.tally import Selection
from schemas.errors import InvalidInput, PromptTooLong
from schemas.extraction import Mode
from schemas.settings import EngineSettings


class Plan(Protocol):
    @property
    def asked(self) -> Sequence[Question]:
        """The questions as they are put."""

    @property
    def groups(self) -> Mapping[Selection, Sequence[int]]:
        """Passages that are read together, each with the numbers of what is put to them."""

    @property
    def looked_at(self) -> Selection:
        """Passages that are looked at besides, without the model."""

    def take(
        self, selection: Selection, numbers: Sequence[int], found: Sequence[Finding]
    ) -> Sequence[Finding]:
        """The answers of one group; what is final with them."""

    def close(self) -> Sequence[Finding]:
        """What is final once every group has answered."""

    def findings(self) -> list[Finding]:
        """All of them, by the order of the questions."""


class PickedPlan:
    """Each question is put to one selection of passages, and what that answers is final. Those
    that are computed are in no group."""

    def __init__(
        self,
        questions: Sequence[Question],
        groups: Mapping[Selection, Sequence[int]],
        computed: Computed,
    ) -> None:
        self.asked, self.groups = questions, groups
        self.looked_at = computed.looked_at
        self._computed = computed.findings
        self._findings: dict[int, Finding] = {}

    def take(
        self, selection: Selection, numbers: Sequence[int], found: Sequence[Finding]
    ) -> Sequence[Finding]:
        self._findings |= dict(zip(numbers, found, strict=True))
        return found

    def close(self) -> Sequence[Finding]:
        self._findings |= self._computed
        return list(self._computed.values())

    def findings(self) -> list[Finding]:
        return [self._findings[number] for number in range(len(self.asked))]


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
