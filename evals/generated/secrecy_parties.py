"""Who are the parties to an agreement on confidential information, and how do they sign?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.blocks import Block, Paragraph
from evals.generated.clauses import STATES
from evals.generated.field import STRING, Field
from evals.generated.pen import Pen

_FORMS = ("corporation", "limited liability company", "limited partnership", "company")


_ROLES = (
    ("Company", "Recipient"),
    ("Disclosing Party", "Receiving Party"),
    ("Discloser", "Recipient"),
    ("Company", "Interested Party"),
    ("Owner", "Consultant"),
    ("Seller", "Buyer"),
)


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


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    is_person: bool
    role: str
    shown: str  # with its mark


def parties_of(pen: Pen) -> list[Party]:
    num = pen.pick(2, 2, 2, 2, 3, 4)
    roles = [*pen.pick(*_ROLES), "Investor", "Guarantor"]
    if pen.chance(0.2):
        roles = ["Party A", "Party B", "Party C", "Party D"]
    is_person = [number > 0 and pen.chance(0.25) for number in range(num)]
    names = [pen.people.person() if person else pen.people.company() for person in is_person]
    if pen.chance(0.2):
        names = [name.upper() for name in names]
    shown = pen.items("party", names)
    return [Party(*fields) for fields in zip(names, is_person, roles[:num], shown, strict=True)]


def described(pen: Pen, party: Party) -> str:
    """What follows a name."""
    if party.is_person:
        place = f" {pen.pick('residing', 'with an address')} at {pen.people.address()}"
        what = f", an individual{place}" if pen.chance(0.6) else ", an individual"
    else:
        what = ""
        seat = about(pen, party, "seat")
        if pen.chance(0.75):
            state = pen.say(seat, pen.pick(*STATES))
            form = pen.pick(*_FORMS)
            what = pen.pick(f", a {state} {form}", f", a {form} organized in {state}")
        office = about(pen, party, "office")
        if pen.chance(0.45):
            address = pen.say(office, pen.people.address())
            what += pen.pick(
                f", having its principal place of business at {address}",
                f" with offices at {address}",
            )
    comma = "," if what and pen.chance(0.3) else ""
    return f"{what}{comma} " + pen.pick(f'("{party.role}")', f'(the "{party.role}")')


def about(pen: Pen, party: Party, what: str) -> str:
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in party.name.lower())
    words = tuple(pattern.format(n=party.name) for pattern in _ABOUT[what])
    return pen.ask(Field(f"{what}_{letters}", STRING, words))


def signatures(pen: Pen, parties: list[Party], is_letter: bool) -> list[Block]:
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
        signer = pen.say(about(pen, party, "signer"), pen.people.person())
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
