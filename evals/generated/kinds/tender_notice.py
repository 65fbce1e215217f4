"""What does a public body's invitation to bid say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.entries import Entry, claim, dated, paragraphs, section, worded
from evals.generated.pen import Pen
from evals.generated.tender_fields import FIELDS

_SUBJECTS = (
    ("resurfacing of the northern ring road", "45233223"),
    ("cleaning of twelve school buildings", "90911200"),
    ("supply of hospital beds", "33192120"),
    ("renewal of the street lighting", "45316110"),
    ("collection of household waste", "90511200"),
    ("construction of a fire station", "45216121"),
    ("supply of low-floor buses", "34121400"),
    ("care of parks and cemeteries", "77313000"),
    ("replacement of the water main in Mill Street", "45231300"),
    ("operation of a meals service for day nurseries", "55523100"),
    ("introduction of an archive system", "48613000"),
    ("repair of the town hall roof", "45261910"),
)
_BODIES = ("City of", "Municipality of", "District Council of", "Water Board of", "County of")
_CRITERIA = ("Price", "Quality", "Delivery time", "Environment", "Service concept", "Staff")
_PAPERS = (
    "an extract from the trade register",
    "a certificate of paid taxes",
    "a bank reference",
    "a declaration of honesty",
    "a list of machinery",
    "a quality certificate",
    "curricula of the key staff",
    "a work schedule",
    "the signed form of tender",
    "proof of social contributions",
)
_RULES = (
    "Bids that arrive late are returned unopened.",
    "Bids must be submitted in a sealed envelope that bears the reference of the notice and the "
    "words 'do not open'; a mere reference on the inner envelope is not enough.",
    "The authority is not bound to accept the lowest bid or any bid, and it may cancel the "
    "procedure for good cause.",
    "No remuneration is granted for the preparation of bids.",
    "Prices are fixed for the whole term.",
    "Joint ventures must name a leader who is authorised to act for all members.",
    "Corrections in the bid must be initialled. Additions to the wording of the documents lead to "
    "exclusion.",
    "In the last procedure of this kind, five years ago, seven bids were received, of which two "
    "had to be left out of account for want of the prescribed declarations.",
    "Answers to questions are sent to all who have obtained the documents, without naming the "
    "person who asked.",
    "Bidders who were convicted of bribery or fraud are excluded.",
    "The documents can be viewed at the procurement office during opening hours, Monday to "
    "Thursday from 9:30 to 11:45.",
    "The result is published within a month of the award.",
    "Unit prices prevail over totals if the two do not agree.",
    "Work is to be planned in such a way that emergency vehicles can pass at all times.",
)
_HOURS = ("10:00", "12:00", "noon", "11:00 a.m.", "2:00 p.m.", "14:30", "15:00")
_OPENINGS = ("10:15", "12:30", "1:00 p.m.", "3:30 p.m.", "9:00", "16:00", "14:45")


@dataclass(frozen=True, slots=True)
class _Tender:
    """What is put out to tender, with the day of the notice and the day on which bids close."""

    title: str
    subject: str
    code: str
    town: str
    published: date
    closing: date
    value: float
    prose_share: float


def _write(pen: Pen) -> Paper:
    tender = _tender(pen)
    share = tender.prose_share
    sections: list[list[Block]] = [
        [
            Heading(pen.pick("Subject", "The contract", "Object of the contract"), 2),
            *section(pen, _contract(pen, tender), share),
        ],
        [
            Heading(pen.pick("Dates", "Timetable", "Submission and opening"), 2),
            *section(pen, _dates(pen, tender), share),
        ],
        [
            Heading(pen.pick("Requirements", "Conditions of participation", "Securities"), 2),
            *section(pen, _requirements(pen, tender), share),
            *_papers(pen),
        ],
        [
            Heading(pen.pick("Award", "Award of the contract", "How bids are judged"), 2),
            *_criteria(pen),
            *section(pen, _award(pen), max(share, 0.6)),
        ],
        [
            Heading(pen.pick("Rules", "Further information", "Instructions to bidders"), 2),
            *paragraphs(pen, pen.some(_RULES, 4, 14), 3),
        ],
    ]
    rest = pen.shuffled(sections[2:]) if pen.chance(0.5) else sections[2:]
    blocks = [block for part in (_head(pen, tender), *sections[:2], *rest) for block in part]
    return Paper(
        pen.pick("tender.pdf", "notice.pdf", "invitation.pdf", "tender.txt"),
        blocks,
        running_head=pen.pick("", "", tender.title),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _tender(pen: Pen) -> _Tender:
    published = pen.day()
    title = pen.pick("Invitation to Tender", "Tender Notice", "Contract Notice", "Call for Bids")
    return _Tender(
        title,
        *pen.pick(*_SUBJECTS),
        pen.people.city(),
        published,
        published + timedelta(days=pen.rng.randint(30, 75)),
        float(pen.rng.randint(8, 900) * 10000),
        pen.pick(0.1, 0.3, 0.6, 0.9),
    )


def _head(pen: Pen, tender: _Tender) -> list[Block]:
    people = pen.people
    body = pen.say("contracting_authority", f"{pen.pick(*_BODIES)} {tender.town}")
    if pen.chance(0.6):
        body += f", {pen.say('authority_address', people.address())}"
    entries = [
        worded(
            pen,
            "notice_number",
            pen.id(pen.pick("####/S ###-######", "T-##/###", "??-####-##", "PRO/##/####")),
            ["Reference", "Notice no.", "Tender no."],
            ["The reference {} must be quoted.", "This notice has the number {}."],
            0.8,
        ),
        dated(
            pen,
            "published_on",
            tender.published,
            ["Published", "Date of notice"],
            ["This notice was published on {}.", "It was sent to the gazette on {}."],
            0.6,
        ),
        worded(
            pen,
            "procurement_officer",
            people.person(),
            ["Contact", "Procurement officer"],
            ["Questions on the procedure are answered by {}."],
            0.6,
            [f"The notice was drawn up with the help of the consultants {people.company()}."],
        ),
        worded(
            pen,
            "technical_contact",
            people.person(),
            ["Technical contact", "Specification"],
            ["On the specification please ask {}."],
            0.45,
        ),
        worded(
            pen,
            "enquiries_phone",
            people.phone(),
            ["Telephone", "Phone"],
            ["The procurement office is reached by telephone on {}."],
            0.5,
        ),
        worded(
            pen,
            "enquiries_email",
            people.email(people.person(), tender.town),
            ["Questions to", "Email"],
            ["Questions are to be sent to {} only."],
            0.5,
            ["Questions are asked on the platform only, not by email."],
        ),
    ]
    title, seat = Heading(tender.title, 1), Paragraph(body)
    head: list[Block] = [Columns([seat], [title])] if pen.chance(0.25) else [seat, title]
    return [*head, *section(pen, entries, tender.prose_share)]


def _contract(pen: Pen, tender: _Tender) -> list[Entry]:
    start = tender.closing + timedelta(days=pen.rng.randint(40, 150))
    end = start + timedelta(days=pen.rng.randint(90, 1200))
    num_lots = pen.rng.randint(2, 9)
    kind = pen.pick("open", "restricted", "negotiated")
    return [
        worded(
            pen,
            "tender_subject",
            tender.subject,
            ["Subject", "Title", "Object"],
            ["Bids are invited for the {}.", "The authority intends to award the {}."],
        ),
        Entry(
            ["Procedure", "Type of procedure"],
            ["The contract is awarded in {} procedure.", "The procedure is {}."],
            lambda in_prose: pen.say("procedure", kind if in_prose else kind.capitalize(), kind),
            0.6,
        ),
        worded(
            pen,
            "classification_code",
            f"{tender.code}-{pen.rng.randint(1, 9)}",
            ["CPV code", "Classification"],
            ["It falls under CPV code {}."],
            0.5,
        ),
        Entry(
            ["Estimated value", "Value"],
            ["The contract is estimated at {}.", "Its value is put at {}."],
            lambda _: pen.money("estimated_value", tender.value),
            0.6,
            ["An estimate of the value is not disclosed."],
        ),
        Entry(
            ["Lots", "Number of lots"],
            ["The contract is divided into {} lots.", "There are {} lots, awarded separately."],
            lambda _: pen.in_words("num_lots", num_lots),
            0.5,
        ),
        Entry(
            ["Lots per bidder at most"],
            ["One bidder can be awarded {} of the lots at most."],
            lambda _: pen.in_words("max_lots", pen.rng.randint(1, max(1, num_lots - 1))),
            0.3,
            ["Bids may be made for one, several or all parts."],
        ),
        dated(
            pen,
            "contract_start",
            start,
            ["Start of contract", "Commencement"],
            ["Performance begins on {}.", "Work is to start on {}."],
            0.6,
        ),
        dated(
            pen,
            "contract_end",
            end,
            ["End of contract", "Completion"],
            ["Everything must be completed by {}.", "The contract ends on {}."],
            0.5,
            ["Completion is agreed when the contract is signed."],
        ),
        Entry(
            ["Extension (months)"],
            ["It can be prolonged by {} months."],
            lambda _: pen.in_words("extension_months", pen.pick(6, 9, 12, 18)),
            0.4,
        ),
    ]


def _dates(pen: Pen, tender: _Tender) -> list[Entry]:
    closing = tender.closing
    visit = tender.published + timedelta(days=pen.rng.randint(7, 15))
    asked = closing - timedelta(days=pen.rng.randint(5, 14))
    opened = closing + timedelta(days=pen.pick(0, 0, 1, 2, 5))
    return [
        Entry(
            ["Deadline for bids", "Closing date", "Bids due"],
            ["Bids must be received by {} at the latest.", "Bidding ends on {} without extension."],
            lambda in_prose: _moment(pen, "bid_deadline", closing, _HOURS, in_prose),
        ),
        dated(
            pen,
            "questions_until",
            asked,
            ["Questions until", "Enquiries by"],
            ["Questions can be asked until {}.", "Clarification must be sought by {}."],
            0.5,
            ["Questions should be asked as early as possible."],
        ),
        dated(
            pen,
            "site_visit_on",
            visit,
            ["Site visit", "Inspection"],
            ["The site can be visited on {}.", "Bidders are shown round on {}."],
            0.45,
            ["The plans can be viewed at the office on any working day."],
        ),
        Entry(
            ["Opening", "Opening of bids"],
            ["The bids are opened on {} in public.", "On {} the bids are opened in public."],
            lambda in_prose: _moment(pen, "bids_opened_on", opened, _OPENINGS, in_prose),
            0.6,
            ["The day of the opening is announced on the platform."],
        ),
        worded(
            pen,
            "place",
            f"{pen.pick('Room', 'Hall', 'Office')} {pen.id('###')}, {pen.people.address()}",
            ["Place of opening"],
            ["The opening takes place in {}."],
            0.4,
        ),
        worded(
            pen,
            "submission_address",
            pen.people.address(),
            ["Bids to", "Place of submission"],
            ["Bids on paper are handed in at {}."],
            0.45,
            ["Bids by fax or email are not accepted."],
        ),
        Entry(
            ["Validity of bids (days)"],
            ["Bidders are bound by their bids for {} days.", "A bid remains valid for {} days."],
            lambda _: pen.in_words("bid_validity_days", pen.pick(45, 60, 75, 90, 120, 180)),
            0.5,
        ),
    ]


def _moment(pen: Pen, key: str, day: date, hours: tuple[str, ...], in_prose: bool) -> str:
    """A day, often with the time of day."""
    shown = pen.date(key, day, in_prose=in_prose)
    if not pen.chance(0.65):
        return shown
    time = pen.say("bid_deadline_time" if key == "bid_deadline" else "opened_at", pen.pick(*hours))
    return f"{shown} at {time}" if in_prose else f"{shown}, {time}"


def _requirements(pen: Pen, tender: _Tender) -> list[Entry]:
    return [
        Entry(
            ["Bid bond", "Tender security"],
            ["Each bid must be accompanied by security of {}.", "A bid bond of {} is required."],
            lambda _: pen.money("bid_bond", float(pen.rng.randint(2, 90) * 500)),
            0.45,
            ["Security need not be lodged with the bid."],
        ),
        Entry(
            ["Performance bond"],
            ["The winner lodges a performance bond of {} of the contract sum."],
            lambda _: pen.percent("performance_bond", pen.pick(3.0, 5.0, 7.5, 10.0), 1),
            0.5,
        ),
        Entry(
            ["Minimum turnover"],
            ["A bidder must have a yearly turnover of at least {}."],
            lambda _: pen.money("minimum_turnover", round(tender.value * 1.5 / 1e4) * 1e4),
            0.45,
        ),
        Entry(
            ["Liability insurance"],
            ["Liability insurance of {} for each event must be proved."],
            lambda _: pen.money("insurance_sum", float(pen.pick(1, 2, 3, 5, 10)) * 1e6),
            0.45,
        ),
        Entry(
            ["References"],
            ["At least {} comparable projects of the last five years must be shown."],
            lambda _: pen.in_words("num_references", pen.pick(2, 3, 4, 6)),
            0.45,
            ["References are welcome, but are not a condition."],
        ),
        Entry(
            ["Printed documents"],
            ["A printed set of the documents costs {}."],
            lambda _: pen.money("documents_fee", float(pen.pick(20, 35, 50, 80, 120))),
            0.4,
        ),
        worded(
            pen,
            "bid_language",
            pen.pick("English", "German", "French", "Dutch", "Italian", "Swedish"),
            ["Language"],
            ["Bids must be written in {}."],
            0.5,
        ),
        _visit(pen),
    ]


def _visit(pen: Pen) -> Entry:
    return claim(
        pen,
        "site_visit_required",
        ["Site visit compulsory"],
        ["Only bidders who have seen the site are admitted.", "A visit to the site is compulsory."],
        ["A visit to the site is not compulsory.", "Bidders are free to do without a visit."],
        0.35,
    )


def _papers(pen: Pen) -> list[Block]:
    if not pen.chance(0.6):
        return [Paragraph("The proofs of suitability are asked for at a later stage.")]
    papers = pen.some(_PAPERS, 2, 5)
    if pen.chance(0.5):
        return [
            Paragraph("The following must be enclosed:"),
            Bullets(pen.items("required_papers", papers)),
        ]
    return [Paragraph(f"To be enclosed are {pen.listed('required_papers', papers)}.")]


def _criteria(pen: Pen) -> list[Block]:
    if pen.chance(0.35):
        return [Paragraph("The most advantageous bid is accepted; the weights are in the annex.")]
    names = ["Price", *pen.some(_CRITERIA[1:], 1, 3)]
    cuts = sorted(pen.some(range(2, 19), len(names) - 1, len(names) - 1))
    weights = [5 * (stop - start) for start, stop in zip([0, *cuts], [*cuts, 20], strict=True)]
    lines = [
        [
            pen.cell("award_criteria", row, "criterion", name),
            pen.cell("award_criteria", row, "weight", str(weight), weight),
        ]
        for row, (name, weight) in enumerate(zip(names, weights, strict=True))
    ]
    if pen.chance(0.6):
        return [Table([pen.pick("Criterion", "Award criterion"), "Weight in %"], lines)]
    listed = ", ".join(f"{name} {weight}%" for name, weight in lines)
    return [Paragraph(f"Bids are judged as follows: {listed}.")]


def _award(pen: Pen) -> list[Entry]:
    court = pen.pick("Procurement Tribunal", "Chamber of Review", "Public Contracts Board")
    return [
        claim(
            pen,
            "variants_allowed",
            ["Variants allowed"],
            ["Variants are admitted.", "Bidders may offer alternative solutions."],
            ["Variants are not admitted.", "Alternative solutions are left out of account."],
            0.5,
        ),
        claim(
            pen,
            "subcontracting_allowed",
            ["Subcontracting allowed"],
            ["Subcontractors may be used.", "Parts of the contract may be passed on."],
            ["Subcontractors may not be used.", "The contract must be performed by own staff."],
            0.45,
        ),
        worded(
            pen,
            "standstill",
            pen.pick("ten days", "14 days", "fifteen (15) days", "two weeks", "10 calendar days"),
            ["Standstill period"],
            ["The contract is not signed before {} have passed since the notice of award."],
            0.4,
        ),
        worded(
            pen,
            "review_body",
            f"{court} of {pen.people.city()}",
            ["Review body", "Complaints to"],
            ["Complaints are heard by the {}."],
            0.5,
            ["Objections must first be raised with the authority itself."],
        ),
        Entry(
            ["Payment (days)"],
            ["Invoices are paid within {} days.", "The authority pays {} days after the invoice."],
            lambda _: pen.in_words("invoice_days", pen.pick(14, 20, 30, 45)),
            0.5,
        ),
        Entry(
            ["Deduction for a week of delay"],
            ["For each week of delay {} of the price is deducted."],
            lambda _: pen.percent("penalty", pen.pick(0.2, 0.5, 1.0, 1.5), 1),
            0.4,
        ),
    ]


KIND = Kind("tender_notice", "tender", FIELDS, _write)
