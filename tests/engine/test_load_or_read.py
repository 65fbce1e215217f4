from __future__ import annotations

from engine.load_or_read import LoadOrRead


def test_what_loads_faster_than_it_reads_is_loaded() -> None:
    pace = LoadOrRead(clock=lambda: 0.0)
    pace.loaded(1000, 10.0)  # 100 bytes a second
    assert pace.is_worth_loading(1000, 101, tokens_per_second=10.0)
    assert not pace.is_worth_loading(1000, 99, tokens_per_second=10.0)


def test_nothing_that_saves_nothing_is_loaded() -> None:
    assert not LoadOrRead().is_worth_loading(1, 0, tokens_per_second=10.0)


def test_later_loads_weigh_more_and_the_mean_is_of_the_last() -> None:
    pace = LoadOrRead(clock=lambda: 0.0)
    pace.loaded(2_000_000_000, 1.0)
    pace.loaded(2_000_000_000, 100.0)
    assert pace.bytes_per_second < 50e6


def test_a_disk_that_was_slow_is_asked_again_after_a_while() -> None:
    now = [0.0]
    pace = LoadOrRead(clock=lambda: now[0])
    pace.loaded(1, 1000.0)
    assert not pace.is_worth_loading(10_000_000, 1000, tokens_per_second=100.0)
    now[0] = 601.0
    assert pace.is_worth_loading(10_000_000, 1000, tokens_per_second=100.0)
