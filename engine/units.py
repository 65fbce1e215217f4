"""Which words scale a number, which name a currency, and in which unit does a question ask?

Words and codes are those of the CLDR, by babel.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from babel import Locale
from babel.numbers import get_currency_name, list_currencies

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
_FACTORS = ("1000", "1000000", "1000000000", "1000000000000")
_OF_ACCOUNTS = {
    "mm": 10**6,
    "mn": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "tn": 10**12,
    "tsd": 10**3,
    "'000": 10**3,
    "000": 10**3,
    "000s": 10**3,
    "000's": 10**3,
}
"""Usual in accounts, and not in the CLDR or something else there."""

_LONGEST_SHORT = 2  # letters of one that has no plural: "ms" are milliseconds

SYMBOL = r"[A-Z]{0,3}[$£¥€\u20a0-\u20c0]"


def factor_of(word: str) -> int | None:
    """1000000 of "million", "Mio." or "m"; None of a word that scales nothing, such as "ms"."""
    folded = " ".join(word.casefold().rstrip(".").split())
    singular = folded.removesuffix("s") if len(folded) > _LONGEST_SHORT else folded
    return scales().get(folded) or scales().get(singular)


@functools.cache
def scales() -> dict[str, int]:
    found = dict(_OF_ACCOUNTS)
    for language in _LANGUAGES:
        formats = Locale.parse(language).compact_decimal_formats
        for width in ("long",) if language == "pt" else ("long", "short"):  # mi, bi: miles, two
            for count in formats[width].values():
                for factor in _FACTORS:
                    pattern = str(getattr(count.get(factor), "pattern", ""))
                    if pattern.count("0") == 1 and pattern.startswith("0"):
                        word = pattern[1:].replace("'", "").strip().casefold().rstrip(".")
                        found.setdefault(" ".join(word.split()), int(factor))
                        is_word = len(word) > _LONGEST_SHORT
                        if language == "en" and is_word:  # before the billions of the French
                            found.setdefault(f"{word}s", int(factor))
    found.pop("", None)
    return found


@functools.cache
def scale_words() -> str:
    """A pattern for the scaling words of two letters and more, the longest first."""
    words = sorted(
        (word for word in scales() if len(word) > 1 and word != "000"), key=len, reverse=True
    )
    return "|".join(rf"{re.escape(word)}s?" for word in words)


@functools.cache
def currency_codes() -> str:
    return "|".join(sorted(list_currencies()))


@functools.cache
def currency_words() -> str:
    """A pattern for what currencies are called: dollars, euro, francs."""
    words = set()
    for code in list_currencies():
        for count in (1, 2):
            name = get_currency_name(code, count=count, locale="en").split()[-1]
            if name.isalpha() and name.lower() not in ("units", "unit", "value", "account"):
                words.add(name.lower())
    return "|".join(sorted(words, key=len, reverse=True))


def unit_asked(question: str) -> int | None:
    """1000000 of "Revenue, in USD millions", 1 of "Revenue in USD"; None of one that names no
    unit: it asks for what is printed."""
    for factor, _, _ in scales_named(question):
        return factor
    return 1 if _unit_asked().search(question) else None


def scales_named(text: str) -> Iterator[tuple[int, int, int]]:
    """Factor, start and stop of words that say in what the numbers of a table, or an answer, are
    told: "in millions", "€m", "(000s)". The scale of a single number ("$ 5 million") is none."""
    for match in _scale_named().finditer(text):
        word = next(group for group in match.groups() if group)
        factor = 1000 if word == "T" else factor_of(word)  # TEUR are thousands of euros
        if factor is not None:
            yield factor, match.start(), match.end()


@functools.cache
def _scale_named() -> re.Pattern[str]:
    scale = rf"(?<![\w'.,])({scale_words()})\b"
    between = rf"(?:(?:{SYMBOL}|[^\W\d]+\.)\s?|U\.S\.\s|[^\W\d]+\s+){{0,2}}"
    code = rf"\b(?=[A-Z]{{3}}\b)(?:{currency_codes()})\b"
    money = rf"(?:{code}|{SYMBOL}|(?i:\b(?:{currency_words()})\b))"
    return re.compile(
        rf"\b(?i:in)\s+{between}(?i:{scale})"
        rf"|{money}\s?(?i:{scale})"
        rf"|(?<!\d)(?<!\d\s)(?i:{scale})\s+of\s+(?:[^\W\d.]+\s+|U\.S\.\s+)?{money}"
        rf"|\(\s*(?i:{scale})(?=\s*[),]|\s+omitted)"
        rf"|{SYMBOL}\s?([kKmM]|bn|BN|Bn|'?000)(?![\w,.]\d|\w)"
        rf"|\b([kKmT])(?:€|EUR\b)"
    )


@functools.cache
def _unit_asked() -> re.Pattern[str]:
    code = rf"\b(?=[A-Z]{{3}}\b)(?:{currency_codes()})\b"
    return re.compile(
        rf"(?:\b[Ii]n|[(,])\s+(?:{code}|{SYMBOL}"
        rf"|(?i:(?:[^\W\d]+\s+)?(?:{currency_words()})\b))"
        rf"|\(\s*(?:{code}|{SYMBOL})\s*\)"
    )
