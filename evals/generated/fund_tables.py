"""Which tables of figures are on the sheet of a fund?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Heading, Pairs, Paragraph, Table
from evals.generated.fund_fields import CLASS_KEYS, holding_field, period_field, share_class_field
from evals.generated.pen import Pen, plain

COMPANIES = (
    "Arvola", "Benthos Power", "Caldera Foods", "Dremel Rail", "Eskimar", "Fjellmark", "Gantor",
    "Helvia Pharma", "Isotek", "Jorvik Steel", "Karsten Motors", "Lumara", "Mondego Water",
    "Nexholm", "Ostrava Glass", "Pellworm Bank", "Quillon", "Ravenna Chips", "Selvay Bay Ports",
    "Tavira Telecom",
)  # fmt: skip
_SECTORS = (
    "Technology", "Health", "Industry", "Finance", "Energy", "Utilities", "Consumer goods",
    "Raw materials", "Telecommunications",
)  # fmt: skip
_PERIODS = ("Year to date", "1 year", "3 years", "5 years", "10 years", "Since launch")


def share_classes(pen: Pen, day: date) -> list[Block]:
    """Two classes side by side, one below the other, or each in a block of its own."""
    first, second = pen.pick(("A", "I"), ("R", "P"), ("Retail", "Institutional"), ("B", "C"))
    label = pen.labels(_LABELS)
    keys = [key for key in CLASS_KEYS if key == "isin" or pen.chance(0.65)]
    told: dict[str, tuple[str, str]] = {}
    for key in keys:
        told[key] = (_of_class(pen, key, first, day, 1.0), _of_class(pen, key, second, day, 0.5))
    title = Heading(pen.pick("Share classes", "Unit classes", "Key figures by class"), 2)
    for key in CLASS_KEYS:
        if key not in told and pen.chance(0.5):
            pen.ask(share_class_field(key, pen.pick(first, second)))
    match pen.pick("beside", "beside", "below", "blocks"):
        case "beside":
            head = ["", f"Class {first}", f"Class {second}"]
            return [title, Table(head, [[label(key), *told[key]] for key in keys])]
        case "below":
            head = [pen.pick("Class", "Share class"), *(label(key) for key in keys)]
            lines = [
                [name, *(told[key][n] for key in keys)] for n, name in ((0, first), (1, second))
            ]
            return [title, Table(head, lines)]
        case _:
            blocks: list[Block] = [title]
            for number, name in enumerate((first, second)):
                blocks.append(Heading(f"Class {name}", 3))
                blocks.append(Pairs([(label(key), told[key][number]) for key in keys]))
            return blocks


_LABELS = {
    "isin": ["ISIN"],
    "price": ["NAV per unit", "Unit price", "Net asset value"],
    "launched": ["Launch", "Inception", "First issued"],
    "ongoing_charge": ["Ongoing charges", "TER", "Total expense ratio"],
    "management_fee": ["Management fee", "Management charge p.a."],
    "entry_charge": ["Entry charge", "Front-end load", "Subscription fee"],
    "minimum": ["Minimum investment", "Smallest investment", "Minimum"],
}


def _of_class(pen: Pen, key: str, name: str, day: date, part: float) -> str:
    """Some are not asked; `part` makes one class cheaper than the other."""
    asked = pen.ask(share_class_field(key, name)) if pen.chance(0.6) else ""
    match key:
        case "isin":
            return pen.say(asked, pen.id(pen.pick("LU##########", "IE00?#####??", "DE000?#?##?#")))
        case "price":
            return pen.money(asked, round(pen.rng.uniform(12, 480), 2))
        case "launched":
            return pen.date(asked, day - timedelta(days=pen.rng.randint(200, 5000)))
        case "minimum":
            return pen.money(asked, float(pen.pick(50, 500, 1000) if part == 1 else 250000))
        case "entry_charge":
            rate = pen.pick(2.0, 3.0, 5.0) if part == 1 else 0.0
        case "management_fee":
            rate = round(pen.rng.uniform(0.9, 1.6) * part, 2)
        case _:
            rate = round(pen.rng.uniform(1.65, 2.4) * part, 2)
    return pen.percent(asked, rate, 2)


def performance(pen: Pen) -> list[Block]:
    """Fund against index over several periods, as rows or as columns."""
    periods = [p for p in _PERIODS if pen.chance(0.75)] or list(_PERIODS[:3])
    silent = [p for p in _PERIODS if p not in periods]
    shown: dict[str, list[str]] = {"fund": [], "benchmark": []}
    has_index = pen.chance(0.75)
    for period in periods:
        for who in shown:
            value = round(pen.rng.uniform(-9, 32), 1)
            key = pen.ask(period_field(who, period)) if pen.chance(0.4) else ""
            if who == "benchmark" and not has_index:
                continue
            shown[who].append(pen.say(key, pen.writing.number(value, 1), plain(value)))
    for period in silent[:1]:
        pen.ask(period_field("fund", period))
    rows = [[pen.pick("Fund", "The fund"), *shown["fund"]]]
    if has_index:
        rows.append([pen.pick("Benchmark", "Index"), *shown["benchmark"]])
    title = Heading(pen.pick("Performance in %", "Returns (percent)", "Performance (%)"), 2)
    if pen.chance(0.5):
        return [title, Table(["", *periods], rows)]
    head = ["Period", *(row[0] for row in rows)]
    turned = [[p, *(row[n + 1] for row in rows)] for n, p in enumerate(periods)]
    return [title, Table(head, turned)]


def holdings(pen: Pen, companies: list[str]) -> list[Block]:
    weights = sorted((round(pen.rng.uniform(1.1, 8.9), 2) for _ in companies), reverse=True)
    rows = []
    for company, weight in zip(companies, weights, strict=True):
        key = pen.ask(holding_field(company)) if pen.chance(0.3) else ""
        shown = pen.say(key, pen.writing.number(weight), plain(weight))
        rows.append([company, pen.pick(*_SECTORS), shown])
    title = Heading(pen.pick("Largest holdings", "Top positions", "Main investments"), 2)
    return [
        title,
        Table(["Name", "Sector", pen.pick("Weight in %", "% of fund", "Share (%)")], rows, 2),
    ]


def sectors(pen: Pen) -> list[Block]:
    names = pen.some(_SECTORS, 4, 6)
    lines = [(name, pen.percent("", round(pen.rng.uniform(3, 24), 1), 1)) for name in names]
    title = Heading(pen.pick("By sector", "Sectors", "Allocation"), 2)
    if pen.chance(0.5):
        told = ", ".join(f"{name} {share}" for name, share in lines)
        return [title, Paragraph(f"{told}.")]
    return [title, Table(["Sector", "Share"], lines)]
