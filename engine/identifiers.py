"""Which words of a question say which one thing is asked about, and where do they stand?

By their form alone: words with digits (INV-2231, a UUID), long numbers, what stands in quotation
marks, and words joined by a mark (cordial-acrobat). Whether they are rare the documents tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.dates_in_text import dates_in

Range = tuple[int, int]

_MARK = re.compile(r"[-./_:@]")
_CODE = re.compile(r"[^\W_]+(?:[-./_:@][^\W_]+)*")
_QUOTED = re.compile(r"[\"“«„]([^\"“”«»„]{2,60})[\"”»“]|(?<!\w)['‘]([^'‘’]{2,60})['’](?!\w)")
_COUNTED = re.compile(r"\d+(?:st|nd|rd|th|s)|\d+[-–]\w+", re.IGNORECASE)  # 3rd, 1960s, 30-day
_EXAMPLE = re.compile(
    r"\b(?:such as|e\.?\s?g\.?|i\.?\s?e\.?|for (?:example|instance)|like|or|labell?ed|called|named"
    r"|marked|headed|titled|entitled|says?|reads?)[\s:,(]*$",
    re.IGNORECASE,
)
_LEAST_DIGITS = 4
_LEAST_LETTERS = 3
_YEAR = re.compile(r"(?:1\d|20)\d\d")


def identifiers_in(question: str) -> list[list[str]]:
    """The surest first: those that are written as a code or in quotation marks, then compounds of
    words alone, which a question may have without naming anything."""
    quoted = quoted_in(question)
    codes = [match[0] for match in _CODE.finditer(_QUOTED.sub(" ", question))]
    sure = [*quoted, *filter(_is_code, codes)]
    compounds = [code for code in codes if _is_compound(code)]
    return [list(dict.fromkeys(names)) for names in (sure, compounds)]


def quoted_in(question: str) -> list[str]:
    """What stands in quotation marks."""
    return [(match[1] or match[2]).strip() for match in _QUOTED.finditer(question)]


def titles_in(question: str) -> list[str]:
    """What stands in quotation marks, has no digit and is no example of an answer or of what
    stands beside one."""
    return [
        title
        for match in _QUOTED.finditer(question)
        if not _EXAMPLE.search(question[: match.start()])
        and not has_digit(title := (match[1] or match[2]).strip())
    ]


def places_of(name: str, text: str) -> Iterator[Range]:
    """Where it stands as a whole, and not as a part of a longer one."""
    pattern = rf"(?<![\w])(?<!\w[-./_@]){re.escape(name)}(?!\w)(?![-./_@]\w)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield match.span()


def things_in(text: str) -> Iterator[Range]:
    """What is written as an identifier is: codes, compounds, what stands in quotation marks."""
    for match in _QUOTED.finditer(text):
        yield match.span(1 if match[1] else 2)
    for match in _CODE.finditer(text):
        if _is_code(match[0]) or _is_compound(match[0]):
            yield match.span()


def has_digit(name: str) -> bool:
    return any(map(str.isdigit, name))


def _is_code(word: str) -> bool:
    num_digits = sum(map(str.isdigit, word))
    if not num_digits or _COUNTED.fullmatch(word):
        return False
    if any(map(str.isalpha, word)):
        return not _is_date(word)
    return num_digits >= _LEAST_DIGITS and not _YEAR.fullmatch(word) and not _is_date(word)


def _is_compound(word: str) -> bool:
    """Of words, and not of letters that stand for one: "e-mail", "km/h"."""
    parts = _MARK.split(word)
    return len(parts) > 1 and all(p.isalpha() and len(p) >= _LEAST_LETTERS for p in parts)


def _is_date(word: str) -> bool:
    return any(stop - start == len(word) for start, stop in dates_in(word))
