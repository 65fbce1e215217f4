"""Does a cursor stand for exactly one place?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.list_cursor import cursor_of, place_of

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(5000, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(MOMENTS)
def test_a_cursor_stands_for_the_time_and_id_it_was_made_of(moment: datetime) -> None:
    assert place_of(cursor_of(moment, "ext_1")) == (moment, "ext_1")


def test_a_cursor_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    other = moment.astimezone(timezone(timedelta(hours=5)))
    assert cursor_of(moment, "ext_1") == cursor_of(other, "ext_1")


@pytest.mark.parametrize("text", ["", "ext_1", "at_ext_1", "at_x_ext_1", "at_" + "9" * 18 + "_a"])
def test_what_is_no_cursor_stands_for_nothing(text: str) -> None:
    assert place_of(text) is None
