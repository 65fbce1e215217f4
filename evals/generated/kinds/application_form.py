"""What does a form that was filled in say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from evals.generated.blocks import Block, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, choice, field, own
from evals.generated.pen import Pen

_FIELDS = (
    own(
        "applicant",
        STRING,
        "Name of the applicant",
        "Who applies?",
        "Person who filled in the form",
    ),
    field("born", DATE, "Date of birth", "When was the applicant born?", "Birthday"),
    field(
        "address", STRING, "Address of the applicant", "Where does the applicant live?", "Residence"
    ),
    field(
        "phone",
        STRING,
        "Telephone number",
        "Under which number can the applicant be called?",
        "Phone",
    ),
    field(
        "email", STRING, "Email address", "How can the applicant be written to?", "Electronic mail"
    ),
    own(
        "marital_status",
        choice("single", "married", "divorced", "widowed"),
        "Marital status",
        "Is the applicant married?",
        "Family status",
    ),
    own("num_children", INTEGER, "Number of children", "How many children are there?", "Children"),
    own(
        "nationality",
        STRING,
        "Nationality",
        "Of which country is the applicant a citizen?",
        "Citizenship",
    ),
    field(
        "occupation", STRING, "Occupation", "What does the applicant do for a living?", "Profession"
    ),
    field(
        "net_income",
        NUMBER,
        "Monthly net income",
        "What does the applicant earn a month?",
        "Money at disposal each month",
    ),
    own("smoker", BOOLEAN, "Does the applicant smoke?", "Smoker", "Use of tobacco"),
    own(
        "driving_licence",
        BOOLEAN,
        "Is there a driving licence?",
        "Driving licence held",
        "May the applicant drive?",
    ),
    own(
        "prior_membership",
        BOOLEAN,
        "Was the applicant a member before?",
        "Earlier membership",
        "Has there been a membership in the past?",
    ),
    own(
        "newsletter",
        BOOLEAN,
        "Is the newsletter wanted?",
        "Consent to the newsletter",
        "May news be sent?",
    ),
    own(
        "emergency_contact",
        STRING,
        "Emergency contact",
        "Who should be told in an emergency?",
        "Person to be called when something happens",
    ),
    field("signed_on", DATE, "Date of signature", "When was the form signed?", "Day of signing"),
    own(
        "membership_type",
        choice("basic", "standard", "premium"),
        "Type of membership",
        "Which membership is applied for?",
        "Tariff chosen",
    ),
    own("allergies", STRING, "Allergies", "What is the applicant allergic to?", "Intolerances"),
)
_JOBS = [
    "nurse",
    "electrician",
    "teacher",
    "baker",
    "pharmacist",
    "bus driver",
    "architect",
    "librarian",
    "chemist",
    "gardener",
    "sales assistant",
    "retired",
]


def _write(pen: Pen) -> Paper:
    people = pen.people
    person = people.person()
    mark = pen.pick(("[x]", "[ ]"), ("[X]", "[ ]"), ("(x)", "( )"))
    ways: list[Callable[[], tuple[str, str]]] = [
        lambda: (
            pen.pick("Date of birth", "Born on", "Birth date"),
            pen.date("born", pen.day(date(1945, 1, 1), date(2005, 1, 1))),
        ),
        lambda: (
            pen.pick("Address", "Street, postcode, town", "Home address"),
            pen.say("address", people.address()),
        ),
        lambda: (pen.pick("Telephone", "Phone", "Mobile"), pen.say("phone", people.phone())),
        lambda: (pen.pick("E-mail", "Email"), pen.say("email", people.email(person))),
        lambda: (
            pen.pick("Children", "No. of children"),
            pen.count("num_children", pen.rng.randint(0, 5)),
        ),
        lambda: (
            pen.pick("Nationality", "Citizenship"),
            pen.say(
                "nationality",
                pen.pick(
                    "French", "Indian", "Swedish", "Polish", "Brazilian", "Kenyan", "Dutch", "Irish"
                ),
            ),
        ),
        lambda: (
            pen.pick("Occupation", "Profession", "Job"),
            pen.say("occupation", pen.pick(*_JOBS)),
        ),
        lambda: (
            pen.pick("Net income per month", "Monthly income (net)"),
            pen.money("net_income", float(pen.rng.randint(110, 620) * 10)),
        ),
        lambda: (
            pen.pick("In case of emergency", "Emergency contact", "Person to notify"),
            pen.say("emergency_contact", people.person()),
        ),
        lambda: (
            pen.pick("Allergies", "Known allergies"),
            pen.say(
                "allergies",
                pen.pick("peanuts", "penicillin", "pollen", "cat hair", "lactose", "bee stings"),
            ),
        ),
        lambda: _ticked(pen, mark, "smoker", pen.pick("Smoker", "Do you smoke?")),
        lambda: _ticked(
            pen,
            mark,
            "driving_licence",
            pen.pick("Driving licence", "Do you hold a driving licence?"),
        ),
        lambda: _ticked(
            pen,
            mark,
            "prior_membership",
            pen.pick("Member before?", "Have you been a member before?"),
        ),
        lambda: _ticked(
            pen, mark, "newsletter", pen.pick("Newsletter", "May we send you our newsletter?")
        ),
        lambda: _chosen(
            pen,
            mark,
            "marital_status",
            pen.pick("Marital status", "Family status"),
            ["single", "married", "divorced", "widowed"],
        ),
        lambda: _chosen(
            pen,
            mark,
            "membership_type",
            pen.pick("Membership", "Tariff"),
            ["basic", "standard", "premium"],
        ),
    ]
    chosen = pen.some(ways, 9, 14)
    pairs = [
        (
            pen.pick("Name", "Applicant", "Full name", "Surname, first name"),
            pen.say("applicant", person),
        ),
        *(way() for way in chosen),
    ]
    return Paper(
        pen.pick("form.pdf", "application.pdf", "form.txt"),
        [*_head(pen), *_body(pen, pairs), _foot(pen, people.city())],
    )


def _head(pen: Pen) -> list[Block]:
    title = pen.pick(
        "Application for membership", "Application form", "Registration form", "Admission form"
    )
    hint = pen.pick(
        "Please fill in all fields in block letters.",
        "Fields marked with * are mandatory.",
        "Return to the office by post or in person.",
    )
    return [
        Heading(title, 1),
        Paragraph(f"{pen.people.company()}, {pen.people.city()}"),
        Paragraph(hint),
    ]


def _body(pen: Pen, pairs: list[tuple[str, str]]) -> list[Block]:
    if pen.chance(0.5):
        return [Pairs(pairs)]
    half = pen.rng.randint(3, len(pairs) - 3)
    heads = pen.pick(
        ("Personal details", "Further details"),
        ("Part A", "Part B"),
        ("1. About you", "2. More about you"),
    )
    return [Heading(heads[0], 2), Pairs(pairs[:half]), Heading(heads[1], 2), Pairs(pairs[half:])]


def _ticked(pen: Pen, mark: tuple[str, str], key: str, label: str) -> tuple[str, str]:
    is_so = pen.chance(0.5)
    yes, no = (mark[0], mark[1]) if is_so else (mark[1], mark[0])
    text = pen.pick(
        f"{yes} Yes {no} No",
        f"{no} No {yes} Yes",
        "Yes" if is_so else "No",
        "yes" if is_so else "no",
    )
    return label, pen.flag(key, text, is_so)


def _chosen(
    pen: Pen, mark: tuple[str, str], key: str, label: str, options: list[str]
) -> tuple[str, str]:
    kept = pen.pick(*options)
    form = pen.pick(str.lower, str.capitalize)
    if pen.chance(0.5):
        return label, pen.say(key, form(kept), kept)
    return label, " ".join(
        f"{mark[0]} {pen.say(key, form(option), option)}"
        if option == kept
        else f"{mark[1]} {form(option)}"
        for option in options
    )


def _foot(pen: Pen, city: str) -> Block:
    if pen.chance(0.35):
        return Paragraph("Signature: ____________________")
    return Paragraph(f"{city}, {pen.date('signed_on', pen.day())}\nSignature: ____________________")


KIND = Kind("application_form", "form", _FIELDS, _write)
