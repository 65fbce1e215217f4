"""What does an invoice say?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import (
    BOOLEAN,
    DATE,
    NUMBER,
    STRING,
    choice,
    field,
    own,
    rows,
)
from evals.generated.goods import goods
from evals.generated.pen import Label, Pen

_ITEMS = rows(
    description={"type": "string", "description": "What is charged"},
    quantity=NUMBER,
    amount=NUMBER,
)
_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "SEK")
_FIELDS = (
    field(
        "invoice_number",
        STRING,
        "Invoice number",
        "What is the number of this invoice?",
        "Identifier under which the supplier bills",
    ),
    field("invoice_date", DATE, "Invoice date", "When was the invoice issued?", "Day of billing"),
    field("due_date", DATE, "Due date", "By when must it be paid?", "Last day for payment"),
    field(
        "seller",
        STRING,
        "Name of the supplier",
        "Who issued the invoice?",
        "Vendor",
        "Company that is to be paid",
    ),
    field(
        "seller_vat_id",
        STRING,
        "VAT number of the supplier",
        "What is the vendor's tax ID?",
        "Tax registration of the company that bills",
    ),
    field("customer", STRING, "Customer", "Who is billed?", "Name of the buyer", "Bill to"),
    field(
        "customer_address",
        STRING,
        "Address of the customer",
        "Where is the customer located?",
        "Billing address",
    ),
    field(
        "customer_number",
        STRING,
        "Customer number",
        "Under which account number is the buyer known?",
        "Client reference",
    ),
    field(
        "purchase_order",
        STRING,
        "Purchase order number",
        "Which order does the invoice refer to?",
        "Reference of the buyer's order",
    ),
    field(
        "net_total", NUMBER, "Net amount", "What is the subtotal before tax?", "Sum without taxes"
    ),
    field(
        "tax_rate",
        NUMBER,
        "VAT rate in percent",
        "At which rate is tax charged?",
        "Percentage of tax",
    ),
    field("tax_total", NUMBER, "Tax amount", "How much VAT is charged?", "Total of taxes"),
    field(
        "total",
        NUMBER,
        "Total amount",
        "How much is to be paid in all?",
        "Grand total",
        "Gross amount of the invoice",
    ),
    field("discount", NUMBER, "Discount", "How much was deducted as a discount?", "Rebate granted"),
    field("shipping", NUMBER, "Shipping costs", "What does delivery cost?", "Freight charge"),
    own(
        "iban", STRING, "IBAN", "Which bank account should be paid to?", "Account for the transfer"
    ),
    own(
        "late_interest",
        NUMBER,
        "Interest on late payment in percent",
        "What is charged when the payment is overdue?",
        "Rate for arrears",
    ),
    field(
        "payment_terms",
        STRING,
        "Payment terms",
        "Within what period is payment due?",
        "Conditions for paying",
    ),
    field(
        "contact",
        STRING,
        "Contact person",
        "Whom can one ask about this invoice?",
        "Person in charge at the supplier",
    ),
    field(
        "currency",
        choice(*_CURRENCIES),
        "Currency",
        "In which currency is the invoice?",
        "Money in which is billed",
    ),
    field(
        "reverse_charge",
        BOOLEAN,
        "Is the reverse charge procedure applied?",
        "Reverse charge",
        "Does the tax liability pass to the recipient?",
    ),
    field(
        "items", _ITEMS, "The lines of the invoice", "What was charged, line by line?", "Positions"
    ),
)
_LABELS = {
    "title": ["Invoice", "INVOICE", "Tax Invoice", "Rechnung / Invoice", "Bill"],
    "number": [
        "Invoice No.",
        "Invoice number",
        "Invoice #",
        "Reference",
        "Our ref.",
        "Document no.",
    ],
    "date": ["Date", "Invoice date", "Date of issue", "Issued"],
    "due": ["Due date", "Payable by", "Please pay by", "Due", "Payment due"],
    "po": ["PO number", "Your order", "Purchase order", "Customer PO", "Order ref."],
    "customer": ["Customer no.", "Account no.", "Client ID", "Customer number"],
    "contact": ["Contact", "Your contact", "Handled by", "Queries to"],
    "bill": ["Bill to", "Billed to", "Customer", "Invoice to", "Sold to"],
    "net": ["Subtotal", "Net amount", "Total net", "Sum excl. VAT", "Net"],
    "tax": ["VAT", "Tax", "Sales tax", "VAT amount"],
    "total": ["Total", "Total due", "Amount due", "Grand total", "Total amount", "Balance due"],
    "discount": ["Discount", "Less discount", "Rebate"],
    "shipping": ["Shipping", "Freight", "Delivery", "Carriage"],
    "vat_id": ["VAT no.", "VAT ID", "Tax ID", "USt-IdNr."],
}


def _write(pen: Pen) -> Paper:
    label = pen.labels(_LABELS)
    pen.writing = replace(pen.writing, currency=pen.pick(*_CURRENCIES))
    head = _head(pen, label)
    lines, net = _lines(pen)
    blocks: list[Block] = [*head, lines, _totals(pen, label, net), *_foot(pen)]
    return Paper(pen.pick("invoice.pdf", "scan_0417.pdf", "INV.pdf"), blocks)


def _head(pen: Pen, label: Label) -> list[Block]:
    people, day = pen.people, pen.day()
    seller = people.company()
    pairs = [
        (
            label("number"),
            pen.say(
                "invoice_number",
                pen.id(pen.pick("INV-####", "20##-0####", "######", "R##/####", "?##-####")),
            ),
        ),
        (label("date"), pen.date("invoice_date", day)),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        (
            label("due"),
            lambda: pen.date("due_date", day + timedelta(days=pen.pick(10, 14, 30, 45, 60))),
        ),
        (
            label("po"),
            lambda: pen.say(
                "purchase_order", pen.id(pen.pick("PO-#####", "45########", "B-####-##"))
            ),
        ),
        (
            label("customer"),
            lambda: pen.say("customer_number", pen.id(pen.pick("#####", "C-####", "K#####"))),
        ),
        (label("contact"), lambda: pen.say("contact", people.person())),
        ("Delivery date", lambda: pen.date("", day - timedelta(days=pen.rng.randint(2, 20)))),
        ("Delivery note", lambda: pen.id("DN-#####")),
    ]
    pairs += [(name, write()) for name, write in optional if pen.chance(0.62)]
    if pen.chance(0.5):
        pairs = pen.shuffled(pairs)
    vat = ""
    if pen.chance(0.6):
        number = pen.id(pen.pick("GB#########", "DE#########", "NL#########B0#", "##-#######"))
        vat = f"\n{label('vat_id')}: {pen.say('seller_vat_id', number)}"
    sender = Paragraph(
        f"{pen.say('seller', seller)}\n{people.address()}\nTel. {people.phone()}{vat}"
    )
    customer = [
        Paragraph(
            f"{label('bill')}:\n{pen.say('customer', people.company())}\n"
            f"{pen.say('customer_address', people.address())}"
        )
    ]
    title = Heading(label("title"), 1)
    match pen.pick("columns", "stacked", "sender_last", "two"):
        case "columns":
            return [Columns([sender], [title]), Columns(customer, [Pairs(pairs)])]
        case "stacked":
            return [sender, title, *customer, Pairs(pairs)]
        case "sender_last":
            return [title, Pairs(pairs), Columns(customer, [sender])]
        case _:
            half = len(pairs) // 2
            return [title, sender, *customer, Columns([Pairs(pairs[:half])], [Pairs(pairs[half:])])]


def _lines(pen: Pen) -> tuple[Table, float]:
    chosen = goods(pen.rng, pen.rng.randint(1, 9), with_services=True)
    has_position, has_code = pen.chance(0.5), pen.chance(0.4)
    amount_head = pen.pick("Amount", "Total", "Line total")
    head = [
        *(["Pos."] if has_position else []),
        *(["Item no."] if has_code else []),
        pen.pick("Description", "Item", "Product / service"),
        pen.pick("Quantity", "Qty"),
        "Unit",
        pen.pick("Unit price", "Price", "Rate"),
        amount_head,
    ]
    lines, net = [], 0.0
    for number, good in enumerate(chosen):
        quantity = pen.rng.randint(1, 40)
        amount = round(quantity * good.price, 2)
        net += amount
        lines.append(
            [
                *([str(number + 1)] if has_position else []),
                *([pen.id("??-####")] if has_code else []),
                pen.cell("items", number, "description", good.name),
                pen.cell("items", number, "quantity", str(quantity), quantity),
                good.unit,
                pen.writing.number(good.price),
                pen.cell(
                    "items",
                    number,
                    "amount",
                    pen.writing.number(amount),
                    int(amount) if amount == int(amount) else amount,
                ),
            ]
        )
    return Table(head, lines, 1 + has_position + has_code), round(net, 2)


def _totals(pen: Pen, label: Label, net: float) -> Block:
    lines = [(label("net"), pen.money("net_total", net))]
    base = net
    if pen.chance(0.3):
        discount = round(net * pen.pick(0.02, 0.05, 0.1), 2)
        lines.append((label("discount"), pen.money("discount", discount)))
        base -= discount
    if pen.chance(0.4):
        shipping = round(pen.rng.uniform(4, 180), 2)
        lines.append((label("shipping"), pen.money("shipping", shipping)))
        base += shipping
    if pen.chance(0.8):
        rate = pen.pick(7.0, 19.0, 20.0, 21.0, 8.25, 6.5, 5.0, 25.0)
        tax = round(base * rate / 100, 2)
        places = 0 if rate == int(rate) else 2
        text = f"{pen.writing.number(rate, places)}%"
        shown = pen.say("tax_rate", text, int(rate) if places == 0 else rate)
        lines.append(
            (f"{label('tax')} {pen.pick(shown, f'({shown})')}", pen.money("tax_total", tax))
        )
        base += tax
    elif pen.chance(0.6):
        lines.append(
            (
                label("tax"),
                pen.flag(
                    "reverse_charge",
                    pen.pick(
                        "Reverse charge: VAT to be accounted for by the recipient",
                        "Tax liability of the recipient (reverse charge)",
                    ),
                    True,
                ),
            )
        )
    lines.append((label("total"), pen.money("total", round(base, 2))))
    if pen.chance(0.5):
        return Table(["", ""], lines, 1, frozenset({len(lines) - 1}))
    return Pairs(lines)


def _foot(pen: Pen) -> list[Block]:
    said: list[str] = []
    if pen.chance(0.5):
        terms = pen.pick(
            "net 30 days",
            "14 days without deduction",
            "net 45",
            "2% 10, net 30",
            "30 days end of month",
            "due on receipt",
        )
        said.append(f"{pen.pick('Payment terms', 'Terms')}: {pen.say('payment_terms', terms)}.")
    if pen.chance(0.5):
        said.append(
            f"{pen.pick('Bank details: IBAN', 'Please transfer to', 'IBAN')} "
            f"{pen.say('iban', pen.people.fake.iban())}, {pen.pick('BIC', 'SWIFT')} "
            f"{pen.id('????DE##')}."
        )
    if pen.chance(0.35):
        said.append(
            f"{pen.pick('Overdue accounts bear interest at', 'Late payments are charged')} "
            f"{pen.percent('late_interest', pen.pick(1.5, 8.0, 9.0, 5.25))} per annum."
        )
    if pen.chance(0.5):
        said.append(f"All amounts are in {pen.say('currency', pen.writing.currency)}.")
    elif pen.writing.money_style != "bare":
        pen.drop("currency")
    if pen.chance(0.6):
        said.append(
            pen.pick(
                "Thank you for your business.",
                "Goods remain our property until paid in full.",
                "We appreciate prompt payment.",
            )
        )
    return [Paragraph(line) for line in pen.shuffled(said)]


KIND = Kind("invoice", "trade", _FIELDS, _write)
