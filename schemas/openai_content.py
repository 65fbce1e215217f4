"""What does the content of a message say, in text?"""

from __future__ import annotations

from typing import Any

_NOT_SERVED = {
    "image_url": "pictures in messages are not read",
    "input_audio": "audio is not heard",
    "file": "files in messages are not read: upload the file to /v1/documents",
}


def text_of(content: Any) -> str:
    """Raises `ValueError` for a part that is no text."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise ValueError("it is a text, or a list of parts")
    return "".join(_text_in(number, part) for number, part in enumerate(content))


def _text_in(number: int, part: Any) -> str:
    match part:
        case {"type": "text", "text": str(text)} | {"type": "refusal", "refusal": str(text)}:
            return text
        case {"type": str(kind)} if kind in _NOT_SERVED:
            raise ValueError(f"part {number}: {_NOT_SERVED[kind]}")
    raise ValueError(f"part {number} is none that is known")
