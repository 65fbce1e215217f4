"""What is charged on a commercial paper, line by line and in all?"""

from __future__ import annotations

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table
from evals.generated.clerk import Clerk, Pair
from evals.generated.goods import goods


def lines_of(clerk: Clerk, least: int = 1, most: int = 7) -> tuple[Table, float]:
    """Amounts of lines are not asked for; they, or the head, may tell the currency."""
    pen, coin = clerk.pen, clerk.coin
    has_code, has_rate = pen.chance(0.45), pen.chance(0.3)
    head = [
        *(["Art."] if has_code else []),
        clerk.label("item"),
        clerk.label("quantity"),
        coin.head(clerk.label("price")),
        *([f"{clerk.label('tax')} %"] if has_rate else []),
        coin.head(clerk.label("amount")),
    ]
    rate = [clerk.tax_rate("", "%")] if has_rate else []
    rows, net = [], 0.0
    for good in goods(pen.rng, pen.rng.randint(least, most), with_services=True):
        quantity = pen.rng.randint(1, 24)
        amount = round(quantity * good.price, 2)
        net += amount
        rows.append(
            [
                *([pen.id("??-####")] if has_code else []),
                good.name,
                f"{quantity} {good.unit}" if pen.chance(0.3) else str(quantity),
                pen.writing.number(good.price),
                *rate,
                coin.marked_money(amount),
            ]
        )
    return Table(head, rows, 1 + has_code), round(net, 2)


def sums_of(clerk: Clerk, net: float) -> tuple[float, list[Pair]]:
    """The total, and what stands below the lines up to it."""
    pen, coin = clerk.pen, clerk.coin
    pairs: list[Pair] = []
    base = net
    if pen.chance(0.25):
        discount = round(net * pen.pick(0.02, 0.03, 0.05, 0.1), 2)
        pairs.append((clerk.label("discount"), coin.money("discount", discount)))
        base -= discount
    if pen.chance(0.3):
        freight = round(pen.rng.uniform(4, 90), 2)
        pairs.append((clerk.label("freight"), coin.money("freight", freight)))
        base += freight
    base = round(base, 2)
    tax = round(base * clerk.rate / 100, 2)
    if "tax_rate" in pen.values or pen.chance(0.88):
        pairs.append((clerk.label("net"), coin.money("net_amount", base)))
        pairs.append(_tax_pair(clerk, tax))
    else:
        tax = 0.0
        pen.drop("net_amount")
    gross = round(base + tax, 2)
    pairs.append((coin.total(clerk.label("gross")), coin.money("gross_amount", gross)))
    return gross, pairs


def _tax_pair(clerk: Clerk, tax: float) -> Pair:
    """The amount, mostly with its rate in the label."""
    label = clerk.label("tax")
    shown = clerk.coin.money("tax_amount", tax)
    if clerk.pen.chance(0.2):
        return label, shown
    told = clerk.tax_rate("%", "%", " %")
    return clerk.pen.pick(f"{label} {told}", f"{label} ({told})", f"{told} {label}"), shown


def settled(clerk: Clerk, gross: float) -> list[Pair]:
    """What has been paid, and what is left; the total is the balance where nothing is said."""
    pen, coin = clerk.pen, clerk.coin
    if pen.chance(0.55):
        pen.drop("balance_due")
        return []
    paid = round(gross * pen.pick(0.1, 0.2, 0.25, 0.5, 0.4), 2)
    left = round(gross - paid, 2)
    return [
        (clerk.label("paid"), coin.money("amount_paid", paid)),
        (clerk.label("balance"), coin.money("balance_due", left)),
    ]


def totals(clerk: Clerk, pairs: list[Pair]) -> list[Block]:
    pen = clerk.pen
    match pen.pick("pairs", "table", "right", "words"):
        case "pairs":
            return [Pairs(pairs)]
        case "table":
            return [Table(["", ""], pairs, 1, frozenset({len(pairs) - 1}))]
        case "right":
            return [
                Columns(
                    [Paragraph(clerk.coin.sentence() or "Goods remain our property until paid.")],
                    [Pairs(pairs)],
                )
            ]
        case _:
            align = "left" if pen.writing.grouping == "fr" else pen.pick("left", "right")
            return [Paragraph("\n".join(f"{label}: {text}" for label, text in pairs), align)]
