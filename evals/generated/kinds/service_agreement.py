"""What does an agreement on services say?"""

from __future__ import annotations

from datetime import date

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.clauses import STATES, Clause, boilerplate, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, STRINGS, field, own
from evals.generated.pen import Pen

_LANDS = [
    "England and Wales",
    "Scotland",
    "Ireland",
    "Germany",
    "Switzerland",
    "the Netherlands",
    "India",
    "Sweden",
]

_FIELDS = (
    field(
        "provider",
        STRING,
        "Service provider",
        "Who renders the services?",
        "Company that does the work",
    ),
    field("client", STRING, "Client", "Who receives the services?", "Company that orders the work"),
    field(
        "effective_date",
        DATE,
        "Effective date",
        "From when does the agreement apply?",
        "Start of the contract",
        "Date as of which the parties are bound",
    ),
    field(
        "term",
        STRING,
        "Term of the agreement",
        "How long does the agreement run?",
        "Duration of the contract",
        "For which period is it concluded?",
    ),
    field(
        "renewal_term",
        STRING,
        "Renewal period",
        "For how long is it extended each time?",
        "Length of an automatic extension",
    ),
    field(
        "notice_days",
        INTEGER,
        "Notice period in days for termination for convenience",
        "How many days before must one cancel without cause?",
        "Days' notice to end the contract without giving reasons",
    ),
    field(
        "cure_days",
        INTEGER,
        "Cure period in days",
        "How many days are there to remedy a breach?",
        "Time to put right a default",
    ),
    own(
        "confidentiality_survival",
        STRING,
        "How long do confidentiality duties outlast the agreement?",
        "Survival of the confidentiality obligations",
        "Secrecy after the end",
    ),
    field(
        "governing_law",
        STRING,
        "Governing law",
        "Which law governs the agreement?",
        "Legal system that applies",
    ),
    field(
        "venue",
        STRING,
        "Place of jurisdiction",
        "Courts of which place are competent?",
        "Where can one sue?",
    ),
    field(
        "monthly_fee",
        NUMBER,
        "Monthly fee",
        "How much is paid a month?",
        "Price of the services each month",
    ),
    field(
        "hourly_rate",
        NUMBER,
        "Hourly rate for additional work",
        "What does an extra hour cost?",
        "Charge per hour outside the scope",
    ),
    field(
        "payment_days",
        INTEGER,
        "Payment term in days",
        "Within how many days are invoices due?",
        "Days to settle a bill",
    ),
    field(
        "late_interest",
        NUMBER,
        "Interest on late payment in percent",
        "What rate is charged on overdue sums?",
        "Default interest",
    ),
    field(
        "liability_cap",
        NUMBER,
        "Cap on liability",
        "Up to which amount is a party liable?",
        "Limit of the damages that can be claimed",
    ),
    own(
        "insurance_sum",
        NUMBER,
        "Insurance cover the provider must keep",
        "For how much must the provider be insured?",
        "Minimum sum insured for third-party claims",
    ),
    field(
        "subcontracting_allowed",
        BOOLEAN,
        "May the provider use subcontractors freely?",
        "Is subcontracting allowed without consent?",
        "Can work be passed on to others?",
    ),
    own(
        "exclusivity",
        BOOLEAN,
        "Is the provider bound to exclusivity?",
        "May the provider not work for competitors?",
        "Exclusive engagement",
    ),
    field(
        "services",
        STRINGS,
        "Services to be rendered",
        "Which services are covered?",
        "Scope of the work",
    ),
    field(
        "notice_email",
        STRING,
        "Email address for notices to the client",
        "To which address are notices to the client sent?",
        "Electronic address for formal letters",
    ),
    field(
        "signatory",
        STRING,
        "Who signs for the client?",
        "Signatory of the client",
        "Person who binds the company that orders",
    ),
)
_SERVICES = [
    "help desk support",
    "network monitoring",
    "data backup",
    "payroll processing",
    "bookkeeping",
    "facility cleaning",
    "fleet maintenance",
    "translation",
    "content moderation",
    "quality audits",
    "warehouse handling",
    "security patrols",
    "market research",
    "web hosting",
    "staff training",
    "equipment calibration",
    "laboratory testing",
    "catering",
    "grounds maintenance",
    "archiving",
]


def _write(pen: Pen) -> Paper:
    provider, client = pen.people.company(), pen.people.company()
    roles = pen.pick(
        ("Provider", "Client"),
        ("Contractor", "Customer"),
        ("Supplier", "Company"),
        ("Consultant", "Principal"),
    )
    start = pen.day()
    title = pen.pick(
        "Master Services Agreement",
        "Services Agreement",
        "Consulting Agreement",
        "Agreement for the Provision of Services",
        "Framework Contract",
    )
    head: list[Block] = [Heading(title, 1), _opening(pen, title, provider, client, roles, start)]
    clauses = [
        _scope(pen, roles),
        _term(pen, start),
        *pen.shuffled([*_others(pen, roles), *boilerplate(pen)]),
    ]
    end = [_signatures(pen, provider, client)]
    return Paper(
        pen.pick("agreement.pdf", "msa.pdf", "contract.pdf", "agreement.txt"),
        [*head, *set_out(pen, clauses), *end],
        running_head=pen.pick("", title, "CONFIDENTIAL"),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _opening(
    pen: Pen, title: str, provider: str, client: str, roles: tuple[str, str], start: date
) -> Paragraph:
    day = pen.date("effective_date", start, in_prose=True)
    seat = pen.pick("having its registered office at", "of", "with offices at")
    called = pen.pick("the", "hereinafter the")
    one = f"{pen.say('provider', provider)}, {seat} {pen.people.address()}"
    one += f' ({called} "{roles[0]}")'
    two = f'{pen.say("client", client)}, {pen.people.address()} (the "{roles[1]}")'
    return Paragraph(
        pen.pick(
            f'This {title} (the "Agreement") is made and entered into as of {day} (the '
            f'"Effective Date") by and between {one} and {two}.',
            f"THIS AGREEMENT is dated {day} and made between {one}, of the one part, and "
            f"{two}, of the other part.",
            f"Between {one} and {two} the following is agreed with effect from {day}:",
        )
    )


def _scope(pen: Pen, roles: tuple[str, str]) -> Clause:
    services = pen.some(_SERVICES, 2, 5)
    return pen.pick("Services", "Scope of Work", "Subject Matter"), [
        pen.pick(
            f"The {roles[0]} shall provide the following services to the {roles[1]}: "
            f"{pen.listed('services', services)}.",
            f"The {roles[0]} agrees to perform {pen.listed('services', services)} for the "
            f'{roles[1]} (together the "Services").',
        ),
        pen.pick(
            f"The {roles[0]} shall perform the Services with reasonable skill and care.",
            "Changes to the scope require a written change order signed by both parties.",
        ),
    ]


def _term(pen: Pen, start: date) -> Clause:
    years = pen.pick(
        "twelve (12) months",
        "two (2) years",
        "three years",
        "36 months",
        "five (5) years",
        "twenty-four (24) months",
        "one year",
        "eighteen (18) months",
    )
    said = [
        pen.pick(
            "This Agreement commences on the Effective Date and continues for "
            f"{pen.say('term', years)} unless terminated earlier.",
            f"The initial term is {pen.say('term', years)} from the Effective Date.",
            f"This Agreement shall remain in force for a period of {pen.say('term', years)}.",
        )
    ]
    if pen.chance(0.5):
        more = pen.pick(
            "one (1) year",
            "six months",
            "twelve months",
            "successive terms of 12 months",
            "90 days",
        )
        said.append(
            "Unless either party objects, it renews automatically for "
            f"{pen.say('renewal_term', more)}."
        )
    if pen.chance(0.65):
        days = pen.pick(30, 45, 60, 90, 14, 180)
        said.append(
            pen.pick(
                "Either party may terminate this Agreement for convenience upon "
                f"{pen.in_words('notice_days', days)} days' prior written notice.",
                "It may be ended by either side without cause on "
                f"{pen.in_words('notice_days', days)} days' notice in writing.",
            )
        )
    if pen.chance(0.65):
        said.append(
            "If a party is in material breach and fails to cure it within "
            f"{pen.in_words('cure_days', pen.pick(10, 15, 20, 30))} days of notice, the "
            "other party may terminate at once."
        )
    return pen.pick("Term and Termination", "Duration", "Term"), said


def _others(pen: Pen, roles: tuple[str, str]) -> list[Clause]:
    clauses: list[Clause] = [_fees(pen, roles), _law(pen)]
    if pen.chance(0.7):
        years = pen.pick(
            "five (5) years", "three (3) years", "two years", "ten years", "seven (7) years"
        )
        clauses.append(
            (
                "Confidentiality",
                [
                    "Each party shall keep the other party's confidential information secret "
                    "and use it for the purposes of this Agreement only.",
                    pen.pick(
                        "These obligations survive termination for "
                        f"{pen.say('confidentiality_survival', years)}.",
                        "The duty of confidence continues for "
                        f"{pen.say('confidentiality_survival', years)} after the end of this "
                        "Agreement.",
                    ),
                ],
            )
        )
    if pen.chance(0.7):
        cap = float(pen.pick(100000, 250000, 500000, 1000000, 2500000, 75000))
        clauses.append(
            (
                pen.pick("Limitation of Liability", "Liability"),
                [
                    pen.pick(
                        "Neither party's aggregate liability shall exceed "
                        f"{pen.money('liability_cap', cap, 2)}.",
                        "The total liability of a party under this Agreement is limited to "
                        f"{pen.money('liability_cap', cap, 2)}.",
                    ),
                    "Nothing limits liability for intent or gross negligence.",
                ],
            )
        )
    if pen.chance(0.5):
        sum_ = float(pen.pick(1000000, 2000000, 5000000, 3000000))
        clauses.append(
            (
                "Insurance",
                [
                    f"The {roles[0]} shall maintain liability insurance with cover of at "
                    f"least {pen.money('insurance_sum', sum_, 2)} per occurrence."
                ],
            )
        )
    if pen.chance(0.5):
        clauses.append(_subcontracting(pen, roles))
    if pen.chance(0.35):
        is_exclusive = pen.chance(0.5)
        clauses.append(
            (
                "Exclusivity",
                [
                    pen.flag(
                        "exclusivity",
                        pen.pick(
                            f"During the term the {roles[0]} shall not render similar "
                            f"services to competitors of the {roles[1]}.",
                            f"The {roles[0]} is engaged on an exclusive basis.",
                        )
                        if is_exclusive
                        else pen.pick(
                            f"The engagement is non-exclusive, and the {roles[0]} is free to "
                            "serve other customers.",
                            f"Nothing in this Agreement prevents the {roles[0]} from working "
                            "for others.",
                        ),
                        is_exclusive,
                    )
                ],
            )
        )
    if pen.chance(0.5):
        email = pen.people.email(pen.people.person())
        clauses.append(
            (
                "Notices",
                [
                    f"Notices to the {roles[1]} shall be sent to "
                    f"{pen.say('notice_email', email)}, and to the {roles[0]} at "
                    f"{pen.people.email(pen.people.person())}."
                ],
            )
        )
    clauses.append(
        (
            "Miscellaneous",
            [
                pen.pick(
                    "No amendment is valid unless in writing.",
                    "If a provision is invalid, the others remain in force.",
                    "Neither party may assign this Agreement without consent.",
                )
            ],
        )
    )
    return clauses


def _fees(pen: Pen, roles: tuple[str, str]) -> Clause:
    said = []
    if pen.chance(0.75):
        fee = float(pen.rng.randint(12, 480) * 100)
        said.append(
            pen.pick(
                f"The {roles[1]} shall pay a monthly fee of {pen.money('monthly_fee', fee)}.",
                f"For the Services a flat fee of {pen.money('monthly_fee', fee)} per month is due.",
            )
        )
    if pen.chance(0.6):
        rate = float(pen.rng.randint(45, 240))
        said.append(
            f"Work beyond the agreed scope is charged at {pen.money('hourly_rate', rate)} per hour."
        )
    if pen.chance(0.75):
        said.append(
            "Invoices are payable within "
            f"{pen.in_words('payment_days', pen.pick(14, 20, 30, 45, 60))} days of receipt."
        )
    if pen.chance(0.4):
        said.append(
            "Overdue amounts bear interest at "
            f"{pen.percent('late_interest', pen.pick(1.5, 4.0, 5.0, 8.0, 9.5), 1)} per year."
        )
    return pen.pick("Fees and Payment", "Remuneration", "Charges"), said or [
        "Fees are set out in each work order."
    ]


def _law(pen: Pen) -> Clause:
    if pen.people.country == "us":
        law = f"the State of {pen.say('governing_law', pen.pick(*STATES))}"
    else:
        law = pen.say("governing_law", pen.pick(*_LANDS))
    said = [
        pen.pick(
            f"This Agreement is governed by the laws of {law}.",
            f"The laws of {law} apply, without regard to conflict of law rules.",
            f"This Agreement shall be construed in accordance with the law of {law}.",
        )
    ]
    if pen.chance(0.6):
        said.append(
            f"The courts of {pen.say('venue', pen.people.city())} have exclusive jurisdiction."
        )
    return pen.pick("Governing Law", "Applicable Law", "Law and Disputes"), said


def _subcontracting(pen: Pen, roles: tuple[str, str]) -> Clause:
    is_allowed = pen.chance(0.5)
    sentence = (
        pen.pick(
            f"The {roles[0]} may engage subcontractors at its own discretion.",
            f"The {roles[0]} is free to have the Services performed by third parties.",
        )
        if is_allowed
        else pen.pick(
            f"The {roles[0]} shall not subcontract any of the Services without the {roles[1]}"
            "'s prior written consent.",
            "Subcontracting requires prior approval in writing.",
        )
    )
    return "Subcontracting", [pen.flag("subcontracting_allowed", sentence, is_allowed)]


def _signatures(pen: Pen, provider: str, client: str) -> Paragraph:
    signatory, other = pen.people.person(), pen.people.person()
    if pen.chance(0.3):
        return Paragraph("IN WITNESS WHEREOF, the parties have executed this Agreement.")
    return Paragraph(
        f"For {provider}: {signatory}, {pen.pick('Managing Director', 'CEO', 'President')}"
        f"\nFor {client}: {pen.say('signatory', other)}, "
        f"{pen.pick('Director', 'Head of Procurement', 'CFO')}"
    )


KIND = Kind("service_agreement", "contract", _FIELDS, _write)
