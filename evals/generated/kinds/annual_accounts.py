"""What do a company's annual accounts say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evals.generated.blocks import Block, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import INTEGER, NUMBER, STRING, Field, field, own
from evals.generated.pen import Pen

_FIELDS = (
    field(
        "company", STRING, "Name of the company", "Whose accounts are these?", "Reporting entity"
    ),
    own(
        "auditor",
        STRING,
        "Auditor",
        "Which firm audited the accounts?",
        "Who gave the opinion on the statements?",
    ),
    field(
        "employees",
        INTEGER,
        "Average number of employees",
        "How many people were employed?",
        "Headcount",
    ),
    own(
        "useful_life_buildings",
        INTEGER,
        "Useful life of buildings in years",
        "Over how many years are buildings depreciated?",
        "Depreciation period of premises",
    ),
    own(
        "tax_rate",
        NUMBER,
        "Effective tax rate in percent",
        "Which share of profit goes to tax?",
        "Rate at which income is taxed",
    ),
    own(
        "dividend_per_share",
        NUMBER,
        "Proposed dividend per share",
        "What will shareholders get for a share?",
        "Distribution on each share",
    ),
    own(
        "contingent_liabilities",
        NUMBER,
        "Contingent liabilities from guarantees",
        "For how much were guarantees given?",
        "Possible obligations off balance sheet",
    ),
)
_LINES = {
    "revenue": (
        ["Revenue", "Net sales", "Turnover", "Sales"],
        "Revenue",
        "How much did the company sell",
    ),
    "cost_of_sales": (
        ["Cost of sales", "Cost of goods sold"],
        "Cost of sales",
        "What did the goods sold cost",
    ),
    "gross_profit": (
        ["Gross profit", "Gross margin"],
        "Gross profit",
        "What was left after the cost of sales",
    ),
    "personnel": (
        ["Personnel expenses", "Staff costs", "Wages and salaries"],
        "Personnel expenses",
        "What was paid for staff",
    ),
    "depreciation": (
        ["Depreciation and amortisation", "Depreciation"],
        "Depreciation",
        "How much was written off",
    ),
    "other_costs": (
        ["Other operating expenses", "Administrative expenses"],
        "Other operating expenses",
        "What did administration cost",
    ),
    "operating_profit": (
        ["Operating profit", "Operating result", "EBIT", "Operating profit (loss)"],
        "Operating result",
        "What did operations earn before interest",
    ),
    "finance_costs": (
        ["Finance costs", "Interest expense", "Net finance expense"],
        "Interest expense",
        "What did borrowing cost",
    ),
    "tax": (
        ["Income tax", "Income tax expense", "Taxes"],
        "Income tax",
        "How much tax was paid on profit",
    ),
    "net_profit": (
        ["Profit for the year", "Net profit", "Net income (loss)", "Profit (loss) for the period"],
        "Net profit",
        "What was the bottom line",
    ),
}
_ASSETS = {
    "property": (
        ["Property, plant and equipment", "Tangible assets"],
        "Fixed assets",
        "Value of land, buildings and machines",
    ),
    "intangibles": (
        ["Intangible assets", "Goodwill and other intangibles"],
        "Intangible assets",
        "Value of licences and goodwill",
    ),
    "inventories": (["Inventories", "Stocks"], "Inventories", "Value of goods on hand"),
    "receivables": (
        ["Trade receivables", "Accounts receivable, net", "Debtors"],
        "Receivables",
        "What customers owe",
    ),
    "cash": (
        ["Cash and cash equivalents", "Cash at bank and in hand", "Cash"],
        "Cash",
        "Liquid funds",
    ),
    "total_assets": (["Total assets"], "Total assets", "Sum of everything the company owns"),
}
_CLAIMS = {
    "share_capital": (
        ["Share capital", "Issued capital"],
        "Share capital",
        "Nominal value of the shares",
    ),
    "retained": (
        ["Retained earnings", "Reserves", "Accumulated deficit"],
        "Retained earnings",
        "Profits kept from earlier years",
    ),
    "borrowings": (
        ["Long-term borrowings", "Bank loans", "Loans and borrowings"],
        "Borrowings",
        "Debt owed to banks",
    ),
    "payables": (
        ["Trade payables", "Accounts payable", "Creditors"],
        "Payables",
        "What is owed to suppliers",
    ),
    "provisions": (
        ["Provisions", "Accrued liabilities"],
        "Provisions",
        "Set aside for future obligations",
    ),
    "total_claims": (
        ["Total equity and liabilities", "Total liabilities and equity"],
        "Total equity and liabilities",
        "Balance sheet total on the liabilities side",
    ),
}
_COSTS = {"cost_of_sales", "personnel", "depreciation", "other_costs", "finance_costs", "tax"}
"""Printed without a sign by many."""

Lines = dict[str, tuple[list[str], str, str]]


@dataclass(frozen=True, slots=True)
class _Unit:
    head: str
    word: str
    factor: int


def _write(pen: Pen) -> Paper:
    year, num_years = pen.rng.randint(2014, 2024), pen.pick(2, 2, 3)
    years = [year - n for n in range(num_years)]
    if pen.chance(0.2):
        years = years[::-1]
    currency = pen.writing.currency
    unit = pen.pick(
        _Unit(f"(in thousands of {currency})", "thousands", 1000),
        _Unit(f"in {currency} thousands", "thousands", 1000),
        _Unit(f"in {currency} million", "millions", 1000000),
        _Unit(f"({currency} '000)", "thousands", 1000),
        _Unit(f"Amounts in {currency}", "", 1),
    )
    sheet = _balance(pen, year, years, unit)
    income = _income(pen, year, years, unit)
    company = pen.people.company()
    blocks: list[Block] = [
        Heading(f"{pen.say('company', company)}", 1),
        Paragraph(
            pen.pick(
                "Annual accounts for the year ended "
                f"{pen.writing.date(date(year, 12, 31), in_prose=True)}",
                f"Financial statements {year}",
            )
        ),
        *(_opening(pen, company) if pen.chance(0.4) else []),
        *(sheet + income if pen.chance(0.5) else income + sheet),
        Heading(pen.pick("Notes", "Notes to the financial statements"), 2),
        *_notes(pen),
    ]
    return Paper("accounts.pdf", blocks, pen.pick("", company), pen.pick("", "{page}"))


def _opening(pen: Pen, company: str) -> list[Block]:
    return [
        Paragraph(
            f"{company} is a company with its seat in {pen.people.city()}. The board "
            f"approved these statements for issue on {pen.writing.date(pen.day(), in_prose=True)}."
        )
    ]


def _income(pen: Pen, year: int, years: Sequence[int], unit: _Unit) -> list[Block]:
    base = _size(pen, unit)
    figures = {year: _earned(pen, _near(pen, base, unit)) for year in years}
    title = pen.pick(
        "Income statement", "Statement of profit or loss", "Consolidated statement of income"
    )
    return [Heading(title, 2), *_statement(pen, _LINES, figures, unit, year)]


def _near(pen: Pen, base: float, unit: _Unit) -> float:
    return round(base * pen.rng.uniform(0.75, 1.3), 1 if unit.word == "millions" else 0)


def _earned(pen: Pen, revenue: float) -> dict[str, float]:
    share = {
        k: pen.rng.uniform(*v)
        for k, v in {
            "cost_of_sales": (0.35, 0.7),
            "personnel": (0.08, 0.25),
            "depreciation": (0.01, 0.07),
            "other_costs": (0.04, 0.2),
            "finance_costs": (0.002, 0.03),
        }.items()
    }
    out = {"revenue": revenue} | {k: -round(revenue * v, 1) for k, v in share.items()}
    out["gross_profit"] = revenue + out["cost_of_sales"]
    out["operating_profit"] = (
        out["gross_profit"] + out["personnel"] + out["depreciation"] + out["other_costs"]
    )
    before = out["operating_profit"] + out["finance_costs"]
    out["tax"] = -round(max(before, revenue * 0.01) * pen.rng.uniform(0.1, 0.3), 1)
    out["net_profit"] = before + out["tax"]
    return out


def _size(pen: Pen, unit: _Unit) -> float:
    if unit.word == "millions":
        return round(pen.rng.uniform(30, 4000), 1)
    scale = 1 if unit.word == "thousands" else 1000
    return float(round(pen.rng.uniform(900, 300000) * scale))


def _balance(pen: Pen, year: int, years: Sequence[int], unit: _Unit) -> list[Block]:
    figures: dict[int, dict[str, float]] = {}
    base = {key: _size(pen, unit) * 0.3 for key in (*_ASSETS, *_CLAIMS)}
    for each in years:
        own = {key: _near(pen, worth, unit) for key, worth in base.items()}
        own["total_assets"] = sum(own[key] for key in _ASSETS if key != "total_assets")
        own["total_claims"] = own["total_assets"]
        own["retained"] = own["total_assets"] - sum(
            own[k] for k in _CLAIMS if k not in ("total_claims", "retained")
        )
        figures[each] = own
    title = pen.pick(
        "Balance sheet", "Statement of financial position", "Consolidated balance sheet"
    )
    return [Heading(title, 2), *_statement(pen, {**_ASSETS, **_CLAIMS}, figures, unit, year)]


def _statement(
    pen: Pen, lines: Lines, figures: dict[int, dict[str, float]], unit: _Unit, year: int
) -> list[Block]:
    years = list(figures)
    places = 1 if unit.word == "millions" else 0
    if pen.writing.grouping == "de" and not places:
        places = 2
    negative = pen.pick("(", "(", "(", "-", "")
    has_notes = pen.chance(0.3)
    kept = [key for key in lines if key.startswith(("total", "revenue", "net")) or pen.chance(0.85)]
    asked = set(pen.some(kept, 3, 4))
    rows: list[list[str]] = []
    bold: set[int] = set()
    for key in kept:
        words, name, question = lines[key]
        cells = []
        for each in years:
            value = round(figures[each][key], places)
            if not negative and key in _COSTS:
                value = abs(value)
            text = _figure(pen, value, places, negative)
            if key in asked and (each == year or pen.chance(0.45)):
                text = pen.say(
                    _asked(pen, key, name, question, each, unit, value),
                    text,
                    _wanted(pen, key, each, unit, value),
                )
            cells.append(text)
        if key.startswith(("total", "gross", "operating", "net")):
            bold.add(len(rows))
        note = [str(pen.rng.randint(2, 20)) if pen.chance(0.6) else ""] if has_notes else []
        rows.append([pen.pick(*words), *note, *cells])
    told_in_head = pen.chance(0.5)
    head = [
        unit.head if told_in_head else "",
        *(["Note"] if has_notes else []),
        *(str(each) for each in years),
    ]
    table = Table(head, rows, 1, frozenset(bold))
    return [table] if told_in_head else [Paragraph(unit.head), table]


def _figure(pen: Pen, value: float, places: int, negative: str) -> str:
    text = pen.writing.number(abs(value), places)
    if value >= 0:
        return text
    return f"({text})" if negative == "(" else f"-{text}"


def _asked(
    pen: Pen, key: str, name: str, question: str, year: int, unit: _Unit, value: float
) -> str:
    """A field for a line and a year; its unit is asked as printed, or in whole currency."""
    code = pen.writing.currency
    is_whole = unit.word == "" or (unit.word and pen.chance(0.25))
    in_unit = f" in {code}" if is_whole else f" in {code} {unit.word}"
    field = Field(
        f"{key}_{year}" + ("" if not (is_whole and unit.word) else "_whole"),
        NUMBER,
        (
            f"{name} {year}{in_unit}",
            f"{question} in {year} ({in_unit.strip()})?",
            f"{name} of the year {year}{in_unit}",
        ),
    )
    return pen.ask(field)


def _wanted(pen: Pen, key: str, year: int, unit: _Unit, value: float) -> float | int:
    is_whole = f"{key}_{year}_whole" in pen.fields
    wanted = round(value * (unit.factor if is_whole else 1), 2)
    return int(wanted) if wanted == int(wanted) else wanted


def _notes(pen: Pen) -> list[Block]:
    said: list[str] = []
    if pen.chance(0.6):
        count = (
            pen.rng.randint(12, 4800) if pen.writing.grouping == "en" else pen.rng.randint(12, 990)
        )
        said.append(
            pen.pick(
                f"The group employed an average of {pen.count('employees', count)} people "
                "during the year.",
                f"Average headcount was {pen.count('employees', count)}.",
            )
        )
    if pen.chance(0.6):
        said.append(
            pen.pick(
                "Buildings are depreciated on a straight-line basis over",
                "The useful life of buildings is",
            )
            + f" {pen.in_words('useful_life_buildings', pen.pick(20, 25, 30, 40, 50))} years "
            f"and that of vehicles {pen.pick(4, 5, 6)} years."
        )
    if pen.chance(0.5):
        said.append(
            "The effective tax rate was "
            f"{pen.percent('tax_rate', round(pen.rng.uniform(12, 32), 1), 1)}."
        )
    if pen.chance(0.4):
        said.append(
            "The board proposes a dividend of "
            f"{pen.money('dividend_per_share', round(pen.rng.uniform(0.1, 4), 2))} per share."
        )
    if pen.chance(0.4):
        said.append(
            "Guarantees for third parties amount to "
            f"{pen.money('contingent_liabilities', float(pen.rng.randint(5, 900) * 1000))}."
        )
    if pen.chance(0.5):
        auditor = pen.say("auditor", pen.people.company())
        said.append(
            pen.pick(
                f"The accounts were audited by {auditor}.",
                f"{auditor} issued an unqualified opinion.",
            )
        )
    said.append(
        pen.pick(
            "Inventories are stated at the lower of cost and net realisable value.",
            "Revenue is recognised when control passes to the customer.",
            "Receivables are stated net of allowances.",
        )
    )
    return [Paragraph(f"{n}. {text}") for n, text in enumerate(pen.shuffled(said), start=1)]


KIND = Kind("annual_accounts", "finance", _FIELDS, _write)
