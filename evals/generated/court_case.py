"""What is a civil case about, and how does it end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.court_fields import OUTCOMES
from evals.generated.pen import Pen

_ROLES = (("Claimant", "Defendant"), ("Plaintiff", "Defendant"), ("Petitioner", "Respondent"))


@dataclass(frozen=True, slots=True)
class Case:
    """The sums and days of a case, and what its parties are called."""

    roles: tuple[str, str]
    names: tuple[str, str]
    decided: date
    filed: date
    agreed: date
    claimed: float
    awarded: float
    paid: float
    title: str
    prose_share: float

    @property
    def outcome(self) -> str:
        if not self.awarded:
            return OUTCOMES[2]
        return OUTCOMES[0] if self.awarded == self.claimed else OUTCOMES[1]


def case_of(pen: Pen) -> Case:
    people, decided = pen.people, pen.day()
    filed = decided - timedelta(days=pen.rng.randint(150, 600))
    claimed = round(pen.rng.uniform(900, 240000), pen.pick(0, 2, 2))
    share = pen.pick(1.0, 1.0, 0.0, *[pen.rng.uniform(0.2, 0.9) for _ in range(3)])
    return Case(
        pen.pick(*_ROLES),
        (
            people.company() if pen.chance(0.6) else people.person(),
            people.company() if pen.chance(0.5) else people.person(),
        ),
        decided,
        filed,
        filed - timedelta(days=pen.rng.randint(120, 900)),
        claimed,
        claimed if share == 1.0 else round(claimed * share, 2),
        float(pen.rng.randint(2, 90) * 100),
        pen.pick("Judgment", "Judgment", "Final Judgment", "Order"),
        pen.pick(0.15, 0.5, 0.85, 0.95),
    )
