"""What does a contract of employment say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.clauses import Clause, boilerplate, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.field import (
    BOOLEAN,
    DATE,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    choice,
    field,
    own,
)
from evals.generated.pen import Pen

_FIELDS = (
    own("employer", STRING, "Employer", "Which company hires?", "Company that gives the job"),
    field("employee", STRING, "Employee", "Who is hired?", "Person who takes the job"),
    field("job_title", STRING, "Job title", "As what is the person hired?", "Position"),
    own(
        "first_day",
        DATE,
        "First day of work",
        "When does the employment begin?",
        "Start of the job",
    ),
    field(
        "signing_date",
        DATE,
        "Date of the contract",
        "When was the contract concluded?",
        "Day of signature",
    ),
    field(
        "salary", NUMBER, "Gross annual salary", "What is earned a year?", "Yearly pay before tax"
    ),
    own(
        "bonus",
        NUMBER,
        "Target bonus in percent of salary",
        "How large can the bonus be?",
        "Variable pay as a share of salary",
    ),
    field(
        "weekly_hours",
        NUMBER,
        "Weekly working hours",
        "How many hours a week must be worked?",
        "Working time",
    ),
    field(
        "vacation_days",
        INTEGER,
        "Vacation days a year",
        "How many days off are there?",
        "Annual leave",
    ),
    own(
        "probation_months",
        INTEGER,
        "Probation in months",
        "How long is the trial period, in months?",
        "Months on trial",
    ),
    own(
        "notice_weeks",
        INTEGER,
        "Notice period in weeks after probation",
        "How many weeks' notice must be given later on?",
        "Weeks to end the employment",
    ),
    own(
        "probation_notice_days",
        INTEGER,
        "Notice period in days during probation",
        "How many days' notice are needed while on trial?",
        "Days to part during the trial",
    ),
    field(
        "place_of_work", STRING, "Place of work", "Where is the work done?", "Town of the office"
    ),
    own(
        "non_compete_months",
        INTEGER,
        "Non-compete period in months after the end",
        "For how many months may one not work for competitors?",
        "Ban on competition",
    ),
    field(
        "contract_type",
        choice("permanent", "fixed-term"),
        "Type of employment",
        "Is the job limited in time?",
        "Permanent or fixed-term",
    ),
    own(
        "company_car", BOOLEAN, "Is a company car provided?", "Company car", "Car paid by the firm"
    ),
    field("supervisor", STRING, "Supervisor", "Whom does the employee report to?", "Line manager"),
    own("duties", STRINGS, "Duties", "What does the job consist of?", "Tasks"),
    own(
        "home_days",
        INTEGER,
        "Days a week at home",
        "How many days may be worked from home?",
        "Remote days",
    ),
)
_TITLES = (
    "Software Engineer",
    "Accountant",
    "Warehouse Manager",
    "Laboratory Technician",
    "Sales Representative",
    "Legal Counsel",
    "Product Designer",
    "Maintenance Electrician",
)
_DUTIES = [
    "planning of shifts",
    "care of customers",
    "bookkeeping",
    "quality control",
    "purchase of materials",
    "training of apprentices",
    "upkeep of machines",
    "preparation of reports",
    "stock-taking",
    "drawing up offers",
]


def _write(pen: Pen) -> Paper:
    people, start = pen.people, pen.day()
    signed = start - timedelta(days=pen.rng.randint(10, 90))
    employer, employee = people.company(), people.person()
    title = pen.pick("Employment Contract", "Contract of Employment", "Employment Agreement")
    opening = pen.pick(
        f"This contract is made on {pen.date('signing_date', signed, in_prose=True)} between "
        f"{pen.say('employer', employer)}, {people.address()}, and "
        f"{pen.say('employee', employee)}, {people.address()}.",
        f'{pen.say("employer", employer)} (the "Employer") and '
        f'{pen.say("employee", employee)} (the "Employee") agree on '
        f"{pen.date('signing_date', signed, in_prose=True)} as follows.",
    )
    clauses = [
        _position(pen, start),
        *pen.shuffled([_pay(pen), _time(pen), _ending(pen), *_others(pen), *boilerplate(pen, 8)]),
    ]
    blocks: list[Block] = [Heading(title, 1), Paragraph(opening), *set_out(pen, clauses)]
    return Paper(
        pen.pick("employment.pdf", "contract.pdf", "employment.txt"),
        blocks,
        pen.pick("", title),
        pen.pick("", "Page {page}"),
    )


def _position(pen: Pen, start: date) -> Clause:
    first = pen.date("first_day", start, in_prose=True)
    engaged = pen.pick("The Employee is engaged as", "The Employee takes up the position of")
    title = pen.say("job_title", pen.pick(*_TITLES))
    said = [f"{engaged} {title} {pen.pick('from', 'with effect from')} {first}."]
    if pen.chance(0.6):
        said.append(f"The place of work is {pen.say('place_of_work', pen.people.city())}.")
    if pen.chance(0.5):
        said.append(f"The Employee reports to {pen.say('supervisor', pen.people.person())}.")
    if pen.chance(0.5):
        said.append(f"Duties include {pen.listed('duties', pen.some(_DUTIES, 2, 4))}.")
    if pen.chance(0.5):
        kind = pen.pick("permanent", "fixed-term")
        said.append(f"The employment is {pen.say('contract_type', kind, kind)}.")
    return pen.pick("Position", "Beginning and Duties", "Engagement"), said


def _pay(pen: Pen) -> Clause:
    said = [
        f"{pen.pick('The gross annual salary is', 'The Employee receives a yearly salary of')}"
        f" {pen.money('salary', float(pen.rng.randint(240, 1400) * 100))}, paid in twelve parts."
    ]
    if pen.chance(0.5):
        said.append(
            "A bonus of up to "
            f"{pen.percent('bonus', pen.pick(5.0, 7.5, 10.0, 15.0, 20.0), 1)} of the salary "
            "may be granted."
        )
    if pen.chance(0.4):
        has_car = pen.chance(0.5)
        said.append(
            pen.flag(
                "company_car",
                "A company car is provided, also for private use."
                if has_car
                else "No company car is provided.",
                has_car,
            )
        )
    return pen.pick("Remuneration", "Salary", "Pay"), said


def _time(pen: Pen) -> Clause:
    hours = pen.pick(20.0, 35.0, 37.5, 38.0, 40.0)
    places = 0 if hours == int(hours) else 1
    said = [f"Working time is {pen.number('weekly_hours', hours, places)} hours a week."]
    if pen.chance(0.7):
        said.append(
            f"There are {pen.in_words('vacation_days', pen.pick(22, 24, 25, 28, 30))} days "
            "of paid leave in a calendar year."
        )
    if pen.chance(0.45):
        said.append(
            f"{pen.pick('Up to', 'As many as')} "
            f"{pen.in_words('home_days', pen.pick(1, 2, 3))} days a week may be worked from home."
        )
    return pen.pick("Working Time and Leave", "Hours"), said


def _ending(pen: Pen) -> Clause:
    said = []
    if pen.chance(0.75):
        said.append(
            f"The first {pen.in_words('probation_months', pen.pick(2, 3, 4, 6))} months are "
            "a trial period."
        )
        if pen.chance(0.6):
            said.append(
                "During it either side may give notice of "
                f"{pen.in_words('probation_notice_days', pen.pick(7, 10, 14))} days."
            )
    if pen.chance(0.7):
        said.append(
            f"Thereafter notice is {pen.in_words('notice_weeks', pen.pick(4, 5, 8, 12, 13))} weeks."
        )
    said.append("Notice must be given in writing.")
    return pen.pick("Probation and Notice", "Ending of the Employment"), said


def _others(pen: Pen) -> list[Clause]:
    if pen.chance(0.55):
        return [
            (
                "Competition",
                [
                    f"For {pen.in_words('non_compete_months', pen.pick(6, 9, 12, 18))} "
                    "months after leaving, the Employee shall not work for a competitor."
                ],
            )
        ]
    return []


KIND = Kind("job_contract", "contract", _FIELDS, _write)
