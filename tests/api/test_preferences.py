"""Which preferences are understood?"""

from __future__ import annotations

import pytest

from api.preferences import preferred_wait


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, None),
        ("", None),
        ("respond-async", None),
        ("wait=5", 5),
        ("respond-async, wait=5", 5),
        ('WAIT = "5"', 5),
        ("wait=5; strict", 5),
        ("wait=5, wait=9", 5),
        ("wait=999", 120),
        ("wait=99999999", 120),
        ("wait=" + "9" * 400, 120),
        ("wait=-1", None),
        ("wait=x", None),
        ("waiting=5", None),
    ],
)
def test_the_first_wait_counts_and_is_bounded(prefer: str | None, seconds: float | None) -> None:
    assert preferred_wait(prefer, 120) == seconds
