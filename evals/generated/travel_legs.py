"""How does an itinerary tell of its flights and trains?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.entry import Pair
from evals.generated.pair_layout import laid_out
from evals.generated.pen import Pen

Port = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Leg:
    """`told` are the marked words; a part that is not said has none."""

    title: str
    carrier: str
    start: str
    stop: str
    told: Mapping[str, str]


def flight(pen: Pen, way: str, ports: tuple[Port, Port], day: date, airline: str, via: str) -> Leg:
    """On the way "outbound" or "return"; `airline` ends with its code."""
    name, _, code = airline.rpartition(" ")
    keys = {part: f"{way}_{part}" for part in ("date", "flight", "departure", "arrival", "seat")}
    leaves = pen.rng.randint(340, 1080)
    told = {
        "day": pen.date(keys["date"], day),
        "leaves": pen.say(keys["departure"], _time(pen, leaves)),
        "arrives": _time(pen, leaves + pen.rng.randint(55, 330)),
        "number": pen.say(keys["flight"], f"{code}{pen.pick(' ', '')}{pen.rng.randint(101, 9899)}"),
    }
    if way == "outbound":
        told["arrives"] = pen.say(keys["arrival"], told["arrives"])
        if pen.chance(0.5):
            told["terminal"] = pen.say("terminal", pen.pick("1", "2", "3", "A", "C", "North"))
        if pen.chance(0.35):
            told["via"] = pen.say("stopover", via)
    if pen.chance(0.6):
        told["seat"] = pen.say(keys["seat"], f"{pen.rng.randint(1, 38)}{pen.pick(*'ABCDEF')}")
    title = "Outward flight" if way == "outbound" else "Return flight"
    start, stop = (pen.pick(f"{city} ({port})", f"{city} {port}", city) for city, port in ports)
    return Leg(title, name, start, stop, told)


def train(pen: Pen, way: str, towns: tuple[str, str], day: date) -> Leg:
    """On from the airport, or home where `way` is "return"."""
    number = f"{pen.pick('IC', 'EC', 'Express', 'RE', 'Train')} {pen.rng.randint(11, 2990)}"
    leaves = pen.rng.randint(360, 1200)
    key = pen.pick("train_departure", "return_departure") if way else "train_departure"
    if way:
        pen.drop("return_departure" if key == "train_departure" else "train_departure")
    told = {
        "day": pen.date("return_date" if way else "", day),
        "leaves": pen.say(key, _time(pen, leaves)),
        "arrives": _time(pen, leaves + pen.rng.randint(25, 300)),
        "number": pen.say("train_number", number),
    }
    if pen.chance(0.5):
        seat = f"{pen.rng.randint(11, 118)}"
        place = f"coach {pen.rng.randint(1, 14)}, seat {seat}"
        told["seat"] = pen.say("return_seat" if way else "", place)
    return Leg("Train home" if way else "Train", "", towns[0], towns[1], told)


def _time(pen: Pen, minute: int) -> str:
    hour, rest = divmod(minute, 60)
    if pen.writing.date_style in ("us", "us_short", "slashes"):
        return f"{(hour - 1) % 12 + 1}:{rest:02} {'am' if hour < 12 or hour == 24 else 'pm'}"
    return f"{hour % 24:02}{'.' if pen.writing.date_style == 'points' else ':'}{rest:02}"


def legs_set_out(pen: Pen, legs: Sequence[Leg]) -> list[Block]:
    title = Heading(pen.pick("Your journey", "Flights and trains", "Route", "Transport"), 2)
    match pen.pick("table", "table", "pairs", "prose", "strips"):
        case "table":
            return [title, _table(pen, legs)]
        case "pairs":
            blocks: list[Block] = []
            for leg in legs:
                blocks += [Heading(leg.title, 3), *laid_out(pen, _details(pen, leg))]
            return [title, *blocks]
        case "prose":
            return [title, *(Paragraph(_told(pen, leg)) for leg in legs)]
        case _:
            return [title, *(Paragraph(_strip(leg)) for leg in legs)]


def _table(pen: Pen, legs: Sequence[Leg]) -> Table:
    labels = {
        "day": pen.pick("Date", "Day"),
        "number": pen.pick("Flight/train", "Service", "No."),
        "leaves": pen.pick("Departs", "Dep."),
        "arrives": pen.pick("Arrives", "Arr."),
        "terminal": "Terminal",
        "via": "Via",
        "seat": "Seat",
    }
    kept = [key for key in labels if any(key in leg.told for leg in legs)]
    if pen.chance(0.3):
        kept = ["number", *(key for key in kept if key != "number")]
    first = [pen.pick("", "Leg"), pen.pick("From", "Origin"), pen.pick("To", "Destination")]
    rows = [
        [leg.title, leg.start, leg.stop, *(leg.told.get(key, "-") for key in kept)] for leg in legs
    ]
    return Table([*first, *(labels[key] for key in kept)], rows, 3)


def _details(pen: Pen, leg: Leg) -> list[Pair]:
    told = leg.told
    details = [
        (pen.pick("Date", "Day"), told["day"]),
        (pen.pick("No.", "Service"), f"{told['number']} {leg.carrier}".strip()),
        (pen.pick("Departs", "Departure"), f"{told['leaves']} {leg.start}"),
        (pen.pick("Arrives", "Arrival"), f"{told['arrives']} {leg.stop}"),
    ]
    labels = {"terminal": "Terminal", "via": pen.pick("Stop", "Via"), "seat": "Seat"}
    return details + [(label, told[key]) for key, label in labels.items() if key in told]


def _told(pen: Pen, leg: Leg) -> str:
    told = leg.told
    by = f"{leg.carrier} flight {told['number']}" if leg.carrier else told["number"]
    terminal = f", terminal {told['terminal']}," if "terminal" in told else ""
    via = f" by way of {told['via']}" if "via" in told else ""
    text = pen.pick(
        f"{leg.title}: on {told['day']} {by} leaves {leg.start}{terminal} at {told['leaves']}"
        f"{via} and reaches {leg.stop} at {told['arrives']}.",
        f"{leg.title}: {by} from {leg.start}{terminal} to {leg.stop}{via} on {told['day']}. "
        f"Departure is at {told['leaves']}, arrival at {told['arrives']}.",
    )
    if "seat" in told:
        text += f" Your place: {told['seat']}."
    return text


def _strip(leg: Leg) -> str:
    told = leg.told
    parts = [
        leg.title.upper(),
        told["day"],
        f"{leg.carrier} {told['number']}".strip(),
        f"{leg.start} {told['leaves']} - {leg.stop} {told['arrives']}",
    ]
    words = {"terminal": "terminal ", "via": "via ", "seat": "seat "}
    if not leg.carrier:
        words["seat"] = ""
    return " | ".join(parts + [f"{word}{told[key]}" for key, word in words.items() if key in told])
