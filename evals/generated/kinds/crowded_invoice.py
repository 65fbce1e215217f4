"""What does an invoice say that is full of addresses and numbers?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from evals.generated.blocks import Block
from evals.generated.clerk import Clerk, Pair
from evals.generated.draft import Kind, Paper
from evals.generated.firm_blocks import BUYER_TELLS, SELLER_TELLS, bank_pairs, party_of
from evals.generated.firm_fields import trade_parties
from evals.generated.paper_fields import paper_fields
from evals.generated.paper_layout import foot, headed
from evals.generated.paper_lines import lines_of, settled, sums_of, totals
from evals.generated.paper_numbers import day_before, incoterm, numbers
from evals.generated.pen import Pen

_FIELDS = (
    *trade_parties("invoice"),
    *paper_fields(
        "invoice",
        *("number", "date", "due_date", "delivery_date", "order_date", "order_number"),
        *("customer_number", "project_number", "contract_number", "delivery_note_number"),
        *("quotation_number", "payment_reference", "payment_method", "payment_terms"),
        *("delivery_terms", "incoterm", "iban", "bic", "bank", "delivery_address"),
        *("net_amount", "tax_amount", "tax_rate", "gross_amount", "discount", "freight"),
        *("amount_paid", "balance_due"),
    ),
)


def _write(pen: Pen) -> Paper:
    clerk = Clerk(pen, buyer_is_person=0.12)
    seller = party_of(clerk, "seller", clerk.seller, SELLER_TELLS)
    buyer = party_of(clerk, "buyer", clerk.buyer, BUYER_TELLS)
    lines, net = lines_of(clerk)
    gross, pairs = sums_of(clerk, net)
    below = totals(clerk, [*pairs, *settled(clerk, gross)])
    bank = bank_pairs(clerk, clerk.seller)
    head = headed(clerk, "invoice", seller, buyer, references(clerk))
    blocks = [*head, lines, *below, *_terms(clerk), *foot(clerk, seller, bank)]
    return clerk.paper(["invoice", "doc", "document", "scan"], blocks)


def references(clerk: Clerk) -> list[Pair]:
    """Numbers and dates beside each other."""
    pen, day = clerk.pen, clerk.pen.day()
    number = pen.id(
        pen.pick("INV-####", "20##-0####", "######", "R##/####", "?##-####", "##########")
    )
    pairs = [
        (clerk.label("number"), pen.say("number", number)),
        (clerk.label("date"), clerk.date("date", day)),
    ]
    optional: list[tuple[str, Callable[[], str]]] = [
        ("due", lambda: clerk.date("due_date", day + timedelta(days=pen.pick(10, 14, 30, 45)))),
        ("delivery", lambda: clerk.date("delivery_date", day_before(pen, day, 9))),
        ("order_date", lambda: clerk.date("order_date", day_before(pen, day, 60))),
        ("contact", lambda: pen.say("seller_contact", clerk.seller.contact)),
        *numbers(clerk),
    ]
    pairs += [(clerk.label(key), write()) for key, write in optional if pen.chance(0.5)]
    return pen.shuffled(pairs) if pen.chance(0.6) else pairs


def _terms(clerk: Clerk) -> list[Block]:
    pen = clerk.pen
    pairs: list[Pair] = []
    if pen.chance(0.4):
        method = pen.pick(
            "bank transfer", "credit card", "direct debit", "PayPal", "cheque", "SEPA"
        )
        pairs.append((clerk.label("method"), pen.say("payment_method", method)))
    if pen.chance(0.5):
        terms = pen.pick("net 30 days", "14 days net", "30 days end of month", "2% 10, net 30")
        pairs.append((clerk.label("terms"), pen.say("payment_terms", terms)))
    if pen.chance(0.5):
        pairs.append((clerk.label("shipping_terms"), incoterm(clerk)))
    if pen.chance(0.3):
        where = ", ".join(pen.people.address().split(", "))
        pairs.append((clerk.label("ship_to"), pen.say("delivery_address", where)))
    return clerk.pairs(pairs) if pairs else []


KIND = Kind("crowded_invoice", "trade", _FIELDS, _write)
