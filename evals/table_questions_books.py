"""Which workbooks are asked for sums and look-ups, and what is the right answer?

Inventories, sales lists, ledgers and staff lists of 30 to 5,000 rows, with a title, blanks, words
among the numbers, subtotals, a total, and other tables on the same sheet. Seeded.
"""

from __future__ import annotations

import io
import random
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from faker import Faker

from evals import table_questions_choosing, table_questions_measured
from evals.table_questions_wordings import HEADS, Wording

Record = dict[str, Any]
_SIZES = (30, 80, 250, 900, 5000)
_NUMBERS = ("quantity", "price", "amount", "credit")
_NOT_NUMBERS = ("n/a", "TBD", "on request", "see note")
_CATEGORIES = {
    "inventory": ("Fasteners", "Hand tools", "Paint", "Electrical", "Plumbing", "Garden"),
    "ledger": ("Travel", "Office supplies", "Rent", "Software", "Insurance", "Consulting"),
    "staff": ("Engineering", "Finance", "Marketing", "Legal", "Logistics", "Research"),
}
_PLACES = {
    "inventory": ("Hamburg", "Rotterdam", "Lyon", "Gdansk"),
    "sales": ("North", "South", "East", "West", "Central"),
    "ledger": ("Plant A", "Plant B", "Head office", "Lab"),
    "staff": ("Berlin", "Dublin", "Madrid", "Oslo"),
}
_TITLES = ("Analyst", "Manager", "Technician", "Assistant", "Director", "Specialist")
_GOODS = ("Bolt", "Hammer", "Drill", "Valve", "Cable", "Brush", "Lamp", "Rake", "Pump", "Saw")
_SORTS = ("Alpha", "Beta", "Gamma", "Delta", "Sigma", "Omega", "Nova", "Terra", "Luna", "Orion")


@dataclass(frozen=True, slots=True)
class TableCase:
    """`cells` are the right ones as (column letter, row) of the sheet; a count may cite the rows
    in any column, which is then "". An unanswerable question has the value None."""

    question: str
    kind: str
    value: Any
    cells: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    name: str
    data: bytes
    cases: tuple[TableCase, ...]


def books(seed: int, num_books: int, *, is_measured: bool) -> list[Book]:
    kinds = sorted(HEADS)
    made = []
    for number in range(num_books):
        kind = kinds[number % len(kinds)]
        rng = random.Random(f"{seed} {number}")
        size = _SIZES[(number // len(kinds)) % len(_SIZES)]
        made.append(_Maker(kind, rng, size, is_measured).book(f"{kind}-{number}.xlsx"))
    return made


class _Maker:
    def __init__(self, kind: str, rng: random.Random, size: int, is_measured: bool) -> None:
        self._kind, self._rng, self._is_measured = kind, rng, is_measured
        self._heads = HEADS[kind][is_measured]
        self._keys = list(self._heads)
        self._fake = Faker("en_GB")
        self._fake.seed_instance(rng.randrange(1 << 30))
        self._partners = sorted({self._fake.unique.company() for _ in range(8)})
        people = {self._fake.unique.name() for _ in range(size if kind == "staff" else 6)}
        self._people = sorted(re.sub(r"^(?:Mr|Mrs|Ms|Dr|Miss)\.? ", "", name) for name in people)
        self._records = [self._record(number) for number in range(size)]
        self._rows: list[int] = []

    def book(self, name: str) -> Book:
        data = self._written()
        told = table_questions_measured if self._is_measured else table_questions_choosing
        wordings = told.WORDINGS[self._kind]
        cases = [case for wording in wordings if (case := self._case(wording)) is not None]
        cases += [
            TableCase(self._filled(text, self._rng.choice(self._records)), "none", None)
            for text in told.UNANSWERABLE[self._kind]
        ]
        return Book(name, data, tuple(cases))

    def _record(self, number: int) -> Record:
        rng = self._rng
        made: Record = {
            "id": f"{self._kind[:2].upper()}-{10000 + number * 7}",
            "date": date(2020, 1, 1) + timedelta(days=rng.randrange(1400)),
            "category": rng.choice(_CATEGORIES.get(self._kind, ("",))),
            "place": rng.choice(_PLACES[self._kind]),
            "partner": rng.choice(self._partners),
            "person": self._people[number % len(self._people)],
            "title": rng.choice(_TITLES),
            "name": f"{rng.choice(_SORTS)} {rng.choice(_GOODS).lower()}",
            "quantity": rng.randrange(1, 60),
            "price": round(rng.uniform(1, 400), 2),
            "amount": round(rng.uniform(20, 90000), 2),
            "credit": round(rng.uniform(1, 900), 2),
        }
        if self._kind == "inventory":
            made["name"] = f"{made['name']} {number + 11}"
        for key in _NUMBERS:
            chance = rng.random()
            if chance < 0.02:
                made[key] = None
            elif chance < 0.04:
                made[key] = rng.choice(_NOT_NUMBERS)
        return {key: made[key] for key in self._keys}

    def _written(self) -> bytes:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = book.add_worksheet(f"{self._kind.title()} list")
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        money = book.add_format({"num_format": "#,##0.00"})
        row = 0
        if self._rng.random() < 0.6:
            sheet.write(0, 0, f"{self._kind.title()} as of the end of the year", bold)
            row = 2
        sheet.write_row(row, 0, list(self._heads.values()), bold)
        sums = dict.fromkeys(_NUMBERS, 0.0)
        has_subtotals = self._rng.random() < 0.4 and len(self._records) >= 80
        for number, record in enumerate(self._records):
            row += 1
            self._rows.append(row + 1)
            for column, key in enumerate(self._keys):
                self._write(sheet, row, column, record[key], day, money)
                if key in _NUMBERS and isinstance(record[key], (int, float)):
                    sums[key] += record[key]
            if has_subtotals and number % 40 == 39:
                row += 1
                self._write_total(sheet, row, "Subtotal", self._since(number - 39, number), money)
        if self._rng.random() < 0.7:
            self._write_total(
                sheet, row + 1, self._rng.choice(("Total", "Grand total")), sums, money
            )
        self._write_other(sheet, row + 5, bold)
        book.close()
        return file.getvalue()

    def _since(self, first: int, last: int) -> dict[str, float]:
        kept = self._records[first : last + 1]
        return {
            key: sum(r[key] for r in kept if isinstance(r.get(key), (int, float)))
            for key in _NUMBERS
        }

    def _write_total(
        self, sheet: Any, row: int, label: str, sums: dict[str, float], money: Any
    ) -> None:
        sheet.write(row, 0, label)
        for column, key in enumerate(self._keys):
            if key in _NUMBERS:
                sheet.write(row, column, round(sums[key], 2), money)

    def _write(self, sheet: Any, row: int, column: int, value: Any, day: Any, money: Any) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, day)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, money)
        elif value is not None:
            sheet.write(row, column, value)

    def _write_other(self, sheet: Any, row: int, bold: Any) -> None:
        """A second table below: codes with whom to call and a budget."""
        sheet.write_row(row, 0, ["Location code", "Contact", "Budget"], bold)
        for number in range(1, len(_PLACES[self._kind]) + 1):
            code = f"L{number}"
            sheet.write_row(row + number, 0, [code, self._fake.last_name(), 1000 * number])

    def _case(self, wording: Wording) -> TableCase | None:
        record = self._rng.choice(self._records)
        if any(
            record.get(key) in (None, *_NOT_NUMBERS)
            for key in (wording.column, *wording.where)
            if key
        ):
            record = next(r for r in self._records if _is_whole(r))
        threshold = self._threshold(wording)
        question = self._filled(wording.text, record, threshold)
        kept = [
            number
            for number, other in enumerate(self._records)
            if all(other[key] == record[key] for key in wording.where)
            and _compares(wording, other, record, threshold)
        ]
        return self._gold(wording, question, kept)

    def _threshold(self, wording: Wording) -> float:
        if wording.compare is None or wording.compare[0] == "date":
            return 0.0
        known = [v for r in self._records if isinstance(v := r[wording.compare[0]], (int, float))]
        return round(statistics.median(known) * self._rng.choice((0.7, 1.0, 1.4)))

    def _gold(self, wording: Wording, question: str, kept: Sequence[int]) -> TableCase | None:
        kind = f"{self._kind} {wording.operator}"
        if wording.operator == "count":
            return TableCase(question, kind, len(kept), self._cells("", kept)) if kept else None
        if wording.operator == "group":
            return self._best_group(wording, question, kind)
        values = [(n, self._records[n][wording.column]) for n in kept]
        known = [(n, v) for n, v in values if v is not None and v not in _NOT_NUMBERS]
        if wording.operator == "list":
            if wording.by:
                ranked = [
                    (n, v)
                    for n in kept
                    if isinstance(v := self._records[n][wording.by], (int, float))
                ]
                extreme = max if wording.is_highest else min
                best = extreme(v for _, v in ranked)
                known = [(n, self._records[n][wording.column]) for n, v in ranked if v == best]
            if len(known) != 1:
                return None
            value = known[0][1]
            value = value.isoformat() if isinstance(value, date) else value
            return TableCase(question, kind, value, self._cells(wording.column, [known[0][0]]))
        if not known:
            return None
        if wording.operator == "distinct":
            return TableCase(
                question, kind, len({v for _, v in known}), self._cells(wording.column, kept)
            )
        compute: dict[str, Callable[[list[float]], float]] = {
            "sum": lambda v: round(sum(v), 2), "mean": statistics.fmean, "min": min, "max": max,
        }  # fmt: skip
        value = compute[wording.operator]([v for _, v in known])
        if wording.operator in ("min", "max"):
            known = [(n, v) for n, v in known if v == value]
        return TableCase(question, kind, value, self._cells(wording.column, [n for n, _ in known]))

    def _best_group(self, wording: Wording, question: str, kind: str) -> TableCase | None:
        groups: dict[str, list[int]] = {}
        for number, record in enumerate(self._records):
            groups.setdefault(record[wording.group], []).append(number)

        def measure(rows: list[int]) -> float:
            if not wording.by:
                return len(rows)
            cells = (self._records[n][wording.by] for n in rows)
            return sum(v for v in cells if isinstance(v, (int, float)))

        ranked = sorted(groups, key=lambda g: -measure(groups[g]))
        if measure(groups[ranked[0]]) == measure(groups[ranked[1]]):
            return None
        rows = groups[ranked[0]]
        if wording.by:
            rows = [n for n in rows if isinstance(self._records[n][wording.by], (int, float))]
        return TableCase(question, kind, ranked[0], self._cells(wording.by, rows))

    def _cells(self, key: str, numbers: Sequence[int]) -> frozenset[tuple[str, int]]:
        letter = chr(65 + self._keys.index(key)) if key else ""
        return frozenset((letter, self._rows[number]) for number in numbers)

    def _filled(self, text: str, record: Record, threshold: float = 0.0) -> str:
        day = record.get("date", date(2021, 1, 1))
        text = re.sub(r"\{\w+:number\}", f"{threshold:,.0f}", text)
        return text.format(**{**record, "year": day.year, "month": f"{day:%B %Y}"})


def _compares(wording: Wording, other: Record, record: Record, threshold: float) -> bool:
    if wording.compare is None:
        return True
    key, how = wording.compare
    cell = other[key]
    if how in ("year", "month"):
        same_year = cell.year == record[key].year
        return same_year and (how == "year" or cell.month == record[key].month)
    if not isinstance(cell, (int, float)):
        return False
    return {">": cell > threshold, ">=": cell >= threshold, "<": cell < threshold}[how]


def _is_whole(record: Record) -> bool:
    return all(isinstance(record.get(key, 0), (int, float)) for key in _NUMBERS)
