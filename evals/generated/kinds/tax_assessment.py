"""What does the notice say in which a tax office assesses a tax?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, Pair, told
from evals.generated.pair_layout import paragraphs
from evals.generated.pen import Pen
from evals.generated.tax_assessment_fields import FIELDS
from evals.generated.tax_computation import computed_tax
from evals.generated.teller import Teller

_TAXES = ("income tax", "corporation tax", "trade tax", "property tax")
_EXPENSES = (
    "entertainment of guests",
    "a second study",
    "flights without receipts",
    "club fees",
    "private use of the van",
    "gifts to customers",
    "the garden shed",
    "fines",
    "clothing",
)
_PAPERS = (
    "bank statements",
    "the lease",
    "receipts for donations",
    "the logbook of the van",
    "the annual accounts",
    "proof of school fees",
    "certificates of interest",
)
_PROVISIONAL = (
    (
        "The assessment is provisional and subject to review.",
        "This notice is issued subject to later examination and may still be changed.",
    ),
    (
        "The assessment is final; no review is reserved.",
        "The reservation of review is lifted with this notice.",
    ),
)
_ESTIMATED = (
    (
        "As no return was filed, the basis had to be estimated.",
        "The office estimated the basis for want of proper records.",
    ),
    (
        "The basis was taken from the books and not estimated.",
        "No part of the basis is an estimate.",
    ),
)
_RULES = (
    "An objection may be filed in writing, or taken down in person at the office named above. It "
    "should say which notice it is aimed at and for what reasons.",
    "An objection does not put off the duty to pay. On request payment may be suspended where "
    "there is serious doubt whether the notice is lawful.",
    "Cheques are credited on the third day after receipt. Cash can no longer be accepted at the "
    "counter.",
    "Where a tax is paid late, the office may add costs of collection. It is therefore wise to "
    "let the office draw the amounts from an account.",
    "Personal data are handled under the revenue act. A leaflet on your rights is to be had at "
    "the counter and will be sent on request.",
    "Whoever finds that a return was wrong or incomplete must say so at once and put it right.",
    "Receipts need not be sent in with the return, but must be kept for as long as the notice can "
    "be changed.",
    "Counter hours are Monday to Thursday from 8.30 to 12.00 and on Tuesday also from 13.30 to "
    "17.30; other times by appointment.",
    "This notice was made by machine and is valid without signature and seal.",
    "Amounts are rounded down to whole units of currency where the law provides for it.",
    "Married couples who are assessed together owe the tax jointly and severally; each may be "
    "called on for the whole.",
)


def _write(pen: Pen) -> Paper:
    issued, tax = pen.day(), pen.pick(*_TAXES)
    year = issued.year - pen.pick(2, 2, 3)
    title = pen.pick("Notice of Assessment", "Tax Assessment Notice", "Assessment", "Tax Notice")
    is_letter = pen.chance(0.35)
    prose_share = 0.7 if is_letter else 0.35
    pairs, sentences = told(pen, _entries(pen, issued), prose_share, always_draws=True)
    named = pen.say("kind_of_tax", tax, tax)
    heading = f"{title}: {named} {pen.say('tax_year', str(year), year)}"
    if pen.chance(0.4):
        heading = f"{title} for {pen.say('tax_year', str(year), year)}, {named}"
    computed, outcome = computed_tax(pen, issued, is_prose=is_letter and pen.chance(0.7))
    said = pen.shuffled([*sentences, *_more(pen, issued)])
    cut = pen.rng.randint(0, len(said))
    opening = ["Dear Sir or Madam,"] if is_letter else []
    rules = pen.shuffled([*pen.some(_RULES, 4, 9), *pen.some(_news(pen, year), 2, 5)])
    blocks: list[Block] = [
        *_head(pen, heading, pairs),
        *[Paragraph(text) for text in opening],
        *paragraphs(pen, said[:cut]),
        *computed,
        *paragraphs(pen, [*outcome, *said[cut:]]),
        Heading(pen.pick("Information", "Notes", "Your rights", "Explanations"), 2),
        *paragraphs(pen, rules),
    ]
    return Paper(
        pen.pick("assessment.pdf", "notice.pdf", "tax_notice.pdf", "assessment.txt", "notice.md"),
        blocks,
        running_head=pen.pick("", title),
        running_foot=pen.pick("", "Page {page}"),
    )


def _entries(pen: Pen, issued: date) -> list[Entry]:
    tell, people = Teller(pen), pen.people
    earlier = issued - timedelta(days=pen.rng.randint(40, 150))
    received = earlier - timedelta(days=pen.rng.randint(20, 120))
    number = pen.id(pen.pick("##/###/#####", "###.###.##", "## ##### #####"))
    reference = pen.id(pen.pick("?-###/##", "??? ####", "###-?##"))
    objection = [
        Entry(
            ("Objection until",),
            ("An objection against this notice must reach us by {}.",),
            tell.date("objection_by", issued + timedelta(days=33)),
            0.6,
        ),
        Entry(
            (),
            ("Within {} days of receipt an objection may be filed against this notice.",),
            tell.count("objection_days", pen.pick(14, 30, 45, 60)),
            0.6,
        ),
    ]
    return [
        Entry(("Date", "Issued", "Date of notice"), (), tell.date("notice_date", issued), 0.85),
        Entry(
            ("Tax number", "Taxpayer no.", "Tax no."),
            ("In all letters to us please give your tax number {}.",),
            tell.text("tax_number", number),
            0.65,
        ),
        Entry(
            ("Reference", "Our reference", "File"), (), tell.text("file_reference", reference), 0.5
        ),
        Entry(
            ("Case officer", "Dealt with by", "In charge"),
            ("The file is in the hands of {}.",),
            tell.text("case_officer", people.person()),
            0.6,
        ),
        Entry(
            ("Direct line", "Extension of the officer"),
            ("The official in charge is reached directly on {}.",),
            tell.text("officer_phone", people.phone()),
            0.5,
        ),
        Entry(
            ("Return received", "Receipt of return"),
            ("Your return reached us on {}.", "We received the return on {}."),
            tell.date("return_received", received),
            0.5,
        ),
        Entry(
            ("Replaces notice of", "Changes notice of"),
            ("It takes the place of the notice of {}.", "The notice of {} is hereby changed."),
            tell.date("earlier_notice_date", earlier),
            0.4,
        ),
        Entry(
            ("Represented by", "Tax adviser"),
            ("A copy goes to {}, who acts for you.", "This notice is sent to {} as your adviser."),
            tell.text("tax_adviser", people.person() if pen.chance(0.4) else people.company()),
            0.5,
        ),
        *pen.some(objection, 1, 1),
        Entry(
            (),
            ("For each month of delay {} is charged on the sum overdue.",),
            tell.percent("late_interest", pen.pick(0.5, 1.0, 0.8, 1.2)),
            0.45,
        ),
        Entry((), ("{}",), tell.late_claim("is_provisional", *_PROVISIONAL), 0.5),
        Entry((), ("{}",), tell.late_claim("is_estimated", *_ESTIMATED), 0.4),
    ]


def _head(pen: Pen, title: str, pairs: list[Pair]) -> list[Block]:
    people = pen.people
    office = pen.pick("Tax Office", "Revenue Office", "Inland Revenue", "District Tax Office")
    sender = [
        pen.say("tax_office", f"{office} {people.city()}"),
        pen.say("office_address", people.address()),
    ]
    if pen.chance(0.5):
        sender.append(f"{pen.pick('Tel.', 'Phone')} {pen.say('office_phone', people.phone())}")
    taxpayer = people.company() if pen.chance(0.45) else people.person()
    liable = [pen.say("taxpayer", taxpayer)]
    if pen.chance(0.7):
        liable.append(pen.say("taxpayer_address", people.address()))
    heading = Heading(title, 1)
    table: list[Block] = [Pairs(pairs)] if pairs else []
    above, to = Paragraph("\n".join(sender)), Paragraph("\n".join(liable))
    match pen.pick("beside", "stacked", "labelled"):
        case "beside":
            if pen.chance(0.6):
                return [Columns([above], [to]), heading, *table]
            return [Columns([above, to], table or [Paragraph("")]), heading]
        case "stacked":
            return [above, to, heading, *table]
        case _:
            words = (pen.pick("Taxpayer", "Assessed"), ", ".join(liable))
            return [above, heading, Pairs([words, *pairs])]


def _more(pen: Pen, issued: date) -> list[str]:
    said = []
    if pen.chance(0.45):
        quarter = float(pen.rng.randint(20, 900) * 10)
        said.append(f"Each quarter {pen.money('next_prepayment', quarter)} is to be paid ahead.")
        if pen.chance(0.6):
            day = date(issued.year + 1, pen.pick(3, 6, 9, 12), 10)
            first = pen.date("first_prepayment_on", day, in_prose=True)
            said[-1] += f" This applies for the first time on {first}."
    if pen.chance(0.35):
        loss = float(pen.rng.randint(900, 42000))
        left = pen.money("loss_carried_forward", loss)
        said.append(f"A loss of {left} remains and is carried forward to later years.")
    if pen.chance(0.5):
        struck = pen.listed("disallowed_expenses", pen.some(_EXPENSES, 2, 4))
        said.append(pen.pick(f"Not allowed were {struck}.", f"We could not deduct {struck}."))
    if pen.chance(0.4):
        papers = pen.listed("papers_wanted", pen.some(_PAPERS, 2, 3))
        said.append(f"Please hand in later: {papers}.")
    return said


def _news(pen: Pen, year: int) -> list[str]:
    """Dates, sums and persons that no field asks for."""
    closing = pen.date("", date(year + 2, 7, 31), in_prose=True)
    small = pen.money("", float(pen.pick(10, 20, 25)))
    return [
        f"Returns for the year after are to be filed by {closing}, through the online portal only.",
        f"Sums below {small} are neither called in nor refunded.",
        f"From next year donations up to {pen.money('', 300.0)} need no receipt of their own.",
        f"Head of the office is {pen.people.person()}; complaints about the conduct of staff go "
        "to the regional board of revenue.",
        f"Help with the online portal is given on {pen.people.phone()} on weekdays.",
        f"Whoever pays wages of more than {pen.money('', 5000.0)} a year to domestic help must "
        "register as an employer.",
    ]


KIND = Kind("tax_assessment", "tax_office", FIELDS, _write)
