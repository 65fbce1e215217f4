"""What does a till's receipt say?"""

from __future__ import annotations

from collections.abc import Callable

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.clerk import Clerk, Pair, inline
from evals.generated.draft import Kind, Paper
from evals.generated.field import NUMBER, STRING, field, own
from evals.generated.firm_blocks import SELLER_TELLS, Party, party_of
from evals.generated.firm_fields import party_fields
from evals.generated.paper_fields import paper_fields
from evals.generated.paper_lines import lines_of, sums_of, totals
from evals.generated.pen import Pen

_FIELDS = (
    *party_fields(
        "seller",
        ("Shop", "Merchant", "Store", "Seller"),
        ("the shop", "the merchant", "the company that gives the receipt", "the store"),
        ("Name of the shop", "Merchant name", "Where was bought?", "Company on the receipt"),
    ),
    field(
        "buyer_name", STRING, "Customer name", "Who bought the goods?", "Name of the buyer, if any"
    ),
    *paper_fields(
        "receipt",
        *("number", "date", "order_number", "customer_number", "due_date", "iban"),
        *("payment_method", "net_amount", "tax_amount", "tax_rate", "gross_amount", "discount"),
        "freight",
    ),
    own("till", STRING, "Number of the till", "Terminal or register ID", "At which till?"),
    own("cashier", STRING, "Cashier", "Who served the customer?", "Operator at the till"),
    own(
        "card_number",
        STRING,
        "Card number as printed",
        "Masked number of the card",
        "Which card was used, by its number?",
    ),
    own(
        "approval_code",
        STRING,
        "Authorisation code of the card payment",
        "Approval code",
        "Under which code was the card accepted?",
    ),
    own(
        "tendered",
        NUMBER,
        "Cash handed over by the customer",
        "Amount tendered",
        "How much did the customer give in cash?",
    ),
    own("change", NUMBER, "Change given back", "Change", "How much cash was returned?"),
)
_CARDS = ("VISA", "Mastercard", "Debit card", "Maestro", "AMEX", "girocard", "Apple Pay")


def _write(pen: Pen) -> Paper:
    clerk = Clerk(pen, text_share=0.4)
    seller = party_of(clerk, "seller", clerk.seller, SELLER_TELLS)
    lines, net = lines_of(clerk, 1, 6)
    gross, below = sums_of(clerk, net)
    references = clerk.pairs(_references(clerk))
    blocks = [
        *_head(clerk, seller),
        *(references if pen.chance(0.6) else []),
        lines,
        *totals(clerk, [*below, *_paid(clerk, gross)]),
        *references,
        *_foot(clerk, seller),
    ]
    return clerk.paper(["receipt", "bon", "till", "scan"], _once(blocks))


def _once(blocks: list[Block]) -> list[Block]:
    return [block for n, block in enumerate(blocks) if block not in blocks[:n]]


def _head(clerk: Clerk, seller: Party) -> list[Block]:
    pen = clerk.pen
    title = Heading(clerk.title("receipt"), 2)
    details = [*seller.reached(), *seller.numbers()]
    match pen.pick("lines", "lines", "one", "name"):
        case "lines":
            return [Paragraph(seller.lines(*details), pen.pick("left", "center")), title]
        case "one":
            lines = [seller.say("name"), ", ".join(seller.address()), inline(details, "  ")]
            return [Paragraph("\n".join(filter(None, lines))), title]
        case _:
            return [Heading(seller.say("name"), 1), title]


def _references(clerk: Clerk) -> list[Pair]:
    pen, day = clerk.pen, clerk.pen.day()
    time = f"{pen.rng.randint(7, 21):02}:{pen.rng.randint(0, 59):02}"
    when = f"{clerk.date('date', day)}{pen.pick('', f' {time}', f', {time}')}"
    number = pen.id(pen.pick("######", "####-##", "R-#####", "00######", "T#-######"))
    pairs = [
        (clerk.label("receipt"), pen.say("number", number)),
        (pen.pick("Date", "Date/time", "Sold on") if clerk.tongue == "en" else "Datum", when),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        ("till", lambda: pen.say("till", pen.id(pen.pick("##", "#", "T####", "########")))),
        ("cashier", lambda: pen.say("cashier", _cashier(pen))),
        ("order", lambda: pen.say("order_number", pen.id(pen.pick("#####", "W-######")))),
        ("customer", lambda: pen.say("customer_number", pen.id(pen.pick("M######", "########")))),
    ]
    pairs += [(clerk.label(key), write()) for key, write in optional if pen.chance(0.5)]
    return pen.shuffled(pairs)


def _cashier(pen: Pen) -> str:
    name = pen.people.person()
    return pen.pick(name, name.split()[0], pen.id("###"))


def _paid(clerk: Clerk, gross: float) -> list[Pair]:
    """In cash, or by a card with its numbers."""
    pen, coin = clerk.pen, clerk.coin
    if pen.chance(0.35):
        tendered = float(int(gross) + pen.pick(1, 2, 5, 10, 20))
        change = (clerk.label("change"), coin.money("change", round(tendered - gross, 2)))
        given = coin.money("tendered", tendered)
        if pen.chance(0.5):
            pen.drop("payment_method")
            return [(clerk.label("tendered"), given), change]
        method = pen.say("payment_method", pen.pick("Cash", "cash"))
        return [(clerk.label("method"), method), (pen.pick("Given", "Received"), given), change]
    masked = pen.id(pen.pick("**** **** **** ####", "XXXX XXXX XXXX ####", "######******####"))
    pairs = [(clerk.label("method"), pen.say("payment_method", pen.pick(*_CARDS)))]
    if pen.chance(0.7):
        pairs.append((clerk.label("card"), pen.say("card_number", masked)))
    if pen.chance(0.6):
        code = pen.id(pen.pick("######", "?####?"))
        pairs.append((clerk.label("approval"), pen.say("approval_code", code)))
    return pairs


def _foot(clerk: Clerk, seller: Party) -> list[Block]:
    between = clerk.pen.pick(" | ", ", ", "\n")
    said = [
        clerk.coin.sentence(),
        inline([*seller.reached(), *seller.numbers()], between),
        clerk.pen.pick(
            "Thank you! Please keep this receipt.", "Goods exchanged within 14 days.", ""
        ),
        clerk.pen.pick("", between.join([seller.say("name"), *seller.address()])),
    ]
    return [Paragraph(text) for text in clerk.pen.shuffled(said) if text]


KIND = Kind("receipt", "trade", _FIELDS, _write)
