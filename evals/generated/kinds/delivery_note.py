"""What does a delivery note say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from evals.generated.blocks import Block, Table
from evals.generated.clerk import Clerk, Pair
from evals.generated.draft import Kind, Paper
from evals.generated.firm_blocks import BUYER_TELLS, SELLER_TELLS, party_of
from evals.generated.firm_fields import trade_parties
from evals.generated.goods import goods
from evals.generated.paper_fields import paper_fields
from evals.generated.paper_layout import foot, headed
from evals.generated.paper_numbers import day_before, incoterm, numbers
from evals.generated.pen import Pen

_FIELDS = (
    *trade_parties("delivery note"),
    *paper_fields(
        "delivery note",
        *("delivery_note_number", "date", "delivery_date", "order_date", "order_number"),
        *("customer_number", "project_number", "contract_number", "quotation_number"),
        *("tracking_number", "carrier", "delivery_terms", "incoterm"),
        *("gross_weight", "net_weight", "packages", "gross_amount", "iban", "bic"),
        *("due_date", "payment_method", "payment_reference"),
    ),
)


def _write(pen: Pen) -> Paper:
    clerk = Clerk(pen)
    clerk.coin.where = "nowhere"
    pen.drop("currency")
    day = pen.day()
    seller = party_of(clerk, "seller", clerk.seller, SELLER_TELLS)
    buyer = party_of(clerk, "buyer", clerk.buyer, BUYER_TELLS)
    blocks = [
        *headed(clerk, "note", seller, buyer, _references(clerk, day), ("seller", "ship_to")),
        _lines(clerk),
        *_shipment(clerk, day),
        *foot(clerk, seller, []),
    ]
    return clerk.paper(["delivery", "note", "dn", "scan"], blocks)


def _references(clerk: Clerk, day: date) -> list[Pair]:
    pen = clerk.pen
    number = pen.id(pen.pick("DN-#####", "LS ######", "8########", "##-#####"))
    pairs = [
        (clerk.label("note"), pen.say("delivery_note_number", number)),
        (clerk.label("issued"), clerk.date("date", day)),
    ]
    ordered = day_before(pen, day, 40)
    optional: list[tuple[str, Callable[[], str]]] = [
        ("order_date", lambda: clerk.date("order_date", ordered)),
        ("contact", lambda: pen.say("seller_contact", clerk.seller.contact)),
        *(pair for pair in numbers(clerk) if pair[0] not in ("note", "payment_ref")),
    ]
    pairs += [(clerk.label(key), write()) for key, write in optional if pen.chance(0.5)]
    return pen.shuffled(pairs) if pen.chance(0.6) else pairs


def _lines(clerk: Clerk) -> Table:
    """Without prices; batches are more numbers to be mistaken."""
    pen = clerk.pen
    has_batch = pen.chance(0.5)
    head = ["Art.", clerk.label("item"), *([clerk.label("batch")] if has_batch else [])]
    rows = [
        [
            pen.id("??-####"),
            good.name,
            *([pen.id("L######")] if has_batch else []),
            f"{pen.rng.randint(1, 60)} {good.unit}",
        ]
        for good in goods(pen.rng, pen.rng.randint(1, 6))
    ]
    return Table([*head, clerk.label("quantity")], rows, 2 + has_batch)


def _shipment(clerk: Clerk, day: date) -> list[Block]:
    pen = clerk.pen
    net = round(pen.rng.uniform(3, 900), 1)
    gross = round(net * pen.rng.uniform(1.02, 1.3), 1)
    carriers = ("Roadrunner Parcel", "Nordic Freight", "TransEuro Cargo", "Swift Couriers", "UPS")
    count = pen.rng.randint(1, 14)
    optional: list[tuple[str, Callable[[], str]]] = [
        ("carrier", lambda: pen.say("carrier", pen.pick(*carriers))),
        (
            "tracking",
            lambda: pen.say("tracking_number", pen.id(pen.pick("1Z######", "##########"))),
        ),
        ("shipping_terms", lambda: incoterm(clerk)),
        ("gross_weight", lambda: f"{pen.number('gross_weight', gross, 1)} kg"),
        ("net_weight", lambda: f"{pen.number('net_weight', net, 1)} kg"),
        ("packages", lambda: pen.say("packages", str(count), count)),
        (
            "delivery",
            lambda: clerk.date("delivery_date", day + timedelta(days=pen.rng.randint(0, 9))),
        ),
    ]
    pairs = [(clerk.label(key), write()) for key, write in optional if pen.chance(0.6)]
    return clerk.pairs(pen.shuffled(pairs)) if pairs else []


KIND = Kind("delivery_note", "trade", _FIELDS, _write)
