"""How are statements written that are asked for by yes or no?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.generated.entry import Entry
from evals.generated.field import BOOLEAN, Field
from evals.generated.pen import Pen
from evals.generated.teller import Teller

_NUM_TOLD, _NUM_LURES, _BESIDE_SHARE = (7, 11), (4, 6), 0.75


@dataclass(frozen=True, slots=True)
class Claim:
    """What is so or not. `beside` speaks of the same matter and says neither."""

    name: str
    questions: tuple[str, ...]
    label: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    beside: tuple[str, ...]


def entries_of(pen: Pen, claims: Sequence[Claim]) -> list[Entry]:
    """Some are told; of some the document speaks without telling, or not at all, and they are
    asked, too. The others are not asked of it."""
    mixed = pen.shuffled(claims)
    told, num_lures = mixed[: pen.rng.randint(*_NUM_TOLD)], pen.rng.randint(*_NUM_LURES)
    lures = mixed[len(told) : len(told) + num_lures]
    entries = []
    for claim in told:
        pen.ask(_field_of(claim))
        write = Teller(pen).claim(claim.name, claim.yes, claim.no)
        entries.append(Entry([claim.label], ["{}"], write))
    for claim in lures:
        pen.ask(replace(_field_of(claim), is_lure=True))
        if pen.chance(_BESIDE_SHARE):
            entries.append(_unwritten(pen.pick(*claim.beside)))
    return pen.shuffled(entries)


def _field_of(claim: Claim) -> Field:
    return Field(claim.name, BOOLEAN, (*claim.questions, claim.label))


def _unwritten(sentence: str) -> Entry:
    return Entry([], [sentence], lambda _: "")
