from __future__ import annotations

import re

import pytest

from evals.lab.magic import Draws, Magic, seeded
from evals.lab.words import ADJECTIVES, NOUNS


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (Magic.NUMBERS, r"[1-9]\d{6}"),
        (Magic.WORDS, r"[a-z]+-[a-z]+"),
        (Magic.UUIDS, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"),
    ],
)
def test_values_have_rulers_form_and_are_all_different(kind: Magic, form: str) -> None:
    drawn = Draws(seeded(1)).some(kind, 500)
    assert all(re.fullmatch(form, value) for value in drawn)
    assert len(set(drawn)) == 500


def test_the_same_seed_draws_the_same() -> None:
    one, other = Draws(seeded(3, "a")), Draws(seeded(3, "a"))
    assert one.some(Magic.WORDS, 20) == other.some(Magic.WORDS, 20)
    assert Draws(seeded(4, "a")).one(Magic.UUIDS) != Draws(seeded(3, "a")).one(Magic.UUIDS)


def test_nothing_is_drawn_that_stands_in_the_haystack() -> None:
    free = "noble-puffin"
    taken = " ".join(
        f"{adjective}-{noun}" for adjective in ADJECTIVES[-2:] for noun in NOUNS
    ).replace(free, "")
    drawn = Draws(seeded(5), taken).some(Magic.WORDS, 400)
    assert not [key for key in drawn if key in taken]


def test_a_near_key_shares_one_word_with_the_key_and_is_not_the_key() -> None:
    draws = Draws(seeded(6))
    key = draws.one(Magic.WORDS)
    adjective, noun = key.split("-")
    first, second = draws.near(key, 2)
    assert first.endswith(f"-{noun}")
    assert second.startswith(f"{adjective}-")
    assert key not in (first, second)


def test_no_adjective_ends_and_no_noun_begins_another() -> None:
    """So that a key never stands within another key."""
    ends = [(a, b) for a in ADJECTIVES for b in ADJECTIVES if a != b and b.endswith(a)]
    begins = [(a, b) for a in NOUNS for b in NOUNS if a != b and b.startswith(a)]
    assert (ends, begins) == ([], [])
