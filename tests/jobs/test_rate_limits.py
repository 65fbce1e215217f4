from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from jobs.rate_limits import REQUESTS, RateLimits
from schemas.errors import QuotaExceeded, RateLimited
from schemas.settings import BrokerSettings


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stands 15 seconds before the end of a minute, until a test moves it."""
    now = [time.time() // 60 * 60 + 45]
    monkeypatch.setattr("jobs.rate_limits._now", lambda: now[0])
    return now


@pytest.fixture
def rates() -> RateLimits:
    return RateLimits(BrokerSettings())


def test_a_window_says_what_is_left_and_for_how_long(rates: RateLimits) -> None:
    window = rates.take("a", REQUESTS, 3)
    assert (window.limit, window.remaining, window.seconds_left) == (3, 2, 15)


def test_one_more_than_the_limit_is_refused_until_the_minute_ends(
    rates: RateLimits, clock: list[float]
) -> None:
    rates.take("a", REQUESTS, 1)
    with pytest.raises(RateLimited) as refused:
        rates.take("a", REQUESTS, 1)
    assert refused.value.retry_after_seconds == 15
    clock[0] += 15
    assert rates.take("a", REQUESTS, 1).remaining == 0


def test_what_is_refused_is_not_counted(rates: RateLimits) -> None:
    rates.take("a", REQUESTS, 10, 6)
    with pytest.raises(RateLimited):
        rates.take("a", REQUESTS, 10, 5)
    assert rates.take("a", REQUESTS, 10, 4).remaining == 0


def test_more_than_a_whole_window_never_fits(rates: RateLimits) -> None:
    with pytest.raises(QuotaExceeded):
        rates.take("a", REQUESTS, 10, 11)


def test_a_tenant_uses_nothing_of_another_one_s(rates: RateLimits) -> None:
    rates.take("a", REQUESTS, 1)
    assert rates.take("b", REQUESTS, 1).remaining == 0


def test_a_redis_that_is_away_refuses_nobody() -> None:
    away = RateLimits(BrokerSettings(url=SecretStr("redis://127.0.0.1:1/0")))
    away.take("a", REQUESTS, 1)
    with pytest.raises(RateLimited):
        away.take("a", REQUESTS, 1)


def test_processes_that_share_a_redis_share_the_limit(embedded_broker_url: str) -> None:
    settings = BrokerSettings(url=SecretStr(embedded_broker_url), key_prefix="rates-test:")
    processes = [RateLimits(settings) for _ in range(4)]

    def take(number: int) -> bool:
        try:
            processes[number % 4].take("a", REQUESTS, 10)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(40))) == 10
