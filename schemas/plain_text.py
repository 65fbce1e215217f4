"""Can a caller's text be written down and put to a model?"""

from __future__ import annotations

from schemas.errors import InvalidInput


def check_text(text: str, param: str) -> None:
    """Refuses half a surrogate pair, which stands for a byte that is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"{param} has a byte at character {error.start} that is not UTF-8", param=param
        ) from error
