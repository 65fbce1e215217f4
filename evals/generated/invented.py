"""Which people, places, works and things are there that nobody can have read of before?"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from evals.generated.people import People

_ONSETS = "b br c cl d dr f fl g gr h j k kr l m n p pr qu r s sk st t th tr v w z"
_VOWELS = "a e i o u a e o ai ea ie oa ou"
_CODAS = "l n r s t m nd rn sk th lm rv x v"
_PLACE_ENDS = (
    "burg ford haven mouth ton wick dale field stead holm berg port bridge worth minster ia "
    "ova ino elle au itz ach era ana"
)
_ADJECTIVES = (
    "Silent Broken Golden Hidden Last Long Lost Northern Pale Restless Second Seventh Quiet "
    "Scarlet Winter Hollow Distant Blind Crooked Glass Burning Early Narrow Unwritten Salt "
    "Bitter"
)
_NOUNS = (
    "Harbour Orchard Mirror Garden Letter Winter River Clock Stair Meadow Lantern Sparrow "
    "Crown Voyage Window Shepherd Widow Island Bridge Forest Prophet Miller Feast Shadow "
    "Wheel Door Furnace Choir Almanac Compass"
)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    last: str
    is_woman: bool


class Invented:
    """Names that do not come twice in one document, nor as a part of each other."""

    def __init__(self, rng: random.Random, people: People) -> None:
        self._rng, self._people = rng, people
        self._taken: set[str] = set()
        self.places: list[str] = []

    def person(self, is_woman: bool | None = None) -> Person:
        is_woman = self._rng.random() < 0.45 if is_woman is None else is_woman
        fake = self._people.fake
        first = str(fake.first_name_female() if is_woman else fake.first_name_male())
        real = str(fake.last_name())
        last = self.new(lambda: self._rng.choice([real, self.word(), self.word()]), self.word)
        if self._rng.random() < 0.12:
            first += f" {self._rng.choice('ABCDEFGHJKLMNPRSTW')}."
        self._taken.add(first)
        return Person(f"{first} {last}", last, is_woman)

    def word(self) -> str:
        """A capitalised word as names are made of."""
        parts = [self._syllable() for _ in range(self._rng.choice([1, 2, 2, 2]))]
        return "".join([*parts, self._rng.choice(_CODAS.split())]).capitalize()

    def place(self) -> str:
        def make() -> str:
            name = f"{self._syllable()}{self._rng.choice([*_CODAS.split(), ''])}"
            name = f"{name}{self._rng.choice(_PLACE_ENDS.split())}".capitalize()
            before = ["Saint ", "New ", "Upper ", "Port ", "East ", "Old "]
            return self._rng.choice(before) + name if self._rng.random() < 0.12 else name

        self.places.append(self.new(make))
        return self.places[-1]

    def river(self) -> str:
        return self.new(
            lambda: f"{self._syllable()}{self._rng.choice(_CODAS.split())}".capitalize()
        )

    def work(self) -> str:
        def make() -> str:
            adjective, noun = (
                self._rng.choice(_ADJECTIVES.split()),
                self._rng.choice(_NOUNS.split()),
            )
            other = self._rng.choice(_NOUNS.split())
            return self._rng.choice(
                [
                    f"The {adjective} {noun}",
                    f"{adjective} {noun}s",
                    f"{_a(noun)} in {self.word()}",
                    f"The {noun} and the {other}",
                    f"{noun} of {self.word()}",
                    f"The {noun} of {self.word()}",
                ]
            )

        return self.new(make)

    def year(self, first: int, last: int) -> int:
        """One that is not named yet, as long as there are any."""
        free = [year for year in range(first, last + 1) if str(year) not in self._taken]
        year = self._rng.choice(free or range(first, last + 1))
        self._taken.add(str(year))
        return year

    def number(self, first: int, last: int) -> int:
        number = self._rng.randint(first, last)
        for _ in range(30):
            if str(number) not in self._taken:
                break
            number = self._rng.randint(first, last)
        self._taken.add(str(number))
        return number

    def one_of(self, options: str) -> str:
        """One of options with "|" between them, each once in a document."""
        parts = options.split("|")
        free = [option for option in parts if option not in self._taken]
        found = self._rng.choice(free or parts)
        self._taken.add(found)
        return found

    def new(self, make: Callable[[], str], again: Callable[[], str] | None = None) -> str:
        name = make()
        for _ in range(40):
            if not any(name in other or other in name for other in self._taken):
                break
            name = (again or make)()
        self._taken.add(name)
        return name

    def _syllable(self) -> str:
        return self._rng.choice(_ONSETS.split()) + self._rng.choice(_VOWELS.split())


def _a(noun: str) -> str:
    return f"{'An' if noun[0] in 'AEIOU' else 'A'} {noun}"
