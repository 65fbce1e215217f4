"""What does a public body's invitation to bid say?"""

from __future__ import annotations

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry
from evals.generated.pair_layout import paragraphs, section
from evals.generated.pen import Pen
from evals.generated.teller import Teller
from evals.generated.tender_entries import (
    Tender,
    award_entries,
    contract_entries,
    date_entries,
    requirement_entries,
    tender_of,
)
from evals.generated.tender_fields import FIELDS

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


def _write(pen: Pen) -> Paper:
    tender = tender_of(pen)
    share = tender.prose_share
    sections: list[list[Block]] = [
        [
            Heading(pen.pick("Subject", "The contract", "Object of the contract"), 2),
            *section(pen, contract_entries(pen, tender), share),
        ],
        [
            Heading(pen.pick("Dates", "Timetable", "Submission and opening"), 2),
            *section(pen, date_entries(pen, tender), share),
        ],
        [
            Heading(pen.pick("Requirements", "Conditions of participation", "Securities"), 2),
            *section(pen, requirement_entries(pen, tender), share),
            *_papers(pen),
        ],
        [
            Heading(pen.pick("Award", "Award of the contract", "How bids are judged"), 2),
            *_criteria(pen),
            *section(pen, award_entries(pen), max(share, 0.6)),
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


def _head(pen: Pen, tender: Tender) -> list[Block]:
    tell = Teller(pen)
    people = pen.people
    body = pen.say("contracting_authority", f"{pen.pick(*_BODIES)} {tender.town}")
    if pen.chance(0.6):
        body += f", {pen.say('authority_address', people.address())}"
    entries = [
        Entry(
            ["Reference", "Notice no.", "Tender no."],
            ["The reference {} must be quoted.", "This notice has the number {}."],
            tell.text(
                "notice_number",
                pen.id(pen.pick("####/S ###-######", "T-##/###", "??-####-##", "PRO/##/####")),
            ),
            0.8,
        ),
        Entry(
            ["Published", "Date of notice"],
            ["This notice was published on {}.", "It was sent to the gazette on {}."],
            tell.date("published_on", tender.published),
            0.6,
        ),
        Entry(
            ["Contact", "Procurement officer"],
            ["Questions on the procedure are answered by {}."],
            tell.text("procurement_officer", people.person()),
            0.6,
            [f"The notice was drawn up with the help of the consultants {people.company()}."],
        ),
        Entry(
            ["Technical contact", "Specification"],
            ["On the specification please ask {}."],
            tell.text("technical_contact", people.person()),
            0.45,
        ),
        Entry(
            ["Telephone", "Phone"],
            ["The procurement office is reached by telephone on {}."],
            tell.text("enquiries_phone", people.phone()),
            0.5,
        ),
        Entry(
            ["Questions to", "Email"],
            ["Questions are to be sent to {} only."],
            tell.text("enquiries_email", people.email(people.person(), tender.town)),
            0.5,
            ["Questions are asked on the platform only, not by email."],
        ),
    ]
    title, seat = Heading(tender.title, 1), Paragraph(body)
    head: list[Block] = [Columns([seat], [title])] if pen.chance(0.25) else [seat, title]
    return [*head, *section(pen, entries, tender.prose_share)]


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


KIND = Kind("tender_notice", "tender", FIELDS, _write)
