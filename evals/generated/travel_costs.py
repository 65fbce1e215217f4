"""How does an itinerary tell of what the journey costs?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.pair_layout import laid_out
from evals.generated.pen import Pen


def costs(pen: Pen, start: date, num_nights: int, num_travellers: int) -> list[Block]:
    """As a table, as pairs, or in a letter's words."""
    title = Heading(pen.pick("Price", "Costs", "What it costs", "Payment"), 2)
    each, nightly = round(pen.rng.uniform(90, 1400), 2), round(pen.rng.uniform(60, 320), 2)
    fee, taxes = float(pen.pick(15, 25, 29.5, 40, 60)), round(pen.rng.uniform(18, 140), 2)
    flights, stay = round(each * num_travellers, 2), round(nightly * num_nights, 2)
    total = round(flights + stay + fee + taxes, 2)
    lines: list[tuple[str, str]] = []
    if num_travellers > 1 and pen.chance(0.5):
        label = pen.pick("Air fare per person", "Flight, each", "Ticket per traveller")
        lines.append((label, pen.money("fare_per_person", each)))
    if pen.chance(0.6):
        label = pen.pick("Flights in all", "Air fare", "Flight tickets")
        if num_travellers > 1:
            label = pen.pick("Flights, two persons", "Air fare for both travellers")
        lines.append((label, pen.money("air_fare", flights)))
    lines.append((pen.pick("Airport taxes", "Fuel surcharge"), pen.money("", taxes)))
    if pen.chance(0.5):
        label = pen.pick("Room per night", "Nightly rate")
        lines.append((label, pen.money("nightly_rate", nightly)))
    if pen.chance(0.6):
        label = pen.pick("Hotel in all", "Accommodation, all nights", "Hotel stay")
        lines.append((label, pen.money("hotel_cost", stay)))
    if pen.chance(0.5):
        label = pen.pick("Service fee", "Agency fee", "Our charge for booking")
        lines.append((label, pen.money("service_fee", fee)))
    if pen.chance(0.75):
        label = pen.pick("Total", "Total price", "Whole trip")
        lines.append((label, pen.money("trip_total", total)))
    said = [*_payment(pen, start, total)]
    if pen.chance(0.5):
        said.append(_refund(pen))
    rest: list[Block] = [Paragraph(" ".join(said))] if said else []
    match pen.pick("table", "list", "prose"):
        case "table":
            code = pen.writing.currency
            head = [pen.pick("Item", "Service"), pen.pick("Amount", f"Amount ({code})")]
            return [title, Table(head, lines, 1), *rest]
        case "list":
            return [title, *laid_out(pen, lines), *rest]
        case _:
            told = "; ".join(f"{label.lower()} {amount}" for label, amount in lines)
            return [title, Paragraph(f"The price is made up as follows: {told}."), *rest]


def _payment(pen: Pen, start: date, total: float) -> list[str]:
    said = []
    if pen.chance(0.45):
        paid = pen.money("deposit", round(total * pen.pick(0.1, 0.2, 0.25, 0.3), 2))
        said.append(
            pen.pick(
                f"We thank you for the deposit of {paid}.",
                f"A down payment of {paid} has been received.",
                f"So far {paid} has been paid.",
            )
        )
    if pen.chance(0.5):
        by = start - timedelta(days=pen.pick(7, 10, 14, 21, 28))
        day = pen.date("final_payment_by", by, in_prose=True)
        said.append(
            pen.pick(
                f"The balance must reach us by {day}.",
                f"Please settle the remaining amount no later than {day}.",
                f"Final payment is due on {day}.",
            )
        )
    return said


def _refund(pen: Pen) -> str:
    can_refund = pen.chance(0.5)
    sentence = (
        pen.pick(
            "The flight tickets are fully refundable until the day of departure.",
            "If you do not fly, the air fare is refunded.",
        )
        if can_refund
        else pen.pick(
            "The flight tickets cannot be refunded.",
            "No money is returned for flights that are not taken.",
            "Fares are non-refundable.",
        )
    )
    return pen.flag("refundable", sentence, can_refund)
