"""How is the number of a list item written?"""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_ROMAN = 3999


def roman(number: int) -> str:
    """In small letters; plain digits where there is no such numeral."""
    if not 1 <= number <= _MAX_ROMAN:
        return str(number)
    letters = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        letters += sign * count
    return letters


def alphabetic(number: int) -> str:
    """a to z, then aa, ab, … as browsers count; plain digits below 1."""
    if number < 1:
        return str(number)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def repeated(number: int) -> str:
    """a to z, then aa, bb, … as word processors count; plain digits below 1."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number >= 1 else str(number)
