"""What do the technical data of a device say?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph, Table
from evals.generated.datasheet_devices import DEVICES, EXTRA, INCLUDED, Device, Spec
from evals.generated.datasheet_fields import FIELDS
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, drawn, entries_set_out, entry
from evals.generated.field import NUMBER, Field
from evals.generated.pen import Pen, plain

_NAMES = "Aeron Brisa Calder Dovax Elmar Fenta Galdor Hydria Ixon Juvel Kelvar Lomond Mistra"
_LANDS = ("Poland", "Portugal", "Slovenia", "Japan", "Finland", "Mexico", "Vietnam", "Austria")
_PRAISE = (
    "Its compact build makes installation quick, even where there is little room.",
    "A clear display shows the state of the device at a glance.",
    "The control unit keeps the last 200 events and hands them on over an open interface.",
    "All parts that need care can be reached from the front without special tools.",
    "Thanks to its efficient drive, running costs stay low over the whole life of the device.",
    "The range has proved itself in workshops, laboratories and hotels.",
)
_SMALL_PRINT = (
    "Subject to technical change without notice. All data are nominal values at 20 °C and 1013 "
    "mbar unless stated otherwise.",
    "Sound pressure measured at a distance of 1 m; tolerance ± 3 dB(A).",
    "Illustrations may show options that are not part of the standard version.",
    "Installation and first start-up by trained personnel only; observe the operating manual.",
    "Weights without packaging may vary by up to 5 % with the equipment chosen.",
    "Disposal: the device must not be thrown into household waste and can be returned free of "
    "charge to any collection point.",
    "The maker is not liable for misprints.",
)


def _write(pen: Pen) -> Paper:
    device = pen.pick(*DEVICES)
    series = f"{pen.pick(*_NAMES.split())}{pen.pick('', ' Pro', ' Line', ' Eco', ' X')}"
    models = _models(pen, series)
    specs = sorted(pen.some(device.specs, 7, 11), key=device.specs.index)
    issued = pen.day(date(2017, 1, 1))
    data = [
        Heading(pen.pick("Technical data", "Specifications", "Performance data"), 2),
        *_data(pen, device, models, specs),
    ]
    parts = [
        _part(pen, "Conditions of use|Ambient conditions|Environment", _conditions(pen)),
        _part(pen, "Service and warranty|Warranty|Maintenance", _service(pen, issued)),
        _lists(pen),
        _part(pen, "Contact|Order and advice|Where to buy", _contact(pen)),
    ]
    front = [*_top(pen, device, series, issued), *_text(pen, device, series)]
    body = [data, *pen.shuffled(parts)] if pen.chance(0.7) else [*parts[:1], data, *parts[1:]]
    return Paper(
        pen.pick("datasheet.pdf", "data.pdf", "specifications.pdf", "product.pdf", "data.txt"),
        [*front, *(block for part in body for block in part), *_small_print(pen)],
        running_head=pen.pick("", "", "Data sheet"),
        running_foot=pen.pick("", "Page {page}"),
    )


def _models(pen: Pen, series: str) -> list[str]:
    """None of them has a name that is part of another's."""
    first = series.split()[0]
    numbers = sorted(pen.some(range(11, 99), 3, 4))[: pen.pick(1, 2, 3, 3, 4)]
    form = pen.pick("{} {}", "{}-{}", "{} {}S")
    prefix = pen.pick(first, first[:2].upper())
    return [form.format(prefix, number) for number in numbers]


def _top(pen: Pen, device: Device, series: str, issued: date) -> list[Block]:
    maker = Paragraph(f"{pen.say('maker', pen.people.company())}, {pen.people.address()}")
    name = pen.say("series", series)
    title = Heading(pen.pick(name, f"{name} {device.noun}", f"Data sheet {name}"), 1)
    number = pen.pick("DS-#####", "##.####.##", "TD ####-??")
    revised = issued - timedelta(days=pen.rng.randint(200, 1200))
    entries = drawn(pen, [
        (0.6, lambda: entry(
            pen, "Data sheet no.|Document|Sheet", pen.say("sheet_number", pen.id(number)),
            "These data are filed as sheet {}.")),
        (0.45, lambda: entry(
            pen, "Replaces|Supersedes", pen.say("replaced_sheet", pen.id(number)),
            "The earlier sheet {} is no longer valid.")),
        (0.65, lambda: entry(
            pen, "Issued|Edition of|As of", pen.date("sheet_date", issued),
            "This edition is dated {}.")),
        (0.35, lambda: entry(
            pen, "Manual last revised", pen.writing.date(revised),
            "The operating manual was last revised on {}.")),
        (0.5, lambda: entry(
            pen, "Available from|On sale from",
            pen.date("on_sale_from", issued + timedelta(days=pen.rng.randint(10, 120))),
            "Delivery starts on {}.", "The device can be bought from {}.")),
    ])  # fmt: skip
    told = entries_set_out(pen, entries, pen.pick("pairs", "prose", "strip"))
    if told and pen.chance(0.3):
        return [Columns([title, maker], told)]
    return [*((title, maker) if pen.chance(0.5) else (maker, title)), *told]


def _text(pen: Pen, device: Device, series: str) -> list[Block]:
    article = "an" if device.noun[0] in "aeiou" else "a"
    said = [f"The {series} is {article} {device.noun} for everyday professional use."]
    said += pen.some(_PRAISE, 1, 4)
    return [Paragraph(" ".join(said))]


def _data(pen: Pen, device: Device, models: Sequence[str], specs: Sequence[Spec]) -> list[Block]:
    """Some values are asked for, of one model each where there are several; so are some that
    the device has, but the sheet does not say."""
    several = len(models) > 1
    cells = [(spec, model) for spec in specs for model in models]
    asked = set(pen.some(cells, 6, 9))
    for spec in pen.some([spec for spec in device.specs if spec not in specs], 1, 2):
        pen.ask(_field(spec, pen.pick(*models) if several else ""))
    table: list[list[str]] = []
    for spec in specs:
        step = (spec.high - spec.low) / len(models)
        row = []
        for number, model in enumerate(models):
            if several and pen.chance(0.06):
                row.append(pen.pick("-", "n/a"))
                if (spec, model) in asked:
                    pen.ask(_field(spec, model))
                continue
            value = round(spec.low + step * (number + pen.rng.random()), spec.places)
            key = pen.ask(_field(spec, model if several else "")) if (spec, model) in asked else ""
            row.append(pen.say(key, pen.writing.number(value, spec.places), plain(value)))
        table.append([spec.name, spec.unit, *row])
    return _data_set_out(pen, models, table)


def _data_set_out(pen: Pen, models: Sequence[str], table: list[list[str]]) -> list[Block]:
    if len(models) == 1:
        entries = [
            Entry(name, f"{text} {unit}", f"{name}: {text} {unit}.") for name, unit, text in table
        ]
        return entries_set_out(pen, entries, pen.pick("pairs", "table", "columns", "prose"))
    if pen.chance(0.2):
        lines = _by_model(models, table)
        half = (len(table) + 1) // 2
        heads = [f"{name} [{unit}]" for name, unit, *_ in table]
        return [
            Table(["Model", *heads[:half]], [row[: half + 1] for row in lines]),
            Table(["Model", *heads[half:]], [[row[0], *row[half + 1 :]] for row in lines]),
        ]
    if pen.chance(0.4):
        rows = [[f"{name} ({unit})", *values] for name, unit, *values in table]
        return [Table([pen.pick("Model", "Type", ""), *models], rows, 1)]
    return [Table([pen.pick("Model", "Type", ""), "Unit", *models], table, 2)]


def _by_model(models: Sequence[str], table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [
        [model, *(values[number] for _, _, *values in table)] for number, model in enumerate(models)
    ]


def _field(spec: Spec, model: str) -> Field:
    """Of the device, where there is but one model."""
    if not model:
        return Field(f"{_name(spec.key)}", NUMBER, (
            f"{spec.name} in {spec.unit}",
            f"What does the sheet give as {spec.name.lower()}, in {spec.unit}?",
            f"Value for {spec.name.lower()} ({spec.unit})",
            f"{spec.name} of the device",
        ))  # fmt: skip
    return Field(_name(f"{spec.key}_{model}"), NUMBER, (
        f"{spec.name} of the {model} in {spec.unit}",
        f"What does the {model} have as {spec.name.lower()}, in {spec.unit}?",
        f"{model}: {spec.name.lower()}",
        f"{spec.name} ({spec.unit}), model {model}",
    ))  # fmt: skip


def _name(words: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in words)
    return "_".join(part for part in kept.lower().split("_") if part)


def _part(pen: Pen, titles: str, entries: list[Entry]) -> list[Block]:
    blocks = entries_set_out(pen, entries)
    return [Heading(pen.pick(*titles.split("|")), 2), *blocks] if blocks else []


def _conditions(pen: Pen) -> list[Entry]:
    low, high = pen.pick(-10, -5, 0, 5), pen.pick(35, 40, 45, 50)
    cold, hot = low - pen.pick(10, 15, 20), high + pen.pick(10, 15, 20)
    join = pen.pick(" to ", " up to ")
    humid, height = pen.pick(75, 80, 85, 90, 95), pen.pick(900, 1500, 2000, 2500, 3000)
    code = pen.pick("IP20", "IP44", "IP54", "IP55", "IP65", "IP 67")
    shell = pen.pick("powder-coated steel", "stainless steel", "die-cast aluminium", "ABS plastic")
    is_fit = pen.chance(0.5)
    outside = (
        pen.pick("The device may be used outdoors.", "Operation in the open is permitted.")
        if is_fit
        else pen.pick("The device is for indoor use only.", "Not to be operated outdoors.")
    )

    def degrees(name: str, value: int) -> str:
        return pen.say(name, str(value), value)

    lines: list[tuple[float, Callable[[], Entry]]] = [
        (0.65, lambda: entry(
            pen, "Operating temperature|Ambient temperature, in operation",
            f"{degrees('lowest_operating_temperature', low)}{join}"
            f"{degrees('highest_operating_temperature', high)} °C",
            "It can be operated at {}.", "The temperature where it runs may be {}.")),
        (0.5, lambda: entry(
            pen, "Storage temperature|Temperature in storage",
            f"{degrees('lowest_storage_temperature', cold)}{join}"
            f"{degrees('highest_storage_temperature', hot)} °C",
            "It can be stored at {}.", "Switched off it withstands {}.")),
        (0.5, lambda: entry(
            pen, "Humidity, max.|Relative humidity up to",
            pen.percent("greatest_humidity", float(humid), 0),
            "The air may have a humidity of up to {}, without dew.")),
        (0.45, lambda: entry(
            pen, "Altitude, max.|Site above sea level up to",
            f"{pen.count('greatest_altitude', height)} m",
            "It may be set up at altitudes of up to {}.")),
        (0.55, lambda: entry(
            pen, "Protection|Degree of protection|IP code", pen.say("protection_class", code),
            "The housing is sealed to {}.", "Degree of protection: {}.")),
        (0.45, lambda: entry(
            pen, "Housing|Material of housing", pen.say("housing_material", shell),
            "The housing is made of {}.", "Its shell consists of {}.")),
        (0.45, lambda: entry(
            pen, "Place of use|Installation", pen.flag("fit_for_outdoors", outside, is_fit), "{}")),
    ]  # fmt: skip
    return drawn(pen, pen.shuffled(lines))


def _service(pen: Pen, issued: date) -> list[Entry]:
    years = pen.pick(24, 36, 48, 60)
    lines: list[tuple[float, Callable[[], Entry]]] = [
        (0.6, lambda: entry(
            pen, "Warranty|Warranty, device", f"{_count(pen, 'device_warranty_months', years)}"
            " months", "The warranty on the device is {}.", "The device is guaranteed for {}.")),
        (0.45, lambda: entry(
            pen, "Warranty, wearing parts|Seals and filters, warranty",
            f"{_count(pen, 'wear_warranty_months', pen.pick(3, 6, 9, 12))} months",
            "For wearing parts such as seals the warranty is {}.")),
        (0.55, lambda: entry(
            pen, "Service interval|Maintenance every",
            f"{pen.count('service_interval_hours', pen.pick(500, 1000, 1500, 2000, 4000))} h",
            "It needs service every {}.", "The interval between services is {}.")),
        (0.45, lambda: entry(
            pen, "Design life|Expected life",
            f"{pen.count('design_life_hours', pen.pick(12, 15, 20, 30, 45) * 1000)} h",
            "It is designed to last {}.", "Its expected life is {}.")),
        (0.45, lambda: entry(
            pen, "Spare parts until|Parts guaranteed until",
            pen.date("spares_until", issued + timedelta(days=pen.rng.randint(2500, 4200))),
            "Spare parts will be supplied until {}.")),
        (0.5, lambda: entry(
            pen, "Made in|Country of manufacture|Origin",
            pen.say("country_of_manufacture", pen.pick(*_LANDS)),
            "It is made in {}.", "Country of manufacture: {}.")),
        (0.4, lambda: entry(
            pen, "List price, basic model|Basic model from",
            pen.money("unit_price", pen.rng.randint(190, 8900) + 0.9),
            "The basic model is listed at {}.")),
        (0.35, lambda: entry(
            pen, "Service contract, per year", pen.writing.money(pen.rng.randint(80, 900) + 0.5),
            "A service contract costs {} a year.")),
    ]  # fmt: skip
    return drawn(pen, pen.shuffled(lines))


def _count(pen: Pen, name: str, value: int) -> str:
    return pen.say(name, str(value), value)


def _lists(pen: Pen) -> list[Block]:
    blocks: list[Block] = []
    norms = [pen.id(pen.pick("EN #####", "IEC ####", "ISO ####")) for _ in range(pen.pick(2, 3, 4))]
    for share, name, items, titles in (
        (0.55, "supplied_with", pen.some(INCLUDED.split("|"), 2, 4), "Scope of delivery|Included"),
        (0.5, "sold_separately", pen.some(EXTRA.split("|"), 2, 4), "Options|Sold separately"),
        (0.5, "standards_met", norms, "Standards|Complies with|Conformity"),
    ):
        if not pen.chance(share):
            continue
        title = pen.pick(*titles.split("|"))
        if pen.chance(0.5):
            blocks += [Heading(title, 3), Bullets(pen.items(name, items))]
        else:
            blocks.append(Paragraph(f"{title}: {pen.listed(name, items)}."))
    return blocks


def _contact(pen: Pen) -> list[Entry]:
    people = pen.people
    return drawn(pen, [
        (0.5, lambda: entry(
            pen, "Distributor|Sold by|Your dealer",
            f"{pen.say('sold_by', people.company())}, {people.address()}",
            "In your country the device is sold by {}.")),
        (0.5, lambda: entry(
            pen, "Technical support|Help line", pen.say("support_phone", people.phone()),
            "Technical questions are answered under {}.", "Our help line is {}.")),
        (0.5, lambda: entry(
            pen, "Orders|Sales office, tel.", pen.say("sales_phone", people.phone()),
            "Orders are taken under {}.", "The sales office can be reached under {}.")),
        (0.4, lambda: entry(
            pen, "Fax", people.phone(), "Our fax number is {}.")),
        (0.4, lambda: entry(
            pen, "Product manager", people.person(), "The product manager is {}.")),
    ])  # fmt: skip


def _small_print(pen: Pen) -> list[Block]:
    return [Paragraph(text) for text in pen.some(_SMALL_PRINT, 2, 5)]


KIND = Kind("product_datasheet", "device", FIELDS, _write)
