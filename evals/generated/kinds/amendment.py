"""What does an amendment to a contract say, and what did it change?"""

from __future__ import annotations

import datetime

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.clauses import Clause, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, field, own
from evals.generated.pen import Pen

_FIELDS = (
    field(
        "amendment_date",
        DATE,
        "Date of the amendment",
        "When was the amendment signed?",
        "Day of the change to the contract",
    ),
    own(
        "original_date",
        DATE,
        "Date of the original agreement",
        "When was the agreement that is amended concluded?",
        "Day of the underlying contract",
    ),
    field("first_party", STRING, "First party", "Which company is named first?", "Party one"),
    field("second_party", STRING, "Second party", "Which company is named second?", "Party two"),
    field(
        "fee",
        NUMBER,
        "Annual fee as amended",
        "What is paid a year after the change?",
        "New yearly price",
    ),
    field(
        "original_fee",
        NUMBER,
        "Annual fee originally agreed",
        "What was paid a year before the change?",
        "Former yearly price",
    ),
    field(
        "end_date",
        DATE,
        "End date as amended",
        "Until when does the agreement now run?",
        "New expiry",
    ),
    field(
        "original_end_date",
        DATE,
        "Original end date",
        "When was the agreement to end at first?",
        "Former expiry",
    ),
    field(
        "notice_days",
        INTEGER,
        "Notice period in days as amended",
        "How many days' notice must now be given?",
        "New notice period",
    ),
    field(
        "original_notice_days",
        INTEGER,
        "Notice period in days originally agreed",
        "How many days' notice had to be given before?",
        "Former notice period",
    ),
    field(
        "volume",
        INTEGER,
        "Minimum quantity as amended",
        "How many units must now be bought a year?",
        "New minimum purchase",
    ),
    field(
        "original_volume",
        INTEGER,
        "Minimum quantity originally agreed",
        "How many units had to be bought before?",
        "Former minimum purchase",
    ),
    field(
        "contact",
        STRING,
        "Contact person as amended",
        "Who is now the contact?",
        "New representative",
    ),
    field(
        "original_contact",
        STRING,
        "Contact person originally named",
        "Who was the contact before?",
        "Former representative",
    ),
    own(
        "signing_bonus",
        NUMBER,
        "One-off payment on signature",
        "What is paid once when the amendment is signed?",
        "Fee for agreeing to the change",
    ),
    field(
        "amendment_number",
        STRING,
        "Number of the amendment",
        "Which amendment is this?",
        "Is it the first, second or a later change?",
    ),
    field(
        "effective_date",
        DATE,
        "Effective date of the changes",
        "From when do the new terms apply?",
        "Day on which the changes take effect",
    ),
)
Change = tuple[str, str, str, str]
"""Title, name, the old terms and the new ones."""


def _write(pen: Pen) -> Paper:
    first, second = pen.people.company(), pen.people.company()
    begun = pen.day(last=datetime.date(2021, 12, 31))
    signed = begun + datetime.timedelta(days=pen.rng.randint(200, 1300))
    number = pen.pick("First", "Second", "Third", "Fourth", "No. 1", "No. 2", "No. 5")
    what = pen.pick(
        "Supply Agreement", "Licence Agreement", "Services Agreement", "Distribution Agreement"
    )
    told = pen.say("amendment_number", number)
    title = (
        f"Amendment {told} to the {what}"
        if number.startswith("No.")
        else f"{told} Amendment to the {what}"
    )
    opening = Paragraph(
        pen.pick(
            f"This amendment is made on {pen.date('amendment_date', signed, in_prose=True)} "
            f"between {pen.say('first_party', first)} and {pen.say('second_party', second)}.",
            f"{pen.say('first_party', first)} and {pen.say('second_party', second)} sign "
            f"this amendment on {pen.date('amendment_date', signed, in_prose=True)}.",
        )
    )
    recital = Paragraph(
        f"{pen.pick('WHEREAS the parties entered into', 'The parties are bound by')} a {what}"
        f' dated {pen.date("original_date", begun, in_prose=True)} (the "Agreement") '
        f"{pen.pick('and wish to amend it as follows', 'which they now change')}:"
    )
    changes = [
        make(pen, begun) for make in pen.some([_fee, _end, _notice, _volume, _contact], 2, 4)
    ]
    body: list[Block]
    if pen.chance(0.25):
        body = [
            Table(
                ["Term", pen.pick("Original", "Until now"), pen.pick("As amended", "New")],
                [[c[1], c[2], c[3]] for c in changes],
                3,
            )
        ]
    else:
        body = set_out(
            pen, [*(_clause(pen, change) for change in changes), *_end_clauses(pen, signed)]
        )
    return Paper(
        pen.pick("amendment.pdf", "amendment.pdf", "amendment.txt"),
        [
            Heading(title, 1),
            opening,
            recital,
            *body,
            Paragraph(
                f"Signed for {first}: {pen.people.person()}\nSigned for {second}: "
                f"{pen.people.person()}"
            ),
        ],
        running_foot=pen.pick("", "Page {page}"),
    )


def _clause(pen: Pen, change: Change) -> Clause:
    title, name, old, new = change
    return title, [
        pen.pick(
            f"The Agreement provided for {name} of {old}. It is replaced by {new}.",
            f"In place of {old}, {name} shall be {new}.",
            f"{name.capitalize()}, originally {old}, is amended to {new}.",
            f'The words "{old}" are deleted and replaced with "{new}" wherever {name} is '
            "mentioned.",
            f"Effective as set out below, {name} shall be {new} instead of the previous {old}.",
        )
    ]


def _fee(pen: Pen, begun: datetime.date) -> Change:
    old = float(pen.rng.randint(20, 900) * 500)
    new = round(old * pen.pick(0.9, 1.05, 1.12, 1.2, 1.5))
    return "Fees", "the annual fee", pen.money("original_fee", old), pen.money("fee", float(new))


def _end(pen: Pen, begun: datetime.date) -> Change:
    old = begun + datetime.timedelta(days=365 * pen.pick(2, 3, 5))
    new = old + datetime.timedelta(days=pen.pick(181, 365, 730))
    return (
        "Term",
        "the expiry date",
        pen.date("original_end_date", old, in_prose=True),
        pen.date("end_date", new, in_prose=True),
    )


def _notice(pen: Pen, begun: datetime.date) -> Change:
    old, new = pen.some([30, 45, 60, 90, 120, 180], 2, 2)
    return (
        "Notice",
        "the notice period",
        f"{pen.in_words('original_notice_days', old)} days",
        f"{pen.in_words('notice_days', new)} days",
    )


def _volume(pen: Pen, begun: datetime.date) -> Change:
    old, new = pen.some([150, 400, 250, 600, 800, 950, 120], 2, 2)
    return (
        "Minimum purchase",
        "the minimum quantity",
        f"{pen.count('original_volume', old)} units a year",
        f"{pen.count('volume', new)} units a year",
    )


def _contact(pen: Pen, begun: datetime.date) -> Change:
    old, new = pen.people.person(), pen.people.person()
    return (
        "Representatives",
        "the contact person",
        pen.say("original_contact", old),
        pen.say("contact", new),
    )


def _end_clauses(pen: Pen, signed: datetime.date) -> list[Clause]:
    clauses: list[Clause] = []
    if pen.chance(0.5):
        day = signed + datetime.timedelta(days=pen.rng.randint(5, 90))
        clauses.append(
            (
                "Effect",
                [f"These changes take effect on {pen.date('effective_date', day, in_prose=True)}."],
            )
        )
    if pen.chance(0.35):
        bonus = float(pen.rng.randint(2, 60) * 500)
        clauses.append(
            (
                "Consideration",
                [
                    f"On signature a single payment of {pen.money('signing_bonus', bonus)} "
                    "becomes due."
                ],
            )
        )
    clauses.append(("Other terms", ["All other terms of the Agreement remain unchanged."]))
    return clauses


KIND = Kind("amendment", "contract", _FIELDS, _write)
