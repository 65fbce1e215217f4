"""What does a quarterly earnings release say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import DATE, INTEGER, NUMBER, STRING, STRINGS, Field, field, own
from evals.generated.pen import Pen, plain

_FIELDS = (
    field("company", STRING, "Company", "Which company reports?", "Issuer of the release"),
    field(
        "release_date", DATE, "Date of the release", "When was it published?", "Day of publication"
    ),
    field("period", STRING, "Reporting period", "Which quarter is it about?", "Quarter covered"),
    field("ceo", STRING, "Chief executive officer", "Who leads the company?", "Head of management"),
    own(
        "growth",
        NUMBER,
        "Growth of revenue in percent over the year before",
        "By how much did sales rise against last year?",
        "Year-on-year change of sales",
    ),
    own(
        "operating_margin",
        NUMBER,
        "Operating margin in percent",
        "Which share of sales was left as operating profit?",
        "Profitability of operations",
    ),
    own(
        "eps",
        NUMBER,
        "Earnings per share",
        "How much was earned on each share?",
        "Profit divided by the shares",
    ),
    own(
        "guidance",
        NUMBER,
        "Expected revenue growth for the full year in percent",
        "What does management forecast for the year's sales?",
        "Outlook on sales",
    ),
    own(
        "buyback",
        NUMBER,
        "Share buyback in millions",
        "For how much were own shares bought?",
        "Own stock repurchased",
    ),
    field(
        "employees",
        INTEGER,
        "Number of employees at the end of the quarter",
        "How many people work there?",
        "Workforce",
    ),
    own(
        "call_date",
        DATE,
        "Date of the conference call",
        "When can analysts ask questions?",
        "Day of the call with investors",
    ),
    own(
        "new_markets",
        STRINGS,
        "Countries entered in the quarter",
        "Where did business begin?",
        "New markets",
    ),
    own(
        "order_backlog",
        NUMBER,
        "Order backlog in millions",
        "What are open orders worth?",
        "Orders not yet delivered",
    ),
    own(
        "restructuring",
        NUMBER,
        "Restructuring charge in millions",
        "What did the reorganisation cost?",
        "One-off cost of closing sites",
    ),
)
_SEGMENTS = [
    "Europe",
    "Americas",
    "Asia",
    "Consumer",
    "Industrial",
    "Medical",
    "Mobility",
    "Software",
    "Services",
    "Components",
]
_COUNTRIES = [
    "Poland",
    "Vietnam",
    "Chile",
    "Kenya",
    "Norway",
    "Mexico",
    "Japan",
    "Portugal",
    "Morocco",
    "Canada",
    "Brazil",
]


@dataclass(frozen=True, slots=True)
class _Quarter:
    name: str
    last_year: str


def _write(pen: Pen) -> Paper:
    company, ceo, year = pen.people.company(), pen.people.person(), pen.rng.randint(2015, 2025)
    number = pen.rng.randint(0, 3)
    ordinal = ("first", "second", "third", "fourth")[number]
    named = pen.pick(f"Q{number + 1} {year}", f"the {ordinal} quarter of {year}")
    short = _Quarter(f"Q{number + 1} {year}", f"Q{number + 1} {year - 1}")
    growth = round(pen.rng.uniform(-9, 28), 1)
    title = Heading(
        f"{pen.say('company', company)} {pen.pick('reports results for', 'announces')} "
        f"{pen.say('period', named)}",
        1,
    )
    place = f"{pen.people.city()}, {pen.date('release_date', pen.day(), in_prose=True)}"
    opening = Paragraph(f"{place} - {_news(pen, growth)}")
    quote = (
        Paragraph(
            pen.pick(
                f'"We are pleased with the quarter," said {pen.say("ceo", ceo)}, '
                f"{pen.pick('CEO', 'chief executive')}.",
                f"{pen.say('ceo', ceo)}, who heads the company, spoke of a solid quarter.",
            )
        )
        if pen.chance(0.75)
        else None
    )
    table = _segments(pen, short, growth)
    rest: list[Block] = [*([quote] if quote else []), *_highlights(pen)]
    body = [*rest, *table] if pen.chance(0.5) else [*table, *rest]
    return Paper(
        pen.pick("release.pdf", "release.pdf", "results.md"),
        [title, opening, *body, *_outlook(pen)],
        running_foot=pen.pick("", "Page {page}"),
    )


def _news(pen: Pen, growth: float) -> str:
    if growth < 0:
        pen.drop("growth")
    shown = pen.percent("growth" if growth > 0 else "", abs(growth), 1)
    direction = (
        pen.pick("rose", "increased", "grew") if growth > 0 else pen.pick("fell", "declined")
    )
    subject = pen.pick("Revenue", "Sales")
    text = f"{subject} {direction} by {shown} against the same quarter of the previous year."
    if pen.chance(0.6):
        now = pen.percent("operating_margin", round(pen.rng.uniform(2, 27), 1), 1)
        before = pen.percent("", round(pen.rng.uniform(2, 27), 1), 1)
        was = pen.pick("came to", "was")
        text += f" The operating margin {was} {now}, after {before} a year ago."
    if pen.chance(0.6):
        each = pen.money("eps", round(pen.rng.uniform(0.05, 6), 2))
        text += f" {pen.pick('Diluted earnings per share', 'Earnings per share')} were {each}."
    return text


def _segments(pen: Pen, quarter: _Quarter, growth: float) -> list[Block]:
    segments = pen.some(_SEGMENTS, 3, 5)
    code = pen.writing.currency
    unit = pen.pick("million", "thousand")
    scale, places = (
        (1, 1) if unit == "million" else (1000, 0 if pen.writing.grouping != "de" else 2)
    )
    rows: list[list[str]] = []
    sums = [0.0, 0.0]
    asked = set(pen.some(segments, 2, 3))
    for segment in segments:
        now = round(pen.rng.uniform(20, 900) * scale, places)
        before = round(now / (1 + (growth + pen.rng.uniform(-4, 4)) / 100), places)
        sums = [sums[0] + now, sums[1] + before]
        texts = []
        for value, name in ((now, quarter.name), (before, quarter.last_year)):
            key = (
                _asked(pen, segment, name, f"{code} {unit}s")
                if segment in asked and pen.chance(0.7)
                else ""
            )
            texts.append(pen.say(key, pen.writing.number(value, places), plain(value)))
        change = 100 * (now / before - 1)
        rows.append([segment, *texts, pen.writing.number(change, 1) + "%"])
    key = _asked(pen, "the group", quarter.name, f"{code} {unit}s")
    total = round(sums[0], places)
    rows.append(
        [
            pen.pick("Total", "Group", "Consolidated"),
            pen.say(key, pen.writing.number(total, places), plain(total)),
            pen.writing.number(sums[1], places),
            "",
        ]
    )
    head = [
        pen.pick(f"{code} {unit}s", f"in {code} {unit}", f"({code} {unit})"),
        quarter.name,
        quarter.last_year,
        pen.pick("Change", "+/-"),
    ]
    return [
        Heading(pen.pick("Revenue by segment", "Sales by division"), 2),
        Table(head, rows, 1, frozenset({len(rows) - 1})),
    ]


def _asked(pen: Pen, segment: str, quarter: str, unit: str) -> str:
    slug = f"{segment} {quarter}".replace(" ", "_").lower()
    return pen.ask(
        Field(
            f"revenue_{slug}",
            NUMBER,
            (
                f"Revenue of {segment} in {quarter} in {unit}",
                f"What did {segment} sell in {quarter} (in {unit})?",
                f"Turnover, {segment}, {quarter}, in {unit}",
            ),
        )
    )


def _highlights(pen: Pen) -> list[Block]:
    said = []
    if pen.chance(0.4):
        spent = pen.number("buyback", round(pen.rng.uniform(5, 400), 1), 1)
        said.append(f"Own shares were bought back for {spent} (in millions).")
    if pen.chance(0.45):
        said.append(f"The company entered {pen.listed('new_markets', pen.some(_COUNTRIES, 2, 4))}.")
    if pen.chance(0.5):
        count = (
            pen.rng.randint(210, 980)
            if pen.writing.grouping != "en"
            else pen.rng.randint(400, 48000)
        )
        said.append(
            f"At the end of the quarter {pen.count('employees', count)} people were employed."
        )
    if pen.chance(0.45):
        said.append(
            "The order backlog stood at "
            f"{pen.number('order_backlog', round(pen.rng.uniform(20, 900), 1), 1)} (in millions)."
        )
    if pen.chance(0.35):
        said.append(
            f"Closing {pen.pick('two plants', 'a warehouse', 'an office')} led to a charge "
            f"of {pen.number('restructuring', round(pen.rng.uniform(1, 60), 1), 1)} (in millions)."
        )
    if not said:
        return []
    return [Bullets(said)] if pen.chance(0.5) else [Paragraph(" ".join(said))]


def _outlook(pen: Pen) -> list[Block]:
    said = []
    if pen.chance(0.6):
        said.append(
            "For the full year management "
            f"{pen.pick('expects revenue to grow by', 'forecasts sales growth of')} "
            f"{pen.percent('guidance', pen.pick(2.0, 3.5, 5.0, 8.0, 12.5), 1)}."
        )
    if pen.chance(0.5):
        said.append(
            "A conference call for analysts will be held on "
            f"{pen.date('call_date', pen.day() + timedelta(days=3), in_prose=True)}."
        )
    said.append(
        pen.pick("This release contains forward-looking statements.", "Figures are unaudited.")
    )
    return [Heading(pen.pick("Outlook", "Further information"), 2), Paragraph(" ".join(said))]


KIND = Kind("earnings_release", "finance", _FIELDS, _write)
