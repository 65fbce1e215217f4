from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from jobs import extraction, inspection
from tests.api import fake_extraction


@pytest.mark.parametrize("real", [extraction.extract, extraction.find, inspection.inspect])
def test_the_fake_reader_has_the_signatures_of_the_real_one(real: Callable[..., Any]) -> None:
    assert signature(getattr(fake_extraction, real.__name__)) == signature(real)
