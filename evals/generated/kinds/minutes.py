"""What do the minutes of a meeting say?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from evals.generated.blocks import Block, Bullets, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, STRINGS, Field, choice, field, own
from evals.generated.pen import Pen

_OUTCOMES = choice("carried", "rejected", "adjourned")
_FIELDS = (
    field("meeting_date", DATE, "Date of the meeting", "When did they meet?", "Day of the session"),
    own(
        "place",
        STRING,
        "Place of the meeting",
        "Where did they meet?",
        "Room or town of the session",
    ),
    field("chair", STRING, "Chair", "Who presided?", "Person in the chair"),
    own("secretary", STRING, "Minutes taken by", "Who kept the record?", "Writer of the minutes"),
    own("attendees", STRINGS, "People present", "Who took part?", "Attendance"),
    own(
        "apologies",
        STRINGS,
        "Apologies for absence",
        "Who was excused?",
        "Members who could not come",
    ),
    field(
        "next_meeting",
        DATE,
        "Date of the next meeting",
        "When will they meet again?",
        "Day of the following session",
    ),
    own(
        "opened_at",
        STRING,
        "Time at which the meeting began",
        "At what time did it start?",
        "Opening hour",
    ),
    own(
        "closed_at",
        STRING,
        "Time at which the meeting ended",
        "At what time did it close?",
        "Closing hour",
    ),
    own(
        "budget_approved",
        NUMBER,
        "Budget approved",
        "How much money was granted?",
        "Funds released by the vote",
    ),
    own(
        "new_member",
        STRING,
        "Member newly elected",
        "Who was elected to the body?",
        "Person who joined the board",
    ),
    own(
        "quorum",
        INTEGER,
        "Quorum",
        "How many members must be present to decide?",
        "Least number for a vote",
    ),
)
_MOTIONS = (
    "to renovate the east wing",
    "to raise the membership fee",
    "to buy a second van",
    "to extend the opening hours",
    "to replace the heating",
    "to join the regional association",
    "to hire a part-time bookkeeper",
    "to sell the plot by the river",
    "to set up a youth committee",
    "to publish the annual report online",
)


def _write(pen: Pen) -> Paper:
    people, day = pen.people, pen.day()
    body = pen.pick(
        "Board of Directors",
        "Town Council",
        "Allotment Association",
        "School Committee",
        "Supervisory Board",
    )
    form = pen.pick("prose", "pairs", "bullets")
    chair, secretary = people.person(), people.person()
    present = [people.person() for _ in range(pen.rng.randint(3, 6))]
    excused = [people.person() for _ in range(pen.rng.randint(1, 3))] if pen.chance(0.6) else []
    blocks: list[Block] = [
        Heading(pen.pick("Minutes", f"Minutes of the {body}", "Record of the meeting"), 1)
    ]
    if form == "pairs":
        pairs = [
            ("Date", pen.date("meeting_date", day)),
            (pen.pick("Place", "Venue"), pen.say("place", _room(pen))),
            (pen.pick("Chair", "Presiding"), pen.say("chair", chair)),
            ("Present", pen.listed("attendees", present, ", ")),
        ]
        if excused:
            pairs.append((pen.pick("Apologies", "Excused"), pen.listed("apologies", excused, ", ")))
        if pen.chance(0.6):
            pairs.append((pen.pick("Minutes", "Recorded by"), pen.say("secretary", secretary)))
        blocks.append(Pairs(pairs))
    else:
        blocks += _opening(pen, body, form, chair, present, excused, day)
        if pen.chance(0.6):
            blocks.append(
                Paragraph(
                    f"{pen.say('secretary', secretary)} "
                    f"{pen.pick('took the minutes', 'kept the record')}."
                )
            )
    blocks += [*_resolutions(pen, present), *_rest(pen, day)]
    return Paper(pen.pick("minutes.pdf", "minutes.txt", "minutes.md"), blocks)


def _room(pen: Pen) -> str:
    return pen.pick(
        "Town Hall",
        "Room 204",
        "the community centre",
        f"the office in {pen.people.city()}",
        "the parish hall",
    )


def _opening(
    pen: Pen,
    body: str,
    form: str,
    chair: str,
    present: list[str],
    excused: list[str],
    day: date,
) -> list[Block]:
    when, where = pen.date("meeting_date", day, in_prose=True), pen.say("place", _room(pen))
    start = (
        f" at {pen.say('opened_at', pen.pick('9.00 am', '18:30', '7 pm', '14:15'))}"
        if pen.chance(0.6)
        else ""
    )
    first = Paragraph(
        pen.pick(
            f"The {body} met on {when} in {where}{start}.",
            f"A meeting of the {body} was held on {when}{start} in {where}.",
        )
        + f" {pen.pick('The chair was taken by', 'Presiding:')} {pen.say('chair', chair)}."
    )
    if form == "bullets":
        blocks: list[Block] = [
            first,
            Paragraph(pen.pick("Present were:", "Attendance:")),
            Bullets(pen.items("attendees", present)),
        ]
    else:
        blocks = [
            first,
            Paragraph(
                f"{pen.pick('Present were', 'In attendance:')} {pen.listed('attendees', present)}."
            ),
        ]
    if excused:
        blocks.append(
            Paragraph(
                f"{pen.pick('Apologies had been received from', 'Excused:')} "
                f"{pen.listed('apologies', excused)}."
            )
        )
    return blocks


def _resolutions(pen: Pen, present: list[str]) -> list[Block]:
    blocks: list[Block] = []
    for number, motion in enumerate(pen.some(_MOTIONS, 3, 5), start=1):
        yes, no = pen.rng.randint(3, 19), pen.rng.randint(0, 12)
        outcome = "carried" if yes > no else "rejected"
        ask = pen.chance(0.7)
        votes = (
            _field(
                pen,
                f"votes_for_{number}",
                INTEGER,
                motion,
                "Votes for the motion {m}",
                "How many voted in favour of the motion {m}?",
                "Ayes on the proposal {m}",
            )
            if ask
            else ""
        )
        against = (
            _field(
                pen,
                f"votes_against_{number}",
                INTEGER,
                motion,
                "Votes against the motion {m}",
                "How many opposed the motion {m}?",
                "Noes on the proposal {m}",
            )
            if ask and pen.chance(0.5)
            else ""
        )
        result = (
            _field(
                pen,
                f"outcome_{number}",
                _OUTCOMES,
                motion,
                "Outcome of the motion {m}",
                "Was the motion {m} carried?",
                "Result on the proposal {m}",
            )
            if ask and pen.chance(0.5)
            else ""
        )
        mover = (
            _field(
                pen,
                f"mover_{number}",
                STRING,
                motion,
                "Who proposed the motion {m}?",
                "Mover of the motion {m}",
                "Person who put forward {m}",
            )
            if ask and pen.chance(0.4)
            else ""
        )
        ayes = f"{pen.say(votes, str(yes), yes)} {pen.pick('for', 'in favour')}"
        count = f"{ayes}, {pen.say(against, str(no), no)} against"
        moved = f"{pen.say(mover, pen.pick(*present))} moved {motion}."
        text = f"{moved} The motion was {pen.say(result, outcome, outcome)} ({count})."
        blocks += (
            [Heading(f"Item {number}", 3), Paragraph(text)]
            if pen.chance(0.5)
            else [Paragraph(f"{number}. {text}")]
        )
    return blocks


def _field(pen: Pen, name: str, schema: Mapping[str, Any], motion: str, *wordings: str) -> str:
    return pen.ask(Field(name, schema, tuple(wording.format(m=motion) for wording in wordings)))


def _rest(pen: Pen, day: date) -> list[Block]:
    said = []
    if pen.chance(0.4):
        said.append(
            "A budget of "
            f"{pen.money('budget_approved', float(pen.rng.randint(5, 400) * 100))} was approved."
        )
    if pen.chance(0.35):
        said.append(f"{pen.say('new_member', pen.people.person())} was elected as a new member.")
    if pen.chance(0.3):
        said.append(
            f"Under the rules {pen.in_words('quorum', pen.pick(3, 5, 7, 9))} members form a quorum."
        )
    following = day + timedelta(days=pen.rng.randint(20, 120))
    if pen.chance(0.6):
        said.append(
            f"The next meeting {pen.pick('will take place', 'is set for')} "
            f"{pen.pick('on ', '')}"
            f"{pen.date('next_meeting', following, in_prose=True)}."
        )
    if pen.chance(0.4):
        said.append(
            "The meeting closed at "
            f"{pen.say('closed_at', pen.pick('11.40 am', '20:55', '9 pm', '16:05'))}."
        )
    return [Paragraph(text) for text in said] or [Paragraph("There was no further business.")]


KIND = Kind("minutes", "meeting", _FIELDS, _write)
