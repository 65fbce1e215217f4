from __future__ import annotations

import pytest

from engine.speed import Speed


def test_the_seconds_are_those_of_the_work_so_far() -> None:
    speed = Speed()
    speed.read(1000, seconds=2.0)
    speed.answered(4, num_tokens=32, seconds=1.6)
    assert (speed.tokens_per_second, speed.tokens_per_answer) == (500.0, 8.0)
    assert speed.seconds_for(num_tokens=250, num_answers=2) == pytest.approx(0.5 + 0.8)


def test_a_machine_that_becomes_slower_is_seen() -> None:
    speed = Speed()
    speed.read(1_000_000, seconds=1000.0)
    for _ in range(3):
        speed.read(50_000, seconds=500.0)
    assert 100 < speed.tokens_per_second < 120


def test_one_short_answer_does_not_make_all_answers_short() -> None:
    speed = Speed()
    speed.answered(1, num_tokens=2, seconds=0.1)
    assert 6 < speed.tokens_per_answer < 8
    for _ in range(100):
        speed.answered(1, num_tokens=2, seconds=0.1)
    assert 2 < speed.tokens_per_answer < 2.5


def test_before_any_work_there_is_a_guess() -> None:
    assert Speed().seconds_for(num_tokens=1000, num_answers=10) > 0
