"""What does the monthly sheet of an investment fund say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from evals.generated.blocks import Block, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import PairOption, drawn, drawn_pairs
from evals.generated.fund_fields import FIELDS
from evals.generated.fund_tables import COMPANIES, holdings, performance, sectors, share_classes
from evals.generated.pair_layout import laid_out
from evals.generated.pen import Pen

_AIMS = (
    "The fund seeks long-term growth of capital by investing in shares of sound companies.",
    "The aim is a steady income with moderate swings in value.",
    "At least two thirds of the assets are invested in companies with sustainable business.",
    "The fund may use derivatives to protect the assets, up to 10 percent of their value.",
    "No single issuer may make up more than a tenth of the assets.",
    "Ratings by the agency Sorrel & Pike are taken into account when bonds are chosen.",
)
_MARKET = (
    "Markets were shaped by the decisions of the central banks, which left rates at 3.25 percent.",
    "Shares of small firms did better than those of large ones for the fourth time in a row.",
    "The price of oil fell below 70 dollars a barrel, which helped carriers and chemical firms.",
    "Inflation came down to 2.6 percent, a little less than the economists had forecast.",
    "Orders in industry rose again, while the building trade remained weak.",
    "Bonds offered little shelter, as yields went up at the long end.",
)
_WARNINGS = (
    "Past performance is no guide to the future.",
    "The value of units may fall, and investors may get back less than they paid.",
    "This sheet is advertising and no advice; read the prospectus before you buy.",
    "Tax treatment depends on the investor and may change.",
    "Complaints are answered by the ombudsman within 90 days.",
)


def _write(pen: Pen) -> Paper:
    day = _month_end(pen.day())
    house = pen.pick("Aldbourne", "Castel", "Ferrow", "Linwood", "Montclar", "Sandhaven", "Tolmere")
    topic = pen.pick(
        "Global Equity", "Euro Bond", "Balanced", "Dividend", "Small Companies", "Water"
    )
    name = f"{house} {topic} Fund"
    companies = pen.some(COMPANIES, 9, 12)
    trade = pen.pick("Asset Management", "Investments", "Funds")
    company = f"{house} {trade} {pen.pick('S.A.', 'Ltd', 'AG')}"
    kicker = pen.pick("Factsheet", "Monthly report", "Fund profile", "Monthly fund sheet")
    parts = pen.shuffled(
        [
            share_classes(pen, day),
            performance(pen),
            holdings(pen, companies[:-4]),
            _risk(pen),
            _comment(pen, companies[-4:]),
        ]
    )
    blocks: list[Block] = [
        Heading(pen.say("fund_name", name), 1),
        Paragraph(
            f"{kicker}, {pen.pick('as of', 'figures as at', 'data of')} {pen.date('as_of', day)}"
        ),
        Paragraph(" ".join(pen.some(_AIMS, 2, 4))),
        *_key_data(pen, day, company),
    ]
    for part in [*parts, sectors(pen) if pen.chance(0.5) else [], _dealing(pen, day)]:
        blocks += part
    blocks += [*_contact(pen), Paragraph(" ".join(pen.some(_WARNINGS, 2, 4)))]
    return Paper(
        pen.pick("factsheet.pdf", "fund.pdf", "monthly.pdf", "fund.txt", "fund.md"),
        blocks,
        pen.pick("", f"{house} funds"),
        pen.pick("", "Page {page}"),
    )


def _month_end(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _key_data(pen: Pen, day: date, company: str) -> list[Block]:
    size = round(pen.rng.uniform(18, 900), 1)
    before = round(size * pen.rng.uniform(0.9, 1.1), 1)
    if before == size:
        before = round(size + 0.7, 1)
    code = pen.writing.currency
    launch = day - timedelta(days=pen.rng.randint(5200, 9000))
    options: list[PairOption] = [
        ("Management company", lambda: pen.say("management_company", company)),
        (
            pen.pick("Fund manager", "Managed by", "Portfolio manager"),
            lambda: pen.say("fund_manager", pen.people.person()),
        ),
        (
            pen.pick("Deputy", "Deputy manager", "Stand-in"),
            lambda: pen.say("deputy_manager", pen.people.person()),
        ),
        (
            pen.pick("Manager in charge since", "Under present management since"),
            lambda: pen.date("manager_since", day - timedelta(days=pen.rng.randint(100, 3000))),
        ),
        (pen.pick("Fund set up on", "Fund launch"), lambda: pen.date("fund_launch", launch)),
        (
            pen.pick(f"Fund size ({code} million)", f"Assets in {code} million"),
            lambda: pen.number("fund_size", size, 1),
        ),
        (
            f"Assets a month before ({code} million)",
            lambda: pen.number("fund_size_before", before, 1),
        ),
        (
            pen.pick("Number of holdings", "Positions"),
            lambda: pen.count("num_holdings", pen.rng.randint(28, 240)),
        ),
        (
            pen.pick("Benchmark", "Index for comparison"),
            lambda: pen.say("benchmark", f"{pen.pick('Orvane', 'Stratane')} {pen.pick(*_INDICES)}"),
        ),
        (
            pen.pick("Depositary", "Custodian"),
            lambda: pen.say("depositary", f"{pen.people.city()} {pen.pick('Trust', 'Bank')}"),
        ),
        ("Administration", lambda: pen.say("administrator", pen.people.company())),
        ("Auditor", lambda: pen.say("auditor", pen.people.company())),
        (
            pen.pick("Domicile", "Country of the fund"),
            lambda: pen.say("domicile", pen.pick("Luxembourg", "Ireland", "Austria", "Malta")),
        ),
    ]
    title = Heading(pen.pick("Key data", "The fund at a glance", "Master data"), 2)
    return [title, *laid_out(pen, pen.shuffled(drawn_pairs(pen, options, 0.6)))]


_INDICES = ("World 600", "Europe Net Return", "Dividend 100", "All Countries Small", "Aggregate")


def _risk(pen: Pen) -> list[Block]:
    sharpe, fall = round(pen.rng.uniform(0.1, 1.9), 2), round(pen.rng.uniform(4, 38), 1)
    own, other = (round(pen.rng.uniform(4, 22), 1) for _ in range(2))
    lines: list[PairOption] = [
        (
            pen.pick("Volatility of the fund", "Volatility"),
            lambda: pen.percent("volatility", own, 1),
        ),
        (
            pen.pick("Volatility of the index", "Volatility of the benchmark"),
            lambda: pen.percent("benchmark_volatility", other, 1),
        ),
        ("Sharpe ratio", lambda: pen.number("sharpe_ratio", sharpe)),
        (
            pen.pick("Maximum loss", "Maximum drawdown"),
            lambda: pen.percent("max_drawdown", fall, 1),
        ),
        (pen.pick("Cash", "Liquidity"), lambda: pen.percent("cash_share", round(fall / 5, 1), 1)),
    ]
    risk, years = pen.rng.randint(2, 6), pen.pick(3, 5, 7, 10)
    said = drawn(
        pen,
        [
            lambda: f"The fund is in risk class {pen.say('risk_class', str(risk), risk)} of 7.",
            lambda: (
                "It is meant for those who can stay invested for at least "
                f"{pen.in_words('holding_period_years', years)} years."
            ),
            lambda: _hedging(pen),
        ],
        0.55,
    )
    blocks: list[Block] = [Heading(pen.pick("Risk", "Risk figures", "Risk and return"), 2)]
    blocks += laid_out(pen, drawn_pairs(pen, lines, 0.6))
    return [*blocks, Paragraph(" ".join([*said, "Figures cover three years, month by month."]))]


def _hedging(pen: Pen) -> str:
    is_hedged = pen.chance(0.5)
    sentence = (
        pen.pick("Currency risks are hedged.", "Holdings in foreign currency are fully hedged.")
        if is_hedged
        else pen.pick(
            "Currency risks are not hedged.", "The fund bears exchange rate risks in full."
        )
    )
    return pen.flag("is_hedged", sentence, is_hedged)


def _comment(pen: Pen, companies: list[str]) -> list[Block]:
    """What the manager has to say of the month."""
    gain, index = (round(pen.rng.uniform(0.2, 6), 1) for _ in range(2))
    said: list[Callable[[], str]] = [
        lambda: f"The fund gained {pen.percent('month_return', gain, 1)} in the month.",
        lambda: (
            f"The index rose by {pen.percent('benchmark_month_return', index, 1)} over the month."
        ),
        lambda: f"We opened positions in {pen.listed('new_holdings', companies[:2])}.",
        lambda: f"We parted with {pen.listed('sold_holdings', companies[2:])} altogether.",
    ]
    told = [*drawn(pen, said, 0.6), *pen.some(_MARKET, 2, 5)]
    title = Heading(pen.pick("Comment of the manager", "Review of the month", "Market report"), 2)
    return [title, Paragraph(" ".join(pen.shuffled(told)))]


def _dealing(pen: Pen, day: date) -> list[Block]:
    hour = pen.pick("12:00", "14:30", "15:00", "4 pm", "16:00")
    paid, ex_day = round(pen.rng.uniform(0.1, 6), 2), day - timedelta(days=pen.rng.randint(20, 300))
    said: list[Callable[[], str]] = [
        lambda: f"Orders must reach us by {pen.say('dealing_deadline', hour)} on a dealing day.",
        lambda: (
            f"Units are settled {pen.in_words('settlement_days', pen.pick(2, 3, 4))} days later."
        ),
        lambda: (
            f"A performance fee of {pen.percent('performance_fee', pen.pick(10.0, 15.0, 20.0), 1)}"
            " of what is earned above the index is charged."
        ),
        lambda: (
            f"Whoever gives units back pays {pen.percent('redemption_fee', pen.pick(0.5, 1.0), 1)}"
            " of their value."
        ),
        lambda: f"The latest distribution was {pen.money('dividend_per_share', paid)} per unit.",
        lambda: (
            f"Income was last paid out on {pen.date('distribution_date', ex_day, in_prose=True)}."
        ),
    ]
    told = pen.shuffled(drawn(pen, said, 0.5))
    title = Heading(pen.pick("Dealing and charges", "Buying and selling"), 2)
    return [title, Paragraph(" ".join([*told, "Units are priced on each bank working day."]))]


def _contact(pen: Pen) -> list[Block]:
    options: list[PairOption] = [
        (
            pen.pick("Private investors", "For savers"),
            lambda: pen.say("investor_phone", pen.people.phone()),
        ),
        (
            pen.pick("Financial advisers", "For professionals"),
            lambda: pen.say("adviser_phone", pen.people.phone()),
        ),
        ("Internet", lambda: f"www.{pen.pick('units', 'funds', 'invest')}.example"),
    ]
    return laid_out(pen, drawn_pairs(pen, options, 0.6))


KIND = Kind("fund_factsheet", "fund", FIELDS, _write)
