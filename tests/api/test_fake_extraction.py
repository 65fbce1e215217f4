from __future__ import annotations

from inspect import signature

import pytest

from jobs import extraction
from tests.api import fake_extraction


@pytest.mark.parametrize("name", ["extract", "find", "inspect"])
def test_the_fake_reader_has_the_signatures_of_the_real_one(name: str) -> None:
    assert signature(getattr(fake_extraction, name)) == signature(getattr(extraction, name))
