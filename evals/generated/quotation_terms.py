"""To what does an offer refer, and on which terms is it made?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.entry import Entry
from evals.generated.pen import Pen
from evals.generated.teller import Teller

_BINDING = (
    ("We are bound by this offer.", "This is a firm offer."),
    (
        "This offer is subject to change and not binding.",
        "We make this offer without engagement.",
    ),
)


_WITH_TAX = {
    True: ("All unit prices include tax.", "Tax is already in the prices of the lines."),
    False: ("Unit prices are without tax.", "The prices of the lines do not include tax."),
}


def offer_references(pen: Pen, day: date) -> list[Entry]:
    tell = Teller(pen)
    asked = day - timedelta(days=pen.rng.randint(9, 40))
    seen = asked + timedelta(days=pen.rng.randint(2, 8))
    number = pen.id(pen.pick("Q-#####", "##-####", "OF####/##", "######"))
    return [
        Entry(
            ("Offer no.", "Quotation no.", "Quote number"), (), tell.text("quotation", number), 0.8
        ),
        Entry(("Date", "Date of offer"), (), tell.date("quotation_date", day), 0.8),
        Entry(
            ("Your enquiry no.", "Your reference"),
            ("Your enquiry bears the number {}.",),
            tell.text("enquiry_number", pen.id(pen.pick("RFQ-####", "??-###", "####-##"))),
            0.5,
        ),
        Entry(
            ("Your enquiry of", "Date of enquiry"),
            ("Your enquiry reached us on {}.", "You asked us for prices on {}."),
            tell.date("enquiry_date", asked),
            0.5,
        ),
        Entry(
            ("Site visit", "Visited on"),
            ("We looked at the site on {}.",),
            tell.date("site_visit_date", seen),
            0.4,
        ),
        Entry(
            ("Replaces offer no.",),
            ("It replaces our earlier offer {}.", "Our offer {} is withdrawn."),
            tell.text("earlier_quotation", pen.id(pen.pick("Q-#####", "##-####", "OF####/##"))),
            0.4,
        ),
        Entry(
            (),
            ("The former offer came to {}.", "At first we had quoted {} in all."),
            tell.money("earlier_total", float(pen.rng.randint(900, 42000))),
            0.3,
        ),
    ]


def offered_terms(pen: Pen, day: date, is_of_works: bool, includes_tax: bool) -> list[Entry]:
    tell, people = Teller(pen), pen.people
    start = day + timedelta(days=pen.rng.randint(30, 110))
    end = start + timedelta(days=pen.rng.randint(4, 70))
    skilled = float(pen.rng.randint(48, 98))
    said = [
        Entry(
            ("Valid until", "Open until", "Offer expires"),
            ("You can accept this offer until {}.", "This offer lapses after {}."),
            tell.date("valid_until", day + timedelta(days=pen.pick(14, 30, 42, 60))),
            0.65,
        ),
        Entry(
            ("Prices fixed until",),
            ("If you order, our prices stay fixed until {}.",),
            tell.date("prices_fixed_until", day + timedelta(days=pen.pick(90, 120, 180, 365))),
            0.4,
        ),
        Entry(
            ("Payment in full (days)", "Net payment in days"),
            ("Our bill is payable within {} days.", "Bills are due in full {} days after issue."),
            tell.count("payment_days", pen.pick(21, 28, 30, 45)),
            0.6,
        ),
        _quick_payment(pen),
        Entry(
            ("Deposit", "Down payment"),
            ("On placing the order {} of the price is to be paid.",),
            tell.percent("deposit_percent", pen.pick(20.0, 25.0, 30.0, 40.0)),
            0.45,
        ),
        Entry(
            ("Retention",),
            ("You may hold back {} of the price until defects are mended.",),
            tell.percent("retention_percent", pen.pick(2.5, 5.0, 10.0)),
            0.4,
        ),
        Entry(
            ("Warranty (months)", "Guarantee in months"),
            ("We answer for defects for {} months.", "The warranty runs for {} months."),
            tell.count("warranty_months", pen.pick(12, 18, 24, 36, 60)),
            0.5,
        ),
        Entry(
            ("Penalty per week of delay",),
            ("For each full week of delay {} is taken off the price.",),
            tell.percent("penalty", pen.pick(0.5, 1.0, 1.5)),
            0.35,
        ),
        Entry((), ("{}",), tell.late_claim("is_binding", *_BINDING), 0.45),
        Entry((), ("{}",), lambda _: _said_of_tax(pen, includes_tax), 1.0),
    ]
    if not is_of_works:
        days = pen.pick(5, 8, 10, 15, 20, 25)
        sentences = ("We deliver {} working days after the order.",)
        return [
            *said,
            Entry(("Delivery (working days)",), sentences, tell.count("delivery_days", days), 0.6),
        ]
    return [
        *said,
        Entry(
            ("Start of work", "Work begins"),
            ("We could begin on {}.", "Work would start on {}."),
            tell.date("work_start", start),
            0.6,
        ),
        Entry(
            ("Completion", "Finished by"),
            ("Everything would be finished by {}.", "We hand over the work on {}."),
            tell.date("work_end", end),
            0.55,
        ),
        Entry(
            ("Skilled worker, extra work, per hour", "Day work, fitter, per hour"),
            ("Extra work is charged at {} for each hour of a skilled worker.",),
            tell.money("skilled_rate", skilled),
            0.5,
        ),
        Entry(
            ("Helper, extra work, per hour", "Day work, labourer, per hour"),
            ("An hour of a helper for extra work costs {}.",),
            tell.money("helper_rate", skilled - pen.rng.randint(9, 24)),
            0.45,
        ),
        Entry(
            ("Each journey", "Call-out charge"),
            ("For each journey to the site we charge {}.",),
            tell.money("travel_charge", float(pen.rng.randint(18, 95))),
            0.4,
        ),
        Entry(
            ("Crew",),
            ("We would send {} workers.",),
            tell.count("crew_size", pen.rng.randint(2, 8)),
            0.35,
        ),
        Entry(
            ("Site manager", "In charge on site"),
            ("On the spot {} would be in charge of the work.",),
            tell.text("site_manager", people.person()),
            0.45,
        ),
    ]


def _quick_payment(pen: Pen) -> Entry:
    def write(_: bool) -> str:
        rate = pen.percent("early_payment_discount", pen.pick(1.5, 2.0, 3.0), 1)
        days = pen.pick(7, 8, 10, 14)
        return f"{rate} within {pen.in_words('early_payment_days', days)} days"

    return Entry(("Cash discount",), ("Quick payers deduct {}.",), write, 0.45)


def _said_of_tax(pen: Pen, includes_tax: bool) -> str:
    return pen.flag("prices_with_tax", pen.pick(*_WITH_TAX[includes_tax]), includes_tax)
