"""How long does a warranty last, on which conditions, and who sees to claims?"""

from __future__ import annotations

from datetime import date

from evals.generated.blocks import Block, Bullets, Paragraph
from evals.generated.entry import Entry
from evals.generated.pair_layout import paragraphs, section
from evals.generated.pen import Pen
from evals.generated.teller import Teller
from evals.generated.warranty_sale import Sale

_EXCLUDED = (
    "normal wear",
    "improper installation",
    "use of parts of other makers",
    "scratches and dents",
    "power surges",
    "frost",
    "lack of maintenance",
    "damage in transit",
    "consumables such as filters",
    "corrosion",
    "unauthorised repairs",
    "cleaning with unsuitable agents",
)


_CONDITIONS = (
    "The warranty applies in addition to the statutory rights of the buyer, which it does not "
    "restrict.",
    "Before a claim is made, the hints on faults in the manual should be followed; many "
    "disturbances have simple causes, such as a loose plug, a clogged filter or a child lock.",
    "Journeys to islands, mountain huts and ships are made by arrangement only, since the time "
    "they take cannot be foreseen.",
    "Repairs are done by our own staff or by workshops that we have trained for the purpose.",
    "A product that was bought abroad is repaired where it was sold, unless both countries belong "
    "to the same sales region.",
    "If a fault cannot be put right in two attempts, the unit is exchanged.",
    "Replaced parts become the property of the manufacturer.",
    "The right to repair or exchange the product is at the choice of the manufacturer. If the "
    "model is no longer made, one of equal worth is supplied.",
    "Please keep the original packing, so that the product can be sent without damage.",
    "The type plate must be legible and must not have been altered.",
    "Data given at registration are used only to handle claims and for notices on safety.",
    "Nothing is owed for loss of profit, for stoppages or for other indirect damage.",
    "Service performed does not prolong the term, nor does it start a new one.",
    "Claims are handled faster when a photograph of the fault is enclosed.",
    "No dealer, fitter or other person is authorised to change these terms.",
    "The instructions for use are part of these terms; operation at temperatures other than those "
    "given there is at the risk of the user.",
    "Before it is handed over for repair, personal belongings and accessories are to be removed.",
)


def term_of_cover(pen: Pen, sale: Sale) -> list[Block]:
    tell = Teller(pen)
    months = sale.start.year * 12 + sale.start.month - 1 + sale.months
    day = min(sale.start.day, 28)
    end = date(months // 12, months % 12 + 1, day)
    entries = [
        Entry(
            [f"{sale.word} in months", "Period (months)"],
            [
                f"The {sale.word.lower()} is given for {{}} months.",
                "For a term of {} months the manufacturer mends faults in material and workmanship "
                "free of charge.",
            ],
            lambda in_prose: (
                pen.in_words("warranty_months", sale.months)
                if in_prose
                else pen.count("warranty_months", sale.months)
            ),
            0.75,
        ),
        Entry(
            [f"{sale.component.capitalize()} (years)"],
            [
                f"On the {sale.component} it is {{}} years.",
                f"The {sale.component} is guaranteed for {{}} years.",
            ],
            lambda _: pen.in_words("component_years", pen.pick(3, 6, 7, 8, 10, 12)),
            0.5,
            ["Seals and batteries are covered for half a year only."],
        ),
        Entry(
            ["Valid from", f"{sale.word} begins", "Start"],
            [f"The {sale.word.lower()} runs from {{}}.", "The first day of the term is {}."],
            tell.date("cover_from", sale.start),
            0.55,
            [f"The {sale.word.lower()} begins with the day of delivery."],
        ),
        Entry(
            ["Valid until", f"{sale.word} ends", "Expires"],
            [f"The {sale.word.lower()} expires on {{}}.", "Claims can be made up to {}."],
            tell.date("cover_to", end),
            0.6,
        ),
        Entry(
            ["Operating hours at most"],
            ["Cover ends early once {} operating hours are reached."],
            lambda _: pen.count("usage_limit", pen.pick(800, 1500, 2000, 5000, 10000)),
            0.35,
        ),
        Entry(
            ["Parts replaced (days)"],
            ["Parts fitted in a repair are guaranteed for {} days."],
            lambda _: pen.in_words("repair_warranty_days", pen.pick(45, 60, 90, 180)),
            0.45,
            ["Parts fitted in a repair are covered for what is left of the term."],
        ),
    ]
    return section(pen, pen.shuffled(entries), sale.prose_share)


def warranty_conditions(pen: Pen, sale: Sale) -> list[Block]:
    tell = Teller(pen)
    word = sale.word.lower()
    kind = pen.pick("limited", "full", "extended")
    entries = [
        Entry(
            [],
            [f"This is a {{}} {word}.", f"The {word} is {{}}."]
            if kind != "extended"
            else [f"The {word} is {{}} by agreement with the owner."],
            lambda _: pen.say("warranty_type", kind, kind),
            0.45,
        ),
        Entry(
            [],
            ["The product must be registered within {} days of the purchase."],
            lambda _: pen.in_words("register_days", pen.pick(10, 14, 28, 30, 60)),
            0.5,
            ["Registration is voluntary and can be done at any time."],
        ),
        Entry(
            [],
            ["A defect must be reported within {} days of its discovery."],
            lambda _: pen.in_words("report_days", pen.pick(5, 7, 14, 15, 20)),
            0.5,
            ["A defect must be reported without delay."],
        ),
        Entry(
            [],
            ["{}"],
            tell.claim(
                "is_transferable",
                [
                    f"The {word} passes to a later owner.",
                    "When it is sold, the new owner keeps all rights.",
                ],
                [f"The {word} is not transferable.", "Only the first buyer has these rights."],
            ),
            0.5,
        ),
        Entry(
            [],
            ["{}"],
            tell.claim(
                "covers_commercial_use",
                ["Use in a business is covered as well.", "Commercial use is included."],
                ["Use in a business is not covered.", "It is valid for private use only."],
            ),
            0.45,
        ),
    ]
    blocks = section(pen, entries, 1.0)
    if pen.chance(0.65):
        excluded = pen.some(_EXCLUDED, 2, 5)
        if pen.chance(0.45):
            blocks += [
                Paragraph("Not covered is damage that comes from"),
                Bullets(pen.items("exclusions", excluded)),
            ]
        else:
            listed = pen.listed("exclusions", excluded)
            blocks.append(Paragraph(f"The {word} does not extend to {listed}."))
    said = paragraphs(pen, pen.some(_CONDITIONS, 4, 14), 3)
    return [*blocks, *said] if pen.chance(0.6) else [*said, *blocks]


def claim_service(pen: Pen) -> list[Entry]:
    tell = Teller(pen)
    people = pen.people
    email = people.email(people.person())
    entries = [
        Entry(
            ["Service hotline", "Claims by telephone"],
            ["Defects are reported by telephone on {}.", "For repairs please call {} first."],
            tell.text("claims_phone", people.phone()),
            0.55,
        ),
        Entry(
            ["Spare parts", "Parts and accessories"],
            ["Spare parts are ordered on {}."],
            tell.text("parts_phone", people.phone()),
            0.5,
        ),
        Entry(
            ["Claims by email", "Service email"],
            ["Faults can be described to {} in writing."],
            tell.text("claims_email", email),
            0.45,
            [f"For questions on products write to {people.email(people.person())} instead."],
        ),
        Entry(
            ["Returns to", "Service centre"],
            ["A faulty product is sent to the service centre, {}."],
            tell.text("service_address", people.address()),
            0.5,
            [f"Visitors find our showroom at {people.address()}."],
        ),
        Entry(
            ["Repair time (working days)"],
            ["A repair takes {} working days at most."],
            lambda _: pen.in_words("repair_days", pen.pick(3, 5, 8, 10, 12)),
            0.4,
        ),
        Entry(
            ["Owner's share of a repair"],
            ["Of each repair the owner pays {}."],
            lambda _: pen.money("deductible", float(pen.pick(15, 25, 40, 50, 75))),
            0.35,
        ),
        Entry(
            ["Call-out without defect"],
            ["If no fault is found, {} is charged for the visit."],
            lambda _: pen.money("callout_charge", pen.rng.randint(35, 160) * 1.0),
            0.45,
        ),
        Entry(
            ["Extension, one-off price"],
            ["The term can be prolonged by two years for {}."],
            lambda _: pen.money("extension_price", round(pen.rng.uniform(29, 480), 2)),
            0.45,
        ),
    ]
    return pen.shuffled(entries)
