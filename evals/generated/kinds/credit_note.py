"""What does a credit note say?"""

from __future__ import annotations

from collections.abc import Callable

from evals.generated.blocks import Block, Paragraph
from evals.generated.clerk import Clerk, Pair
from evals.generated.draft import Kind, Paper
from evals.generated.firm_blocks import BUYER_TELLS, SELLER_TELLS, bank_pairs, party_of
from evals.generated.firm_fields import trade_parties
from evals.generated.paper_fields import paper_fields
from evals.generated.paper_layout import foot, headed
from evals.generated.paper_lines import lines_of, sums_of, totals
from evals.generated.paper_numbers import day_before, numbers
from evals.generated.pen import Pen

_FIELDS = (
    *trade_parties("credit note"),
    *paper_fields(
        "credit note",
        *("number", "date", "original_invoice", "original_date", "order_number", "order_date"),
        *("customer_number", "project_number", "contract_number", "delivery_note_number"),
        *("quotation_number", "payment_reference", "payment_method", "due_date", "reason"),
        *("iban", "bic", "bank", "net_amount", "tax_amount", "tax_rate", "gross_amount"),
        *("discount", "freight"),
    ),
)
_REASONS = (
    "goods returned",
    "damaged in transit",
    "price difference",
    "wrong item delivered",
    "duplicate billing",
    "short delivery",
    "quality complaint",
    "volume bonus",
)


def _write(pen: Pen) -> Paper:
    clerk = Clerk(pen)
    seller = party_of(clerk, "seller", clerk.seller, SELLER_TELLS)
    buyer = party_of(clerk, "buyer", clerk.buyer, BUYER_TELLS)
    lines, net = lines_of(clerk, 1, 4)
    _, below = sums_of(clerk, net)
    blocks = [
        *headed(clerk, "credit", seller, buyer, _references(clerk)),
        *_reason(clerk),
        lines,
        *totals(clerk, below),
        *foot(clerk, seller, bank_pairs(clerk, clerk.seller)),
    ]
    return clerk.paper(["credit", "credit_note", "doc", "scan"], blocks)


def _references(clerk: Clerk) -> list[Pair]:
    pen, day = clerk.pen, clerk.pen.day()
    invoiced = day_before(pen, day, 50)
    original = pen.id(pen.pick("INV-####", "######", "R##/####", "20##-0####"))
    number = pen.id(pen.pick("CN-####", "######", "G##/####", "20##-9####"))
    pairs = [
        (clerk.label("credit"), pen.say("number", number)),
        (clerk.label("issued"), clerk.date("date", day)),
    ]
    relation = pen.say("original_invoice", original)
    if pen.chance(0.6):
        told = f"{relation} {pen.pick('of', 'dated', '/')} {clerk.date('original_date', invoiced)}"
        pairs.append((clerk.label("original"), told))
    else:
        pairs.append((clerk.label("original"), relation))
    optional: list[tuple[str, Callable[[], str]]] = [
        ("order_date", lambda: clerk.date("order_date", day_before(pen, invoiced, 60))),
        ("contact", lambda: pen.say("seller_contact", clerk.seller.contact)),
        *numbers(clerk),
    ]
    pairs += [(clerk.label(key), write()) for key, write in optional if pen.chance(0.4)]
    return pen.shuffled(pairs) if pen.chance(0.5) else pairs


def _reason(clerk: Clerk) -> list[Block]:
    pen = clerk.pen
    if pen.chance(0.25):
        return []
    reason = pen.say("reason", pen.pick(*_REASONS))
    return [
        Paragraph(
            pen.pick(
                f"{clerk.label('reason')}: {reason}",
                f"We credit your account as follows ({reason}).",
                f"This credit is given because of: {reason}.",
            )
        )
    ]


KIND = Kind("credit_note", "trade", _FIELDS, _write)
