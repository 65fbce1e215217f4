"""What does the lease of a flat say?"""

from __future__ import annotations

import datetime

from evals.generated.blocks import Block, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, STRINGS, field, own
from evals.generated.pen import Pen

_FIELDS = (
    field("landlord", STRING, "Landlord", "Who lets the flat?", "Owner who rents out the dwelling"),
    field("tenant", STRING, "Tenant", "Who rents the flat?", "Person who will live there"),
    field(
        "premises",
        STRING,
        "Address of the rented flat",
        "Where is the dwelling?",
        "Property that is let",
    ),
    field(
        "lease_start",
        DATE,
        "Beginning of the tenancy",
        "When can the tenant move in?",
        "First day of occupation",
    ),
    field(
        "lease_end",
        DATE,
        "End of the tenancy",
        "When must the flat be handed back?",
        "Last day of occupation",
    ),
    field(
        "rent",
        NUMBER,
        "Monthly rent",
        "What does the flat cost a month?",
        "Amount for living there each month",
    ),
    own(
        "deposit",
        NUMBER,
        "Security deposit",
        "How much is held as security?",
        "Money kept against damage",
    ),
    own(
        "utilities_advance",
        NUMBER,
        "Advance on utilities",
        "What is paid on account of heating and water?",
        "Prepayment of running costs",
    ),
    own(
        "rent_day",
        INTEGER,
        "Day of the month on which rent is due",
        "By which day of the month must one pay?",
        "Payment day",
    ),
    own("num_rooms", INTEGER, "Number of rooms", "How many rooms are there?", "Rooms"),
    own("floor_area", NUMBER, "Living space in square metres", "How large is the flat?", "Surface"),
    own(
        "pets_allowed",
        BOOLEAN,
        "Are pets allowed?",
        "May the tenant keep animals?",
        "Keeping of animals",
    ),
    own("smoking_allowed", BOOLEAN, "May one smoke inside?", "Smoking in the rooms", "Tobacco"),
    own(
        "notice_months",
        INTEGER,
        "Notice period in months",
        "How many months ahead must notice be given?",
        "Months to quit",
    ),
    own(
        "occupants",
        STRINGS,
        "Other occupants",
        "Who else will live in the flat?",
        "Household members besides the tenant",
    ),
    own(
        "late_charge",
        NUMBER,
        "Charge for late rent",
        "What is added when rent comes late?",
        "Fee for tardiness",
    ),
    own(
        "parking",
        STRING,
        "Parking space",
        "Which parking space belongs to the flat?",
        "Number of the bay for a car",
    ),
    own("caretaker", STRING, "Caretaker", "Who looks after the building?", "Janitor"),
)


def _write(pen: Pen) -> Paper:
    people = pen.people
    landlord = people.company() if pen.chance(0.5) else people.person()
    tenant = people.person()
    start = pen.day()
    title = pen.pick("Residential Lease", "Tenancy Agreement", "Rental Contract for a Flat")
    rent = float(pen.rng.randint(45, 320) * 10)
    parties = _parties(pen, landlord, tenant)
    said = [_period(pen, start), _rent(pen, rent), *pen.shuffled(_rules(pen, rent))]
    form = pen.pick("paragraphs", "headings", "letters")
    blocks: list[Block] = []
    for number, (name, text) in enumerate(said):
        if form == "headings":
            blocks += [Heading(name, 3), Paragraph(text)]
        else:
            sign = f"§ {number + 1}" if form == "paragraphs" else f"{'ABCDEFGHIJKLMNOPQ'[number]}."
            blocks.append(Paragraph(f"{sign} {name}: {text}"))
    end = Paragraph(
        f"{people.city()}, "
        f"{pen.writing.date(start - datetime.timedelta(days=pen.rng.randint(5, 60)))}"
        "\n\nLessor ____________    Lessee ____________"
    )
    return Paper(
        pen.pick("lease.pdf", "lease.pdf", "lease.txt"), [Heading(title, 1), *parties, *blocks, end]
    )


def _parties(pen: Pen, landlord: str, tenant: str) -> list[Block]:
    lessor, lessee = pen.say("landlord", landlord), pen.say("tenant", tenant)
    place = pen.say("premises", pen.people.address())
    if pen.chance(0.5):
        pairs = [
            (pen.pick("Landlord", "Lessor"), lessor),
            (pen.pick("Tenant", "Lessee"), lessee),
            (pen.pick("Premises", "Flat", "Rented property"), place),
        ]
        return [Pairs(pairs)]
    return [Paragraph(f'{lessor} ("Lessor") lets to {lessee} ("Lessee") the apartment at {place}.')]


def _period(pen: Pen, start: datetime.date) -> tuple[str, str]:
    end = start + datetime.timedelta(days=pen.pick(364, 729, 1094))
    begins = pen.date("lease_start", start, in_prose=True)
    if pen.chance(0.7):
        ends = pen.date("lease_end", end, in_prose=True)
        text = pen.pick(
            f"The tenancy begins on {begins} and ends on {ends}.",
            f"The flat is let from {begins} until {ends}.",
        )
    else:
        text = f"The tenancy begins on {begins} and is concluded for an indefinite time."
    if pen.chance(0.6):
        months = pen.in_words("notice_months", pen.pick(1, 2, 3, 6))
        text += f" Notice may be given with {months} months to the end of a month."
    return pen.pick("Period", "Duration of the tenancy", "Time"), text


def _rent(pen: Pen, rent: float) -> tuple[str, str]:
    text = (
        pen.pick("The rent is ", "The Lessee owes a rent of ")
        + f"{pen.money('rent', rent)} a month"
    )
    if pen.chance(0.6):
        advance = pen.money("utilities_advance", float(pen.rng.randint(6, 35) * 10))
        text += f", plus {advance} on account of heating, water and waste"
    if pen.chance(0.6):
        text += (
            f". It is to be paid in advance by day {pen.say('rent_day', *_day(pen))} of each month"
        )
    return pen.pick("Rent", "Rent and running costs"), text + "."


def _day(pen: Pen) -> tuple[str, int]:
    day = pen.pick(1, 3, 5, 10)
    return str(day), day


def _rules(pen: Pen, rent: float) -> list[tuple[str, str]]:
    rules = []
    if pen.chance(0.75):
        rules.append(
            (
                pen.pick("Security", "Deposit"),
                "Before moving in, the Lessee lodges "
                f"{pen.money('deposit', rent * pen.pick(1, 2, 3))} as security, to be "
                "returned after the flat is handed back in order.",
            )
        )
    if pen.chance(0.6):
        area = pen.rng.randint(280, 1400) / 10
        rules.append(
            (
                "The flat",
                f"It has {pen.in_words('num_rooms', pen.pick(2, 3, 4, 5))} rooms, a kitchen "
                f"and a bathroom on {pen.number('floor_area', area, 1)} m².",
            )
        )
    if pen.chance(0.6):
        may = pen.chance(0.5)
        rules.append(
            (
                "Animals",
                pen.flag(
                    "pets_allowed",
                    pen.pick("Cats and dogs are welcome.", "The Lessee may keep a pet.")
                    if may
                    else pen.pick(
                        "No animals may be kept.", "Pets are not permitted on the premises."
                    ),
                    may,
                ),
            )
        )
    if pen.chance(0.5):
        may = pen.chance(0.3)
        rules.append(
            (
                "Smoking",
                pen.flag(
                    "smoking_allowed",
                    "Smoking is permitted in all rooms."
                    if may
                    else pen.pick(
                        "The whole building is smoke-free.", "Smoking indoors is forbidden."
                    ),
                    may,
                ),
            )
        )
    if pen.chance(0.5):
        rules.append(
            (
                "Household",
                "Besides the Lessee, "
                f"{pen.listed('occupants', [pen.people.person() for _ in range(pen.pick(2, 3))])}"
                " will live in the flat.",
            )
        )
    if pen.chance(0.45):
        rules.append(
            (
                "Arrears",
                "If rent is not received in time, "
                f"{pen.money('late_charge', float(pen.pick(15, 25, 40, 50)))} is added.",
            )
        )
    if pen.chance(0.4):
        rules.append(
            (
                "Car",
                f"Bay {pen.say('parking', pen.id(pen.pick('P##', '?-##', '##')))} in the "
                "courtyard belongs to the flat.",
            )
        )
    if pen.chance(0.4):
        rules.append(
            (
                "House",
                f"The caretaker is {pen.say('caretaker', pen.people.person())}, to be called "
                f"on {pen.people.phone()}.",
            )
        )
    rules.append(
        (
            "Care",
            pen.pick(
                "The Lessee treats the flat with care and reports damage at once.",
                "Repairs of small value are borne by the Lessee.",
            ),
        )
    )
    return rules


KIND = Kind("lease", "tenancy", _FIELDS, _write)
