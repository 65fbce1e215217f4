"""How long is "128k"? Tokens in powers of two, as the benchmarks count them."""

from __future__ import annotations

import re

from schemas.errors import InvalidInput

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20}
_LENGTH = re.compile(r"(\d+)([km]?)", re.IGNORECASE)


def lengths_of(text: str) -> list[int]:
    """Of "4k,32k,1M", in that order, each once."""
    return list(dict.fromkeys(length_of(part) for part in text.split(",")))


def length_of(text: str) -> int:
    found = _LENGTH.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise InvalidInput(f"{text!r} is no length: write 4096, 128k or 1M", param="lengths")
    return int(found[1]) * _UNITS[found[2].lower()]


def told(length: int) -> str:
    """As short as it can be said."""
    for unit in ("m", "k"):
        if length % _UNITS[unit] == 0:
            return f"{length // _UNITS[unit]}{unit.upper() if unit == 'm' else unit}"
    return str(length)
