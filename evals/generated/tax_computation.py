"""How does an assessment arrive at what is to be paid or refunded?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Paragraph, Table
from evals.generated.pen import Pen


@dataclass(frozen=True, slots=True)
class _Sum:
    """A line of the computation; `key` is empty where nobody asks for it."""

    label: str
    key: str
    amount: float


def computed_tax(pen: Pen, issued: date, *, is_prose: bool) -> tuple[list[Block], list[str]]:
    """How the tax comes about, and what is to be paid or refunded."""
    income, sums = _basis(pen)
    rate = pen.pick(9.0, 12.5, 15.0, 18.0, 19.5, 22.0, 25.0, 28.0)
    tax = round(income * rate / 100, 2)
    sums.append(_Sum(pen.pick("Tax assessed", "Tax for the year", "Tax set"), "assessed_tax", tax))
    balance = tax
    for label, key, share, sign in (
        (pen.pick("Surcharge", "Solidarity levy", "Local surcharge"), "surcharge", 0.055, 1),
        (pen.pick("Penalty for late return", "Late filing charge"), "late_filing_penalty", 0.01, 1),
        (pen.pick("Interest", "Interest on the tax"), "interest_charged", 0.02, 1),
        (
            pen.pick("less tax withheld at source", "less tax on wages kept back"),
            "tax_withheld",
            pen.rng.uniform(0.2, 0.7),
            -1,
        ),
        (
            pen.pick("less advance payments", "less prepayments credited"),
            "prepayments_made",
            pen.rng.uniform(0.2, 0.7),
            -1,
        ),
    ):
        if pen.chance(0.5):
            amount = round(tax * share, 2)
            balance += sign * amount
            sums.append(_Sum(label, key, amount))
    outcome = _rate(pen, rate) + _outcome(pen, round(balance, 2), issued)
    if pen.chance(0.35):
        former = round(tax * pen.rng.uniform(0.6, 1.5), 2)
        outcome.append(f"Before this change {pen.money('earlier_tax', former)} had been assessed.")
    if is_prose:
        said = [f"{line.label}: {pen.money(line.key, line.amount)}." for line in sums]
        return [Paragraph("The tax is worked out as follows. " + " ".join(said))], outcome
    rows = [[line.label, pen.money(line.key, line.amount)] for line in sums]
    heads = [pen.pick("Computation", "Item", ""), pen.pick("Amount", "Set by the office")]
    bold = frozenset(n for n, line in enumerate(sums) if line.key == "assessed_tax")
    return [Table(heads, rows, 1, bold)], outcome


def _basis(pen: Pen) -> tuple[float, list[_Sum]]:
    """Taxable income, and the lines that lead to it."""
    found = float(pen.rng.randint(18000, 240000))
    declared = round(found * pen.rng.uniform(0.7, 0.98))
    income = found
    sums = []
    if pen.chance(0.4):
        sums.append(
            _Sum(pen.pick("Income as declared", "As per return"), "declared_income", declared)
        )
    sums.append(_Sum(pen.pick("Total income", "Sum of income"), "total_income", found))
    if pen.chance(0.55):
        allowance = float(pen.rng.randint(8, 120) * 100)
        sums.append(_Sum(pen.pick("less allowances", "less tax-free sum"), "allowance", allowance))
        income -= allowance
    if pen.chance(0.4):
        loss = float(pen.rng.randint(500, 5800))
        sums.append(
            _Sum(pen.pick("less loss brought forward", "less former loss"), "loss_used", loss)
        )
        income -= loss
    if income < found:
        sums.append(
            _Sum(pen.pick("Taxable income", "Income to be taxed"), "taxable_income", income)
        )
    else:
        pen.drop("taxable_income")
    return income, sums


def _rate(pen: Pen, rate: float) -> list[str]:
    if not pen.chance(0.6):
        return []
    return [f"The rate of tax is {pen.percent('tax_rate', rate, 1)}."]


def _outcome(pen: Pen, balance: float, issued: date) -> list[str]:
    people, said = pen.people, []
    office = f"Our account is {pen.say('iban', people.fake.iban())}." if pen.chance(0.6) else ""
    if balance > 0:
        due = pen.money("balance_due", balance)
        said.append(
            pen.pick(
                f"There remains {due} to be paid.",
                f"Still to be paid: {due}.",
                f"You therefore owe us {due}.",
            )
        )
        if pen.chance(0.75):
            by = pen.date(
                "due_date", issued + timedelta(days=pen.rng.randint(28, 45)), in_prose=True
            )
            said.append(pen.pick(f"Please pay by {by}.", f"The sum falls due on {by}."))
        if pen.chance(0.5):
            words = pen.id(pen.pick("TX-####-??", "#### #### ####", "K######"))
            quoted = pen.say("payment_reference", words)
            said.append(f"With your payment please quote {quoted}.")
    else:
        back = pen.money("refund", -balance)
        said.append(pen.pick(f"You get back {back}.", f"We refund {back}.", f"Refund: {back}."))
        if pen.chance(0.6):
            own = pen.say("refund_iban", people.fake.iban())
            said.append(f"The refund goes to your account {own}.")
    return [*said, *([office] if office else [])]
