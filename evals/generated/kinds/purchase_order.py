"""What does a purchase order say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, NUMBER, STRING, field, own, rows
from evals.generated.goods import goods
from evals.generated.pen import Pen, plain

_ITEMS = rows(
    article={"type": "string", "description": "What is ordered"}, quantity=NUMBER, price=NUMBER
)
_FIELDS = (
    field(
        "order_number",
        STRING,
        "Order number",
        "What is the number of the order?",
        "Reference to be quoted by the supplier",
    ),
    field("order_date", DATE, "Order date", "When was the order placed?", "Day of ordering"),
    field(
        "delivery_date",
        DATE,
        "Requested delivery date",
        "By when are the goods needed?",
        "Day on which the goods should arrive",
    ),
    field("supplier", STRING, "Supplier", "From whom is ordered?", "Vendor who receives the order"),
    field("buyer", STRING, "Buyer", "Which company places the order?", "Ordering company"),
    field(
        "ship_to",
        STRING,
        "Delivery address",
        "Where should the goods be sent?",
        "Place of delivery",
    ),
    field(
        "requested_by", STRING, "Requested by", "Who asked for the goods?", "Person who needs them"
    ),
    field(
        "approved_by", STRING, "Approved by", "Who released the order?", "Person who authorised it"
    ),
    own("incoterms", STRING, "Incoterms", "Which delivery terms are agreed?", "Terms of trade"),
    own(
        "quotation",
        STRING,
        "Quotation number",
        "Which offer is the order based on?",
        "Reference of the supplier's offer",
    ),
    field("total", NUMBER, "Order total", "What is the value of the order?", "Sum of all lines"),
    own("budget_code", STRING, "Cost centre", "Which budget is charged?", "Account to be debited"),
    field(
        "partial_delivery",
        BOOLEAN,
        "Are partial deliveries accepted?",
        "Partial shipments allowed",
        "May the goods come in several parts?",
    ),
    own(
        "penalty",
        NUMBER,
        "Penalty for late delivery in percent a week",
        "What is deducted for each week of delay?",
        "Delay damages rate",
    ),
    field("items", _ITEMS, "The ordered lines", "What is ordered, line by line?", "Articles"),
)
_LABELS = {
    "title": ["Purchase Order", "PURCHASE ORDER", "Order", "Purchase order form"],
    "number": ["PO number", "Order no.", "P.O. #", "Our order"],
    "date": ["Order date", "Date", "Placed on"],
    "delivery": ["Deliver by", "Required by", "Requested delivery", "Delivery date"],
    "supplier": ["Vendor", "Supplier", "To"],
    "ship": ["Ship to", "Deliver to", "Delivery address"],
    "requested": ["Requested by", "Requisitioner", "Ordered by"],
    "approved": ["Approved by", "Authorised by", "Released by"],
    "incoterms": ["Incoterms", "Delivery terms", "Terms"],
    "quotation": ["Your quotation", "Quote ref.", "Offer no."],
    "budget": ["Cost centre", "Budget code", "Charge to"],
}


def _write(pen: Pen) -> Paper:
    label, people, day = pen.labels(_LABELS), pen.people, pen.day()
    pairs = [
        (
            label("number"),
            pen.say(
                "order_number", pen.id(pen.pick("PO-#####", "45########", "####/##", "B######"))
            ),
        ),
        (label("date"), pen.date("order_date", day)),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        (
            label("delivery"),
            lambda: pen.date("delivery_date", day + timedelta(days=pen.rng.randint(4, 90))),
        ),
        (label("requested"), lambda: pen.say("requested_by", people.person())),
        (label("approved"), lambda: pen.say("approved_by", people.person())),
        (
            label("incoterms"),
            lambda: pen.say(
                "incoterms", f"{pen.pick('DAP', 'EXW', 'FCA', 'CIF', 'DDP', 'FOB')} {people.city()}"
            ),
        ),
        (
            label("quotation"),
            lambda: pen.say("quotation", pen.id(pen.pick("Q-####", "QT####-#", "AN-######"))),
        ),
        (
            label("budget"),
            lambda: pen.say("budget_code", pen.id(pen.pick("####-##", "CC ####", "K###.##"))),
        ),
    ]
    pairs += [(name, write()) for name, write in optional if pen.chance(0.65)]
    supplier = f"{label('supplier')}:\n{pen.say('supplier', people.company())}\n{people.address()}"
    ship = f"{label('ship')}:\n{pen.say('ship_to', people.address())}" if pen.chance(0.7) else ""
    buyer = Paragraph(f"{pen.say('buyer', people.company())}\n{people.address()}")
    parties: list[Block] = [Paragraph(supplier), *([Paragraph(ship)] if ship else [])]
    title = Heading(label("title"), 1)
    heads: list[list[Block]] = [
        [title, buyer, *parties, Pairs(pairs)],
        [Columns([buyer], [title]), Columns(parties, [Pairs(pairs)])],
        [
            buyer,
            title,
            Pairs(pairs),
            Columns([Paragraph(supplier)], [Paragraph(ship)] if ship else []),
        ],
    ]
    return Paper(
        pen.pick("order.pdf", "PO.pdf", "order.pdf", "order.txt"),
        [*pen.pick(*heads), *_lines(pen), *_terms(pen)],
    )


def _lines(pen: Pen) -> list[Block]:
    total, lines = 0.0, []
    has_due = pen.chance(0.3)
    for number, good in enumerate(goods(pen.rng, pen.rng.randint(2, 8))):
        quantity = pen.rng.randint(1, 120)
        amount = round(quantity * good.price, 2)
        total += amount
        lines.append(
            [
                str((number + 1) * 10),
                pen.cell("items", number, "article", good.name),
                *([pen.writing.date(pen.day())] if has_due else []),
                f"{pen.cell('items', number, 'quantity', str(quantity), quantity)} {good.unit}",
                pen.cell(
                    "items", number, "price", pen.writing.number(good.price), plain(good.price)
                ),
                pen.writing.number(amount),
            ]
        )
    head = [
        pen.pick("Line", "Item", "Pos"),
        pen.pick("Article", "Material", "Description of goods"),
        *(["Due"] if has_due else []),
        "Quantity",
        pen.pick("Price", "Unit price", "Net price"),
        pen.pick("Value", "Amount", "Total"),
    ]
    shown = pen.money("total", round(total, 2))
    name = pen.pick("Order total", "Total", "Total net value")
    if pen.chance(0.5):
        lines.append(["", name, *([""] if has_due else []), "", "", shown])
        return [Table(head, lines, 2, frozenset({len(lines) - 1}))]
    return [Table(head, lines, 2), Paragraph(f"{name}: {shown}", "right")]


def _terms(pen: Pen) -> list[Block]:
    said = []
    if pen.chance(0.5):
        is_allowed = pen.chance(0.5)
        said.append(
            pen.flag(
                "partial_delivery",
                pen.pick("Partial deliveries are accepted.", "Goods may be delivered in parts.")
                if is_allowed
                else pen.pick("Partial shipments will be refused.", "Delivery in one lot only."),
                is_allowed,
            )
        )
    if pen.chance(0.45):
        said.append(
            "For each week of delay "
            f"{pen.percent('penalty', pen.pick(0.5, 1.0, 1.5, 2.0), 1)} of the order value "
            "is deducted."
        )
    said.append(
        pen.pick(
            "Please confirm this order within three working days.",
            "Our conditions of purchase apply.",
            "Quote the order number on all documents.",
        )
    )
    return [Paragraph(" ".join(said))]


KIND = Kind("purchase_order", "trade", _FIELDS, _write)
