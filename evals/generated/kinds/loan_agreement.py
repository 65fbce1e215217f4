"""What does a loan agreement say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.clauses import Clause, boilerplate, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, STRINGS, field, own
from evals.generated.pen import Pen

_FIELDS = (
    own("borrower", STRING, "Borrower", "Who takes out the loan?", "Company that owes the money"),
    own(
        "guarantor",
        STRING,
        "Guarantor",
        "Who stands in for the borrower?",
        "Company that answers for the debt",
    ),
    own(
        "agent",
        STRING,
        "Facility agent",
        "Who acts as agent of the lenders?",
        "Administrative agent",
    ),
    own("lenders", STRINGS, "Lenders", "Which institutions lend?", "Banks that provide the money"),
    field(
        "signing_date",
        DATE,
        "Date of the loan agreement",
        "When was the loan signed?",
        "Day of the contract",
    ),
    own(
        "term_loan",
        NUMBER,
        "Amount of the term loan",
        "How much is lent for a fixed term?",
        "Principal of Facility A",
    ),
    own(
        "revolving",
        NUMBER,
        "Amount of the revolving facility",
        "How much can be drawn and repaid again?",
        "Size of Facility B",
    ),
    own(
        "margin",
        NUMBER,
        "Margin in percent",
        "Which spread is added to the base rate?",
        "Mark-up over the reference rate",
    ),
    own(
        "default_rate",
        NUMBER,
        "Default interest in percent above the usual rate",
        "What is added when sums are overdue?",
        "Surcharge on late sums",
    ),
    own(
        "commitment_fee",
        NUMBER,
        "Commitment fee in percent",
        "What is paid on undrawn amounts?",
        "Charge for keeping money ready",
    ),
    own(
        "arrangement_fee",
        NUMBER,
        "Arrangement fee",
        "What is paid for setting up the loan?",
        "One-off charge to the arranger",
    ),
    own(
        "maturity", DATE, "Final maturity", "When must everything be repaid?", "Last repayment date"
    ),
    own(
        "first_repayment",
        DATE,
        "Date of the first repayment",
        "When is the first instalment due?",
        "Start of amortisation",
    ),
    own(
        "instalment",
        NUMBER,
        "Repayment instalment",
        "How much is repaid each time?",
        "Amount of each part payment",
    ),
    own(
        "leverage",
        NUMBER,
        "Maximum leverage",
        "How high may net debt be relative to earnings?",
        "Ceiling on debt to EBITDA",
    ),
    own(
        "interest_cover",
        NUMBER,
        "Minimum interest cover",
        "How many times must earnings cover interest?",
        "Floor of EBITDA to interest",
    ),
    own(
        "prepayment_days",
        INTEGER,
        "Notice for prepayment in days",
        "How many days before must early repayment be announced?",
        "Days' warning to repay early",
    ),
    field(
        "governing_law", STRING, "Governing law", "Which law governs the loan?", "Applicable law"
    ),
    own(
        "purpose",
        STRING,
        "Purpose of the loan",
        "For what may the money be used?",
        "Use of proceeds",
    ),
)
_PURPOSES = (
    "the purchase of machinery",
    "refinancing existing debt",
    "working capital",
    "the construction of a warehouse",
    "the acquisition of shares in a competitor",
)


def _write(pen: Pen) -> Paper:
    people, day = pen.people, pen.day()
    borrower, guarantor, agent = (
        people.company(),
        people.company(),
        f"{people.city()} {pen.pick('Bank', 'Trust Company', 'Commercial Bank')}",
    )
    lenders = [
        f"{people.city()} {pen.pick('Savings Bank', 'Bank', 'Credit Bank')}"
        for _ in range(pen.pick(2, 3, 4))
    ]
    title = pen.pick(
        "Loan Agreement", "Facilities Agreement", "Credit Agreement", "Term Loan Agreement"
    )
    has_guarantor = pen.chance(0.6)
    backed = f", {pen.say('guarantor', guarantor)} as guarantor" if has_guarantor else ""
    opening = pen.pick(
        f"THIS AGREEMENT is dated {pen.date('signing_date', day, in_prose=True)} and made "
        f"between {pen.say('borrower', borrower)} as borrower{backed}, "
        f"{pen.listed('lenders', lenders)} as lenders, and {pen.say('agent', agent)} as agent.",
        f"On {pen.date('signing_date', day, in_prose=True)}, {pen.say('borrower', borrower)} "
        f'(the "Borrower"){backed} and the lenders {pen.listed("lenders", lenders)}, '
        f"represented by {pen.say('agent', agent)} as agent, agree as follows.",
    )
    currency = pen.writing.currency
    clauses = [
        _facilities(pen),
        _interest(pen),
        *pen.shuffled([_repayment(pen, day), _covenants(pen), _law(pen), *boilerplate(pen, 10)]),
    ]
    blocks: list[Block] = [Heading(title, 1), Paragraph(opening), *set_out(pen, clauses)]
    if pen.chance(0.4):
        blocks += [
            Heading("Schedule: commitments", 2),
            Table(
                ["Lender", f"Share ({currency})"],
                [
                    [lender, pen.writing.number(float(pen.rng.randint(2, 90) * 100000))]
                    for lender in lenders
                ],
            ),
        ]
    return Paper(
        pen.pick("loan.pdf", "facility.pdf", "loan.txt"),
        blocks,
        pen.pick("", title),
        pen.pick("", "- {page} -"),
    )


def _facilities(pen: Pen) -> Clause:
    loan, line = float(pen.rng.randint(5, 900) * 100000), float(pen.rng.randint(5, 300) * 100000)
    has_line = pen.chance(0.6)
    second = (
        f" and a revolving credit facility of up to {pen.money('revolving', line)} (Facility B)"
        if has_line
        else ""
    )
    said = [
        f"The lenders make available a term loan of {pen.money('term_loan', loan)} (Facility "
        f"A){second}."
    ]
    if pen.chance(0.6):
        said.append(f"The proceeds shall be used for {pen.say('purpose', pen.pick(*_PURPOSES))}.")
    return pen.pick("The Facilities", "Amount of the Loan"), said


def _interest(pen: Pen) -> Clause:
    base = pen.pick("EURIBOR", "Term SOFR", "SONIA", "the base rate")
    said = [_margin(pen, base)]
    if pen.chance(0.6):
        said.append(
            "Overdue sums bear interest at a rate that is "
            f"{pen.percent('default_rate', pen.pick(1.0, 2.0, 1.5))} higher."
        )
    if pen.chance(0.6):
        said.append(
            "On undrawn amounts a commitment fee of "
            f"{pen.percent('commitment_fee', pen.pick(0.35, 0.4, 0.5, 0.75))} per annum is paid."
        )
    if pen.chance(0.5):
        said.append(
            "The Borrower pays the arranger a one-off fee of "
            f"{pen.money('arrangement_fee', float(pen.rng.randint(20, 900) * 1000))}."
        )
    return "Interest and Fees", said


def _margin(pen: Pen, base: str) -> str:
    margin = pen.percent("margin", pen.pick(1.25, 1.75, 2.1, 2.5, 3.25))
    return pen.pick(
        f"The rate of interest is {base} plus a margin of {margin} per annum.",
        f"Loans bear interest at {base} and a margin, which is {margin} per annum.",
        f"The applicable margin over {base} is {margin}.",
    )


def _repayment(pen: Pen, day: date) -> Clause:
    last = day + timedelta(days=365 * pen.pick(3, 5, 7) + pen.rng.randint(0, 60))
    shown = pen.date("maturity", last, in_prose=True)
    said = [f"All outstanding amounts shall be repaid by {shown}."]
    if pen.chance(0.55):
        part = pen.money("instalment", float(pen.rng.randint(10, 500) * 10000))
        first = day + timedelta(days=pen.rng.randint(150, 400))
        shown = pen.date("first_repayment", first, in_prose=True)
        text = f"The term loan is repaid in equal instalments of {part}, the first of them on "
        said.insert(0, f"{text}{shown}.")
    if pen.chance(0.5):
        said.append(
            "The Borrower may prepay on "
            f"{pen.in_words('prepayment_days', pen.pick(3, 5, 10, 15))} days' notice."
        )
    return "Repayment", said


def _covenants(pen: Pen) -> Clause:
    said = []
    if pen.chance(0.7):
        said.append(
            "The ratio of net debt to EBITDA shall not exceed "
            f"{pen.number('leverage', pen.pick(2.5, 3.0, 3.5, 4.25), 2)} to 1."
        )
    if pen.chance(0.6):
        said.append(
            "EBITDA shall be at least "
            f"{pen.number('interest_cover', pen.pick(2.0, 3.0, 4.0, 5.5), 2)} times net interest."
        )
    said.append(
        "The Borrower delivers its audited accounts within 120 days of the end of each "
        "financial year."
    )
    return "Undertakings", said


def _law(pen: Pen) -> Clause:
    law = pen.pick(
        "England", "the State of New York", "Luxembourg", "Germany", "Sweden", "Scotland"
    )
    return "Law", [f"This Agreement is governed by the law of {pen.say('governing_law', law)}."]


KIND = Kind("loan_agreement", "contract", _FIELDS, _write)
