"""What does a list of the staff say?"""

from __future__ import annotations

from datetime import date

from evals.generated.draft import Book, Kind
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, Field, choice, own
from evals.generated.pen import Pen, plain
from evals.generated.sheets import Cell, SheetRows, bold, day, number, whole

_CONTRACTS = choice("permanent", "fixed-term", "apprentice", "freelance")
_FIELDS = (
    own(
        "works_council",
        STRING,
        "Chair of the works council",
        "Who speaks for the staff?",
        "Head of the employees' committee",
    ),
    own(
        "sick_days_total",
        INTEGER,
        "Sick days of all staff",
        "How many days were lost to illness?",
        "Days of absence",
    ),
    own(
        "pension_fund",
        STRING,
        "Pension fund",
        "With whom are pensions insured?",
        "Provider of old-age benefits",
    ),
    own(
        "training_budget",
        NUMBER,
        "Training budget",
        "How much may be spent on courses?",
        "Money for further education",
    ),
)
_COLUMNS = {
    "number": ["Employee no.", "Staff ID", "ID", "Personnel number"],
    "name": ["Name", "Employee", "Full name"],
    "department": ["Department", "Unit", "Team"],
    "position": ["Position", "Job title", "Role"],
    "hired": ["Hired", "Entry date", "Start date", "Joined"],
    "born": ["Date of birth", "Born"],
    "salary": ["Salary", "Annual salary", "Gross pay"],
    "hours": ["Hours", "Weekly hours", "Hours/week"],
    "contract": ["Contract", "Type of contract"],
    "city": ["City", "Place of work", "Site"],
    "manager": ["Manager", "Reports to", "Superior"],
    "email": ["E-mail", "Email", "Mail"],
    "vacation": ["Vacation days", "Leave", "Days off"],
}
_ASKED = {
    "number": (
        STRING,
        "Employee number of {key}",
        "Which staff ID has {key}?",
        "Number under which {key} is kept",
    ),
    "department": (
        STRING,
        "Department of {key}",
        "Where in the company does {key} work?",
        "Unit that {key} belongs to",
    ),
    "position": (STRING, "Position of {key}", "What is the job of {key}?", "Role held by {key}"),
    "hired": (DATE, "Start date of {key}", "When did {key} join?", "First day of {key} at work"),
    "born": (DATE, "Date of birth of {key}", "When was {key} born?", "Birthday, {key}"),
    "salary": (NUMBER, "Salary of {key}", "What does {key} earn?", "Yearly pay for {key}"),
    "hours": (
        NUMBER,
        "Weekly hours of {key}",
        "How many hours a week does {key} work?",
        "Working time, {key}",
    ),
    "contract": (
        _CONTRACTS,
        "Type of contract of {key}",
        "How is {key} employed?",
        "Kind of employment, {key}",
    ),
    "city": (STRING, "Place of work of {key}", "At which site does {key} work?", "City, {key}"),
    "manager": (STRING, "Manager of {key}", "Whom does {key} report to?", "Superior of {key}"),
    "email": (STRING, "Email of {key}", "How can {key} be written to?", "Mail address, {key}"),
    "vacation": (
        INTEGER,
        "Vacation days of {key}",
        "How many days off has {key}?",
        "Leave granted to {key}",
    ),
}
_DEPARTMENTS = [
    "Sales",
    "Finance",
    "Production",
    "Logistics",
    "Human Resources",
    "IT",
    "Legal",
    "Research",
    "Quality",
    "Marketing",
]
_POSITIONS = [
    "Clerk",
    "Engineer",
    "Team Lead",
    "Analyst",
    "Technician",
    "Assistant",
    "Buyer",
    "Accountant",
    "Designer",
    "Trainee",
    "Driver",
    "Lawyer",
]


def _write(pen: Pen) -> Book:
    keys = ["name", *(key for key in _COLUMNS if key != "name" and pen.chance(0.72))]
    if pen.chance(0.5):
        keys = pen.shuffled(keys)
    label = pen.labels(_COLUMNS)
    num = pen.pick(30, 45, 70, 110)
    asked = set(pen.some(range(num), 5, 7))
    managers = [pen.people.person() for _ in range(6)]
    cities = [pen.people.city() for _ in range(4)]
    pattern = pen.pick("####", "E-####", "#####", "??###")
    rows: list[list[Cell | str | None]] = []
    for at in range(num):
        name = pen.people.person()
        values: dict[str, Cell | str] = {
            "number": pen.id(pattern),
            "name": name,
            "department": pen.pick(*_DEPARTMENTS),
            "position": pen.pick(*_POSITIONS),
            "hired": day(pen.day(date(1995, 1, 1))),
            "born": day(pen.day(date(1958, 1, 1), date(2004, 1, 1))),
            "salary": number(float(pen.rng.randint(240, 1500) * 100)),
            "hours": number(pen.pick(20.0, 30.0, 35.0, 37.5, 38.5, 40.0), 1),
            "contract": pen.pick("permanent", "permanent", "fixed-term", "apprentice", "freelance"),
            "city": pen.pick(*cities),
            "manager": pen.pick(*managers),
            "email": pen.people.email(name),
            "vacation": whole(pen.rng.randint(20, 33)),
        }
        if at in asked:
            _ask_some(pen, values, keys, name)
        rows.append([values[key] for key in keys])
    head: list[Cell | str | None] = [bold(label(key)) for key in keys]
    name = pen.pick("staff", "employees", "personnel")
    if pen.chance(0.5):
        return Book(f"{name}.csv", [SheetRows(name, [head, *rows])], pen.pick(",", ";", ","))
    return Book(f"{name}.xlsx", [SheetRows(pen.pick("Staff", "Employees", "List"), [head, *rows])])


def _ask_some(pen: Pen, values: dict[str, Cell | str], keys: list[str], name: str) -> None:
    slug = "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    for column in pen.some([key for key in keys if key in _ASKED], 1, 3):
        schema, *wordings = _ASKED[column]
        asked = pen.ask(
            Field(f"{column}_{slug}", schema, tuple(w.format(key=name) for w in wordings))
        )
        cell = values[column]
        if isinstance(cell, str):
            values[column] = pen.say(asked, cell)
        else:
            value = cell.shown if column in ("hired", "born") else plain(cell.value)
            values[column] = Cell(cell.value, pen.say(asked, cell.shown, value), cell.number_format)


KIND = Kind("personnel_list", "staff", _FIELDS, _write)
