"""What does the bill of a utility say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, choice, field, own, rows
from evals.generated.pen import Pen, plain

_MONTHS = rows(month={"type": "string", "description": "Month of use"}, usage=NUMBER)
_FIELDS = (
    own(
        "utility",
        STRING,
        "Utility",
        "Which company supplies the energy or water?",
        "Supplier on tap",
    ),
    own(
        "subscriber",
        STRING,
        "Subscriber",
        "To whom is energy or water supplied?",
        "Household that is served",
    ),
    field(
        "contract_account",
        STRING,
        "Contract account",
        "Under which account is the supply kept?",
        "Supply contract reference",
    ),
    own(
        "meter_number",
        STRING,
        "Meter number",
        "Which meter was read?",
        "Serial number of the device",
    ),
    own(
        "previous_reading",
        INTEGER,
        "Previous meter reading",
        "What did the meter show last time?",
        "Old count",
    ),
    own(
        "current_reading",
        INTEGER,
        "Current meter reading",
        "What does the meter show now?",
        "New count",
    ),
    own(
        "consumption",
        INTEGER,
        "Consumption",
        "How much was used in the period?",
        "Difference between the two readings",
    ),
    own(
        "reading_date",
        DATE,
        "Date of the meter reading",
        "When was the meter read?",
        "Day of reading",
    ),
    own(
        "standing_charge",
        NUMBER,
        "Standing charge",
        "What is charged irrespective of use?",
        "Fixed part of the bill",
    ),
    own(
        "energy_price",
        NUMBER,
        "Price per unit used",
        "What does one kWh or cubic metre cost?",
        "Rate for what is used",
    ),
    own(
        "amount_due",
        NUMBER,
        "Amount to be paid",
        "What must be transferred this time?",
        "Sum owed after instalments",
    ),
    own(
        "debit_date",
        DATE,
        "Date of the direct debit",
        "When will the money be collected?",
        "Day on which the account is charged",
    ),
    own(
        "new_instalment",
        NUMBER,
        "New monthly instalment",
        "How much is paid on account a month from now on?",
        "Coming advance",
    ),
    own(
        "estimated",
        BOOLEAN,
        "Was the reading estimated?",
        "Estimated reading",
        "Did nobody look at the meter?",
    ),
    own(
        "green_share",
        NUMBER,
        "Share of renewable energy in percent",
        "How much comes from wind and sun?",
        "Green part of the mix",
    ),
    own(
        "fault_phone",
        STRING,
        "Telephone number for faults",
        "Whom to call when supply fails?",
        "Emergency line",
    ),
    own(
        "supply",
        choice("electricity", "gas", "water"),
        "What is supplied?",
        "Kind of supply",
        "Is it electricity, gas or water?",
    ),
    field(
        "usage", _MONTHS, "Use month by month", "How much was used in each month?", "Usage history"
    ),
)


def _write(pen: Pen) -> Paper:
    people, day = pen.people, pen.day()
    kind = pen.pick("electricity", "gas", "water")
    unit = {"electricity": "kWh", "gas": "kWh", "water": "m³"}[kind]
    before = pen.rng.randint(1000, 9000)
    used = pen.rng.randint(100, 900)
    spelled = pen.pick(str.capitalize, str.upper)(kind)
    name = f"{people.city()} {pen.pick('Energy', 'Waterworks', 'Utilities', 'Power & Gas')}"
    title = Heading(
        f"{pen.pick('Your', 'Annual')} {pen.say('supply', spelled, kind)} "
        f"{pen.pick('bill', 'account', 'statement')}",
        1,
    )
    who = [
        (
            pen.pick("Contract account", "Account"),
            pen.say("contract_account", pen.id("## ### ###")),
        ),
        (
            pen.pick("Meter", "Meter no.", "Meter serial"),
            pen.say("meter_number", pen.id(pen.pick("?########", "##-######", "#???######"))),
        ),
        (pen.pick("Read on", "Reading taken"), pen.date("reading_date", day)),
    ]
    address = Paragraph(f"{pen.say('subscriber', people.person())}\n{people.address()}")
    sender = Paragraph(f"{pen.say('utility', name)}\n{people.address()}")
    head: list[Block] = (
        [Columns([sender, address], [title, Pairs(who)])]
        if pen.chance(0.5)
        else [sender, title, address, Pairs(who)]
    )
    reading = [
        pen.say("previous_reading", str(before), before),
        pen.say("current_reading", str(before + used), before + used),
        f"{pen.say('consumption', str(used), used)} {unit}",
    ]
    names = [
        pen.pick("Old reading", "Previous"),
        pen.pick("New reading", "Present"),
        pen.pick("Used", "Difference"),
    ]
    counted: Block = (
        Table(["", *names], [[pen.pick("Meter", "Counter"), *reading]])
        if pen.chance(0.5)
        else Pairs(list(zip(names, reading, strict=True)))
    )
    return Paper(
        "bill.pdf",
        [*head, counted, *_charges(pen, used, unit), *_history(pen), *_closing(pen, day)],
        running_foot=pen.pick("", name),
    )


def _charges(pen: Pen, used: int, unit: str) -> list[Block]:
    rate, fixed = round(pen.rng.uniform(0.08, 4.5), 4), round(pen.rng.uniform(20, 140), 2)
    cost = round(used * rate, 2)
    paid = round(cost * pen.rng.uniform(0.5, 0.9), 2)
    lines = [
        [pen.pick("Unit rate", "Rate"), f"{pen.number('energy_price', rate, 4)} / {unit}"],
        [f"{used} {unit}", pen.writing.money(cost)],
        [pen.pick("Standing charge", "Base fee"), pen.money("standing_charge", fixed)],
        [
            pen.pick("Instalments received", "Less payments on account"),
            f"-{pen.writing.number(paid)}",
        ],
        [
            pen.pick("To be paid", "Balance", "We collect"),
            pen.money("amount_due", round(cost + fixed - paid, 2)),
        ],
    ]
    return [Table(["", ""], lines, 1, frozenset({4}))]


def _history(pen: Pen) -> list[Block]:
    if pen.chance(0.6):
        return []
    months = pen.pick(
        ["Jan", "Feb", "Mar", "Apr"],
        ["May", "June", "July", "August", "September"],
        ["Q1", "Q2", "Q3", "Q4"],
    )
    lines = []
    for number, month in enumerate(months):
        used = pen.rng.randint(10, 300)
        lines.append(
            [
                pen.cell("usage", number, "month", month),
                pen.cell("usage", number, "usage", str(used), plain(used)),
            ]
        )
    return [Table([pen.pick("Month", "Period"), pen.pick("Usage", "Use")], lines)]


def _closing(pen: Pen, day: date) -> list[Block]:
    said = []
    if pen.chance(0.6):
        debit = day + timedelta(days=pen.rng.randint(12, 40))
        shown = pen.date("debit_date", debit, in_prose=True)
        said.append(f"The balance will be collected by direct debit on {shown}.")
    if pen.chance(0.6):
        said.append(
            "Your new monthly instalment is "
            f"{pen.money('new_instalment', float(pen.rng.randint(20, 240)))}."
        )
    if pen.chance(0.4):
        guessed = pen.chance(0.5)
        said.append(
            pen.flag(
                "estimated",
                pen.pick(
                    "As nobody was at home, the reading was estimated.",
                    "The present reading is an estimate.",
                )
                if guessed
                else pen.pick("The reading was taken by our staff.", "You sent us the reading."),
                guessed,
            )
        )
    if pen.chance(0.4):
        said.append(
            f"{pen.percent('green_share', pen.rng.randint(200, 990) / 10, 1)} of our supply "
            "comes from renewable sources."
        )
    if pen.chance(0.5):
        said.append(f"If the supply fails, call {pen.say('fault_phone', pen.people.phone())}.")
    return [Paragraph(text) for text in said]


KIND = Kind("utility_bill", "utility", _FIELDS, _write)
