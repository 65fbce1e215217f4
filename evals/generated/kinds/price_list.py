"""What does a price list say?"""

from __future__ import annotations

from datetime import timedelta

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, Field, field, own
from evals.generated.goods import goods
from evals.generated.pen import Pen, plain

_FIELDS = (
    field("company", STRING, "Company", "Whose prices are these?", "Seller of the goods"),
    field("valid_from", DATE, "Valid from", "From when do the prices hold?", "Start of validity"),
    field("valid_until", DATE, "Valid until", "Until when do the prices hold?", "End of validity"),
    own(
        "minimum_order",
        NUMBER,
        "Minimum order value",
        "For how much must one order at least?",
        "Smallest order accepted",
    ),
    own(
        "free_delivery_from",
        NUMBER,
        "Order value from which delivery is free",
        "When is nothing charged for delivery?",
        "Threshold for free carriage",
    ),
    own(
        "quantity_discount",
        NUMBER,
        "Quantity discount in percent",
        "Which rebate is there for large quantities?",
        "Reduction for buying much",
    ),
    own(
        "discount_quantity",
        INTEGER,
        "Quantity from which the discount applies",
        "How many must one buy for the rebate?",
        "Pieces needed for the reduction",
    ),
    own(
        "delivery_days",
        INTEGER,
        "Delivery time in working days",
        "How long does delivery take?",
        "Days until goods arrive",
    ),
    own(
        "prices_with_tax",
        BOOLEAN,
        "Do the prices include tax?",
        "Prices with VAT",
        "Is tax contained in the prices?",
    ),
    own(
        "order_email",
        STRING,
        "Email address for orders",
        "Where can orders be sent?",
        "Mailbox of the sales desk",
    ),
)
_ASKED = (
    ("price", NUMBER, "Price of {k}", "What does {k} cost?", "Amount charged for {k}"),
    ("code", STRING, "Article number of {k}", "Under which code is {k} sold?", "Order code, {k}"),
    ("pack", INTEGER, "Pack size of {k}", "How many of {k} are in a pack?", "Pieces per pack, {k}"),
)


def _write(pen: Pen) -> Paper:
    start = pen.day()
    company = pen.people.company()
    title = Heading(
        pen.pick("Price list", f"Price list {start.year}", "Prices and conditions", "Trade prices"),
        1,
    )
    said = [
        f"{pen.pick('Valid from', 'Prices apply from')} {pen.date('valid_from', start)}"
        + (
            f" {pen.pick('until', 'to')} "
            f"{pen.date('valid_until', start + timedelta(days=pen.pick(89, 181, 364)))}."
            if pen.chance(0.5)
            else "."
        )
    ]
    head: list[Block] = [Paragraph(pen.say("company", company)), title, Paragraph(" ".join(said))]
    tables = _tables(pen)
    terms = [Paragraph(text) for text in pen.shuffled(_terms(pen))]
    body: list[Block] = [*terms, *tables] if pen.chance(0.35) else [*tables, *terms]
    return Paper(
        pen.pick("prices.pdf", "prices.pdf", "prices.md", "pricelist.txt"),
        [*head, *body],
        running_foot=pen.pick("", f"{company} - {{page}}"),
    )


def _tables(pen: Pen) -> list[Block]:
    blocks: list[Block] = []
    has_pack, has_unit = pen.chance(0.5), pen.chance(0.6)
    listed = goods(pen.rng, pen.rng.randint(10, 45))
    asked = set(pen.some(range(len(listed)), 5, 7))
    size = pen.pick(len(listed), 8, 12)
    lines: list[list[str]] = []
    for at, good in enumerate(listed):
        code, pack = (
            pen.id(pen.pick("##-###", "??###", "#####")),
            pen.pick(1, 5, 10, 12, 20, 50, 100),
        )
        keys = _keys(pen, good.name, has_pack) if at in asked else {}
        lines.append(
            [
                pen.say(keys.get("code", ""), code),
                good.name,
                *([pen.say(keys.get("pack", ""), str(pack), pack)] if has_pack else []),
                *([good.unit] if has_unit else []),
                pen.say(keys.get("price", ""), pen.writing.number(good.price), plain(good.price)),
            ]
        )
    head = [
        pen.pick("Code", "Art. no.", "Order no."),
        pen.pick("Article", "Product", "Description"),
        *([pen.pick("Pack", "Pack size")] if has_pack else []),
        *(["Unit"] if has_unit else []),
        f"{pen.pick('Price', 'Net price', 'List price')} ({pen.writing.currency})",
    ]
    for start in range(0, len(lines), size):
        if size < len(lines):
            blocks.append(
                Heading(f"{pen.pick('Group', 'Range', 'Section')} {'ABCDEFGH'[start // size]}", 2)
            )
        blocks.append(Table(head, lines[start : start + size], 2))
    return blocks


def _keys(pen: Pen, name: str, has_pack: bool) -> dict[str, str]:
    chosen = pen.some([asked for asked in _ASKED if has_pack or asked[0] != "pack"], 1, 2)
    slug = name.lower().replace(" ", "_").replace("-", "_")
    return {
        kind: pen.ask(Field(f"{kind}_{slug}", schema, tuple(w.format(k=name) for w in wordings)))
        for kind, schema, *wordings in chosen
    }


def _terms(pen: Pen) -> list[str]:
    said = []
    if pen.chance(0.5):
        said.append(
            "The minimum order value is "
            f"{pen.money('minimum_order', float(pen.pick(25, 50, 100, 150)))}."
        )
    if pen.chance(0.5):
        said.append(
            f"{pen.pick('Delivery is free for orders of', 'Carriage paid from')} "
            f"{pen.money('free_delivery_from', float(pen.pick(200, 250, 400, 500)))}"
            f"{pen.pick(' or more', '')}."
        )
    if pen.chance(0.5):
        said.append(
            f"{pen.pick('From', 'For orders of at least')} "
            f"{pen.count('discount_quantity', pen.pick(30, 60, 80, 200, 300))} pieces of an "
            "article a discount of "
            f"{pen.percent('quantity_discount', pen.pick(3.0, 4.5, 7.5, 15.0), 1)} is granted."
        )
    if pen.chance(0.45):
        said.append(
            "Goods are delivered within "
            f"{pen.in_words('delivery_days', pen.pick(2, 3, 4, 6, 15))} working days."
        )
    if pen.chance(0.5):
        has_tax = pen.chance(0.5)
        said.append(
            pen.flag(
                "prices_with_tax",
                pen.pick("All prices include VAT.", "Tax is included.")
                if has_tax
                else pen.pick("Prices are exclusive of VAT.", "VAT is added at the legal rate."),
                has_tax,
            )
        )
    if pen.chance(0.4):
        said.append(f"Orders to {pen.say('order_email', pen.people.email(pen.people.person()))}.")
    return said or ["Errors and changes excepted."]


KIND = Kind("price_list", "trade", _FIELDS, _write)
