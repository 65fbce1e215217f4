"""When is a receiver tried again?"""

from __future__ import annotations

import random
from datetime import timedelta

from jobs.webhook_client import Answer

GONE = 410
_FIRST_SECONDS, _FACTOR, _LONGEST_SECONDS = 5.0, 3.0, 2 * 3_600.0
_JITTER = 0.2
_MOST_RETRY_AFTER = 24 * 3_600.0
_ALIVE = range(400, 500)
_OVERLOADED = (408, 425, 429)


def delay_after(num_failed: int, answer: Answer, random_share: float | None = None) -> timedelta:
    """5 s, 15 s, 45 s, … up to two hours, a fifth more or less, so that what failed together does
    not come back together; and never before a `Retry-After` of up to a day."""
    exponent = min(num_failed - 1, 16)
    seconds = min(_FIRST_SECONDS * _FACTOR**exponent, _LONGEST_SECONDS)
    share = random.random() if random_share is None else random_share
    seconds *= 1 - _JITTER + 2 * _JITTER * share
    if answer.retry_after_seconds is not None:
        seconds = max(seconds, min(answer.retry_after_seconds, _MOST_RETRY_AFTER))
    return timedelta(seconds=seconds)


def is_of_the_receiver(answer: Answer) -> bool:
    """Whether any other event would fail the same: it is away, broken or overloaded, and has not
    just said what it thinks of this one event."""
    if answer.status_code is None or answer.status_code in _OVERLOADED:
        return True
    return answer.status_code not in _ALIVE
