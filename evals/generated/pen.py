"""How are a document's words written so that it stays known what they state?"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from evals.generated.field import Field
from evals.generated.marks import mark
from evals.generated.people import COUNTRIES, People
from evals.generated.writing import Writing, has_words, number_words, writing
from ingest.normalise import normalise

_FIRST_DAY, _LAST_DAY = datetime.date(2015, 1, 1), datetime.date(2025, 10, 31)
T = TypeVar("T")
Label = Callable[[str], str]


class Pen:
    """Writes one document. What is written under the name of a field is its value; a second
    time changes nothing. An empty name writes without stating anything."""

    def __init__(
        self, rng: random.Random, fields: Sequence[Field], countries: Sequence[str] = ()
    ) -> None:
        self.rng = rng
        country = rng.choice(countries or list(COUNTRIES))
        self.people = People(rng, country)
        self.writing: Writing = writing(rng, country)
        self.fields = {field.name: field for field in fields}
        self.values: dict[str, Any] = {}

    def ask(self, field: Field) -> str:
        """A field that this document alone has; its name."""
        self.fields[field.name] = field
        return field.name

    def drop(self, name: str) -> None:
        """A field that this document neither states nor leaves open."""
        self.fields.pop(name, None)

    def say(self, key: str, text: str, value: Any = None) -> str:
        if not key:
            return text
        told = normalise(text) if value is None else value
        assert self.values.setdefault(key, told) == told, f"{key} is stated in two ways"
        return mark(key, text)

    def date(self, key: str, day: datetime.date, *, in_prose: bool = False) -> str:
        return self.say(key, self.writing.date(day, in_prose=in_prose), day.isoformat())

    def money(self, key: str, value: float, places: int = 2) -> str:
        return self.say(key, self.writing.money(value, places), plain(round(value, places)))

    def number(self, key: str, value: float, places: int = 2) -> str:
        return self.say(key, self.writing.number(value, places), plain(round(value, places)))

    def count(self, key: str, value: int) -> str:
        """Digits alone, grouped where that is read as thousands."""
        text = f"{value:,}" if self.writing.grouping == "en" else str(value)
        return self.say(key, text, value)

    def percent(self, key: str, value: float, places: int = 2) -> str:
        text = self.writing.number(value, places)
        sign = self.sign_of_percent
        if sign == "%":
            return self.say(key, f"{text}%", plain(value))
        return f"{self.say(key, text, plain(value))} {sign}"

    @property
    def sign_of_percent(self) -> str:
        return "per cent" if self.writing.date_style in ("iso", "short") else "%"

    def in_words(self, key: str, value: int) -> str:
        """A count as contracts write it: "thirty (30)", "30", "twelve"."""
        form = self.rng.choice(["both", "both", "digits", "words"])
        if form == "digits" or not has_words(value):
            return self.say(key, str(value), value)
        if form == "words" and value <= 20:
            return self.say(key, number_words(value), value)
        return f"{number_words(value)} ({self.say(key, str(value), value)})"

    def flag(self, key: str, sentence: str, value: bool) -> str:
        return self.say(key, sentence, value)

    def listed(self, key: str, items: Sequence[str], last: str = " and ") -> str:
        """Items in prose."""
        marked = self.items(key, items)
        return ", ".join(marked[:-1]) + last + marked[-1] if len(marked) > 1 else marked[0]

    def counted(self, key: str, numbers: Sequence[int]) -> str:
        """Whole numbers in prose."""
        marked = self.items(key, [str(number) for number in numbers], numbers)
        return f"{', '.join(marked[:-1])} and {marked[-1]}"

    def items(self, key: str, items: Sequence[str], values: Sequence[Any] = ()) -> list[str]:
        """Each item of a list, to be set out as the caller likes."""
        if not key:
            return list(items)
        values = values or [normalise(item) for item in items]
        self.values.setdefault(key, list(values))
        return [mark(f"{key}#{number}", item) for number, item in enumerate(items)]

    def cell(self, key: str, row: int, name: str, text: str, value: Any = None) -> str:
        """A property of a row of an array of objects."""
        listed = self.values.setdefault(key, [])
        if row == len(listed):
            listed.append({})
        listed[row][name] = normalise(text) if value is None else value
        return mark(f"{key}#{row}#{name}", text)

    def pick(self, *options: T) -> T:
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def day(
        self, first: datetime.date = _FIRST_DAY, last: datetime.date = _LAST_DAY
    ) -> datetime.date:
        return first + datetime.timedelta(days=self.rng.randrange((last - first).days))

    def id(self, pattern: str) -> str:
        """ "#" is a digit, "?" a capital letter."""
        letters = "ABCDEFGHJKLMNPRSTUVWXY"
        return "".join(
            str(self.rng.randint(0, 9)) if c == "#" else self.rng.choice(letters) if c == "?" else c
            for c in pattern
        )

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        return self.rng.sample(list(options), min(len(options), self.rng.randint(least, most)))

    def shuffled(self, options: Sequence[T]) -> list[T]:
        return self.rng.sample(list(options), len(options))

    def labels(self, table: Mapping[str, Sequence[str]]) -> Label:
        """One wording for each label, the same one each time it is asked for."""
        chosen = {key: self.rng.choice(list(words)) for key, words in table.items()}
        return lambda key: chosen[key]


def plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
