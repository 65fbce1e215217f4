"""What does a workbook with a row for each sale say?"""

from __future__ import annotations

from evals.generated.draft import Book, Kind
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, Field, field, own
from evals.generated.goods import goods
from evals.generated.pen import Pen
from evals.generated.sheets import Cell, SheetRows, bold, day, number, percent, whole

_FIELDS = (
    own("store_manager", STRING, "Store manager", "Who runs the store?", "Head of the branch"),
    own(
        "loyalty_points",
        INTEGER,
        "Loyalty points redeemed",
        "How many points were used?",
        "Bonus points",
    ),
    field(
        "report_title",
        STRING,
        "Title of the report",
        "What is the workbook called at the top?",
        "Heading of the list",
    ),
    field(
        "period_total", NUMBER, "Total of all sales", "What do all rows add up to?", "Sum of sales"
    ),
    field("exported_on", DATE, "Date of the export", "When was the list made?", "Day of the data"),
    field("prepared_by", STRING, "Prepared by", "Who made the list?", "Author of the export"),
)
_COLUMNS = {
    "date": ["Date", "Order date", "Sold on"],
    "branch": ["Branch", "Store", "City"],
    "customer": ["Customer", "Client name", "Buyer"],
    "product": ["Product", "Article", "Item description"],
    "quantity": ["Quantity", "Qty", "Units"],
    "price": ["Unit price", "Price each", "Price"],
    "discount": ["Discount %", "Rebate"],
    "net": ["Net", "Net amount", "Cost of goods"],
    "tax": ["Tax 5%", "VAT", "Sales tax"],
    "total": ["Total", "Gross total", "Amount incl. tax"],
    "payment": ["Payment", "Paid by", "Payment method"],
    "agent": ["Sales agent", "Salesperson", "Rep"],
    "region": ["Region", "Area", "Territory"],
    "rating": ["Rating", "Score"],
    "invoice": ["Invoice ID", "Invoice", "Order no.", "Transaction"],
    "shipping": ["Shipped on", "Delivery date"],
    "note": ["Remark", "Comment"],
}
_ASKED = {
    "date": (DATE, "Date of {key}", "When was {key} sold?", "Day of sale of {key}"),
    "customer": (STRING, "Customer of {key}", "Who bought under {key}?", "Buyer in {key}"),
    "product": (STRING, "Product of {key}", "What was sold in {key}?", "Article in {key}"),
    "quantity": (
        INTEGER,
        "Quantity of {key}",
        "How many units were sold in {key}?",
        "Pieces in {key}",
    ),
    "price": (
        NUMBER,
        "Unit price in {key}",
        "What did one unit cost in {key}?",
        "Price of a piece, {key}",
    ),
    "total": (NUMBER, "Total of {key}", "How much was {key} in all?", "Gross amount of {key}"),
    "tax": (NUMBER, "Tax of {key}", "How much tax was charged in {key}?", "Tax amount for {key}"),
    "payment": (
        STRING,
        "Payment method of {key}",
        "How was {key} paid?",
        "Means of payment, {key}",
    ),
    "agent": (STRING, "Sales agent of {key}", "Who sold {key}?", "Salesperson for {key}"),
    "rating": (
        NUMBER,
        "Rating of {key}",
        "How did the customer rate {key}?",
        "Score given for {key}",
    ),
    "branch": (STRING, "Branch of {key}", "In which store was {key} sold?", "Store for {key}"),
    "shipping": (
        DATE,
        "Delivery date of {key}",
        "When was {key} shipped?",
        "Day of dispatch of {key}",
    ),
}


def _write(pen: Pen) -> Book:
    keys = ["invoice", *pen.shuffled([k for k in _COLUMNS if k != "invoice" and pen.chance(0.85)])]
    if pen.chance(0.4):
        keys = pen.shuffled(keys)
    label = pen.labels(_COLUMNS)
    num_rows = pen.pick(30, 60, 90, 150, 240)
    asked_rows = set(pen.some(range(num_rows), 5, 7))
    pattern = pen.pick("###-##-####", "SO-#####", "INV##-####", "########", "?##-###")
    products, agents = goods(pen.rng, 14), [pen.people.person() for _ in range(6)]
    branches = [pen.people.city() for _ in range(4)]
    rows: list[list[Cell | str | None]] = []
    total, taken = 0.0, set[str]()
    for at in range(num_rows):
        identity = pen.id(pattern)
        while identity in taken:
            identity = pen.id(pattern)
        taken.add(identity)
        good, quantity = pen.pick(*products), pen.rng.randint(1, 60)
        net = round(good.price * quantity, 2)
        tax = round(net * 0.05, 2)
        sold = pen.day()
        total += net + tax
        values: dict[str, Cell | str] = {
            "date": day(sold),
            "branch": pen.pick(*branches),
            "customer": pen.people.company(),
            "product": good.name,
            "quantity": whole(quantity),
            "price": number(good.price),
            "discount": percent(pen.pick(0.0, 0.05, 0.1)),
            "net": number(net),
            "tax": number(tax),
            "total": number(round(net + tax, 2)),
            "payment": pen.pick("Cash", "Credit card", "Bank transfer", "E-wallet"),
            "agent": pen.pick(*agents),
            "region": pen.pick("North", "South", "East", "West"),
            "rating": number(round(pen.rng.uniform(4, 10), 1), 1),
            "invoice": identity,
            "shipping": day(sold),
            "note": pen.pick("", "gift", "express", "second delivery"),
        }
        if at in asked_rows:
            _ask_some(pen, values, keys, label("invoice"), identity)
        rows.append([values[key] or None for key in keys])
    head: list[Cell | str | None] = [bold(label(key)) for key in keys]
    return _book(pen, head, rows, keys.index("total") if "total" in keys else -1, total)


def _ask_some(
    pen: Pen, values: dict[str, Cell | str], keys: list[str], name: str, identity: str
) -> None:
    called = pen.pick(f"{name} {identity}", f"invoice {identity}", identity, f"the sale {identity}")
    for column in pen.some([key for key in keys if key in _ASKED], 1, 3):
        schema, *wordings = _ASKED[column]
        texts = tuple(w.format(key=called) for w in wordings)
        asked = pen.ask(Field(f"{column}_{identity.replace('-', '_').lower()}", schema, texts))
        cell = values[column]
        if isinstance(cell, Cell):
            value = cell.shown if column in ("date", "shipping") else cell.value
            if column == "rating" or isinstance(value, float):
                value = int(value) if value == int(value) else value
            values[column] = Cell(cell.value, pen.say(asked, cell.shown, value), cell.number_format)
        else:
            values[column] = pen.say(asked, cell)


def _book(
    pen: Pen,
    head: list[Cell | str | None],
    rows: list[list[Cell | str | None]],
    total_at: int,
    total: float,
) -> Book:
    top: list[list[Cell | str | None]] = []
    is_csv = pen.chance(0.35)
    if not is_csv and pen.chance(0.6):
        top.append(
            [
                bold(
                    pen.say(
                        "report_title",
                        pen.pick("Sales ledger", "Register of sales", "Sales by invoice")
                        + f" {pen.pick(2019, 2021, 2023)}",
                    )
                )
            ]
        )
        if pen.chance(0.5):
            top.append([f"Prepared by: {pen.say('prepared_by', pen.people.person())}"])
        top.append([])
    end: list[list[Cell | str | None]] = []
    if total_at > 0 and pen.chance(0.5):
        shown = f"{total:,.2f}"
        value = round(total, 2)
        last: list[Cell | str | None] = [None] * len(head)
        last[0] = "Total"
        last[total_at] = Cell(
            value,
            pen.say("period_total", shown, int(value) if value == int(value) else value),
            "#,##0.00",
        )
        end.append(last)
    sheet = SheetRows(pen.pick("Sales", "Ledger", "Data", "Sheet1"), [*top, head, *rows, *end])
    if is_csv:
        return Book(f"{sheet.name}.csv", [sheet], pen.pick(",", ";"))
    others = (
        []
        if pen.chance(0.5)
        else [
            SheetRows(
                "Notes",
                [
                    ["All amounts in the currency of the store."],
                    ["Returns are booked on a sheet of their own."],
                ],
            )
        ]
    )
    return Book("sales.xlsx", [sheet, *others])


KIND = Kind("sales_ledger", "sales", _FIELDS, _write)
