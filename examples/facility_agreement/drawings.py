"""Which loans did the Borrower draw? Invented ones, within the limits of the agreement."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

SEED = 20230314
NUM_DRAWINGS = 120
_FACILITY_B, _EURO_LIMIT, _MAX_LOANS = 92_500_000, 30_000_000, 15
_PURPOSES = ("working capital", "crane overhaul", "bunkers", "payroll", "tug charter", "insurance")


@dataclass(frozen=True, slots=True)
class Drawing:
    loan: str
    facility: str
    drawn: dt.date
    matures: dt.date
    months: int
    currency: str
    amount: int
    rate: float  # sterling for one unit of the currency
    margin: float
    purpose: str

    @property
    def in_sterling(self) -> float:
        return self.amount * self.rate


def drawings() -> Iterator[Drawing]:
    """Two term loans, then revolving loans within the limits of Clauses 4.3 and 5.3."""
    yield _term_loan("A-001", dt.date(2023, 3, 30), 60, 156_250_000, "refinancing")
    yield _term_loan("A-002", dt.date(2023, 6, 15), 57, 31_250_000, "dredging")
    chance = random.Random(SEED)
    outstanding: list[Drawing] = []
    day, made = dt.date(2023, 4, 3), 0
    while made < NUM_DRAWINGS - 2:
        day = _business_day(day + dt.timedelta(days=chance.randint(1, 7)))
        outstanding = [loan for loan in outstanding if loan.matures > day]
        drawing = _revolving_loan(chance, made + 1, day)
        if _are_within_limits([*outstanding, drawing]):
            made += 1
            outstanding.append(drawing)
            yield drawing


def _term_loan(loan: str, drawn: dt.date, months: int, amount: int, purpose: str) -> Drawing:
    matures = dt.date(2028, 3, 14)
    return Drawing(loan, "A", drawn, matures, months, "GBP", amount, 1.0, 3.10, purpose)


def _revolving_loan(chance: random.Random, number: int, day: dt.date) -> Drawing:
    months = chance.choice((1, 1, 3, 3, 3, 6))
    is_euro = chance.random() < 0.25
    return Drawing(
        loan=f"B-{number:03d}",
        facility="B",
        drawn=day,
        matures=_business_day(day + relativedelta(months=months)),
        months=months,
        currency="EUR" if is_euro else "GBP",
        amount=500_000 * chance.randint(4, 11) if is_euro else 250_000 * chance.randint(6, 24),
        rate=round(chance.uniform(0.832, 0.884), 4) if is_euro else 1.0,
        margin=_margin_on(day),
        purpose=chance.choice(_PURPOSES),
    )


def _margin_on(day: dt.date) -> float:
    """The first certificate raised it, the Amendment Letter raised it again."""
    if day < dt.date(2023, 8, 17):
        return 2.85
    return 3.25 if day < dt.date(2024, 11, 29) else 3.50


def _are_within_limits(loans: Sequence[Drawing]) -> bool:
    euros = sum(loan.in_sterling for loan in loans if loan.currency == "EUR")
    drawn = sum(loan.in_sterling for loan in loans)
    return len(loans) <= _MAX_LOANS and drawn <= _FACILITY_B and euros <= _EURO_LIMIT


def _business_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
