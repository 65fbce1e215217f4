from __future__ import annotations

import pytest

from evals.lab.lengths import length_of, lengths_of, told
from schemas.errors import InvalidInput


def test_k_and_m_are_powers_of_two() -> None:
    assert lengths_of("4k, 128K,1M,5000") == [4096, 131072, 1048576, 5000]


def test_a_length_is_told_as_short_as_can_be() -> None:
    assert [told(length) for length in (4096, 786432, 1048576, 5000)] == [
        "4k",
        "768k",
        "1M",
        "5000",
    ]


@pytest.mark.parametrize("text", ["", "4g", "0", "k", "-4k", "4.5k"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no length"):
        length_of(text)
