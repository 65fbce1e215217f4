"""What is earned, kept back and paid out in a month?"""

from __future__ import annotations

from dataclasses import dataclass

from evals.generated.blocks import Block, Pairs, Table
from evals.generated.pair_layout import paragraphs
from evals.generated.pen import Pen


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the pay: how many at which rate, and the fields that these state."""

    label: str
    key: str
    amount: float
    units: str = ""
    rate: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    """What the employee and the employer pay."""

    label: str
    keys: tuple[str, str]
    employee: float
    employer: float


@dataclass(frozen=True, slots=True)
class _Settlement:
    earned: list[_Line]
    shares: list[_Share]
    gross: float
    tax: float
    net: float
    months: int


def settlement(pen: Pen, months: int) -> _Settlement:
    is_hourly = pen.chance(0.45)
    wage = pen.rng.randint(1250, 4200) / 100
    hours = pen.rng.randint(160, 360) / 2
    if is_hourly:
        base = round(wage * hours, 2)
        units, rate = pen.number("hours_worked", hours, 1), pen.money("hourly_wage", wage)
    else:
        base, units, rate = float(pen.rng.randint(1500, 6400)), "", ""
    earned = [
        _Line(pen.pick("Basic pay", "Base wages", "Regular pay"), "base_pay", base, units, rate)
    ]
    if pen.chance(0.5):
        extra, higher = pen.rng.randint(3, 40) / 2, round(wage * 1.25, 2)
        units, rate = pen.number("overtime_hours", extra, 1), pen.money("", higher)
        label = pen.pick("Overtime", "Extra hours", "Overtime 125")
        earned.append(_Line(label, "overtime_pay", round(extra * higher, 2), units, rate))
    if pen.chance(0.45):
        label = pen.pick("Holiday money", "Christmas bonus", "One-off bonus", "Anniversary gift")
        earned.append(_Line(label, "one_off_pay", float(pen.rng.randint(10, 240) * 10)))
    if pen.chance(0.4):
        label = pen.pick("Shift allowance", "Travel allowance", "Meal allowance")
        earned.append(_Line(label, "", round(pen.rng.uniform(20, 190), 2)))
    gross = round(sum(line.amount for line in earned), 2)
    pension, health = round(gross * 0.093, 2), round(gross * pen.pick(0.073, 0.081), 2)
    shares = [
        _Share(
            "Pension", ("pension_employee", "pension_employer"), pension, round(pension * 1.1, 2)
        ),
        _Share("Health", ("health_employee", "health_employer"), health, round(health * 0.93, 2)),
    ]
    shares = [share for share in shares if pen.chance(0.8)]
    if pen.chance(0.5):
        jobless = round(gross * 0.013, 2)
        shares.append(_Share("Unemployment", ("", ""), jobless, round(jobless * 1.2, 2)))
    tax = round(gross * pen.rng.uniform(0.06, 0.24), 2)
    net = round(gross - tax - sum(share.employee for share in shares), 2)
    return _Settlement(earned, shares, gross, tax, net, months)


def amounts(pen: Pen, settled: _Settlement, *, is_prose: bool) -> list[Block]:
    gross, tax = pen.money("gross_pay", settled.gross), pen.money("wage_tax", settled.tax)
    if not is_prose:
        return _tables(pen, settled, gross, tax)
    said = [
        f"{line.label} comes to {pen.money(line.key, line.amount)}"
        + (f" ({line.units} hours at {line.rate})" if line.rate else "")
        + (f" ({line.units} hours)" if line.units and not line.rate else "")
        + "."
        for line in settled.earned
    ]
    said.append(f"That makes gross pay of {gross}, of which {tax} is kept back as tax.")
    for share in settled.shares:
        keys = share.keys
        said.append(
            f"For {share.label.lower()} {pen.money(keys[0], share.employee)} is deducted"
            + (f"; we add {pen.money(keys[1], share.employer)}." if pen.chance(0.6) else ".")
        )
    return paragraphs(pen, said)


def _tables(pen: Pen, settled: _Settlement, gross: str, tax: str) -> list[Block]:
    rows = [
        [line.label, line.units, line.rate, pen.money(line.key, line.amount)]
        for line in settled.earned
    ]
    total = pen.pick("Gross pay", "Total gross", "Total earnings")
    head = [pen.pick("Earnings", "Pay element"), "Hours", "Rate", "Amount"]
    earnings = Table(head, [*rows, [total, "", "", gross]], 1, frozenset([len(rows)]))
    shows_employer = pen.chance(0.6)
    lines = [[pen.pick("Income tax", "Wage tax", "PAYE tax"), tax, ""]]
    for share in settled.shares:
        employer = pen.money(share.keys[1], share.employer) if shows_employer else ""
        lines.append([share.label, pen.money(share.keys[0], share.employee), employer])
    heads = [pen.pick("Deductions", "Tax and contributions"), "Employee", "Employer"]
    if not shows_employer:
        heads, lines = [heads[0], "Amount"], [line[:2] for line in lines]
    return [earnings, Table(heads, lines, 1)]


def paid_out(pen: Pen, net: float) -> list[Block]:
    """Where nothing is set off, net pay and what is paid out are one."""
    pairs = [(pen.pick("Net pay", "Net earnings", "Net"), pen.money("net_pay", net))]
    paid = net
    if pen.chance(0.5):
        advance = float(pen.rng.randint(5, 60) * 10)
        if pen.chance(0.8):
            label = pen.pick("less advance", "Advance already paid", "Paid on account")
            pairs.append((label, pen.money("advance", advance)))
            paid -= advance
        else:
            label = pen.pick("Canteen", "Rent of staff flat", "Attachment of earnings")
            pairs.append((label, pen.money("", 45.5)))
            paid -= 45.5
        label = pen.pick("Amount paid out", "Transfer", "Paid to your account")
        pairs.append((label, pen.money("payout", round(paid, 2))))
    else:
        pen.drop("payout")
    if pen.chance(0.55):
        label = pen.pick("IBAN", "Account", "To account")
        pairs.append((label, pen.say("iban", pen.people.fake.iban())))
        if pen.chance(0.6):
            bank = f"{pen.people.city()} {pen.pick('Savings Bank', 'Credit Union', 'Bank')}"
            pairs.append((pen.pick("Bank", "Held with"), pen.say("bank", bank)))
    return [Pairs(pairs)]


def year_so_far(pen: Pen, settled: _Settlement) -> list[str]:
    months = settled.months
    if months == 1 or not pen.chance(0.6):
        for name in ("gross_pay_year", "wage_tax_year") if months == 1 else ():
            pen.drop(name)
        return []
    gross = round(settled.gross * months * pen.rng.uniform(0.9, 1.1), 2)
    tax = round(settled.tax * months * pen.rng.uniform(0.9, 1.1), 2)
    said = [
        pen.pick(
            f"Your gross pay since January adds up to {pen.money('gross_pay_year', gross)}.",
            f"Year to date: gross {pen.money('gross_pay_year', gross)}.",
        )
    ]
    if pen.chance(0.6):
        said[0] += pen.pick(
            f" Tax of {pen.money('wage_tax_year', tax)} has been deducted in the year so far.",
            f" Tax in the year to date: {pen.money('wage_tax_year', tax)}.",
        )
    return said
