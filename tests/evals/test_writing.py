from __future__ import annotations

import pytest

from evals.generated.writing import Writing


@pytest.mark.parametrize(
    ("grouping", "shown"),
    [
        ("en", "1,234,567.50"),
        ("de", "1.234.567,50"),
        ("ch", "1'234'567.50"),
        ("fr", "1\u00a0234\u00a0567,50"),
        ("in", "12,34,567.50"),
    ],
)
def test_thousands_are_set_off_as_in_the_country(grouping: str, shown: str) -> None:
    writing = Writing("iso", "long", "EUR", "bare", grouping)
    assert writing.number(1234567.5) == shown
