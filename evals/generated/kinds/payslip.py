"""What does the slip that goes with a month's pay say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, told
from evals.generated.pair_layout import paragraphs
from evals.generated.payslip_fields import FIELDS
from evals.generated.payslip_pay import amounts, paid_out, settlement, year_so_far
from evals.generated.pen import Pen
from evals.generated.teller import Teller

_JOBS = (
    "Machine Operator",
    "Accounts Clerk",
    "Nurse",
    "Software Tester",
    "Truck Driver",
    "Pastry Chef",
    "Sales Assistant",
    "Site Foreman",
    "Dispatcher",
    "Laboratory Assistant",
)
_DEPARTMENTS = ("Assembly", "Finance", "Logistics", "Sales", "Quality", "Kitchen", "Night Shift")
_ENCLOSED = (
    "time sheet",
    "annual tax certificate",
    "statement of contributions",
    "list of overtime",
    "travel expense sheet",
    "leave card",
)
_NOTES = (
    "Please check this statement at once and report any error to the office within two weeks.",
    "Keep this payslip: you need it for your tax return and for claims to a pension.",
    "Changes of address or bank account must reach us by the tenth of a month to be taken into "
    "account in that month.",
    "Contribution rates and ceilings are those laid down by law for the year.",
    "This statement was made by machine and is valid without a signature.",
    "Amounts may differ by a few hundredths because each line is rounded on its own.",
    "Time sheets handed in late are settled with the wages of the month after.",
    "Information on this sheet is confidential and meant for the person named only.",
    "From next January payslips are put into the staff portal and are no longer sent by post.",
    "The canteen will be closed for building work in the last week of the month; vouchers of "
    "8.50 a day are handed out at the gate.",
    "Tax and contributions are passed on by us to the offices concerned; nothing needs to be done "
    "by you. Should an office turn to you directly, let us have a copy of its letter.",
    "Attachments of earnings are carried out in the order in which they reach us, and no more is "
    "kept back than the law allows for a household of the size reported to us.",
    "Overtime is paid with the wages of the month in which the time sheet is signed, or made up "
    "for by time off where the superior has agreed to it in writing.",
    "Members of staff who recommend a new colleague receive 500 after that person's trial period.",
)


def _write(pen: Pen) -> Paper:
    start = pen.day().replace(day=1)
    last = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    employer, employee = pen.people.company(), pen.people.person()
    title = pen.pick("Payslip", "Pay Statement", "Statement of Earnings", "Wage Slip", "Pay Advice")
    is_letter = pen.chance(0.25)
    pairs, sentences = told(pen, _entries(pen, start, last), 0.75 if is_letter else 0.2)
    settled = settlement(pen, start.month)
    blocks = [*_head(pen, title, employer, employee), *([Pairs(pairs)] if pairs else [])]
    if is_letter:
        blocks.append(Paragraph(f"Dear {employee},"))
    blocks += [*amounts(pen, settled, is_prose=is_letter), *paid_out(pen, settled.net)]
    said = pen.shuffled([*sentences, *year_so_far(pen, settled), *_leave(pen), *_more(pen)])
    blocks += paragraphs(pen, said)
    notes = pen.shuffled([*pen.some(_NOTES, 4, 8), *pen.some(_news(pen, last), 2, 5)])
    blocks += [Heading(pen.pick("Notes", "Please note", "Information"), 3), Paragraph(notes[0])]
    blocks += paragraphs(pen, notes[1:])
    return Paper(
        pen.pick("payslip.pdf", "payslip.pdf", "earnings.pdf", "payslip.txt", "wages.md"),
        blocks,
        running_head=pen.pick("", "CONFIDENTIAL", title),
        running_foot=pen.pick("", "Page {page}"),
    )


def _entries(pen: Pen, start: date, last: date) -> list[Entry]:
    tell, people = Teller(pen), pen.people
    period = pen.pick(f"{start:%B %Y}", f"{start:%m/%Y}", f"1 to {last.day} {start:%B %Y}")
    joined = start - timedelta(days=pen.rng.randint(60, 7000))
    made = last - timedelta(days=pen.rng.randint(4, 9))
    born = joined - timedelta(days=pen.rng.randint(18 * 365, 45 * 365))
    extent = pen.pick("full-time", "part-time")
    code = pen.pick("I", "III", "IV", "1257L", "M", "BR", "0T", "A1N")
    staff = pen.id(pen.pick("#####", "P-####", "00######", "??-####"))
    pay_day = last + timedelta(days=pen.pick(-2, 0, 1, 5))
    return [
        Entry(("Pay period", "Period", "Month"), (), tell.text("pay_period", period), 0.8),
        Entry(
            ("Pay date", "Date of payment", "Payable on"),
            ("The money is transferred on {}.", "Your account is credited on {}."),
            tell.date("pay_date", pay_day),
            0.6,
        ),
        Entry(
            ("Drawn up on", "Printed", "Date of statement"),
            ("This statement was drawn up on {}.",),
            tell.date("slip_date", made),
            0.5,
        ),
        Entry(
            ("Personnel no.", "Staff number", "Employee ID"),
            ("Please quote your staff number {} whenever you write to us.",),
            tell.text("personnel_number", staff),
            0.65,
        ),
        Entry(("Date of birth", "Born"), (), tell.date("birth_date", born), 0.4),
        Entry(
            ("Entry", "Date of joining", "Employed since"),
            ("You have been with us since {}.",),
            tell.date("first_day", joined),
            0.5,
        ),
        Entry(("Department", "Unit"), (), tell.text("department", pen.pick(*_DEPARTMENTS)), 0.5),
        Entry(
            ("Position", "Employed as", "Job title"),
            ("You are employed as {}.",),
            tell.text("job_title", pen.pick(*_JOBS)),
            0.5,
        ),
        Entry(
            ("Employment", "Working time"),
            ("Your employment is {}.",),
            tell.choice("employment", extent, extent),
            0.45,
        ),
        Entry(
            ("Tax class", "Tax code"),
            ("Tax was worked out under code {}.",),
            tell.text("tax_class", code),
            0.55,
        ),
        Entry(
            ("Tax ID", "Employee's tax ID"),
            (),
            tell.text("employee_tax_id", pen.id(pen.pick("## ### ### ###", "###########"))),
            0.45,
        ),
        Entry(
            ("Social security no.", "Insurance number", "NI number"),
            (),
            tell.text("social_security_number", pen.id(pen.pick("## ###### ? ###", "??######?"))),
            0.45,
        ),
        Entry(
            ("Employer reg. no.", "Employer's payroll no."),
            ("We report contributions under the employer number {}.",),
            tell.text("employer_payroll_number", pen.id(pen.pick("########", "###/??#####"))),
            0.45,
        ),
        Entry(
            ("Contact in payroll", "Payroll clerk", "Questions to"),
            ("If anything is unclear, ask {} in the payroll office.",),
            tell.text("payroll_contact", people.person()),
            0.5,
        ),
        Entry(
            ("Phone of the payroll desk", "Payroll telephone"),
            ("The payroll desk is reached on {}.",),
            tell.text("payroll_phone", people.phone()),
            0.45,
        ),
    ]


def _head(pen: Pen, title: str, employer: str, employee: str) -> list[Block]:
    people = pen.people
    firm = [pen.say("employer", employer), pen.say("employer_address", people.address())]
    if pen.chance(0.5):
        firm.append(f"{pen.pick('Tel.', 'Phone')} {pen.say('employer_phone', people.phone())}")
    person = [pen.say("employee", employee)]
    if pen.chance(0.6):
        person.append(pen.say("employee_address", people.address()))
    heading = Heading(title, 1)
    match pen.pick("beside", "stacked", "strip"):
        case "beside":
            return [Columns([Paragraph("\n".join(firm))], [heading]), Paragraph("\n".join(person))]
        case "stacked":
            return [Paragraph("\n".join(firm)), heading, Paragraph("\n".join(person))]
        case _:
            words = (pen.pick("Employer", "Company"), pen.pick("Employee", "For"))
            return [
                heading,
                Pairs([(words[0], ", ".join(firm)), (words[1], ", ".join(person))]),
            ]


def _leave(pen: Pen) -> list[str]:
    whole, taken = pen.pick(22, 25, 28, 30), pen.rng.randint(1, 18)
    left = whole + pen.pick(0, 0, 2, 4) - taken
    match pen.pick("none", "left", "taken", "entitlement", "both", "all"):
        case "left":
            return [f"You still have {pen.in_words('leave_left', left)} days of leave."]
        case "taken":
            return [f"Days of leave taken this year: {pen.say('leave_taken', str(taken), taken)}."]
        case "entitlement":
            return [f"You are entitled to {pen.in_words('leave_entitlement', whole)} days a year."]
        case "both":
            return [
                f"Of your leave, {pen.in_words('leave_taken', taken)} days are used and "
                f"{pen.in_words('leave_left', left)} days remain."
            ]
        case "all":
            return [
                "Leave in days: yearly entitlement "
                f"{pen.say('leave_entitlement', str(whole), whole)}, "
                f"taken {pen.say('leave_taken', str(taken), taken)}, "
                f"remaining {pen.say('leave_left', str(left), left)}."
            ]
        case _:
            return []


def _more(pen: Pen) -> list[str]:
    said = []
    if pen.chance(0.4):
        days = pen.rng.randint(1, 12)
        said.append(f"Days of sickness in the month: {pen.say('sick_days', str(days), days)}.")
    if pen.chance(0.4):
        is_new = pen.chance(0.5)
        sentence = (
            pen.pick(
                "This payslip replaces the one issued earlier for the same month.",
                "This is a corrected statement; please destroy the earlier one.",
            )
            if is_new
            else pen.pick(
                "This is the first and only statement for the month.",
                "No earlier statement for the month is replaced by this one.",
            )
        )
        said.append(pen.flag("replaces_earlier_slip", sentence, is_new))
    if pen.chance(0.4):
        said.append(f"Enclosed: {pen.listed('enclosures', pen.some(_ENCLOSED, 2, 3))}.")
    return said


def _news(pen: Pen, last: date) -> list[str]:
    """Dates, sums and persons that no field asks for."""
    people = pen.people
    later = pen.date("", last + timedelta(days=30), in_prose=True)
    meeting = pen.date("", last + timedelta(days=pen.rng.randint(12, 50)), in_prose=True)
    ceiling = pen.money("", float(pen.rng.randint(40, 80) * 100))
    return [
        f"Wages for the month after this one are paid on {later}.",
        f"The works meeting takes place on {meeting}; {people.person()} speaks about safety.",
        f"Contributions are due on earnings up to a ceiling of {ceiling} a month, whatever is "
        "earned above it.",
        f"Our nurse, {people.person()}, vaccinates against influenza on {meeting} in room "
        f"{pen.rng.randint(100, 399)}; please sign up beforehand on {people.phone()}.",
        "The lowest wage in the trade rises to "
        f"{pen.money('', pen.rng.randint(1210, 1490) / 100)} an hour next year; nobody here is "
        "paid less than that already.",
        f"We congratulate {people.person()} on {pen.pick(10, 20, 25, 30)} years with the firm.",
        "Requests for leave in the summer holidays, up to "
        f"{pen.pick(10, 12, 15)} days in a row, are to be handed in by {meeting}.",
        f"Claims for travel below {pen.money('', float(pen.pick(15, 20, 25)))} are settled in "
        "cash at the gate.",
        f"Loans to members of staff, at most {pen.money('', float(pen.pick(500, 800, 1200)))}, "
        f"are granted by {people.person()} on request and paid back in six parts.",
    ]


KIND = Kind("payslip", "staff_pay", FIELDS, _write)
