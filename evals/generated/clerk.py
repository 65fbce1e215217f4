"""How does a firm's office fill in its papers: in which language, numbers and layout?"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from evals.generated.blocks import Block, Columns, Pairs, Paragraph, Table, flat
from evals.generated.currencies import CODES, COUNTRIES_OF, Coin
from evals.generated.draft import Paper
from evals.generated.firms import Firm, firm_of
from evals.generated.marks import keys_in
from evals.generated.paper_labels import LABELS, MONTHS, TITLES, TONGUES
from evals.generated.pen import Pen, plain
from evals.generated.people import COUNTRIES

Pair = tuple[str, str]
_GROUPINGS = {"de": "de", "nl": "de", "it": "de", "es": "de", "fr": "fr", "se": "fr", "ch": "ch"}
_TAX_RATES = {
    "us": (8.25, 6.5, 7.0, 6.0),
    "gb": (20.0, 20.0, 5.0),
    "in": (18.0, 12.0, 5.0),
    "de": (19.0, 19.0, 7.0),
    "nl": (21.0, 9.0),
    "it": (22.0, 10.0),
    "es": (21.0, 10.0),
    "se": (25.0, 12.0),
    "ch": (8.1, 2.6, 7.7),
    "fr": (20.0, 5.5, 10.0),
}


class Clerk:
    """Works for `seller`; `pen` writes as is usual in the seller's country."""

    def __init__(self, pen: Pen, *, text_share: float = 0.15, buyer_is_person: float = 0.0) -> None:
        self.pen = pen
        code = pen.pick(*CODES)
        country = pen.pick(*COUNTRIES_OF[code]) if pen.chance(0.8) else pen.pick(*COUNTRIES)
        abroad = pen.pick(*COUNTRIES)
        self.country = country
        self.seller: Firm = firm_of(pen, country)
        self.buyer: Firm = firm_of(
            pen,
            country if pen.chance(0.6) else abroad,
            is_person=pen.chance(buyer_is_person),
        )
        self.is_text = pen.chance(text_share)
        self.coin = Coin(pen, code, is_text=self.is_text)
        local = _GROUPINGS.get(country, "in" if code == "INR" else "en")
        pen.writing = replace(pen.writing, grouping=local if pen.chance(0.6) else "en")
        tongue = TONGUES.get(country, "en")
        self.tongue = tongue if pen.chance(0.5) else "en"
        self._is_bilingual = self.tongue != "en" and pen.chance(0.25)
        self.rate = pen.pick(*_TAX_RATES[country])
        self._chosen: dict[str, str] = {}
        self._day_style = pen.pick("plain", "plain", "local", "local", "slashes", "weekday")
        self._layout = pen.pick("pairs", "pairs", "strip", "inline", "lines", "grid", "columns")

    def label(self, key: str) -> str:
        """The same words each time."""
        if key not in self._chosen:
            words = LABELS[key]
            told = self.pen.pick(*words[self.tongue])
            if self._is_bilingual and self.pen.chance(0.6):
                told = f"{told} / {self.pen.pick(*words['en'])}"
            self._chosen[key] = told
        return self._chosen[key]

    def title(self, key: str) -> str:
        return self.pen.pick(*TITLES[key][self.tongue])

    def date(self, key: str, day: datetime.date) -> str:
        return self.pen.say(key, self._dated(day), day.isoformat())

    def _dated(self, day: datetime.date) -> str:
        """Day first with slashes only where it can not be read otherwise."""
        if self.tongue in MONTHS and self._day_style == "local":
            point = "." if self.tongue == "de" else ""
            return f"{day.day}{point} {MONTHS[self.tongue][day.month - 1]} {day.year}"
        if self._day_style == "slashes" and self.country != "us" and day.day > 12:
            return f"{day:%d/%m/%Y}"
        if self._day_style == "weekday" and self.tongue == "en":
            return f"{day:%a}, {day.day} {day:%b %Y}"
        return self.pen.writing.date(day)

    def tax_rate(self, *signs: str) -> str:
        """In percent, with one of the signs."""
        places = 0 if self.rate == int(self.rate) and self.pen.chance(0.7) else 1
        places = places if round(self.rate, places) == self.rate else 2
        number = self.pen.writing.number(self.rate, places)
        return self.pen.say("tax_rate", number + self.pen.pick(*signs), plain(self.rate))

    def pairs(self, pairs: Sequence[Pair]) -> list[Block]:
        """Labels left of what is said to them, above it, or in a line with it."""
        match self._layout:
            case "strip":
                return [_strip(pairs[n : n + 5]) for n in range(0, len(pairs), 5)]
            case "inline":
                between = self.pen.pick(" | ", ", ", "   ", " · ")
                rows = [pairs[n : n + 3] for n in range(0, len(pairs), 3)]
                return [Paragraph("\n".join(inline(row, between) for row in rows))]
            case "lines":
                return [Paragraph("\n".join(f"{label}: {text}" for label, text in pairs))]
            case "grid" if len(pairs) > 2:
                return [_grid(pairs)]
            case "columns" if len(pairs) > 1:
                half = (len(pairs) + 1) // 2
                return [Columns([Pairs(pairs[:half])], [Pairs(pairs[half:])])]
            case _:
                return [Pairs(pairs)]

    @property
    def is_wide(self) -> bool:
        """Whether pairs need the width of the page."""
        return self._layout in ("strip", "grid", "columns")

    def paper(self, names: Sequence[str], blocks: Sequence[Block]) -> Paper:
        """What was written, but has no place in this layout, is not stated."""
        kept = {key.split("#")[0] for key in keys_in(flat(blocks))}
        for name in [name for name in self.pen.values if name not in kept]:
            del self.pen.values[name]
        ending = self.pen.pick("txt", "txt", "md") if self.is_text else "pdf"
        return Paper(f"{self.pen.pick(*names)}.{ending}", blocks)


def inline(pairs: Sequence[Pair], between: str) -> str:
    return between.join(f"{label}: {text}" for label, text in pairs)


def _strip(pairs: Sequence[Pair]) -> Table:
    return Table([label for label, _ in pairs], [[text for _, text in pairs]], len(pairs))


def _grid(pairs: Sequence[Pair]) -> Table:
    cells = [*pairs, *([("", "")] if len(pairs) % 2 else [])]
    rows = [[*cells[n], *cells[n + 1]] for n in range(0, len(cells), 2)]
    return Table(["", "", "", ""], rows, 4)
