"""What does the confirmation of a hotel booking say?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Paragraph
from evals.generated.clerk import Clerk, Pair
from evals.generated.draft import Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, field, own
from evals.generated.firm_blocks import Party, footer, letterhead, party_of
from evals.generated.firm_fields import party_fields
from evals.generated.firms import firm_of
from evals.generated.paper_fields import paper_fields
from evals.generated.paper_lines import totals
from evals.generated.paper_numbers import day_before
from evals.generated.pen import Pen

_FIELDS = (
    *party_fields(
        "hotel",
        ("Hotel", "Property", "Accommodation"),
        ("the hotel", "the place to stay", "the booked property"),
        ("Name of the hotel", "Property name", "Where does the guest stay?"),
    ),
    *party_fields(
        "guest",
        ("Guest", "Traveller"),
        ("the guest", "the traveller", "the person the room is booked for"),
        ("Name of the guest", "Traveller's name", "For whom is the room booked?"),
    ),
    *party_fields(
        "agency",
        ("Agency", "Booking agent"),
        ("the travel agency", "the booking agent", "the company that arranged the booking"),
        ("Name of the travel agency", "Booking agent", "Through whom was the room booked?"),
    ),
    *paper_fields("booking", "customer_number", "payment_method", "amount_paid", "balance_due"),
    *paper_fields("booking", "tax_amount", "tax_rate", "gross_amount", "iban", "bic", "due_date"),
    own(
        "booking_number",
        STRING,
        "Booking number",
        "Confirmation number of the reservation",
        "Under which number does the hotel know the booking?",
    ),
    own(
        "agency_reference",
        STRING,
        "Reference of the travel agency",
        "Agency's own number for the booking",
        "Agent's voucher or reference number",
    ),
    own("pin", STRING, "PIN code of the booking", "PIN", "Code needed to change the booking"),
    own("booking_date", DATE, "Date of booking", "Booked on", "When was the reservation made?"),
    own("check_in", DATE, "Check-in date", "Day of arrival", "When does the stay begin?"),
    own("check_out", DATE, "Check-out date", "Day of departure", "When does the stay end?"),
    own(
        "cancel_by",
        DATE,
        "Last day of free cancellation",
        "Until when can one cancel without cost?",
        "Cancellation deadline",
    ),
    own("nights", INTEGER, "Number of nights", "How many nights?", "Length of the stay in nights"),
    own("guests", INTEGER, "Number of guests", "How many people stay?", "Count of persons"),
    own("room", STRING, "Type of room", "Which category of room is booked?", "Room category"),
    own("board", STRING, "Meals included", "Board basis", "Which meals are part of the booking?"),
    own("nightly_rate", NUMBER, "Price of one night", "Rate per night", "What does a night cost?"),
    field("city_tax", NUMBER, "City tax", "Tourist tax to be paid", "How much is the local tax?"),
)
_ROOMS = ("Double room", "Superior twin", "Single room", "Junior suite", "Family room", "Studio")
_BOARDS = ("Breakfast", "Half board", "Room only", "Full board", "Bed & breakfast")
_TELLS = {"country": 0.7, "phone": 0.8, "email": 0.7, "website": 0.5, "tax_id": 0.4, "contact": 0}
_GUEST_TELLS = {"country": 0.5, "phone": 0.6, "email": 0.7}


def _write(pen: Pen) -> Paper:
    clerk = Clerk(pen, buyer_is_person=1.0)
    hotel = party_of(clerk, "hotel", replace(clerk.seller, name=_hotel_name(pen)), _TELLS)
    guest = party_of(clerk, "guest", clerk.buyer, _GUEST_TELLS)
    agency = party_of(clerk, "agency", firm_of(pen, clerk.country), _TELLS)
    arrival, nights = pen.day(), pen.rng.randint(1, 12)
    stay = clerk.pairs(pen.shuffled(_stay(clerk, arrival, nights)))
    return clerk.paper(
        ["booking", "confirmation", "voucher", "hotel"],
        [
            *_parties(clerk, hotel, guest, agency, clerk.pairs(_references(clerk, arrival))),
            *stay,
            *totals(clerk, _charges(clerk, nights)),
            *_foot(clerk, hotel, agency),
        ],
    )


def _hotel_name(pen: Pen) -> str:
    place = pen.pick(
        "Meridian", "Seeblick", "Bellevue", "Old Mill", "Alpenrose", "Riverside", "Royal"
    )
    return pen.pick(
        f"Hotel {place}",
        f"{place} Inn & Suites",
        f"Grand Hotel {place} {pen.people.city()}",
        f"{pen.people.company()} Hotels",
        f"Pension {place}",
    )


def _references(clerk: Clerk, arrival: date) -> list[Pair]:
    pen, label = clerk.pen, clerk.label
    booked = day_before(pen, arrival, 120)
    number = pen.id(pen.pick("##########", "HB-######", "??####", "####.###.###"))
    pairs = [(label("booking"), pen.say("booking_number", number))]
    optional: list[tuple[str, Callable[[], str]]] = [
        ("booked_on", lambda: clerk.date("booking_date", booked)),
        ("agency_ref", lambda: pen.say("agency_reference", pen.id(pen.pick("V-#####", "######")))),
        ("pin", lambda: pen.say("pin", pen.id("####"))),
        ("customer", lambda: pen.say("customer_number", pen.id(pen.pick("#######", "G-####")))),
        ("method", lambda: pen.say("payment_method", pen.pick("VISA", "on arrival", "voucher"))),
    ]
    pairs += [(label(key), write()) for key, write in optional if pen.chance(0.6)]
    return pen.shuffled(pairs)


def _stay(clerk: Clerk, arrival: date, nights: int) -> list[Pair]:
    pen, label = clerk.pen, clerk.label
    guests = pen.rng.randint(1, 5)
    hours = (pen.pick("", " from 15:00", " (after 14:00)"), pen.pick("", " until 11:00"))
    leaving = arrival + timedelta(days=nights)
    pairs = [
        (label("check_in"), clerk.date("check_in", arrival) + hours[0]),
        (label("check_out"), clerk.date("check_out", leaving) + hours[1]),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        ("cancel_by", lambda: clerk.date("cancel_by", day_before(pen, arrival, 14))),
        ("nights", lambda: pen.say("nights", str(nights), nights)),
        ("guests", lambda: pen.say("guests", str(guests), guests)),
        ("room", lambda: pen.say("room", pen.pick(*_ROOMS))),
        ("board", lambda: pen.say("board", pen.pick(*_BOARDS))),
    ]
    return pairs + [(label(key), write()) for key, write in optional if pen.chance(0.65)]


def _charges(clerk: Clerk, nights: int) -> list[Pair]:
    pen, coin, label = clerk.pen, clerk.coin, clerk.label
    nightly = round(pen.rng.uniform(48, 390), 2)
    stay = round(nights * nightly, 2)
    pairs = [(coin.head(pen.pick("Accommodation", "Room charge")), coin.marked_money(stay))]
    if pen.chance(0.6):
        pairs.insert(0, (label("nightly"), coin.money("nightly_rate", nightly)))
    city = round(nights * pen.pick(1.5, 2.2, 3.0, 3.5), 2)
    if pen.chance(0.5):
        pairs.append((label("city_tax"), coin.money("city_tax", city)))
        stay = round(stay + city, 2)
    pairs.append((coin.total(label("gross")), coin.money("gross_amount", stay)))
    if pen.chance(0.4):
        tax = round(stay - stay / (1 + clerk.rate / 100), 2)
        rate = clerk.tax_rate("%", " %")
        pairs.append((f"incl. {rate} {label('tax')}", coin.money("tax_amount", tax)))
    if pen.chance(0.4):
        paid = round(stay * pen.pick(0.1, 0.2, 0.3, 0.5), 2)
        pairs.append((label("paid"), coin.money("amount_paid", paid)))
        pairs.append((label("balance"), coin.money("balance_due", round(stay - paid, 2))))
    else:
        pen.drop("balance_due")
    return pairs


def _parties(
    clerk: Clerk, hotel: Party, guest: Party, agency: Party, references: list[Block]
) -> list[Block]:
    """The hotel, the guest and mostly an agency, each with an address."""
    pen = clerk.pen
    heading = Heading(clerk.title("booking"), 1)

    def block(key: str, party: Party) -> Paragraph:
        details = [*party.reached(), *party.numbers()]
        return Paragraph(f"{clerk.label(key)}:\n{party.lines(*details)}")

    match pen.pick("beside", "beside", "agency", "stacked"):
        case "beside":
            sides: list[list[Block]] = pen.shuffled(
                [[block("hotel", hotel)], [block("guest", guest)]]
            )
            return [heading, *references, Columns(*sides)]
        case "agency":
            head = letterhead(agency, is_full=pen.chance(0.6))
            sides = [[block("guest", guest)], [block("hotel", hotel)]]
            return [*head, heading, Columns(*sides), *references]
        case _:
            parties: list[Block] = [block("guest", guest), block("hotel", hotel)]
            return [heading, *pen.shuffled(parties), *references]


def _foot(clerk: Clerk, hotel: Party, agency: Party) -> list[Block]:
    pen = clerk.pen
    sentence = clerk.coin.sentence()
    said: list[Block] = [Paragraph(sentence)] if sentence else []
    match pen.pick("agency", "hotel", "through", "none"):
        case "agency":
            return [*said, *footer(agency, [])]
        case "hotel":
            return [*said, *footer(hotel, [])]
        case "through":
            details = [*agency.reached(), *agency.numbers()]
            return [*said, Paragraph(f"{clerk.label('agency')}: {agency.lines(*details)}")]
        case _:
            return said


KIND = Kind("hotel_booking", "trade", _FIELDS, _write)
