"""What does the schedule of an insurance policy say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from evals.generated.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import (
    BOOLEAN,
    DATE,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    Field,
    choice,
    own,
)
from evals.generated.pen import Pen, plain

_FIELDS = (
    own(
        "policy_number",
        STRING,
        "Policy number",
        "Under which number is the policy kept?",
        "Identifier of the insurance",
    ),
    own("insurer", STRING, "Insurer", "Which company bears the risk?", "Underwriter"),
    own("policyholder", STRING, "Policyholder", "Who took out the insurance?", "Insured party"),
    own("cover_from", DATE, "Beginning of cover", "From when is there cover?", "Inception"),
    own("cover_to", DATE, "End of cover", "Until when is there cover?", "Expiry of the insurance"),
    own(
        "premium",
        NUMBER,
        "Annual premium",
        "What does the insurance cost a year?",
        "Yearly contribution",
    ),
    own(
        "instalments",
        choice("monthly", "quarterly", "half-yearly", "yearly"),
        "Payment of the premium",
        "How often is the premium paid?",
        "Rhythm of the instalments",
    ),
    own(
        "deductible",
        NUMBER,
        "General deductible",
        "What does the insured bear of each loss?",
        "Excess for each claim",
    ),
    own("broker", STRING, "Broker", "Who arranged the insurance?", "Intermediary"),
    own(
        "insured_property",
        STRING,
        "Insured premises",
        "Which building is insured?",
        "Address of the risk",
    ),
    own("exclusions", STRINGS, "Exclusions", "What is not covered?", "Perils left out"),
    own(
        "flood_covered",
        BOOLEAN,
        "Is flood covered?",
        "Cover against high water",
        "Does it pay for damage by rising rivers?",
    ),
    own(
        "claims_phone",
        STRING,
        "Telephone number for claims",
        "Where can losses be reported by phone?",
        "Hotline for damage",
    ),
    own(
        "report_days",
        INTEGER,
        "Days within which a loss must be reported",
        "How soon must damage be notified, in days?",
        "Deadline for notice of a claim",
    ),
    own(
        "no_claims_bonus",
        NUMBER,
        "No-claims bonus in percent",
        "What reduction is there for years without losses?",
        "Rebate for being free of claims",
    ),
)
_PERILS = [
    "Fire",
    "Theft",
    "Storm",
    "Glass breakage",
    "Water damage",
    "Liability",
    "Business interruption",
    "Machinery breakdown",
    "Electronics",
    "Legal costs",
]
_EXCLUDED = [
    "war",
    "nuclear energy",
    "wear and tear",
    "intentional acts",
    "earthquake",
    "vermin",
    "pollution",
    "cyber attacks",
    "loss of value",
    "faulty design",
]


def _write(pen: Pen) -> Paper:
    people, start = pen.people, pen.day()
    pairs = [
        (
            pen.pick("Policy no.", "Policy number", "Contract"),
            pen.say("policy_number", pen.id(pen.pick("##-######-#", "P########", "???/######"))),
        ),
        (
            pen.pick("Policyholder", "Insured", "Named insured"),
            pen.say("policyholder", people.company() if pen.chance(0.6) else people.person()),
        ),
        (
            pen.pick("Period of insurance", "Cover", "Term"),
            f"{pen.date('cover_from', start)} {pen.pick('to', '-', 'until')} "
            f"{pen.date('cover_to', start + timedelta(days=364))}",
        ),
    ]
    rhythm = pen.pick("monthly", "quarterly", "half-yearly", "yearly")
    optional: list[tuple[str, Callable[[], str]]] = [
        (
            pen.pick("Premium per year", "Annual premium", "Yearly premium incl. tax"),
            lambda: pen.money("premium", round(pen.rng.uniform(150, 18000), 2)),
        ),
        (
            pen.pick("Instalments", "Payable", "Mode of payment"),
            lambda: pen.say("instalments", pen.pick(rhythm, rhythm.capitalize()), rhythm),
        ),
        (
            pen.pick("Deductible", "Excess", "Own share per claim"),
            lambda: pen.money("deductible", float(pen.pick(150, 250, 500, 1000, 2500))),
        ),
        (pen.pick("Broker", "Intermediary", "Agent"), lambda: pen.say("broker", people.company())),
        (
            pen.pick("Risk address", "Insured premises", "Location of risk"),
            lambda: pen.say("insured_property", people.address()),
        ),
        (
            pen.pick("Claims hotline", "To report a loss call"),
            lambda: pen.say("claims_phone", people.phone()),
        ),
        (
            pen.pick("No-claims bonus", "Bonus"),
            lambda: pen.percent("no_claims_bonus", pen.pick(5.0, 10.0, 20.0, 35.0), 1),
        ),
    ]
    pairs += [(label, write()) for label, write in optional if pen.chance(0.65)]
    first = pen.pick("Northern", "Alpine", "Anchor", "Civic", "Harbour", "Union")
    form = pen.pick("Co.", "AG", "plc", "Ltd")
    insurer = pen.say("insurer", f"{first} {pen.pick('Mutual', 'Insurance', 'Assurance')} {form}")
    title = pen.pick("Policy schedule", "Certificate of insurance", "Insurance policy")
    return Paper(
        pen.pick("policy.pdf", "schedule.pdf", "policy.txt"),
        [
            Paragraph(insurer),
            Heading(title, 1),
            Pairs(pairs),
            Heading(pen.pick("Sums insured", "Cover", "What is covered"), 2),
            _cover(pen),
            *_terms(pen),
        ],
        running_head=pen.pick("", title),
    )


def _cover(pen: Pen) -> Table:
    lines: list[list[str]] = []
    perils = pen.some(_PERILS, 4, 7)
    asked = set(pen.some(perils, 3, 4))
    for peril in perils:
        total, own_share = (
            float(pen.rng.randint(2, 400) * 5000),
            float(pen.pick(0, 100, 200, 300, 750)),
        )
        key = (
            pen.ask(
                Field(
                    f"sum_{peril.lower().replace(' ', '_')}",
                    NUMBER,
                    (
                        f"Sum insured for {peril.lower()}",
                        f"Up to how much does the policy pay for {peril.lower()}?",
                        f"Limit of cover, {peril.lower()}",
                    ),
                )
            )
            if peril in asked
            else ""
        )
        other = (
            pen.ask(
                Field(
                    f"excess_{peril.lower().replace(' ', '_')}",
                    NUMBER,
                    (
                        f"Deductible for {peril.lower()}",
                        f"What must the insured bear of losses by {peril.lower()}?",
                        f"Excess, {peril.lower()}",
                    ),
                )
            )
            if key and own_share and pen.chance(0.5)
            else ""
        )
        bare = pen.writing.number(total)
        lines.append(
            [
                peril,
                pen.say(key, bare, plain(total)),
                pen.say(other, pen.writing.number(own_share), plain(own_share))
                if own_share
                else "none",
            ]
        )
    return Table(
        [
            pen.pick("Peril", "Section", "Cover"),
            pen.pick("Sum insured", "Limit"),
            pen.pick("Deductible", "Excess"),
        ],
        lines,
    )


def _terms(pen: Pen) -> list[Block]:
    blocks: list[Block] = []
    if pen.chance(0.7):
        excluded = pen.some(_EXCLUDED, 2, 4)
        if pen.chance(0.4):
            blocks += [
                Paragraph("The policy does not pay for loss caused by:"),
                Bullets(pen.items("exclusions", excluded)),
            ]
        else:
            blocks.append(
                Paragraph(f"Excluded are losses caused by {pen.listed('exclusions', excluded)}.")
            )
    if pen.chance(0.5):
        blocks.append(
            Paragraph(
                "A loss must be reported within "
                f"{pen.in_words('report_days', pen.pick(3, 5, 7, 14))} days."
            )
        )
    if pen.chance(0.45):
        is_covered = pen.chance(0.5)
        blocks.append(
            Paragraph(
                pen.flag(
                    "flood_covered",
                    pen.pick(
                        "Damage by flood is included.", "Cover extends to flood and backwater."
                    )
                    if is_covered
                    else pen.pick("There is no cover against flood.", "Flood is not insured."),
                    is_covered,
                )
            )
        )
    return blocks or [Paragraph("The general conditions apply.")]


KIND = Kind("insurance_policy", "insurance", _FIELDS, _write)
