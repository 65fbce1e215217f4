"""How does a number look in a text, with its sign, currency and unit?"""

from __future__ import annotations

import functools
import re

from engine.digits import DIGITS, SPACE, VULGAR, decimal_of
from engine.number_words import SpelledNumber, spelled_numbers_in
from engine.units import SYMBOL, currency_codes, currency_words, scale_words


@functools.cache
def number_pattern() -> re.Pattern[str]:
    space = rf"[{SPACE}]?"
    some = rf"[{SPACE}]{{0,2}}"
    code = rf"(?=[A-Z]{{3}}\b)(?:{currency_codes()})\b"
    currency = rf"(?:{SYMBOL}|\b{code})"
    return re.compile(
        rf"(?<![\w.,])(?:(?P<minus>(?<![)\]])[-−])(?=[\d.(]|{currency}))?"
        rf"(?P<currency>{currency}{some}(?=[-−(\d.{VULGAR}]))?"
        rf"(?P<bracket>\({space}(?={currency}|[-−\d.{VULGAR}]))?"
        rf"(?P<nested>{currency}{some}(?=[-−\d.{VULGAR}]))?(?P<inner>[-−](?=[\d.]))?"
        rf"(?!(?<=['’])000\b)(?P<digits>(?:{DIGITS})(?:[eE][-+]?\d{{1,3}}(?![\w.]))?)"
        r"(?P<ordinal>(?:st|nd|rd|th|º|ª)(?!\w))?"
        rf"(?:(?P<letter>[kKmMbB])(?!\w))?"
        rf"(?:[-{SPACE}]?(?P<scale>(?i:{scale_words()}))\b"
        r"(?:(?<=[Mm]io|[MmBb]rd|[Mm]ln|[Mm]ld)\.)?)?"
        rf"(?P<unit>{space}(?:{code}|{SYMBOL}(?!\s?\d)"
        rf"|(?i:(?:[^\W\d]{{2,10}}{space})?(?:{currency_words()})\b)))?"
        rf"(?P<part>{space}(?:[%‰]|(?i:per{space}cents?\b)))?"
        rf"(?P<close>{space}\)(?P<later>{space}%)?)?"
        r"(?P<trailing>[-−](?=\s?(?:$|[|\n])))?"
    )


def is_negative(match: re.Match[str]) -> bool:
    is_bracketed = bool(match["bracket"] and match["close"])
    return is_bracketed or bool(match["minus"] or match["inner"] or match["trailing"])


def spelled_before(
    text: str, match: re.Match[str], known: dict[int, SpelledNumber] | None = None
) -> SpelledNumber | None:
    """The same number in words, right before it is told in brackets."""
    if not (match["bracket"] and match["close"]):
        return None
    if known is None:
        known = {number.stop: number for number in spelled_numbers_in(text[: match.start()])}
    spelled = known.get(len(text[: match.start()].rstrip()))
    is_same = spelled is not None and spelled.number == decimal_of(match["digits"])
    return spelled if is_same else None
