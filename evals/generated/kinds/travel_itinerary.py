"""What does the itinerary of a journey say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Pair, drawn, drawn_pairs
from evals.generated.pair_layout import laid_out
from evals.generated.pen import Pen
from evals.generated.travel_costs import costs
from evals.generated.travel_fields import FIELDS
from evals.generated.travel_legs import Leg, Port, flight, legs_set_out, train

_PORTS = (
    ("Lisbon", "LIS"), ("Oslo", "OSL"), ("Dublin", "DUB"), ("Warsaw", "WAW"), ("Athens", "ATH"),
    ("Toronto", "YYZ"), ("Chicago", "ORD"), ("Denver", "DEN"), ("Boston", "BOS"),
    ("Singapore", "SIN"), ("Osaka", "KIX"), ("Nairobi", "NBO"), ("Porto", "OPO"),
    ("Helsinki", "HEL"), ("Valencia", "VLC"), ("Zurich", "ZRH"), ("Hamburg", "HAM"),
    ("Edinburgh", "EDI"), ("Seattle", "SEA"), ("Santiago", "SCL"), ("Cape Town", "CPT"),
)  # fmt: skip
_ROOMS = (
    "Double room", "Single room", "Twin room", "Superior double", "Junior suite",
    "Standard king", "Deluxe room with balcony", "Studio", "Family room",
)  # fmt: skip
_TIPS = (
    "Please be at the airport at least 120 minutes before departure.",
    "Times are local times and may change; airlines need not tell us of changes.",
    "Passports should be valid for six months beyond the end of the journey.",
    "We recommend insurance against cancellation and illness abroad.",
    "Online check-in opens 24 hours before departure and closes 60 minutes before it.",
    "Liquids in hand luggage are allowed in containers of up to 100 ml.",
    "Printed tickets are not needed; show this itinerary on your telephone.",
    "Taxis from the airport to the centre take about 35 minutes and are paid by the traveller.",
    "Extra pieces of luggage cost from 45.00 each and are sold at the counter only.",
    "Seats may be changed by the carrier for reasons of safety.",
    "Hotels may ask for a credit card to cover expenses in the room.",
    "Our general terms of travel, version 7, apply to this booking.",
    "Let us know of special meals no later than 48 hours before the flight.",
    "Vaccination against yellow fever may be needed; ask the clinic of Dr. Amund Reiss, who gives "
    "advice on Tuesdays for a fee of 38.00.",
    "A rental car can be added at any time, from 54.00 a day including 250 kilometres.",
    "Our guide to the city, 64 pages, is sent to you by post two weeks before you leave.",
    "In the event of a delay of more than three hours keep your boarding pass and write to the "
    "airline within two months.",
    "Tours on the spot are run by Marlow & Finch Excursions and are paid for there.",
    "The lounge in the departure hall may be used for 32.00 per person, children under 6 free.",
    "If you miss a connection, turn first to the counter of the carrier and then to us.",
    "Dogs of up to 6 kg may travel in a closed box under the seat if they were announced 72 hours "
    "before.",
    "The room is ready from 15:00; luggage can be left at the reception before.",
)


@dataclass(frozen=True, slots=True)
class _Trip:
    start: date
    arrival: date
    end: date
    num_travellers: int
    ports: tuple[Port, Port]
    town: str
    rail: str

    @property
    def nights(self) -> int:
        return (self.end - self.arrival).days


def _write(pen: Pen) -> Paper:
    start = pen.day()
    arrival = start + timedelta(days=pen.pick(0, 0, 1))
    home, there = pen.some(_PORTS, 2, 2)
    end = arrival + timedelta(days=pen.rng.randint(2, 12))
    rail = pen.pick("", "", "onward", "return")
    town = pen.people.city() if rail == "onward" else there[0]
    trip = _Trip(start, arrival, end, pen.pick(1, 2), (home, there), town, rail)
    if trip.num_travellers == 1:
        pen.drop("fare_per_person")
    agency = pen.people.company()
    title = pen.pick(
        "Travel itinerary", "Your itinerary", "Travel plan", "Booking overview", "Itinerary"
    )
    head: list[Block] = [
        Heading(title, 1),
        Paragraph(f"{pen.say('agency', agency)}, {pen.people.address()}"),
    ]
    if pen.chance(0.4):
        head.reverse()
    middle: list[list[Block]] = [_journey(pen, trip), _stay(pen, trip)]
    blocks: list[Block] = [*head, *_travellers(pen, trip)]
    for part in middle:
        blocks += part
    rest = pen.shuffled([costs(pen, trip.start, trip.nights, trip.num_travellers), _notes(pen)])
    for part in rest:
        blocks += part
    blocks += _contact(pen)
    return Paper(
        pen.pick("itinerary.pdf", "itinerary.pdf", "trip.pdf", "itinerary.txt", "trip.md"),
        blocks,
        pen.pick("", title),
        pen.pick("", "Page {page}"),
    )


def _travellers(pen: Pen, trip: _Trip) -> list[Block]:
    first = pen.say("traveller", pen.people.person())
    second = pen.say("second_traveller", pen.people.person()) if trip.num_travellers == 2 else ""
    issued = trip.start - timedelta(days=pen.rng.randint(20, 110))
    options = [
        (
            pen.pick("Our reference", "Itinerary no.", "File", "Trip no."),
            lambda: pen.say("agency_reference", pen.id(pen.pick("TR-######", "##/#####", "?####"))),
        ),
        (pen.pick("Issued", "Date of issue", "As of"), lambda: pen.date("booking_date", issued)),
        (
            pen.pick("Airline booking code", "Record locator", "Airline reference", "PNR"),
            lambda: pen.say("airline_record", pen.id("??#??#")),
        ),
        (
            pen.pick("Frequent flyer", "Miles card", "Bonus programme"),
            lambda: pen.say("frequent_flyer_number", pen.id(pen.pick("#########", "??#######"))),
        ),
        (
            pen.pick("Class", "Cabin", "Flight class"),
            lambda: _cabin(pen),
        ),
    ]
    details = drawn_pairs(pen, options, 0.65)
    if pen.chance(0.5):
        both = f"{first} {pen.pick('and', '&', 'with')} {second}" if second else first
        opening = pen.pick(
            f"This is the travel plan of {both}. Please check all names and times and let us know "
            "of errors at once.",
            f"We are pleased to confirm the following arrangements for {both}.",
            f"Prepared for {both}",
        )
        return [Paragraph(opening), *laid_out(pen, details)]
    names = [(pen.pick("Passenger", "Traveller", "Name"), first)]
    if second:
        label = pen.pick("Accompanied by", "Passenger 2", "Second traveller", "Companion")
        names.append((label, second))
    return laid_out(pen, [*names, *details])


def _cabin(pen: Pen) -> str:
    cabin = pen.pick("economy", "economy", "business", "first")
    return pen.say(
        "cabin", pen.pick(cabin, cabin.capitalize(), f"{cabin.capitalize()} class"), cabin
    )


def _journey(pen: Pen, trip: _Trip) -> list[Block]:
    home, there = trip.ports
    via, _ = pen.pick(*(port for port in _PORTS if port not in trip.ports))
    airline = pen.pick("Heron Air", "Alpine Wings", "Blauvik Airways", "Meridian Jet", "Norvinge")
    airline += " " + pen.id("??")
    legs: list[Leg] = [flight(pen, "outbound", (home, there), trip.start, airline, via)]
    if trip.rail == "onward":
        legs.append(train(pen, "", (f"{there[0]} Airport", trip.town), trip.arrival))
    if trip.rail == "return":
        legs.append(train(pen, "return", (f"{there[0]} Central", f"{home[0]} Central"), trip.end))
    else:
        legs.append(flight(pen, "return", (there, home), trip.end, airline, ""))
    said = drawn(pen, [lambda: _checked(pen), lambda: _on_board(pen)], 0.55)
    more: list[Block] = [Paragraph(" ".join(said))] if said else []
    return [*legs_set_out(pen, legs), *more]


def _checked(pen: Pen) -> str:
    weight = pen.pick(15, 20, 23, 25, 30, 32)
    shown = pen.say("checked_baggage_kg", str(weight), weight)
    return pen.pick(
        f"Baggage: one piece of up to {shown} kg in the hold.",
        f"Each traveller may check in {shown} kg of luggage.",
        f"Checked baggage {shown} kg per person.",
    )


def _on_board(pen: Pen) -> str:
    weight = pen.pick(5, 7, 8, 10, 12)
    shown = pen.say("cabin_bag_kg", str(weight), weight)
    return pen.pick(
        f"Hand luggage of up to {shown} kg may be taken on board.",
        f"A cabin bag must not weigh more than {shown} kg.",
        f"Carry-on: {shown} kg.",
    )


def _stay(pen: Pen, trip: _Trip) -> list[Block]:
    place = pen.pick("Bellevue", "Old Mill", "Riverside", "Harbour View", "Linden", "Royal Oak")
    hotel = pen.say("hotel", pen.pick(f"Hotel {place}", f"{place} Inn", f"The {place} Hotel"))
    first, last = pen.date("check_in", trip.arrival), pen.date("check_out", trip.end)
    guests = pen.in_words("guests", trip.num_travellers)
    number = pen.id(pen.pick("########", "H-#####", "??-####", "#### ####"))
    street = f"{pen.people.fake.street_name()} {pen.rng.randint(1, 180)}"
    address = f"{street}, {trip.town}"
    title = Heading(pen.pick("Hotel", "Accommodation", "Your stay", "Where you stay"), 2)
    options = [
        (pen.pick("Address", "Location"), lambda: pen.say("hotel_address", address)),
        (
            pen.pick("Telephone", "Reception", "Phone"),
            lambda: pen.say("hotel_phone", pen.people.phone()),
        ),
        (
            pen.pick("Confirmation", "Hotel reference", "Reservation no."),
            lambda: pen.say("booking_number", number),
        ),
        (pen.pick("Nights", "Length of stay"), lambda: pen.in_words("nights", trip.nights)),
        (pen.pick("Room", "Room type"), lambda: pen.say("room", pen.pick(*_ROOMS))),
        (
            pen.pick("Free cancellation until", "Cancel by", "Can be cancelled free until"),
            lambda: pen.date("cancel_by", trip.arrival - timedelta(days=pen.pick(1, 2, 3, 7, 14))),
        ),
    ]
    details = drawn_pairs(pen, options, 0.6)
    if pen.chance(0.45):
        people = "guest" if trip.num_travellers == 1 else "guests"
        told = pen.pick(
            f"A room for {guests} {people} is booked at {hotel}, from {first} to {last}.",
            f"{hotel} expects you on {first}. You leave on {last}; the booking is for {guests} "
            f"{people}.",
        )
        return [title, Paragraph(told), *laid_out(pen, details)]
    fixed: list[Pair] = [
        (pen.pick("Hotel", "Name", "House"), hotel),
        (pen.pick("Check-in", "Arrival", "From"), first),
        (pen.pick("Check-out", "Departure", "Until"), last),
        (pen.pick("Guests", "Persons", "Occupancy"), guests),
    ]
    return [title, *laid_out(pen, [*fixed, *details])]


def _notes(pen: Pen) -> list[Block]:
    tips = pen.some(_TIPS, 7, 15)
    title = Heading(pen.pick("Please note", "Good to know", "Before you leave"), 2)
    return [title, Bullets(tips) if pen.chance(0.5) else Paragraph(" ".join(tips))]


def _contact(pen: Pen) -> list[Block]:
    options = [
        (
            pen.pick("Your consultant", "Contact person", "Booked by", "Looked after by"),
            lambda: pen.say("consultant", pen.people.person()),
        ),
        (
            pen.pick("Office", "Monday to Friday, 9 to 18", "Agency phone"),
            lambda: pen.say("agency_phone", pen.people.phone()),
        ),
        (
            pen.pick("Emergency line (24 h)", "Nights and weekends", "In an emergency"),
            lambda: pen.say("emergency_contact", pen.people.phone()),
        ),
    ]
    details = drawn_pairs(pen, options, 0.6)
    details.append((pen.pick("Internet", "Web"), f"www.{pen.pick('trips', 'tours')}.example"))
    title = Heading(pen.pick("Contact", "We are there for you", "Your travel agency"), 2)
    return [title, *laid_out(pen, details)]


KIND = Kind("travel_itinerary", "travel", FIELDS, _write)
