from __future__ import annotations

import pytest

from api.file_arguments import names_a_file, readable_file
from schemas.errors import InvalidInput


def test_a_name_that_is_too_long_for_a_file_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="can not be read"):
        readable_file("y" * 300)


def test_a_long_question_is_no_file() -> None:
    assert not names_a_file("What is the fee? " * 40)
    assert not names_a_file("a\0b")
    assert names_a_file(__file__)
