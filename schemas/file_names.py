"""What may a file be called?"""

from __future__ import annotations

import re

from schemas.errors import InvalidInput
from schemas.plain_text import check_text

NAME_LENGTH = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")


def checked_name(name: str) -> str:
    """Without the folders some clients send before it."""
    check_text(name, "name")
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if not name or name in (".", "..") or len(name) > NAME_LENGTH or _CONTROL.search(name):
        raise InvalidInput(
            f"a document's name is one line of 1 to {NAME_LENGTH} characters", param="name"
        )
    return name
