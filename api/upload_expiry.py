"""How long is an uploaded document to be kept, as its upload says?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from schemas.errors import InvalidInput
from schemas.jobs import MAX_KEEP_SECONDS

FIELDS = ("expires_at", "expires_after_seconds")
_moment = TypeAdapter(AwareDatetime)
_seconds: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(gt=0, le=MAX_KEEP_SECONDS)])


def parsed_expiry(at: str | None, seconds: str | None) -> tuple[datetime | None, int | None]:
    """Raises `InvalidInput` for what is none, and for both."""
    if at and seconds:
        raise InvalidInput("either expires_at or expires_after_seconds", param="expires_at")
    try:
        found_at = _moment.validate_python(at) if at else None
    except ValidationError as error:
        raise InvalidInput(
            "expires_at is a time with its zone, such as 2026-12-31T00:00:00Z", param="expires_at"
        ) from error
    try:
        found_seconds = _seconds.validate_python(seconds) if seconds else None
    except ValidationError as error:
        raise InvalidInput(
            f"expires_after_seconds is a whole number from 1 to {MAX_KEEP_SECONDS}",
            param="expires_after_seconds",
        ) from error
    return found_at, found_seconds
