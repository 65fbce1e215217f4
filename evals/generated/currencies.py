"""How does a paper tell in which currency its amounts are?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.generated.field import Field, choice
from evals.generated.pen import Pen, plain

_SIGNS = {
    "USD": ["$", "$", "US$", "USD"],
    "EUR": ["€", "€", "EUR"],
    "GBP": ["£", "£", "GBP"],
    "INR": ["Rs.", "Rs", "INR", "₹"],
    "CHF": ["CHF", "Fr.", "SFr."],
    "SEK": ["kr", "SEK"],
}
_WORDS = {
    "USD": ["US dollars", "U.S. dollars", "USD", "United States dollars"],
    "EUR": ["euros", "euro", "EUR", "€"],
    "GBP": ["pounds sterling", "British pounds", "GBP", "£"],
    "INR": ["Indian rupees", "rupees", "INR", "Rs."],
    "CHF": ["Swiss francs", "CHF", "francs"],
    "SEK": ["Swedish kronor", "SEK", "kronor"],
}
CODES: tuple[str, ...] = tuple(_SIGNS)
COUNTRIES_OF: Mapping[str, tuple[str, ...]] = {
    "USD": ("us",),
    "EUR": ("de", "fr", "nl", "it", "es"),
    "GBP": ("gb",),
    "INR": ("in",),
    "CHF": ("ch",),
    "SEK": ("se",),
}
"""Where a paper in this currency mostly comes from."""

_NAME = "currency"
_DESCRIPTIONS = (
    "Currency of the amounts",
    "Currency",
    "In which currency are the amounts stated?",
    "Currency code (ISO 4217)",
    "Which money are the prices in?",
)


class Coin:
    """The currency of one paper; its field is asked as one of a few codes.

    Amounts bear the sign (`where` is "signs"), or it stands in the head of the table, in the label
    of the total, in a sentence, or nowhere.
    """

    def __init__(self, pen: Pen, code: str, *, is_text: bool) -> None:
        self._pen, self.code = pen, code
        self.sign = pen.pick(*(s for s in _SIGNS[code] if is_text or s != "₹"))
        self.where = pen.pick("signs", "signs", "signs", "head", "total", "sentence", "nowhere")
        self._is_behind = code in ("EUR", "SEK", "CHF") and pen.chance(0.5)
        self._gap = " " if self.sign[-1:].isalpha() or self._is_behind else pen.pick("", "", " ")
        pen.ask(Field(_NAME, self._schema(), _DESCRIPTIONS))

    def money(self, key: str, value: float) -> str:
        """As the paper writes it; with a sign it is part of the words."""
        number = self._pen.writing.number(value)
        return self._pen.say(
            key, self._signed(number) if self.where == "signs" else number, plain(round(value, 2))
        )

    def marked_money(self, value: float) -> str:
        """An amount that is not asked for; its sign states the currency."""
        number = self._pen.writing.number(value)
        return self._signed(number, marked=True) if self.where == "signs" else number

    def head(self, label: str) -> str:
        if self.where != "head":
            return label
        return self._pen.pick(f"{label} ({self._told()})", f"{label} in {self._told()}")

    def total(self, label: str) -> str:
        return f"{label} {self._told()}" if self.where == "total" else label

    def sentence(self) -> str:
        """Empty where the paper has none, or has it already."""
        if self.where != "sentence" or _NAME in self._pen.values:
            return ""
        words = self._pen.say(_NAME, self._pen.pick(*_WORDS[self.code]), self.code)
        return self._pen.pick(
            f"All amounts in {words}.",
            f"Currency: {words}",
            f"Amounts are stated in {words} unless noted otherwise.",
            f"Payable in {words} only.",
            f"Prices are in {words}.",
        )

    def _told(self) -> str:
        return self._pen.say(_NAME, self.sign, self.code)

    def _signed(self, number: str, *, marked: bool = False) -> str:
        sign = self._told() if marked else self.sign
        return f"{number}{self._gap}{sign}" if self._is_behind else f"{sign}{self._gap}{number}"

    def _schema(self) -> Mapping[str, Any]:
        others = [code for code in CODES if code != self.code]
        asked = [self.code, *self._pen.some(others, 2, 5)]
        ordered = [code for code in CODES if code in asked]
        return choice(*(ordered if self._pen.chance(0.5) else self._pen.shuffled(asked)))
