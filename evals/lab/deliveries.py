"""Which table is a haystack, and what is asked of one of its rows?

Records of made-up deliveries. All rows are of one kind, so that every other row distracts. Keys,
serial numbers, lots and contacts stand once each; dates and quantities repeat, as in real sheets.
The rows around the needle are the same at every depth, and a longer table begins with the
shorter one, but for the row whose place the needle takes, which is the last.
"""

from __future__ import annotations

import bisect
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

import xlsxwriter

from evals.lab.haystack import CountTokens, swapped_in
from evals.lab.magic import Draws, Magic, seeded

HEADS = ("Item", "Serial number", "Lot", "Contact", "Delivered", "Quantity")
SHEET = "Deliveries"
_FIRST_DAY = date(2024, 1, 1)
_BATCH = 512
_MADE = datetime(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Record:
    item: str
    serial: str
    lot: str
    contact: str
    delivered: str
    quantity: str

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(str(getattr(self, one.name)) for one in fields(self))


class Records:
    """The rows of a seed, counted as far as a table has asked for."""

    def __init__(self, seed: int, count_tokens: CountTokens) -> None:
        self._source, self._count_tokens = _records(seed), count_tokens
        self.needle = next(self._source)
        self._rows: list[Record] = []
        self._stops: list[int] = []

    def table(self, num_tokens: int, depth: float | None) -> tuple[list[Record], int]:
        """Rows of at most so many tokens, as a document writes them, the needle at its depth
        among them, and their tokens; with no depth, there is no needle."""
        while not self._stops or self._stops[-1] < num_tokens:
            self._make_more()
        heads, needle = self._count_tokens([_line(HEADS), _line(self.needle.cells)])
        own = heads + (0 if depth is None else needle)
        count = bisect.bisect_right(self._stops, num_tokens - own)
        rows = self._rows[:count]
        if depth is not None:
            swapped_in(rows, round(count * depth / 100), self.needle)
        return rows, own + (self._stops[count - 1] if count else 0)

    def _make_more(self) -> None:
        rows = [next(self._source) for _ in range(_BATCH)]
        total = self._stops[-1] if self._stops else 0
        for row, count in zip(
            rows, self._count_tokens([_line(row.cells) for row in rows]), strict=True
        ):
            total += count
            self._rows.append(row)
            self._stops.append(total)


def csv_text(rows: Sequence[Record]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(row.cells for row in rows)
    return file.getvalue()


def workbook(rows: Sequence[Record]) -> bytes:
    """The same bytes for the same rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, HEADS)
        for number, row in enumerate(rows, start=1):
            item, serial, lot, contact, delivered, quantity = row.cells
            sheet.write_row(number, 0, (item, int(serial), lot, contact, delivered, int(quantity)))
    return file.getvalue()


def _records(seed: int) -> Iterator[Record]:
    rng = seeded(seed, "records")
    draws = Draws(rng)
    while True:
        yield Record(
            item=draws.one(Magic.WORDS),
            serial=draws.one(Magic.NUMBERS),
            lot=draws.one(Magic.UUIDS)[:13],
            contact=draws.one(Magic.WORDS).replace("-", "."),
            delivered=(_FIRST_DAY + timedelta(days=rng.randrange(700))).isoformat(),
            quantity=str(rng.randint(1, 999)),
        )


def _line(cells: Sequence[str]) -> str:
    """A row as the text of a document has it."""
    return " | ".join(cells) + "\n"
