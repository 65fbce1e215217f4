"""What does the letter that awards a grant say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, STRINGS, field, own, rows
from evals.generated.pen import Pen

_BUDGET = rows(item={"type": "string", "description": "What the money is for"}, amount=NUMBER)
_FIELDS = (
    own("funder", STRING, "Funder", "Which foundation gives the money?", "Awarding body"),
    own(
        "grantee", STRING, "Grantee", "Which institution receives the grant?", "Host of the project"
    ),
    own(
        "grant_number",
        STRING,
        "Grant number",
        "Under which number is the award kept?",
        "Award reference",
    ),
    field("leader", STRING, "Project leader", "Who directs the project?", "Responsible scientist"),
    field(
        "project_title",
        STRING,
        "Title of the project",
        "What is the project called?",
        "Undertaking",
    ),
    own("award", NUMBER, "Amount awarded", "How much money is granted?", "Size of the grant"),
    own(
        "first_payment",
        NUMBER,
        "First payment",
        "How much is paid out at first?",
        "Initial tranche",
    ),
    field(
        "project_start",
        DATE,
        "Start of the project",
        "When does the project begin?",
        "First day of funding",
    ),
    field(
        "project_end",
        DATE,
        "End of the project",
        "When does the project finish?",
        "Last day of funding",
    ),
    own(
        "report_date",
        DATE,
        "Date on which the final report is due",
        "By when must results be reported?",
        "Deadline for the closing account",
    ),
    own(
        "own_share",
        NUMBER,
        "Own contribution in percent",
        "Which part must the institution bear?",
        "Co-funding share",
    ),
    own(
        "overhead",
        NUMBER,
        "Overheads in percent",
        "What may be charged for indirect costs?",
        "Flat rate for infrastructure",
    ),
    own(
        "open_access",
        BOOLEAN,
        "Must publications be open access?",
        "Open access required",
        "Are articles to be free to read?",
    ),
    own(
        "archive_years",
        INTEGER,
        "Years for which vouchers must be kept",
        "How many years must receipts be stored?",
        "Retention of papers",
    ),
    own(
        "partners",
        STRINGS,
        "Partner institutions",
        "Who works together with the grantee?",
        "Cooperating bodies",
    ),
    own(
        "officer",
        STRING,
        "Programme officer",
        "Who answers questions at the foundation?",
        "Clerk in charge of the award",
    ),
    own(
        "doctoral_posts",
        INTEGER,
        "Number of doctoral posts",
        "How many doctoral students are paid?",
        "PhD positions",
    ),
    field("budget", _BUDGET, "Budget by item", "What is the money for, item by item?", "Cost plan"),
)
_TITLES = (
    "Mapping peat before it dries",
    "Low-noise drones for owl surveys",
    "Early words of bilingual children",
    "Membranes from algae",
    "Rhythm and recovery after stroke",
    "Medieval accounts as climate records",
)


def _write(pen: Pen) -> Paper:
    people, start = pen.people, pen.day()
    funder = f"{pen.people.fake.last_name()} {pen.pick('Foundation', 'Trust', 'Fund')}"
    host = f"{pen.pick('University of', 'Institute of Technology', 'Academy of')} {people.city()}"
    award = float(pen.rng.randint(40, 1900) * 500)
    said = [
        f"{pen.pick('We are pleased to inform you that', 'The board has decided that')} "
        f'{pen.say("grantee", host)} receives {pen.money("award", award)} for the project "'
        f'{pen.say("project_title", pen.pick(*_TITLES))}", directed by '
        f"{pen.say('leader', f'Prof. {people.person()}')}.",
        f"Funding runs from {pen.date('project_start', start, in_prose=True)} to "
        f"{pen.date('project_end', start + timedelta(days=365 * pen.pick(2, 3, 4)), in_prose=True)}"
        ".",
    ]
    head: list[Block] = [
        Paragraph(f"{pen.say('funder', funder)}\n{people.address()}"),
        Heading(pen.pick("Notice of award", "Your application", "Award letter"), 1),
    ]
    if pen.chance(0.7):
        number = pen.id(pen.pick("G-####-##", "###.##.###", "AZ ##/###"))
        name = pen.pick("Grant", "Award", "File")
        head.append(Paragraph(f"{name} {pen.say('grant_number', number)}"))
    terms = pen.shuffled(_terms(pen, start, award))
    listing: list[Block] = (
        [Bullets(terms, is_numbered=pen.chance(0.5))]
        if pen.chance(0.5)
        else [Paragraph(text) for text in terms]
    )
    return Paper(
        pen.pick("award.pdf", "award.pdf", "award.txt"),
        [
            *head,
            *(Paragraph(text) for text in said),
            *_budget(pen, award),
            Heading("Conditions", 3),
            *listing,
            Paragraph(
                f"With best wishes\n{people.person()}, "
                f"{pen.pick('Secretary General', 'Chair of the board')}"
            ),
        ],
    )


def _terms(pen: Pen, start: date, award: float) -> list[str]:
    said = []
    if pen.chance(0.6):
        said.append(
            f"{pen.money('first_payment', award * pen.pick(0.2, 0.3, 0.5))} is paid out once "
            "the acceptance has been signed."
        )
    if pen.chance(0.6):
        said.append(
            "The final report is due on "
            f"{pen.date('report_date', start + timedelta(days=1500), in_prose=True)}."
        )
    if pen.chance(0.5):
        said.append(
            "The institution bears "
            f"{pen.percent('own_share', pen.pick(10.0, 15.0, 25.0, 30.0), 1)} of all costs itself."
        )
    if pen.chance(0.5):
        said.append(
            "For indirect costs "
            f"{pen.percent('overhead', pen.pick(7.0, 12.0, 20.0, 22.0), 1)} may be charged."
        )
    if pen.chance(0.5):
        is_open = pen.chance(0.6)
        said.append(
            pen.flag(
                "open_access",
                pen.pick(
                    "Articles that result must be free to read for everybody.",
                    "Open access is obligatory.",
                )
                if is_open
                else pen.pick(
                    "Open access is welcome but not required.",
                    "Grantees are free to publish behind a paywall.",
                ),
                is_open,
            )
        )
    if pen.chance(0.5):
        said.append(
            f"Vouchers must be kept for {pen.in_words('archive_years', pen.pick(5, 6, 10))} years."
        )
    if pen.chance(0.45):
        said.append(
            "Work is done together with "
            f"{pen.listed('partners', [pen.people.company() for _ in range(pen.pick(2, 3))])}."
        )
    if pen.chance(0.5):
        said.append(f"For questions turn to {pen.say('officer', pen.people.person())}.")
    if pen.chance(0.4):
        said.append(
            f"The grant covers {pen.in_words('doctoral_posts', pen.pick(2, 3, 4))} doctoral posts."
        )
    return said or ["Unused money is to be returned."]


def _budget(pen: Pen, award: float) -> list[Block]:
    if pen.chance(0.5):
        return []
    items = pen.some(
        ["Staff", "Travel", "Consumables", "Equipment", "Publication", "Workshops"], 3, 5
    )
    lines = []
    for number, item in enumerate(items):
        amount = round(award * pen.rng.uniform(0.05, 0.4), 2)
        lines.append(
            [
                pen.cell("budget", number, "item", item),
                pen.cell(
                    "budget",
                    number,
                    "amount",
                    pen.writing.number(amount),
                    int(amount) if amount == int(amount) else amount,
                ),
            ]
        )
    return [Table([pen.pick("Item", "Purpose"), f"Amount ({pen.writing.currency})"], lines)]


KIND = Kind("grant_award", "grant", _FIELDS, _write)
