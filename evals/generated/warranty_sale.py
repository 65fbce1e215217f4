"""What was sold, and what is the warranty on it called?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.pen import Pen

_PRODUCTS = (
    ("heat pump", "compressor"),
    ("electric bicycle", "frame"),
    ("dishwasher", "motor"),
    ("garden tractor", "engine"),
    ("refrigerator", "cooling circuit"),
    ("mattress", "core"),
    ("cordless drill", "gearbox"),
    ("solar inverter", "power unit"),
    ("coffee machine", "boiler"),
    ("air compressor", "pressure vessel"),
    ("washing machine", "drum bearing"),
    ("office chair", "gas spring"),
    ("hearing aid", "casing"),
    ("pressure washer", "pump"),
)


@dataclass(frozen=True, slots=True)
class Sale:
    """What was bought when, and how the warranty on it is called."""

    product: str
    component: str
    bought: date
    start: date
    months: int
    word: str
    prose_share: float


def sale_of(pen: Pen) -> Sale:
    product, component = pen.pick(*_PRODUCTS)
    bought = pen.day()
    return Sale(
        product,
        component,
        bought,
        bought + timedelta(days=pen.pick(0, 0, 1, pen.rng.randint(2, 25))),
        pen.pick(12, 18, 24, 36, 48, 60),
        pen.pick("Warranty", "Warranty", "Guarantee"),
        pen.pick(0.1, 0.35, 0.6, 0.9),
    )
