"""What is offered, and at which prices?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.blocks import Block, Pairs, Table
from evals.generated.entry import Pair
from evals.generated.field import NUMBER, Field
from evals.generated.goods import goods
from evals.generated.pen import Pen

_WORKS = (
    ("Taking down old plaster", "m2", 9, 32),
    ("Painting of walls, two coats", "m2", 6, 19),
    ("Laying of oak flooring", "m2", 38, 95),
    ("Renewal of gutters", "m", 24, 70),
    ("Tiling of bathroom", "m2", 55, 130),
    ("Chasing and cabling", "m", 8, 30),
    ("Sockets and switches", "pcs", 14, 60),
    ("Replacement of windows", "pcs", 420, 1300),
    ("Scaffolding", "m2", 7, 16),
    ("Insulation of attic", "m2", 28, 74),
    ("Paving of yard", "m2", 45, 110),
    ("Felling of trees", "pcs", 180, 900),
    ("Fitting of radiators", "pcs", 240, 780),
    ("Disposal of rubble", "t", 60, 160),
    ("Erection of fence", "m", 35, 120),
)


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    unit: str
    quantity: int
    price: float

    @property
    def total(self) -> float:
        return round(self.quantity * self.price, 2)


def offered_prices(pen: Pen, is_of_works: bool, includes_tax: bool) -> list[Block]:
    items = _items(pen, is_of_works)
    asked = set(pen.some(range(len(items)), 1, 2))
    rows = [_row(pen, n, item, is_asked=n in asked) for n, item in enumerate(items)]
    heads = [
        pen.pick("Item", "Description", "Work"),
        pen.pick("Quantity", "Qty"),
        "Unit",
        pen.pick("Unit price", "Price each", "Rate"),
        pen.pick("Total", "Amount"),
    ]
    table = Table(heads, rows, 1)
    listed = round(sum(item.total for item in items), 2)
    totals = _totals_with_tax(pen, listed) if includes_tax else _totals(pen, listed)
    if pen.chance(0.5):
        return [table, Pairs(totals)]
    more = [[label, "", "", "", text] for label, text in totals]
    bold = frozenset(range(len(rows), len(rows) + len(more)))
    return [Table(heads, [*rows, *more], 1, bold)]


def _items(pen: Pen, is_of_works: bool) -> list[_Item]:
    num = pen.rng.randint(3, 8)
    if not is_of_works:
        wares = goods(pen.rng, num)
        return [_Item(good.name, good.unit, pen.rng.randint(2, 60), good.price) for good in wares]
    return [
        _Item(name, unit, pen.rng.randint(2, 140), round(pen.rng.uniform(low, high), 2))
        for name, unit, low, high in pen.some(_WORKS, num, num)
    ]


def _row(pen: Pen, number: int, item: _Item, *, is_asked: bool) -> list[str]:
    price = total = ""
    if is_asked:
        price = pen.ask(_asked(f"item_{number + 1}_price", f"Price of one unit: {item.name}", item))
        total = pen.ask(_asked(f"item_{number + 1}_total", f"Total of the line: {item.name}", item))
    return [
        item.name,
        str(item.quantity),
        item.unit,
        pen.money(price, item.price),
        pen.money(total, item.total),
    ]


def _asked(name: str, label: str, item: _Item) -> Field:
    if name.endswith("_price"):
        wordings = (f"What does one {item.unit} of {item.name} cost?", f"Unit price, {item.name}")
    else:
        wordings = (f"How much is charged for {item.name} in all?", f"Sum for {item.name}")
    return Field(name, NUMBER, (label, *wordings))


def _totals(pen: Pen, listed: float) -> list[Pair]:
    net, pairs = listed, []
    if pen.chance(0.45):
        share = pen.pick(2.0, 3.0, 5.0, 7.5, 10.0)
        off = round(listed * share / 100, 2)
        net = round(listed - off, 2)
        label = pen.pick("Sum of lines", "Subtotal", "Total before discount")
        pairs.append((label, pen.money("list_total", listed)))
        label = f"{pen.pick('less discount', 'Rebate')} {pen.percent('discount_percent', share, 1)}"
        pairs.append((label, pen.money("", off)))
    else:
        pen.drop("list_total")
    rate = pen.pick(7.0, 7.7, 8.1, 19.0, 20.0, 21.0, 25.0)
    tax = round(net * rate / 100, 2)
    pairs.append((pen.pick("Net total", "Total before tax", "Net"), pen.money("net_total", net)))
    if pen.chance(0.75):
        name = pen.pick("VAT", "Sales tax", "Tax")
        shown = f"{name} {pen.percent('tax_rate', rate, 1)}" if pen.chance(0.7) else name
        pairs.append((shown, pen.money("tax_amount", tax)))
        label = pen.pick("Total with tax", "Grand total", "Gross total", "Amount of the offer")
        pairs.append((label, pen.money("gross_total", round(net + tax, 2))))
    return pairs


def _totals_with_tax(pen: Pen, listed: float) -> list[Pair]:
    """Where the lines hold the tax already, it is shown below their sum."""
    pen.drop("list_total")
    rate = pen.pick(7.0, 19.0, 20.0, 21.0)
    net = round(listed / (1 + rate / 100), 2)
    tax = round(listed - net, 2)
    label = pen.pick("Total with tax", "Grand total", "Total incl. tax")
    pairs = [(label, pen.money("gross_total", listed))]
    if pen.chance(0.6):
        shown = f"of which {pen.percent('tax_rate', rate, 1)} {pen.pick('VAT', 'tax')}"
        pairs.append((shown, pen.money("tax_amount", tax)))
    if pen.chance(0.5):
        pairs.append((pen.pick("Net of tax", "Without tax"), pen.money("net_total", net)))
    return pairs
