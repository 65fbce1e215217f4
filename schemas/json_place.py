"""Where does a value stand in a JSON file?

Millions of values share few paths: a path says "in any item" where the values differ by their
position in an array, and each value keeps its positions apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

ANY_ITEM = "~"
"""As a step of a path: the next of the positions. No key is written so: "~" is "~0"."""
MAX_POSITIONS = 4
MAX_POSITION = 1 << 24  # what a 32-bit float still counts


def step_of(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def pointer_of(path: str, positions: Sequence[float]) -> str:
    """The JSON pointer of the value at a path, "" for the whole file."""
    left = iter(positions)
    steps = (str(int(next(left))) if step == ANY_ITEM else step for step in path.split("/"))
    return "/".join(steps)


def common_pointer(pointers: Collection[str]) -> str:
    """To the smallest part of the file that holds all of these values."""
    steps = [pointer.split("/") for pointer in pointers]
    first, last = min(steps, default=[""]), max(steps, default=[""])
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return "/".join(first[:same])
