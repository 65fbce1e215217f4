"""What does a workbook on stock say?"""

from __future__ import annotations

from evals.generated.draft import Book, Kind
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, Field, field, own
from evals.generated.goods import Good, goods
from evals.generated.pen import Label, Pen, plain
from evals.generated.sheets import Cell, SheetRows, bold, day, number, whole

Row = list[Cell | str | None]

_FIELDS = (
    field(
        "warehouse", STRING, "Warehouse", "Which warehouse was counted?", "Site of the stock-taking"
    ),
    field("counted_on", DATE, "Date of the count", "When was stock taken?", "Day of stock-taking"),
    field("counted_by", STRING, "Counted by", "Who took stock?", "Person who counted"),
    field(
        "total_value",
        NUMBER,
        "Total value of the stock",
        "What is all stock worth?",
        "Sum over all articles",
    ),
    own(
        "insured_value",
        NUMBER,
        "Insured value",
        "For how much is the stock insured?",
        "Cover for the goods",
    ),
    own(
        "turnover_rate",
        NUMBER,
        "Stock turnover",
        "How often does stock turn over a year?",
        "Rotation of goods",
    ),
    own(
        "write_offs",
        NUMBER,
        "Write-offs",
        "How much stock was written off?",
        "Value of scrapped goods",
    ),
)
_COLUMNS = {
    "sku": ["SKU", "Article no.", "Item code", "Part number"],
    "name": ["Description", "Article", "Item"],
    "stock": ["On hand", "Stock", "Qty in stock"],
    "minimum": ["Reorder level", "Minimum stock", "Min."],
    "bin": ["Bin", "Location", "Shelf"],
    "cost": ["Unit cost", "Cost price", "Purchase price"],
    "value": ["Value", "Stock value", "Inventory value"],
    "received": ["Last receipt", "Last delivery", "Received on"],
    "supplier": ["Supplier", "Vendor"],
}
_ASKED = {
    "stock": (INTEGER, "Stock of {key}", "How many of {key} are there?", "Pieces on hand, {key}"),
    "minimum": (
        INTEGER,
        "Reorder level of {key}",
        "From which quantity is {key} ordered again?",
        "Minimum to be kept of {key}",
    ),
    "bin": (STRING, "Storage location of {key}", "Where is {key} kept?", "Place of {key}"),
    "cost": (NUMBER, "Unit cost of {key}", "What does one {key} cost?", "Purchase price, {key}"),
    "value": (
        NUMBER,
        "Stock value of {key}",
        "What is the stock of {key} worth?",
        "Value held in {key}",
    ),
    "received": (
        DATE,
        "Last receipt of {key}",
        "When did {key} last come in?",
        "Latest delivery, {key}",
    ),
    "supplier": (STRING, "Supplier of {key}", "Who delivers {key}?", "Vendor for {key}"),
}


def _write(pen: Pen) -> Book:
    names = pen.some(["Main store", "Cold room", "Spare parts", "Yard", "Showroom", "Hall 2"], 1, 3)
    label = pen.labels(_COLUMNS)
    sheets: list[SheetRows] = []
    total = 0.0
    for name in names:
        sheet, value = _sheet(pen, name, label)
        sheets.append(sheet)
        total += value
    if pen.chance(0.5) or len(names) == 1:
        sheets.insert(pen.pick(0, len(sheets)), _summary(pen, names, total))
    else:
        pen.drop("warehouse")
    return Book(pen.pick("stock.xlsx", "inventory.xlsx"), sheets)


def _sheet(pen: Pen, name: str, label: Label) -> tuple[SheetRows, float]:
    keys = [
        "sku",
        "name",
        "stock",
        *(
            k
            for k in ("minimum", "bin", "cost", "value", "received", "supplier")
            if pen.chance(0.75)
        ),
    ]
    if pen.chance(0.3):
        keys = pen.shuffled(keys)
    listed = goods(pen.rng, pen.rng.randint(20, 60))
    asked = set(pen.some(range(len(listed)), 3, 5))
    suppliers = [pen.people.company() for _ in range(5)]
    pattern = pen.pick("??-####", "####-###", "A######", "SKU#####")
    rows: list[Row] = []
    total = 0.0
    for at, good in enumerate(listed):
        count = pen.rng.randint(0, 900)
        total += count * good.price
        values = _values(pen, pen.id(pattern), good, count, suppliers)
        if at in asked:
            _ask_some(pen, values, keys)
        rows.append([values[key] for key in keys])
    head: Row = [bold(label(key)) for key in keys]
    top: list[Row] = [[bold(f"Stock list {name}")], []] if pen.chance(0.4) else []
    return SheetRows(name, [*top, head, *rows]), total


def _values(
    pen: Pen, sku: str, good: Good, count: int, suppliers: list[str]
) -> dict[str, Cell | str]:
    return {
        "sku": sku,
        "name": good.name,
        "stock": whole(count),
        "minimum": whole(pen.rng.randint(5, 200)),
        "bin": pen.id("?#-##"),
        "cost": number(good.price),
        "value": number(round(count * good.price, 2)),
        "received": day(pen.day()),
        "supplier": pen.pick(*suppliers),
    }


def _ask_some(pen: Pen, values: dict[str, Cell | str], keys: list[str]) -> None:
    name, sku = str(values["name"]), str(values["sku"])
    called = pen.pick(name, f"article {sku}", f"{name} ({sku})", sku)
    for column in pen.some([key for key in keys if key in _ASKED], 1, 3):
        schema, *wordings = _ASKED[column]
        field = Field(
            f"{column}_{sku.replace('-', '_').lower()}",
            schema,
            tuple(w.format(key=called) for w in wordings),
        )
        if field.name in pen.fields:
            continue
        asked = pen.ask(field)
        cell = values[column]
        if isinstance(cell, str):
            values[column] = pen.say(asked, cell)
        else:
            value = cell.shown if column == "received" else plain(cell.value)
            values[column] = Cell(cell.value, pen.say(asked, cell.shown, value), cell.number_format)


def _summary(pen: Pen, names: list[str], total: float) -> SheetRows:
    rows: list[Row] = [[bold(pen.pick("Stock-taking", "Inventory count", "Stock report"))]]
    site = pen.say("warehouse", f"{pen.people.city()} {pen.pick('depot', 'warehouse', 'plant')}")
    rows.append([pen.pick("Site", "Warehouse", "Location"), site])
    if pen.chance(0.7):
        counted = pen.day()
        cell = day(counted)
        rows.append(
            [
                pen.pick("Counted on", "Date of count", "As of"),
                Cell(cell.value, pen.say("counted_on", cell.shown, cell.shown), cell.number_format),
            ]
        )
    if pen.chance(0.6):
        rows.append(
            [
                pen.pick("Counted by", "Responsible", "Stock taker"),
                pen.say("counted_by", pen.people.person()),
            ]
        )
    if pen.chance(0.7):
        worth = round(total, 2)
        rows.append(
            [
                pen.pick("Total value", "Value of all stock", "Inventory total"),
                Cell(worth, pen.say("total_value", f"{worth:,.2f}", plain(worth)), "#,##0.00"),
            ]
        )
    if pen.chance(0.3):
        lost = round(pen.rng.uniform(50, 9000), 2)
        rows.append(
            [
                pen.pick("Written off", "Scrapped"),
                Cell(lost, pen.say("write_offs", f"{lost:,.2f}", plain(lost)), "#,##0.00"),
            ]
        )
    return SheetRows(pen.pick("Summary", "Overview", "Cover"), rows)


KIND = Kind("inventory", "stock", _FIELDS, _write)
