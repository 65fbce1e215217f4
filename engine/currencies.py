"""Where does a text name a currency, by its code, its sign or a word, and which of some codes?

Signs and words are those of the CLDR, by babel.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sv", "da", "nb", "fi", "tr")
_BY_HAND = {
    "GBP": ("sterling", "Sterling"),
    "INR": ("Rs", "₹"),
    "PKR": ("Rs",),
    "CHF": ("SFr",),
    "JPY": ("円",),
    "CNY": ("元",),
}
"""Usual in print, and not in the CLDR."""
_MAIN = ("USD", "GBP", "JPY", "INR", "SEK")
"""What a sign or a word of several currencies stands for where it is not told apart."""


def codes_of(choices: Sequence[object]) -> tuple[str, ...]:
    """The choices, where each of them is the code of a currency."""
    known = list_currencies()
    codes = tuple(choice for choice in choices if isinstance(choice, str) and choice in known)
    return codes if len(codes) == sum(choice is not None for choice in choices) else ()


def currencies_in(text: str, codes: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Start and stop of what names one of the codes, with it, in order."""
    names = _names_of(tuple(codes))
    for match in _pattern(tuple(codes)).finditer(text):
        code = names.get(match[0]) or names.get(match[0].casefold())
        if code is not None:
            yield match.start(), match.end(), code


@functools.cache
def _names_of(codes: tuple[str, ...]) -> dict[str, str]:
    """Each name with its code; the code alone names its currency before all."""
    names: dict[str, str] = {}
    for code in sorted(codes, key=lambda code: (code not in _MAIN, codes.index(code))):
        for name in (*_signs_of(code), *_words_of(code)):
            names.setdefault(name, code)
    return names | {code: code for code in codes}


def _signs_of(code: str) -> set[str]:
    signs = {get_currency_symbol(code, locale) for locale in (*_LANGUAGES, *_homes(code))}
    narrow = {Locale.parse(language).currency_symbols.get(code, code) for language in _LANGUAGES}
    return {sign.rstrip(".") for sign in (*signs, *narrow, *_BY_HAND.get(code, ())) if sign}


@functools.cache
def _homes(code: str) -> tuple[str, ...]:
    """The English of the country whose currency it is: "$" of CAD."""
    home = f"en_{code[:2]}"
    return (home,) if home in _english() else ()


@functools.cache
def _english() -> frozenset[str]:
    return frozenset(name for name in locale_identifiers() if name.startswith("en_"))


def _words_of(code: str) -> Iterator[str]:
    """Whole names, and their last words: "Swiss francs", "francs"."""
    for count in (1, 2):
        name = get_currency_name(code, count=count, locale="en").casefold()
        yield name
        yield name.rsplit(" ", 1)[-1]


@functools.cache
def _pattern(codes: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted(_names_of(codes), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, names)))


def _bounded(name: str) -> str:
    """A name of letters is a word of its own; a digit may follow a sign or code ("Rs1939")."""
    body = re.escape(name)
    if name.islower() and len(name) > 3:
        body = f"(?i:{body})"
    before = r"(?<![^\W\d_])" if name[0].isalpha() else r"(?<![A-Z])"
    after = r"(?![^\W\d_])" if name[-1].isalpha() else ""
    return f"{before}{body}{after}"
