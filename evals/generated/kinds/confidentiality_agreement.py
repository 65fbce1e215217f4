"""What does an agreement on confidential information say?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.clauses import Clause, boilerplate, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.field import STRING, Field
from evals.generated.pen import Pen
from evals.generated.secrecy_fields import FIELDS
from evals.generated.writing import number_words

_STATES = [
    "Delaware",
    "New York",
    "California",
    "Texas",
    "Ohio",
    "Illinois",
    "Nevada",
    "Georgia",
    "Colorado",
    "Oregon",
    "Florida",
    "Massachusetts",
    "New Jersey",
    "Washington",
    "Minnesota",
    "Virginia",
    "Michigan",
    "Pennsylvania",
    "Utah",
    "Arizona",
    "North Carolina",
    "Maryland",
    "Indiana",
    "Wisconsin",
    "Tennessee",
    "Missouri",
    "Connecticut",
]
_FORMS = ("corporation", "limited liability company", "limited partnership", "company")
_PURPOSES = (
    "a possible business combination",
    "a potential supply relationship",
    "the licensing of certain patents",
    "a possible sale of assets",
    "the joint development of a product",
    "a prospective equity investment",
    "the engagement of a consultant",
)
_ROLES = (
    ("Company", "Recipient"),
    ("Disclosing Party", "Receiving Party"),
    ("Discloser", "Recipient"),
    ("Company", "Interested Party"),
    ("Owner", "Consultant"),
    ("Seller", "Buyer"),
)


@dataclass(frozen=True, slots=True)
class _Party:
    name: str
    is_person: bool
    role: str
    shown: str  # with its mark


def _write(pen: Pen) -> Paper:
    day = pen.day(datetime.date(1996, 1, 1), datetime.date(2022, 12, 31))
    parties = _parties(pen)
    title = pen.pick(
        "Confidentiality Agreement",
        "Non-Disclosure Agreement",
        "Mutual Nondisclosure Agreement",
        "Confidentiality and Non-Disclosure Agreement",
        "Proprietary Information Agreement",
    )
    is_letter = len(parties) == 2 and not parties[0].is_person and pen.chance(0.3)
    opening = _letter(pen, title, parties, day) if is_letter else _head(pen, title, parties, day)
    clauses = [*_duties(pen), *pen.shuffled([*_terms(pen), *boilerplate(pen)])]
    if is_letter:
        body: list[Block] = [Paragraph(" ".join(said)) for _, said in clauses]
    else:
        body = set_out(pen, clauses)
    suffix = pen.pick("txt", "txt", "pdf", "pdf", "md")
    return Paper(
        f"{pen.pick('nda', 'agreement', 'ex-10')}.{suffix}",
        [*opening, *body, *_signatures(pen, parties, is_letter)],
    )


def _parties(pen: Pen) -> list[_Party]:
    num = pen.pick(2, 2, 2, 2, 3, 4)
    roles = [*pen.pick(*_ROLES), "Investor", "Guarantor"]
    if pen.chance(0.2):
        roles = ["Party A", "Party B", "Party C", "Party D"]
    is_person = [number > 0 and pen.chance(0.25) for number in range(num)]
    names = [pen.people.person() if person else pen.people.company() for person in is_person]
    if pen.chance(0.2):
        names = [name.upper() for name in names]
    shown = pen.items("party", names)
    return [_Party(*fields) for fields in zip(names, is_person, roles[:num], shown, strict=True)]


def _head(pen: Pen, title: str, parties: list[_Party], day: datetime.date) -> list[Block]:
    blocks: list[Block] = [Heading(title.upper() if pen.chance(0.5) else title, 1)]
    told = [f"{party.shown}{_described(pen, party)}" for party in parties]
    date = _dated(pen, day)
    this = pen.pick(f"This {title}", f'This {title} (this "Agreement")', "THIS AGREEMENT")
    form = pen.pick("between", "between", "between", "listed", "dated")
    if form == "between":
        together = f"{', '.join(told[:-1])}{pen.pick(', and ', ' and ')}{told[-1]}"
        by = pen.pick("by and between", "between", "by and among", "made between")
        blocks.append(
            Paragraph(
                pen.pick(
                    f"{this} is made and entered into {date.made}, {by} {together}.",
                    f"{this}, {date.dated}, is entered into {by} {together}.",
                    f"{this} is {by} {together}. {date.later}",
                )
            )
        )
    elif form == "listed":
        blocks.append(Paragraph(f"{this} is made {date.made} between:"))
        blocks += [Paragraph(f"({number}) {text};") for number, text in enumerate(told, start=1)]
    else:
        blocks.append(Paragraph(date.line))
        blocks.append(Paragraph(f"{this} is entered into by {'; and '.join(told)}."))
    blocks.append(Paragraph(_recital(pen)))
    return blocks


@dataclass(frozen=True, slots=True)
class _Dated:
    """Ways in which a preamble tells the day."""

    made: str
    dated: str
    later: str
    line: str


def _dated(pen: Pen, day: datetime.date) -> _Dated:
    if pen.chance(0.12):
        return _Dated(
            "on the date last written below",
            "effective on the last signature below",
            "It takes effect when all have signed.",
            "Date: ____________",
        )
    style = pen.pick("us", "us", "legal", "long", "ordinal")
    writing = replace(pen.writing, prose_date_style=style)
    text = pen.say("effective_date", writing.date(day, in_prose=True), day.isoformat())
    the = "the " if style == "legal" else ""
    other = writing.date(day + datetime.timedelta(days=pen.rng.randint(2, 40)), in_prose=True)
    made = pen.pick(f"as of {the}{text}", f"on {the}{text}", f"effective as of {the}{text}")
    if pen.chance(0.2):
        made = f"on {the}{other} and effective as of {the}{text}"
    return _Dated(
        made,
        pen.pick(f"dated as of {the}{text}", f"dated {text}", f"effective {the}{text}"),
        pen.pick(
            f"The effective date is {the}{text}.",
            f'It shall be effective from {the}{text} (the "Effective Date").',
        ),
        pen.pick(f"Effective Date: {text}", f"Dated {text}", f"Date of Agreement: {text}"),
    )


def _described(pen: Pen, party: _Party) -> str:
    """What follows a name."""
    if party.is_person:
        place = f" {pen.pick('residing', 'with an address')} at {pen.people.address()}"
        what = f", an individual{place}" if pen.chance(0.6) else ", an individual"
    else:
        what = ""
        seat = _about(pen, party, "seat")
        if pen.chance(0.75):
            state = pen.say(seat, pen.pick(*_STATES))
            form = pen.pick(*_FORMS)
            what = pen.pick(f", a {state} {form}", f", a {form} organized in {state}")
        office = _about(pen, party, "office")
        if pen.chance(0.45):
            address = pen.say(office, pen.people.address())
            what += pen.pick(
                f", having its principal place of business at {address}",
                f" with offices at {address}",
            )
    comma = "," if what and pen.chance(0.3) else ""
    return f"{what}{comma} " + pen.pick(f'("{party.role}")', f'(the "{party.role}")')


_ABOUT = {
    "seat": (
        "State in which {n} is incorporated",
        "In which state was {n} formed?",
        "Under the laws of which state is {n} organized?",
        "State of incorporation of {n}",
    ),
    "office": (
        "Address of {n}",
        "Where is {n} located?",
        "At which address does {n} do business?",
        "Offices of {n}",
    ),
    "signer": (
        "Who signs for {n}?",
        "Signatory of {n}",
        "By whom is the agreement signed on behalf of {n}?",
        "Name of the person who acts for {n}",
    ),
}


def _about(pen: Pen, party: _Party, what: str) -> str:
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in party.name.lower())
    words = tuple(pattern.format(n=party.name) for pattern in _ABOUT[what])
    return pen.ask(Field(f"{what}_{letters}", STRING, words))


def _recital(pen: Pen) -> str:
    purpose = pen.say("purpose", pen.pick(*_PURPOSES)) if pen.chance(0.8) else "certain matters"
    return pen.pick(
        f"WHEREAS, the parties wish to exchange information in connection with {purpose}, "
        "NOW, THEREFORE, they agree as follows:",
        f"In connection with {purpose}, certain non-public information may be made available, "
        "and the parties therefore agree:",
    )


def _letter(pen: Pen, title: str, parties: list[_Party], day: datetime.date) -> list[Block]:
    sender, addressee = parties
    writing = replace(pen.writing, prose_date_style=pen.pick("us", "us", "long"))
    date = pen.say("effective_date", writing.date(day, in_prose=True), day.isoformat())
    contact = pen.people.person()
    to = addressee.shown if addressee.is_person else f"{addressee.shown}\nAttention: {contact}"
    if not addressee.is_person and pen.chance(0.4):
        to = f"{contact}\n{addressee.shown}"
    address = pen.say(_about(pen, sender, "office"), pen.people.address())
    return [
        Paragraph(f"{sender.shown}\n{address}"),
        Paragraph(date),
        Paragraph(f"{to}\n{pen.people.address()}"),
        Paragraph(pen.pick(f"Re: {title}", title, "PERSONAL AND CONFIDENTIAL")),
        Paragraph(pen.pick("Ladies and Gentlemen:", "Dear Sirs:", f"Dear {contact}:")),
        Paragraph(
            f'{pen.pick("In this letter", "As used herein")}, we are the "{sender.role}" and you '
            f'are the "{addressee.role}". {_recital(pen)}'
        ),
    ]


def _duties(pen: Pen) -> list[Clause]:
    kept = [
        "Confidential Information means all data, plans and know-how, in whatever form, that is "
        "not generally known.",
        pen.pick(
            "The recipient shall hold it in strict confidence and shall not disclose it to anyone "
            "but those of its representatives who need to know it.",
            "It shall be used for no other purpose and shall be guarded with the same care as "
            "one's own secrets.",
        ),
    ]
    clauses: list[Clause] = [("Confidential Information", kept)]
    if pen.chance(0.65):
        period = _days(pen, 5, 7, 10, 14, 15, 30)
        clauses.append(
            (
                pen.pick("Return of Materials", "Return or Destruction"),
                [
                    pen.pick(
                        f"Within {pen.say('return_period', period)} of a written request all "
                        "materials shall be returned or destroyed.",
                        "Upon request, documents and all copies shall be handed back within "
                        f"{pen.say('return_period', period)}.",
                    )
                ],
            )
        )
    return clauses


def _terms(pen: Pen) -> list[Clause]:
    clauses: list[Clause] = []
    if pen.chance(0.72):
        clauses.append((pen.pick("Term", "Duration", "Term and Termination"), [_term(pen)]))
    if pen.chance(0.85):
        clauses.append((pen.pick("Governing Law", "Applicable Law", "Miscellaneous"), _law(pen)))
    if pen.chance(0.45):
        months = pen.say("non_solicitation", _period(pen))
        clauses.append(
            (
                "Non-Solicitation",
                [
                    pen.pick(
                        f"For {months} from the date hereof no employee of the other party shall "
                        "be solicited for employment.",
                        f"Neither party shall, for a period of {months}, hire away the staff of "
                        "the other.",
                    )
                ],
            )
        )
    if pen.chance(0.25):
        months = pen.say("standstill", _period(pen))
        clauses.append(
            (
                "Standstill",
                [f"During {months} no securities of the other party shall be acquired."],
            )
        )
    if pen.chance(0.3):
        copies = pen.say("copies_allowed", pen.pick("two", "three", "four", "five"))
        clauses.append(("Copies", [f"No more than {copies} copies of any document shall be made."]))
    if pen.chance(0.25):
        bond = pen.say("injunction_bond", f"${pen.rng.randint(1, 50)},000")
        said = f"An injunction may be sought against a bond of {bond}."
        clauses.append(("Remedies", [said]))
    if pen.chance(0.3):
        earlier = pen.writing.date(pen.day(datetime.date(1990, 1, 1), datetime.date(1995, 12, 1)))
        clauses.append(
            ("Prior Agreements", [f"The letter of intent of {earlier} remains unaffected."])
        )
    return clauses


def _term(pen: Pen) -> str:
    term = pen.say("term", _period(pen))
    said = pen.pick(
        f"This Agreement shall remain in force for {term} from the date hereof",
        f"The obligations hereunder expire {term} after the date of this Agreement",
        f"The duties of confidence shall continue for a period of {term}",
        f"Unless ended earlier, the term of this Agreement is {term}",
        f"This Agreement shall terminate at the end of {term} following its execution",
    )
    notice = f", and either party may end it upon {_days(pen, 10, 30, 60, 90)}' prior notice"
    return said + (notice if pen.chance(0.5) else "") + "."


def _law(pen: Pen) -> list[str]:
    state = pen.pick(*_STATES)
    if pen.people.country == "us":
        the = pen.pick("the State of ", "the state of ", "")
    else:
        the = pen.pick("", "the State of ")
        state = pen.pick(state, "England and Wales", "Ontario", "Switzerland", "Singapore")
        the = "" if state not in _STATES else the
    law = the + pen.say("jurisdiction", state)
    said = [
        pen.pick(
            f"This Agreement shall be governed by and construed in accordance with the laws of "
            f"{law}.",
            f"The validity and meaning of this Agreement are subject to the law of {law}, without "
            "regard to its conflict of laws principles.",
            f"The laws of {law} shall govern.",
        )
    ]
    if pen.chance(0.5):
        court = pen.say("venue", pen.people.city())
        said.append(
            pen.pick(
                f"Any suit shall be brought in the courts sitting in {court}.",
                f"The parties submit to the courts of {court}, {pen.pick(*_STATES)}.",
            )
        )
    return said


def _period(pen: Pen) -> str:
    years = pen.chance(0.55)
    num = pen.pick(1, 2, 2, 3, 3, 4, 5, 7, 10) if years else pen.pick(6, 9, 12, 15, 18, 20)
    unit = ("year" if years else "month") + ("s" if num > 1 else "")
    words = number_words(num)
    return pen.pick(f"{words} ({num}) {unit}", f"{words} {unit}", f"{num} {unit}")


def _days(pen: Pen, *choices: int) -> str:
    num = pen.pick(*choices)
    words = number_words(num)
    return pen.pick(f"{num} days", f"{words} ({num}) days" if words != str(num) else f"{num} days")


def _signatures(pen: Pen, parties: list[_Party], is_letter: bool) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            pen.pick("Very truly yours,", "Sincerely,")
            if is_letter
            else pen.pick(
                "IN WITNESS WHEREOF, the parties have executed this Agreement.",
                "Agreed and accepted as of the date first above written.",
            )
        )
    ]
    for number, party in enumerate(parties):
        if is_letter and number == 1:
            blocks.append(Paragraph(pen.pick("ACCEPTED AND AGREED:", "Agreed to and accepted:")))
        name = party.name if party.is_person or pen.chance(0.6) else party.name.upper()
        if party.is_person:
            blocks.append(Paragraph(f"______________________\n{name}"))
            continue
        signer = pen.say(_about(pen, party, "signer"), pen.people.person())
        post = pen.pick("President", "Chief Executive Officer", "Vice President", "Treasurer")
        blocks.append(
            Paragraph(
                pen.pick(
                    f"{name}\nBy: /s/ {signer}\nTitle: {post}",
                    f"{name}\nBy: ________________\nName: {signer}\nTitle: {post}",
                )
            )
        )
    return blocks


KIND = Kind(
    "confidentiality_agreement", "contract", FIELDS, _write, ("us", "us", "us", "us", "gb", "in")
)
