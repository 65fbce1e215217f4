"""What does an invitation to bid say of the contract, the days and the bidders?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.entry import Entry
from evals.generated.pen import Pen
from evals.generated.teller import Teller

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


_HOURS = ("10:00", "12:00", "noon", "11:00 a.m.", "2:00 p.m.", "14:30", "15:00")


_OPENINGS = ("10:15", "12:30", "1:00 p.m.", "3:30 p.m.", "9:00", "16:00", "14:45")


@dataclass(frozen=True, slots=True)
class Tender:
    """What is put out to tender, with the day of the notice and the day on which bids close."""

    title: str
    subject: str
    code: str
    town: str
    published: date
    closing: date
    value: float
    prose_share: float


def tender_of(pen: Pen) -> Tender:
    published = pen.day()
    title = pen.pick("Invitation to Tender", "Tender Notice", "Contract Notice", "Call for Bids")
    return Tender(
        title,
        *pen.pick(*_SUBJECTS),
        pen.people.city(),
        published,
        published + timedelta(days=pen.rng.randint(30, 75)),
        float(pen.rng.randint(8, 900) * 10000),
        pen.pick(0.1, 0.3, 0.6, 0.9),
    )


def contract_entries(pen: Pen, tender: Tender) -> list[Entry]:
    tell = Teller(pen)
    start = tender.closing + timedelta(days=pen.rng.randint(40, 150))
    end = start + timedelta(days=pen.rng.randint(90, 1200))
    num_lots = pen.rng.randint(2, 9)
    kind = pen.pick("open", "restricted", "negotiated")
    return [
        Entry(
            ["Subject", "Title", "Object"],
            ["Bids are invited for the {}.", "The authority intends to award the {}."],
            tell.text("tender_subject", tender.subject),
        ),
        Entry(
            ["Procedure", "Type of procedure"],
            ["The contract is awarded in {} procedure.", "The procedure is {}."],
            lambda in_prose: pen.say("procedure", kind if in_prose else kind.capitalize(), kind),
            0.6,
        ),
        Entry(
            ["CPV code", "Classification"],
            ["It falls under CPV code {}."],
            tell.text("classification_code", f"{tender.code}-{pen.rng.randint(1, 9)}"),
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
        Entry(
            ["Start of contract", "Commencement"],
            ["Performance begins on {}.", "Work is to start on {}."],
            tell.date("contract_start", start),
            0.6,
        ),
        Entry(
            ["End of contract", "Completion"],
            ["Everything must be completed by {}.", "The contract ends on {}."],
            tell.date("contract_end", end),
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


def date_entries(pen: Pen, tender: Tender) -> list[Entry]:
    tell = Teller(pen)
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
        Entry(
            ["Questions until", "Enquiries by"],
            ["Questions can be asked until {}.", "Clarification must be sought by {}."],
            tell.date("questions_until", asked),
            0.5,
            ["Questions should be asked as early as possible."],
        ),
        Entry(
            ["Site visit", "Inspection"],
            ["The site can be visited on {}.", "Bidders are shown round on {}."],
            tell.date("site_visit_on", visit),
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
        Entry(
            ["Place of opening"],
            ["The opening takes place in {}."],
            tell.text(
                "place",
                f"{pen.pick('Room', 'Hall', 'Office')} {pen.id('###')}, {pen.people.address()}",
            ),
            0.4,
        ),
        Entry(
            ["Bids to", "Place of submission"],
            ["Bids on paper are handed in at {}."],
            tell.text("submission_address", pen.people.address()),
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


def requirement_entries(pen: Pen, tender: Tender) -> list[Entry]:
    tell = Teller(pen)
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
        Entry(
            ["Language"],
            ["Bids must be written in {}."],
            tell.text(
                "bid_language",
                pen.pick("English", "German", "French", "Dutch", "Italian", "Swedish"),
            ),
            0.5,
        ),
        _visit(pen),
    ]


def _visit(pen: Pen) -> Entry:
    tell = Teller(pen)
    return Entry(
        ["Site visit compulsory"],
        ["{}"],
        tell.claim(
            "site_visit_required",
            [
                "Only bidders who have seen the site are admitted.",
                "A visit to the site is compulsory.",
            ],
            ["A visit to the site is not compulsory.", "Bidders are free to do without a visit."],
        ),
        0.35,
    )


def award_entries(pen: Pen) -> list[Entry]:
    tell = Teller(pen)
    court = pen.pick("Procurement Tribunal", "Chamber of Review", "Public Contracts Board")
    return [
        Entry(
            ["Variants allowed"],
            ["{}"],
            tell.claim(
                "variants_allowed",
                ["Variants are admitted.", "Bidders may offer alternative solutions."],
                ["Variants are not admitted.", "Alternative solutions are left out of account."],
            ),
            0.5,
        ),
        Entry(
            ["Subcontracting allowed"],
            ["{}"],
            tell.claim(
                "subcontracting_allowed",
                ["Subcontractors may be used.", "Parts of the contract may be passed on."],
                ["Subcontractors may not be used.", "The contract must be performed by own staff."],
            ),
            0.45,
        ),
        Entry(
            ["Standstill period"],
            ["The contract is not signed before {} have passed since the notice of award."],
            tell.text(
                "standstill",
                pen.pick(
                    "ten days", "14 days", "fifteen (15) days", "two weeks", "10 calendar days"
                ),
            ),
            0.4,
        ),
        Entry(
            ["Review body", "Complaints to"],
            ["Complaints are heard by the {}."],
            tell.text("review_body", f"{court} of {pen.people.city()}"),
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
