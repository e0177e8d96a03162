"""Rate limits: a sliding window for each key, with waits that are always enough."""

import random
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.contract.errors import RateLimited
from studio.engine.auth import LOCAL_OWNER
from studio.engine.rate_limit import RateLimiter
from tests.helpers.engines import running_engine


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def allowed(limiter: RateLimiter, owner: str = "key-a") -> bool:
    try:
        limiter.take(owner)
    except RateLimited:
        return False
    return True


def test_the_generated_key_is_free_and_given_keys_have_sixty_a_minute() -> None:
    limiter = RateLimiter(clock=Clock())
    assert all(allowed(limiter, LOCAL_OWNER) for _ in range(500))
    assert [allowed(limiter) for _ in range(61)] == [True] * 60 + [False]
    assert allowed(limiter, "key-b")


def test_a_set_limit_counts_for_every_key_and_zero_for_none() -> None:
    limiter = RateLimiter(2, clock=Clock())
    assert [allowed(limiter, LOCAL_OWNER) for _ in range(3)] == [True, True, False]
    assert all(allowed(RateLimiter(0)) for _ in range(100))


@pytest.mark.parametrize("seed", range(8))
def test_no_minute_holds_more_than_the_limit_and_the_told_wait_is_enough(seed: int) -> None:
    chance, clock, limit = random.Random(seed), Clock(), 5
    limiter, taken = RateLimiter(limit, clock=clock), deque[float]()
    waits: list[float] = []
    for _ in range(400):
        clock.now += chance.choice([0, 0, 0.5, 3, 20, 70])
        try:
            limiter.take("key-a")
        except RateLimited as error:
            waits.append(error.retry_after_s or 0)
            clock.now += waits[-1]
            limiter.take("key-a")
        taken.append(clock.now)
        while taken[0] <= clock.now - 60:
            taken.popleft()
        assert len(taken) <= limit
    assert len(waits) > 20
    assert all(1 <= wait <= 60 for wait in waits)


def test_a_refused_request_does_not_count() -> None:
    clock = Clock()
    limiter = RateLimiter(1, clock=clock)
    assert allowed(limiter)
    assert not any(allowed(limiter) for _ in range(50))
    clock.now += 121
    assert allowed(limiter)


async def test_too_many_requests_answer_429_in_the_hybrid_body(tmp_path: Path) -> None:
    async with running_engine(tmp_path, rate_limit=2) as engine:
        body = {"messages": [{"role": "user", "content": "hello"}], "sogni_tools": False}
        answers = [await engine.client.post("/v1/chat/completions", json=body) for _ in range(3)]
        free = [(await engine.client.get("/v1/models")).status_code for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert free == [200] * 5
    told = answers[2].json()
    assert told["errorCode"] == 126
    assert told["error"]["type"] == "rate_limit_error"
    assert told["error"]["code"] == "rate_limit_exceeded"
    assert told["details"] == {"limit": 2, "windowSeconds": 60}
    assert answers[2].headers["retry-after"] == str(told["retryAfter"])


async def test_a_wrong_key_is_401_and_never_429(tmp_path: Path) -> None:
    async with running_engine(tmp_path, rate_limit=1) as engine:
        wrong = {"Authorization": "Bearer wrong"}
        statuses = [(await engine.client.post("/v1/chat/completions", headers=wrong)).status_code for _ in range(3)]
    assert statuses == [401] * 3
