"""Is a cell of a workbook found by the label of its line and a time, among others of that line?

`python -m evals.dated_cells [--books N] [--json FILE]`. Accounts by year, quarter or month, with
the times across the top or down the side, and cells asked by words and a date. The figures to
compare with are those of another state of the code: nothing here is trained on or set by.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta

from evals.cases import Case, Row
from evals.figures import by_kind, figures_of
from evals.generated.sheets import Cell, SheetRows, bold, day, number, whole, workbook_of
from evals.measured import Measured
from evals.place_rules import in_cell
from evals.product import Product
from schemas.settings import Settings, load_settings
from schemas.source_map import column_letters

SEED = 4_000_037
_SHEET = "Accounts"
_AMOUNTS = (
    "Operating profit", "Depreciation", "Restructuring costs", "Net interest paid", "Leases",
    "Cash at bank", "Trade receivables", "Inventories", "Capital expenditure", "Staff costs",
)  # fmt: skip
_RATIOS = ("Leverage (x)", "Interest cover (x)", "Gearing (x)")
_LIMITS = ("Maximum leverage", "Minimum interest cover")
_NEAR = ("Operating profit before leases", "Leases of vehicles", "Staff costs per head")
_MONTHS = {"years": 12, "quarters": 3, "months": 1}
_NUMBER = {"type": ["number", "null"]}
_HEAD_ROWS = 3
_ASKED_OF_EACH, _ABSENT_OF_EACH = 6, 2


@dataclass(frozen=True, slots=True)
class Book:
    """`values[line][time]` is what stands for a line at the end of a stretch of time."""

    layout: str
    is_across: bool
    lines: Sequence[str]
    ends: Sequence[date]
    heads: Sequence[Cell]
    values: Sequence[Sequence[float]]

    def data(self) -> bytes:
        lines = [bold("Period ended"), *map(bold, self.lines)]
        columns = [
            [head, *(number(row[at]) for row in self.values)] for at, head in enumerate(self.heads)
        ]
        table = [lines, *columns]
        rows = list(zip(*table, strict=True)) if self.is_across else table
        return workbook_of([SheetRows(_SHEET, [[bold(f"Accounts by {self.layout}")], [], *rows])])

    def cell(self, line: int, time: int) -> str:
        row, column = (line + 1, time + 1) if self.is_across else (time + 1, line + 1)
        return f"{column_letters(column + 1)}{row + _HEAD_ROWS}"


def books(num_books: int) -> list[Book]:
    return [_book(random.Random(f"{SEED}/{turn}"), turn) for turn in range(num_books)]


def cases_of(book: Book, rng: random.Random) -> list[Case]:
    """Some cells, each by its line and its time in words, and lines that are not there."""
    places = [(line, time) for line in range(len(book.lines)) for time in range(len(book.ends))]
    cells = [
        Case(
            name=f"q{number}",
            description=_asked(book, book.lines[line], book.ends[time], rng),
            schema=_NUMBER,
            expected=book.values[line][time],
            kind=f"{book.layout}, {'across' if book.is_across else 'down'}",
            is_place=in_cell(_SHEET, book.cell(line, time)),
        )
        for number, (line, time) in enumerate(rng.sample(places, _ASKED_OF_EACH))
    ]
    others = rng.sample(sorted({*_AMOUNTS, *_NEAR} - set(book.lines)), _ABSENT_OF_EACH)
    return cells + [
        Case(
            name=f"q{_ASKED_OF_EACH + number}",
            description=_asked(book, line, rng.choice(book.ends), rng),
            schema=_NUMBER,
            expected=None,
            kind="a line like one that is there" if line in _NEAR else "a line that is not there",
        )
        for number, line in enumerate(others)
    ]


def measure(settings: Settings, num_books: int) -> Measured:
    rows: list[Row] = []
    with Product.open(settings) as product:
        for turn, book in enumerate(books(num_books)):
            document = product.read(book.data(), f"{turn} accounts.xlsx")
            rows += product.rows(document, cases_of(book, random.Random(f"{SEED}/asked/{turn}")))
        return Measured({"model": product.model, **figures_of(rows), "kinds": by_kind(rows)}, rows)


def _book(rng: random.Random, turn: int) -> Book:
    layout = tuple(_MONTHS)[turn % 3]
    num_times = rng.randint(6, 12)
    last = date(rng.randint(2018, 2025), 12, 31)
    ends = [_back(last, _MONTHS[layout] * at) for at in reversed(range(num_times))]
    lines = [*rng.sample(_AMOUNTS, 6), *rng.sample(_RATIOS, 2), *rng.sample(_LIMITS, 1)]
    rng.shuffle(lines)
    values = [[_value(line, rng) for _ in ends] for line in lines]
    are_days = rng.random() < 0.5
    heads = [_head(layout, end, are_days) for end in ends]
    return Book(layout, turn // 3 % 2 == 0, lines, ends, heads, values)


def _back(last: date, months: int) -> date:
    """The end of the month so many months before."""
    return last + relativedelta(months=-months, day=31)


def _value(line: str, rng: random.Random) -> float:
    if line in _RATIOS:
        return round(rng.uniform(1.5, 6.0), 2)
    if line in _LIMITS:
        return rng.choice((3.25, 3.5, 3.75, 4.0, 4.25))
    return float(rng.randint(300, 40_000))


def _head(layout: str, end: date, is_day: bool) -> Cell:
    if is_day:
        return day(end)
    if layout == "years":
        return whole(end.year)
    told = f"Q{end.month // 3} {end.year}" if layout == "quarters" else f"{end:%b %Y}"
    return bold(told)


def _asked(book: Book, line: str, end: date, rng: random.Random) -> str:
    days = [f"at {end.day} {end:%B %Y}", f"as of {end:%B} {end.day}, {end.year}"]
    of_layout = {
        "years": f"in {end.year}",
        "quarters": f"in the quarter ended {end.day} {end:%B %Y}",
        "months": f"in {end:%B %Y}",
    }
    return f"{line.removesuffix(' (x)')} {rng.choice([*days, of_layout[book.layout]])}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--books", type=int, default=24)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    measured = measure(load_settings(), arguments.books)
    print(json.dumps(measured.record))
    if arguments.json:
        arguments.json.write_text(measured.json())


if __name__ == "__main__":
    main()
