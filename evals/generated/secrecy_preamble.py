"""How does an agreement on confidential information begin: as a contract, or as a letter?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.pen import Pen
from evals.generated.secrecy_parties import Party, about, described

_PURPOSES = (
    "a possible business combination",
    "a potential supply relationship",
    "the licensing of certain patents",
    "a possible sale of assets",
    "the joint development of a product",
    "a prospective equity investment",
    "the engagement of a consultant",
)


def preamble(pen: Pen, title: str, parties: list[Party], day: datetime.date) -> list[Block]:
    blocks: list[Block] = [Heading(title.upper() if pen.chance(0.5) else title, 1)]
    told = [f"{party.shown}{described(pen, party)}" for party in parties]
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


def letter(pen: Pen, title: str, parties: list[Party], day: datetime.date) -> list[Block]:
    sender, addressee = parties
    writing = replace(pen.writing, prose_date_style=pen.pick("us", "us", "long"))
    date = pen.say("effective_date", writing.date(day, in_prose=True), day.isoformat())
    contact = pen.people.person()
    to = addressee.shown if addressee.is_person else f"{addressee.shown}\nAttention: {contact}"
    if not addressee.is_person and pen.chance(0.4):
        to = f"{contact}\n{addressee.shown}"
    address = pen.say(about(pen, sender, "office"), pen.people.address())
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


def _recital(pen: Pen) -> str:
    purpose = pen.say("purpose", pen.pick(*_PURPOSES)) if pen.chance(0.8) else "certain matters"
    return pen.pick(
        f"WHEREAS, the parties wish to exchange information in connection with {purpose}, "
        "NOW, THEREFORE, they agree as follows:",
        f"In connection with {purpose}, certain non-public information may be made available, "
        "and the parties therefore agree:",
    )
