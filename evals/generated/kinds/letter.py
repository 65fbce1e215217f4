"""What does a business letter say?"""

from __future__ import annotations

from datetime import timedelta

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, field, own
from evals.generated.pen import Pen

_FIELDS = (
    field("sender", STRING, "Sender", "Which company wrote the letter?", "From whom is it?"),
    field("recipient", STRING, "Recipient", "To whom is the letter addressed?", "Addressee"),
    field("letter_date", DATE, "Date of the letter", "When was it written?", "Day of writing"),
    field(
        "subject", STRING, "Subject", "What is the letter about?", "Matter, as the heading puts it"
    ),
    field("reference", STRING, "Reference", "Which file number is given?", "Sign to be quoted"),
    field("signed_by", STRING, "Signed by", "Who signed the letter?", "Writer"),
    field(
        "position",
        STRING,
        "Position of the signatory",
        "Which post does the writer hold?",
        "Function of the person who signs",
    ),
    own(
        "complaint_quantity",
        INTEGER,
        "Number of faulty items",
        "How many pieces were defective?",
        "Units complained about",
    ),
    own(
        "refund", NUMBER, "Refund demanded", "How much money is claimed back?", "Sum to be returned"
    ),
    field(
        "reply_by",
        DATE,
        "Deadline for the reply",
        "By when is an answer expected?",
        "Last day to respond",
    ),
    field(
        "appointment",
        DATE,
        "Proposed date of the meeting",
        "When do they want to meet?",
        "Day suggested for a talk",
    ),
    own(
        "new_address",
        STRING,
        "New address",
        "Where does the company move to?",
        "Address after the relocation",
    ),
    own(
        "price_increase",
        NUMBER,
        "Price increase in percent",
        "By how much do prices rise?",
        "Percentage added to prices",
    ),
    field(
        "increase_from",
        DATE,
        "Date from which new prices apply",
        "When do prices change?",
        "Start of the new tariff",
    ),
    field(
        "discount_offered",
        NUMBER,
        "Discount offered in percent",
        "Which rebate is offered?",
        "Reduction granted to the addressee",
    ),
    own(
        "order_cancelled",
        BOOLEAN,
        "Is the order cancelled?",
        "Does the sender withdraw from the order?",
        "Cancellation",
    ),
)

_POSTS = (
    "Managing Director",
    "Head of Sales",
    "Quality Manager",
    "Customer Relations",
    "Purchasing Manager",
)


def _write(pen: Pen) -> Paper:
    company, person, day = pen.people.company(), pen.people.person(), pen.day()
    matter = pen.pick(_complaint, _price, _move, _offer)
    subject, said = matter(pen)
    if pen.chance(0.5):
        said.append(
            pen.pick("We ask for your answer by ", "Please let us know by ")
            + f"{pen.date('reply_by', day + timedelta(days=pen.rng.randint(7, 30)), in_prose=True)}"
            "."
        )
    if pen.chance(0.35):
        meeting = day + timedelta(days=pen.rng.randint(10, 60))
        shown = pen.date("appointment", meeting, in_prose=True)
        said.append(f"We suggest a meeting on {shown} at our offices.")
    recipient = pen.say("recipient", pen.people.person())
    address = f"{recipient}\n{pen.people.company()}\n{pen.people.address()}"
    date = pen.pick("", f"{pen.people.city()}, ", "Date: ") + pen.date("letter_date", day)
    reference = (
        f"{pen.pick('Our ref.', 'Ref.', 'Reference')}: "
        f"{pen.say('reference', pen.id(pen.pick('??/####', '##-???-##', '####/??')))}"
        if pen.chance(0.5)
        else ""
    )
    head = Paragraph(f"{pen.say('sender', company)}\n{pen.people.address()}")
    middle: list[Block] = [Paragraph(address), Paragraph(date, pen.pick("left", "right"))]
    if pen.chance(0.3):
        middle.reverse()
    subject_line = pen.pick("", "Re: ", "Subject: ") + pen.say("subject", subject)
    title: Block = Heading(subject_line, 3) if pen.chance(0.6) else Paragraph(subject_line)
    post = f"\n{pen.say('position', pen.pick(*_POSTS))}" if pen.chance(0.6) else ""
    blocks = [
        head,
        *middle,
        *([Paragraph(reference)] if reference else []),
        title,
        Paragraph(pen.pick("Dear Sir or Madam,", "Dear colleagues,", "To whom it may concern,")),
        *(Paragraph(text) for text in said),
        Paragraph(pen.pick("Yours faithfully,", "Kind regards,", "Sincerely,")),
        Paragraph(f"{pen.say('signed_by', person)}{post}"),
    ]
    return Paper(pen.pick("letter.pdf", "letter.pdf", "letter.txt"), blocks)


def _complaint(pen: Pen) -> tuple[str, list[str]]:
    number, count = pen.id("######"), pen.rng.randint(21, 400)
    faulty = pen.rng.randint(2, 20)
    said = [
        f"On {pen.writing.date(pen.day(), in_prose=True)} we received your delivery {number} "
        f"of {count} pieces. On inspection {pen.in_words('complaint_quantity', faulty)} of "
        f"them {pen.pick('turned out to be faulty', 'were damaged', 'did not match the sample')}."
    ]
    if pen.chance(0.6):
        said.append(
            f"We therefore {pen.pick('claim a refund of', 'ask you to return')} "
            f"{pen.money('refund', round(pen.rng.uniform(40, 5000), 2))}."
        )
    if pen.chance(0.5):
        is_cancelled = pen.chance(0.5)
        said.append(
            pen.flag(
                "order_cancelled",
                pen.pick("We hereby withdraw from the order.", "The remaining order is cancelled.")
                if is_cancelled
                else pen.pick("We uphold the order and expect a replacement.", "Our order stands."),
                is_cancelled,
            )
        )
    return pen.pick(
        f"Complaint about delivery {number}", f"Defective goods, delivery note {number}"
    ), said


def _price(pen: Pen) -> tuple[str, list[str]]:
    rise = pen.pick(2.5, 3.0, 4.2, 5.0, 6.8, 8.5)
    said = [
        f"Owing to higher costs of {pen.pick('energy', 'raw materials', 'transport')} our "
        f"prices {pen.pick('will rise by', 'go up by')} "
        f"{pen.percent('price_increase', rise, 1)} {pen.pick('with effect from', 'from')} "
        f"{pen.date('increase_from', pen.day(), in_prose=True)}.",
        f"The last adjustment was made in {pen.rng.randint(2012, 2020)}.",
    ]
    if pen.chance(0.5):
        said.append(
            "As a loyal customer you receive a discount of "
            f"{pen.percent('discount_offered', pen.pick(2.0, 3.0, 10.0), 1)} on your next order."
        )
    return pen.pick("Adjustment of our prices", "New price list", "Change of tariff"), said


def _move(pen: Pen) -> tuple[str, list[str]]:
    said = [
        f"Our {pen.pick('office', 'workshop', 'head office')} is moving. "
        f"{pen.pick('From next month you will find us at', 'Our new address is')} "
        f"{pen.say('new_address', pen.people.address())}.",
        f"Telephone {pen.people.phone()} stays the same.",
    ]
    return pen.pick("We are moving", "Change of address", "Our relocation"), said


def _offer(pen: Pen) -> tuple[str, list[str]]:
    said = [
        "Thank you for your enquiry. We are glad to offer you a discount of "
        f"{pen.percent('discount_offered', pen.pick(4.0, 5.0, 7.5, 12.0), 1)} on "
        f"{pen.pick('all articles', 'orders above 50 pieces')}.",
        pen.pick("Delivery is free of charge.", "Samples are sent on request."),
    ]
    return pen.pick("Your enquiry", "Our offer", "Special terms for you"), said


KIND = Kind("letter", "letter", _FIELDS, _write)
