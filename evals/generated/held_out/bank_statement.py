"""What does a bank statement say?"""

from __future__ import annotations

import datetime

from evals.generated.blocks import Block, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Book, Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, Field, field, own
from evals.generated.pen import Pen, plain

_FIELDS = (
    own(
        "bank",
        STRING,
        "Name of the bank",
        "At which bank is the account kept?",
        "Credit institution",
    ),
    field(
        "holder",
        STRING,
        "Account holder",
        "Whose account is it?",
        "Person to whom the money belongs",
    ),
    field(
        "account",
        STRING,
        "Account number",
        "Which account does the statement cover?",
        "Number of the current account",
    ),
    own(
        "opening",
        NUMBER,
        "Opening balance",
        "What was in the account at first?",
        "Balance brought forward",
    ),
    field(
        "closing",
        NUMBER,
        "Closing balance",
        "What was in the account at the end?",
        "Balance carried forward",
    ),
    field(
        "period_from",
        DATE,
        "First day of the period",
        "From when on are bookings shown?",
        "Statement from",
    ),
    field(
        "period_to",
        DATE,
        "Last day of the period",
        "Up to when are bookings shown?",
        "Statement until",
    ),
    own(
        "statement_number",
        STRING,
        "Statement number",
        "Which statement of the year is it?",
        "Running number of the extract",
    ),
    own(
        "overdraft",
        NUMBER,
        "Overdraft limit",
        "How far may the account be overdrawn?",
        "Credit line on the account",
    ),
    own(
        "overdraft_rate",
        NUMBER,
        "Overdraft interest in percent",
        "What does going into debt cost?",
        "Debit interest",
    ),
    own("total_in", NUMBER, "Total credits", "How much came in?", "Sum of incoming payments"),
    own("total_out", NUMBER, "Total debits", "How much went out?", "Sum of outgoing payments"),
    own(
        "branch_manager",
        STRING,
        "Adviser at the bank",
        "Who looks after the customer?",
        "Relationship manager",
    ),
    own(
        "cards_stopped",
        INTEGER,
        "Number of blocked cards",
        "How many cards were stopped?",
        "Cards out of use",
    ),
)
_REASONS = [
    "Salary",
    "Rent",
    "Groceries",
    "Insurance",
    "Petrol",
    "Refund",
    "Gym membership",
    "Phone bill",
    "Cash machine",
    "Dentist",
    "Standing order",
    "Transfer",
    "Book shop",
    "Parking",
    "Donation",
]


def _write(pen: Pen) -> Paper | Book:
    start = pen.day().replace(day=1)
    end = start + datetime.timedelta(days=27)
    opening = round(pen.rng.uniform(-400, 9000), 2)
    table, incoming, outgoing = _bookings(pen, start, opening)
    closing = round(opening + incoming - outgoing, 2)
    top = [
        (
            pen.pick("Account holder", "Customer", "In the name of"),
            pen.say("holder", pen.people.person()),
        ),
        (pen.pick("Account", "Account no.", "IBAN"), pen.say("account", pen.people.fake.iban())),
        (
            pen.pick("Period", "Statement period"),
            f"{pen.date('period_from', start)} {pen.pick('to', '-', 'until')} "
            f"{pen.date('period_to', end)}",
        ),
    ]
    if pen.chance(0.6):
        top.append(
            (
                pen.pick("Statement", "Extract no.", "Sheet"),
                pen.say("statement_number", pen.id(pen.pick("#/20##", "0##", "##"))),
            )
        )
    if pen.chance(0.5):
        top.append(
            (
                pen.pick("Agreed overdraft", "Credit line"),
                pen.money("overdraft", float(pen.pick(500, 1000, 2500, 5000))),
            )
        )
    if pen.chance(0.4):
        top.append(
            (
                pen.pick("Your adviser", "Contact at the bank"),
                pen.say("branch_manager", pen.people.person()),
            )
        )
    sums = [
        (
            pen.pick("Opening balance", "Balance brought forward", "Old balance"),
            pen.money("opening", opening),
        ),
        (
            pen.pick("Closing balance", "Balance carried forward", "New balance"),
            pen.money("closing", closing),
        ),
    ]
    if pen.chance(0.6):
        sums.insert(
            1, (pen.pick("Money in", "Total credits"), pen.money("total_in", round(incoming, 2)))
        )
        sums.insert(
            2, (pen.pick("Money out", "Total debits"), pen.money("total_out", round(outgoing, 2)))
        )
    bank = f"{pen.people.city()} {pen.pick('Savings Bank', 'Mutual', 'Credit Union', 'Bank')}"
    blocks: list[Block] = [
        Heading(pen.say("bank", bank), 1),
        Heading(pen.pick("Statement of account", "Account statement", "Your current account"), 2),
        Pairs(top),
    ]
    parts: list[list[Block]] = [[Pairs(sums)], [table]]
    if pen.chance(0.5):
        parts.reverse()
    foot = (
        f" Debit interest is {pen.percent('overdraft_rate', pen.pick(7.5, 9.9, 11.25, 12.0))}"
        " a year."
        if pen.chance(0.4)
        else ""
    )
    return Paper(
        "statement.pdf",
        [
            *blocks,
            *parts[0],
            *parts[1],
            Paragraph(f"Please check all entries and tell us of errors within six weeks.{foot}"),
        ],
        running_foot=pen.pick("", "Sheet {page}"),
    )


def _bookings(pen: Pen, start: datetime.date, opening: float) -> tuple[Table, float, float]:
    is_split, shows_balance = pen.chance(0.5), pen.chance(0.5)
    balance, incoming, outgoing = opening, 0.0, 0.0
    rows: list[list[str]] = []
    day = start
    num = pen.rng.randint(10, 26)
    asked = set(pen.some(range(num), 3, 4))
    for at in range(num):
        day = min(
            day + datetime.timedelta(days=pen.rng.randint(0, 3)),
            start + datetime.timedelta(days=26),
        )
        amount = round(pen.rng.uniform(3, 1900), 2)
        is_credit = pen.chance(0.3)
        reason, partner = pen.pick(*_REASONS), pen.people.company()
        incoming, outgoing = (
            (incoming + amount, outgoing) if is_credit else (incoming, outgoing + amount)
        )
        balance = round(balance + (amount if is_credit else -amount), 2)
        dated = pen.writing.date(day)
        text = (
            pen.writing.number(amount)
            if is_split or is_credit
            else f"-{pen.writing.number(amount)}"
        )
        if at in asked:
            text = _asked_amount(pen, partner, text, amount if is_split or is_credit else -amount)
            if pen.chance(0.4):
                dated = _asked_day(pen, partner, day)
        cells = ([text, ""] if is_credit else ["", text])[::-1] if is_split else [text]
        rows.append(
            [
                dated,
                f"{reason} {partner}",
                *cells,
                *([pen.writing.number(balance)] if shows_balance else []),
            ]
        )
    head = [
        pen.pick("Booked", "Date"),
        pen.pick("Details", "Text", "Entry"),
        *(["Out", "In"] if is_split else ["Amount"]),
        *(["Balance"] if shows_balance else []),
    ]
    return Table(head, rows, 2), incoming, outgoing


def _slug(partner: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in partner.lower()).split())


def _asked_amount(pen: Pen, partner: str, text: str, amount: float) -> str:
    field = Field(
        f"amount_{_slug(partner)}",
        NUMBER,
        (
            f"Amount booked with {partner}",
            f"How much was the booking with {partner}?",
            f"Sum moved between the holder and {partner}",
        ),
    )
    return pen.say(pen.ask(field), text, plain(amount))


def _asked_day(pen: Pen, partner: str, day: datetime.date) -> str:
    field = Field(
        f"day_{_slug(partner)}",
        DATE,
        (
            f"Booking date, {partner}",
            f"When was the booking with {partner} made?",
            f"Day on which money moved, {partner}",
        ),
    )
    return pen.date(pen.ask(field), day)


KIND = Kind("bank_statement", "bank", _FIELDS, _write)
