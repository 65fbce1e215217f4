"""What do the technical data of a device say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph
from evals.generated.datasheet_data import technical_data
from evals.generated.datasheet_devices import DEVICES, EXTRA, INCLUDED, Device
from evals.generated.datasheet_fields import FIELDS
from evals.generated.datasheet_use import conditions_of_use, service_and_warranty
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, Wording, worded
from evals.generated.pair_layout import set_out
from evals.generated.pen import Pen

_NAMES = "Aeron Brisa Calder Dovax Elmar Fenta Galdor Hydria Ixon Juvel Kelvar Lomond Mistra"
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
        *technical_data(pen, device, models, specs),
    ]
    parts = [
        _part(pen, "Conditions of use|Ambient conditions|Environment", conditions_of_use(pen)),
        _part(pen, "Service and warranty|Warranty|Maintenance", service_and_warranty(pen, issued)),
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
    entries = worded(
        pen,
        [
            Entry(
                ("Data sheet no.", "Document", "Sheet"),
                ("These data are filed as sheet {}.",),
                lambda _: pen.say("sheet_number", pen.id(number)),
                0.6,
            ),
            Entry(
                ("Replaces", "Supersedes"),
                ("The earlier sheet {} is no longer valid.",),
                lambda _: pen.say("replaced_sheet", pen.id(number)),
                0.45,
            ),
            Entry(
                ("Issued", "Edition of", "As of"),
                ("This edition is dated {}.",),
                lambda _: pen.date("sheet_date", issued),
                0.65,
            ),
            Entry(
                ("Manual last revised",),
                ("The operating manual was last revised on {}.",),
                lambda _: pen.writing.date(revised),
                0.35,
            ),
            Entry(
                ("Available from", "On sale from"),
                ("Delivery starts on {}.", "The device can be bought from {}."),
                lambda _: pen.date(
                    "on_sale_from", issued + timedelta(days=pen.rng.randint(10, 120))
                ),
                0.5,
            ),
        ],
    )
    told = set_out(pen, entries, pen.pick("pairs", "prose", "strips"))
    if told and pen.chance(0.3):
        return [Columns([title, maker], told)]
    return [*((title, maker) if pen.chance(0.5) else (maker, title)), *told]


def _text(pen: Pen, device: Device, series: str) -> list[Block]:
    article = "an" if device.noun[0] in "aeiou" else "a"
    said = [f"The {series} is {article} {device.noun} for everyday professional use."]
    said += pen.some(_PRAISE, 1, 4)
    return [Paragraph(" ".join(said))]


def _part(pen: Pen, titles: str, entries: list[Wording]) -> list[Block]:
    blocks = set_out(pen, entries)
    return [Heading(pen.pick(*titles.split("|")), 2), *blocks] if blocks else []


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


def _contact(pen: Pen) -> list[Wording]:
    people = pen.people
    return worded(
        pen,
        [
            Entry(
                ("Distributor", "Sold by", "Your dealer"),
                ("In your country the device is sold by {}.",),
                lambda _: f"{pen.say('sold_by', people.company())}, {people.address()}",
                0.5,
            ),
            Entry(
                ("Technical support", "Help line"),
                ("Technical questions are answered under {}.", "Our help line is {}."),
                lambda _: pen.say("support_phone", people.phone()),
                0.5,
            ),
            Entry(
                ("Orders", "Sales office, tel."),
                ("Orders are taken under {}.", "The sales office can be reached under {}."),
                lambda _: pen.say("sales_phone", people.phone()),
                0.5,
            ),
            Entry(
                ("Fax",),
                ("Our fax number is {}.",),
                lambda _: people.phone(),
                0.4,
            ),
            Entry(
                ("Product manager",),
                ("The product manager is {}.",),
                lambda _: people.person(),
                0.4,
            ),
        ],
    )


def _small_print(pen: Pen) -> list[Block]:
    return [Paragraph(text) for text in pen.some(_SMALL_PRINT, 2, 5)]


KIND = Kind("product_datasheet", "device", FIELDS, _write)
