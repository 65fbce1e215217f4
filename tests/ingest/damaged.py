"""How does a package look after something in it went wrong? Each damage comes of a number."""

from __future__ import annotations

import io
import random
import re
import zipfile

_NUMBER = re.compile(rb'(?<=[">])-?\d+(?=["<])')
_ELEMENT = re.compile(rb"<[A-Za-z][^<>]*/?>|</[^<>]*>")
_ATTRIBUTE = re.compile(rb' [\w:]+="[^"]*"')
_WORSE = (b"-1", b"0", b"99999999", b"99999999999999999999", b"", b"x", b"1e400", b"1.5", b"NaN")


def damaged(data: bytes, number: int) -> bytes:
    """The same package with one to three faults: in the text of a part, or in its bytes."""
    rng = random.Random(number)
    if rng.random() < 0.15:
        return _flipped(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(sorted(parts))
        if rng.random() < 0.04:
            parts.pop(name)
        else:
            parts[name] = _worse(parts[name], rng)
        if not parts:
            break
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()


def _worse(part: bytes, rng: random.Random) -> bytes:
    kind = rng.randrange(6)
    if kind == 0:
        return _flipped(part, rng)
    if kind == 1:
        return part[: rng.randrange(len(part) + 1)]
    pattern = (_NUMBER, _NUMBER, _ELEMENT, _ATTRIBUTE)[kind - 2]
    found = list(pattern.finditer(part))
    if not found:
        return part
    place = rng.choice(found)
    new = rng.choice(_WORSE) if pattern is _NUMBER else rng.choice((b"", place[0] * 2))
    return part[: place.start()] + new + part[place.end() :]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)
