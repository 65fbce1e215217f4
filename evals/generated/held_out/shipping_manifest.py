"""What does the manifest of a shipment say?"""

from __future__ import annotations

from evals.generated.draft import Book, Kind
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, Field, choice, own
from evals.generated.pen import Pen, plain
from evals.generated.sheets import Cell, SheetRows, bold, day, number, whole

Row = list[Cell | str | None]

_FIELDS = (
    own("vessel", STRING, "Vessel", "Which ship carries the cargo?", "Name of the ship"),
    own("voyage", STRING, "Voyage number", "Which voyage is it?", "Sailing reference"),
    own(
        "port_of_loading",
        STRING,
        "Port of loading",
        "Where is the cargo taken on board?",
        "Harbour of departure",
    ),
    own(
        "port_of_discharge",
        STRING,
        "Port of discharge",
        "Where is the cargo unloaded?",
        "Harbour of arrival",
    ),
    own("sailing_date", DATE, "Date of sailing", "When does the ship leave?", "Departure"),
    own("arrival_date", DATE, "Expected arrival", "When does the ship come in?", "ETA"),
    own("master", STRING, "Master of the vessel", "Who commands the ship?", "Captain"),
    own(
        "total_weight", NUMBER, "Total weight in kg", "What does all cargo weigh?", "Sum of weights"
    ),
    own(
        "customs_office",
        STRING,
        "Customs office",
        "Where is the cargo cleared?",
        "Place of clearance",
    ),
    own(
        "freight_charge",
        NUMBER,
        "Freight charge",
        "What does the transport cost?",
        "Price of carriage",
    ),
)
_COLUMNS = {
    "container": ["Container", "Container no.", "Unit ID"],
    "seal": ["Seal", "Seal no."],
    "shipper": ["Shipper", "Consignor"],
    "consignee": ["Consignee", "Receiver"],
    "goods": ["Cargo", "Goods", "Contents"],
    "packages": ["Packages", "Colli", "No. of packages"],
    "weight": ["Gross weight kg", "Weight (kg)", "Gross kg"],
    "volume": ["Volume m3", "CBM"],
    "kind": ["Size", "Container type"],
    "stowed": ["Stowed", "Position on board"],
    "booked": ["Booked", "Booking date"],
    "hazard": ["Dangerous goods", "IMO class"],
}
_SIZES = choice("20GP", "40GP", "40HC", "20RF")
_ASKED = {
    "seal": (
        STRING,
        "Seal number of container {key}",
        "With which seal is {key} closed?",
        "Seal on {key}",
    ),
    "shipper": (STRING, "Shipper of {key}", "Who sends container {key}?", "Consignor behind {key}"),
    "consignee": (
        STRING,
        "Consignee of {key}",
        "Who receives container {key}?",
        "Receiver of {key}",
    ),
    "goods": (STRING, "Contents of container {key}", "What is in {key}?", "Load inside {key}"),
    "packages": (
        INTEGER,
        "Number of packages in {key}",
        "How many packages are in {key}?",
        "Colli within {key}",
    ),
    "weight": (
        NUMBER,
        "Gross weight of {key} in kg",
        "What does container {key} weigh?",
        "Kilograms of {key}",
    ),
    "volume": (
        NUMBER,
        "Volume of {key} in cubic metres",
        "How much room does {key} take?",
        "Cubic metres of {key}",
    ),
    "kind": (
        _SIZES,
        "Size code of container {key}",
        "Of which type is {key}?",
        "Box type of {key}",
    ),
    "stowed": (
        STRING,
        "Position of {key} on board",
        "Where on the ship is {key}?",
        "Slot of {key}",
    ),
    "booked": (DATE, "Booking date of {key}", "When was {key} booked?", "Day of booking of {key}"),
}
_GOODS = [
    "coffee beans",
    "ceramic tiles",
    "spare tyres",
    "frozen prawns",
    "cotton yarn",
    "solar modules",
    "furniture",
    "fertiliser",
    "wine",
    "toys",
    "steel coils",
    "paper rolls",
    "bicycles",
    "tinned fruit",
    "cement",
]


def _write(pen: Pen) -> Book:
    keys = [
        "container",
        *pen.shuffled([key for key in _COLUMNS if key != "container" and pen.chance(0.8)]),
    ]
    label = pen.labels(_COLUMNS)
    num = pen.pick(30, 50, 90, 160)
    asked = set(pen.some(range(num), 4, 6))
    rows: list[Row] = []
    weights = 0.0
    for at in range(num):
        weight = round(pen.rng.uniform(1800, 28000), 1)
        weights += weight
        values: dict[str, Cell | str] = {
            "container": pen.id("???U #######"),
            "seal": pen.id("?######"),
            "shipper": pen.people.company(),
            "consignee": pen.people.company(),
            "goods": pen.pick(*_GOODS),
            "packages": whole(pen.rng.randint(4, 980)),
            "weight": number(weight, 1),
            "volume": number(round(pen.rng.uniform(12, 68), 1), 1),
            "kind": pen.pick("20GP", "40GP", "40HC", "20RF"),
            "stowed": pen.id("0#-##-##"),
            "booked": day(pen.day()),
            "hazard": pen.pick("", "", "", "3", "9"),
        }
        if at in asked:
            _ask_some(pen, values, keys)
        rows.append([values[key] or None for key in keys])
    head: Row = [bold(label(key)) for key in keys]
    top = _voyage(pen, round(weights, 1))
    if pen.chance(0.5):
        return Book("manifest.xlsx", [SheetRows("Manifest", [*top, [], head, *rows])])
    return Book("manifest.xlsx", [SheetRows("Voyage", top), SheetRows("Containers", [head, *rows])])


def _ask_some(pen: Pen, values: dict[str, Cell | str], keys: list[str]) -> None:
    container = str(values["container"])
    for column in pen.some([key for key in keys if key in _ASKED], 1, 3):
        schema, *wordings = _ASKED[column]
        asked = pen.ask(
            Field(
                f"{column}_{container.replace(' ', '').lower()}",
                schema,
                tuple(w.format(key=container) for w in wordings),
            )
        )
        cell = values[column]
        if isinstance(cell, str):
            values[column] = pen.say(asked, cell)
        else:
            value = cell.shown if column == "booked" else plain(cell.value)
            values[column] = Cell(cell.value, pen.say(asked, cell.shown, value), cell.number_format)


def _voyage(pen: Pen, weight: float) -> list[Row]:
    sailing = day(pen.day())
    rows: list[Row] = [[bold("Cargo manifest")]]
    rows.append(
        [
            pen.pick("Vessel", "M/V", "Ship"),
            pen.say(
                "vessel",
                pen.pick(
                    "Aurelia", "Nordic Heron", "Kalypso", "Blue Tern", "Santa Rufina", "Ever Bright"
                )
                + pen.pick("", " II", " Star"),
            ),
        ]
    )
    more: list[Row] = [
        [
            pen.pick("Voyage", "Voy. no."),
            pen.say("voyage", pen.id(pen.pick("###?", "V-####", "##W"))),
        ],
        [
            pen.pick("Port of loading", "POL"),
            pen.say(
                "port_of_loading",
                pen.pick("Rotterdam", "Valencia", "Durban", "Busan", "Santos", "Mumbai"),
            ),
        ],
        [
            pen.pick("Port of discharge", "POD"),
            pen.say(
                "port_of_discharge",
                pen.pick("Hamburg", "Oakland", "Felixstowe", "Gothenburg", "Genoa"),
            ),
        ],
        [
            pen.pick("Sailing", "Departure", "ETD"),
            Cell(
                sailing.value,
                pen.say("sailing_date", sailing.shown, sailing.shown),
                sailing.number_format,
            ),
        ],
    ]
    rows += more
    if pen.chance(0.5):
        rows.append([pen.pick("Master", "Captain"), pen.say("master", pen.people.person())])
    if pen.chance(0.5):
        rows.append(
            [
                pen.pick("Total gross weight kg", "Weight of all cargo (kg)"),
                Cell(weight, pen.say("total_weight", f"{weight:,.1f}", plain(weight)), "#,##0.0"),
            ]
        )
    if pen.chance(0.4):
        rows.append(
            [
                pen.pick("Customs", "Cleared at"),
                pen.say("customs_office", f"{pen.people.city()} customs"),
            ]
        )
    return rows


KIND = Kind("shipping_manifest", "shipping", _FIELDS, _write)
