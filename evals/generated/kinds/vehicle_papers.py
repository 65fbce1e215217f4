"""What do the registration and the technical inspection of a vehicle say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, Wording, drawn, worded
from evals.generated.pair_layout import set_out
from evals.generated.pen import Pen
from evals.generated.vehicle_fields import FIELDS, FUELS
from evals.generated.vehicle_inspection import VehicleDays, inspection

_MAKES = "Opaline Tervo Bralin Kastor Mirano Veltra Norrik Ansaro Pelion Rushmoor Davenne"
_MODELS = "Varo City Trailhopper Luma Estate Corvid Nimbus Aster Tundra Solo Kite Ranger"
_NOTES = (
    "This paper must be carried on every journey and shown on request. It is no proof of title.",
    "A change of address must be reported to the licensing office within fourteen days.",
    "Loss of the document has to be notified at once; a replacement costs 12.80.",
    "Alterations to the vehicle may end its type approval and must be entered before use.",
    "The findings describe the state of the vehicle at the time of the test and are no warranty.",
    "Complaints about the result may be lodged in writing with the supervisory authority.",
    "Data are kept in the central register for seven years after the vehicle is taken off the "
    "road and are passed on only where a statute allows it.",
    "The sticker on the rear plate shows the month and the year; it must not be covered.",
    "Payment by card is welcome. Counter hours are Monday to Thursday from 7.30 to 15.00 and "
    "Friday from 7.30 to 12.00.",
    "When the vehicle is sold, both parts of the certificate go to the buyer, and the sale is to "
    "be reported with the name and the address of the buyer.",
    "Taxes on the vehicle are assessed by a separate notice.",
)


def _write(pen: Pen) -> Paper:
    days = _days(pen)
    parts = [_part(pen, _VEHICLE, _vehicle(pen)), _part(pen, _WEIGHTS, _weights(pen))]
    parts.append(_part(pen, _KEEPER, _keeper(pen, days)))
    record = inspection(pen, days)
    notes = _notes(pen)
    order = [*pen.shuffled(parts), record] if pen.chance(0.7) else [record, *parts]
    title = pen.pick(
        "Vehicle papers",
        "Registration certificate and inspection record",
        "Extract from the vehicle register",
        "Vehicle file",
        "Certificate of registration",
    )
    return Paper(
        pen.pick("vehicle.pdf", "registration.pdf", "papers.pdf", "inspection.pdf", "vehicle.txt"),
        [*_head(pen, title), *(block for part in order for block in part), *notes],
        running_head=pen.pick("", "", title),
        running_foot=pen.pick("", "Page {page}"),
    )


def _days(pen: Pen) -> VehicleDays:
    test = pen.day(date(2019, 1, 1))
    first = test - timedelta(days=pen.rng.randint(900, 5200))
    keeper = first + timedelta(days=pen.rng.randint(200, (test - first).days - 100))
    return VehicleDays(first, keeper, test)


def _head(pen: Pen, title: str) -> list[Block]:
    city = pen.people.city()
    office = pen.pick("Vehicle Licensing Office", "Road Traffic Department", "Registration Office")
    writer = Paragraph(
        f"{office} {city}\n{pen.people.address()}\n"
        f"{pen.pick('Phone', 'Tel.', 'Enquiries')} {pen.people.phone()}"
    )
    lines: list[Block] = [writer, Heading(title, 1)]
    if pen.chance(0.35):
        return [Columns([writer], [Heading(title, 1)])]
    return [*pen.shuffled(lines), *_covering(pen)]


def _covering(pen: Pen) -> list[Block]:
    if pen.chance(0.4):
        return []
    clerk = pen.people.person()
    return [
        Paragraph(
            f"{pen.pick('Dear Sir or Madam,', 'To whom it may concern,')}\nplease find below what "
            "the register holds on the vehicle and the record of its last technical test. Your "
            f"contact in our office is {clerk}, room {pen.rng.randint(100, 420)}."
        )
    ]


_VEHICLE = ("The vehicle", "Vehicle data", "Part A: Vehicle", "Identification")
_WEIGHTS = ("Masses and loads", "Weights", "Part B: Technical data", "Technical entries")
_KEEPER = ("Keeper", "Registration", "Part C: Keeper and register", "Entries in the register")


def _part(pen: Pen, titles: tuple[str, ...], entries: list[Wording]) -> list[Block]:
    blocks = set_out(pen, entries)
    return [Heading(pen.pick(*titles), 2), *blocks] if blocks else []


def _vehicle(pen: Pen) -> list[Wording]:
    plate = pen.pick("??-?? ###", "??## ???", "??? ####", "?-?? ###", "## ???? ##")
    trim = pen.pick("", "1.4", "2.0", "S", "GT", "3")
    model = f"{pen.pick(*_MAKES.split())} {pen.pick(*_MODELS.split())} {trim}"
    fuel = pen.pick(*FUELS)
    power = pen.rng.randint(44, 210)
    return worded(
        pen,
        [
            Entry(
                ("A Registration number", "Plate", "Licence plate", "Registration mark"),
                ("The vehicle bears the plate {}.", "It is on the road as {}."),
                lambda _: pen.say("registration_number", pen.id(plate)),
                0.9,
            ),
            Entry(
                ("Former plate", "Previous registration mark", "Plate given up"),
                (
                    "Until the change it carried the plate {}.",
                    "The earlier mark {} has been returned.",
                ),
                lambda _: pen.say("former_registration_number", pen.id(plate)),
                0.4,
            ),
            Entry(
                ("E VIN", "Vehicle identification no.", "Chassis no."),
                ("Its identification number is {}.", "The chassis is stamped {}."),
                lambda _: pen.say("vin", pen.id("???#??##???######")),
                0.85,
            ),
            Entry(
                ("Engine no.", "Motor no.", "P.5 Engine number"),
                ("The engine bears the number {}.", "Into the motor is stamped {}."),
                lambda _: pen.say(
                    "engine_number", pen.id(pen.pick("???######", "?##-#####", "########?"))
                ),
                0.45,
            ),
            Entry(
                ("D Make and model", "Make / type", "Vehicle"),
                ("Registered is the model {}.", "The vehicle in question: {}."),
                lambda _: pen.say("vehicle_model", model.strip()),
                0.9,
            ),
            Entry(
                ("P.3 Fuel", "Energy", "Drive"),
                ("Source of energy: {}.", "As its fuel is entered: {}."),
                lambda _: pen.say("fuel", pen.pick(fuel, fuel.capitalize()), fuel),
                0.65,
            ),
            Entry(
                ("P.2 Output", "Power", "Rated power"),
                ("The engine gives {}.", "Its rated output is {}."),
                lambda _: f"{pen.say('power_kw', str(power), power)} kW ({round(power * 1.36)} hp)",
                0.65,
            ),
        ],
    )


def _weights(pen: Pen) -> list[Wording]:
    empty = pen.rng.randint(880, 2300)
    full = empty + pen.rng.randint(300, 900)
    braked = pen.rng.randint(16, 42) * 50
    unbraked = pen.rng.randint(7, 15) * 50
    towbar = _towbar(pen)
    loads = worded(
        pen,
        [
            Entry(
                ("G Mass in running order", "Unladen mass", "Kerb weight"),
                ("Empty it weighs {}.", "The unladen mass is {}."),
                lambda _: f"{pen.count('empty_mass_kg', empty)} kg",
                0.7,
            ),
            Entry(
                ("F.1 Max. permissible mass", "Gross weight", "Laden mass, max."),
                ("Fully loaded it may weigh {}.", "The permissible mass is {}."),
                lambda _: f"{pen.count('permissible_mass_kg', full)} kg",
                0.65,
            ),
            Entry(
                ("O.1 Trailer, braked", "Towable mass, braked", "Braked trailer up to"),
                (
                    "A trailer with brakes may weigh up to {}.",
                    "With brakes on the trailer {} may be towed.",
                ),
                lambda _: f"{pen.count('braked_trailer_kg', braked)} kg",
                0.55,
            ),
            Entry(
                ("O.2 Trailer, unbraked", "Towable mass, unbraked", "Trailer without brakes up to"),
                (
                    "Without brakes on the trailer the limit is {}.",
                    "An unbraked trailer may weigh {}.",
                ),
                lambda _: f"{pen.count('unbraked_trailer_kg', unbraked)} kg",
                0.5,
            ),
        ],
    )
    towbars = drawn(pen, [towbar], 0.5)
    return [
        *loads,
        *towbars,
        *worded(
            pen,
            [
                Entry(
                    ("S.1 Seats", "Seats incl. driver"),
                    ("It has {} seats.",),
                    lambda _: str(pen.rng.randint(2, 7)),
                    0.5,
                ),
            ],
        ),
    ]


def _towbar(pen: Pen) -> Callable[[], Wording]:
    """What a paper that tells of it says; until then nothing is stated."""
    is_fitted = pen.chance(0.5)
    bar = "Yes" if is_fitted else "No"
    said = "A tow bar is fitted." if is_fitted else "There is no tow bar on the vehicle."
    is_short = pen.chance(0.5)
    label, text = ("Tow bar", bar) if is_short else ("Trailer coupling", said.rstrip("."))

    def write() -> Wording:
        texts = (pen.flag("has_towbar", told, is_fitted) for told in (text, said))
        return Wording(label, *texts)

    return write


def _keeper(pen: Pen, days: VehicleDays) -> list[Wording]:
    people = pen.people
    issued = days.test + timedelta(days=pen.rng.randint(3, 40))
    num = pen.rng.randint(1, 5)
    fee = pen.rng.randint(2000, 9000) / 100
    holder = people.company() if pen.chance(0.25) else people.person()
    lines = [
        Entry(
            ("C.1 Keeper", "Registered keeper", "Holder"),
            ("The registered keeper is {}.", "It is kept by {}."),
            lambda _: f"{pen.say('keeper', holder)}, {people.address()}",
            0.9,
        ),
        Entry(
            ("C.4 Owner", "Title held by", "Legal owner (lessor)"),
            (
                "The title is held by {}, which leases the vehicle to the keeper.",
                "Property of the vehicle remains with {} as lessor.",
            ),
            lambda _: pen.say("owner", people.company()),
            0.45,
        ),
        Entry(
            ("Previous keeper", "Transferred from", "Keeper before"),
            ("Before that it was kept by {}.", "It was taken over from {}."),
            lambda _: pen.say("previous_keeper", people.person()),
            0.5,
        ),
        Entry(
            ("Previous keepers", "Number of earlier keepers"),
            ("The number of earlier keepers is {}.", "Earlier keepers on record: {}."),
            lambda _: pen.say("num_previous_keepers", str(num), num),
            0.5,
        ),
        Entry(
            ("B First registration", "First registered", "Date of first registration"),
            ("It was first registered on {}.", "It came into traffic as a new vehicle on {}."),
            lambda _: pen.date("first_registered_on", days.first),
            0.75,
        ),
        Entry(
            ("I Registered to keeper", "On this keeper since", "Change of keeper"),
            (
                "It has been in the name of the present keeper since {}.",
                "The change to the present keeper was entered on {}.",
            ),
            lambda _: pen.date("registered_to_keeper_on", days.keeper),
            0.6,
        ),
        Entry(
            ("Certificate no.", "Document no.", "Number of the certificate"),
            (
                "The certificate of registration has the number {}.",
                "Registration document no. {} was made out.",
            ),
            lambda _: pen.say(
                "certificate_number", pen.id(pen.pick("?? ######", "##?#######", "ZB-####-#"))
            ),
            0.6,
        ),
        Entry(
            ("Printed on", "Copy made on"),
            ("This copy was printed on {}.",),
            lambda _: pen.writing.date(issued),
            0.4,
        ),
        Entry(
            ("Registration fee", "Fee for entry", "Charge of this office"),
            ("For the entry in the register {} was charged.", "The registration fee came to {}."),
            lambda _: pen.money("registration_fee", fee),
            0.4,
        ),
    ]
    return worded(pen, lines)


def _notes(pen: Pen) -> list[Block]:
    notes = pen.some(_NOTES, 3, 8)
    if pen.chance(0.5):
        return [Heading(pen.pick("Notes", "Please note"), 3), Bullets(notes)]
    return [Paragraph(note) for note in notes]


KIND = Kind("vehicle_papers", "vehicle", FIELDS, _write)
