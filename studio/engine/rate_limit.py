"""At most so many starts of paid work for each key: 429 with the wait, in the bodies that clients know.

Source: contract/README.md, Rate limits (60 requests per 60 s on the LLM API). Two counts for
each owner approximate a sliding window; a wait that was told is always enough.
"""

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from studio.contract.errors import RateLimited
from studio.engine.auth import LOCAL_OWNER, Owner

DEFAULT_LIMIT: Final = 60
WINDOW_S: Final = 60.0
TOO_MANY_REQUESTS: Final = 126

_STARTS: Final = re.compile(
    r"/v1/chat/(?:completions|runs)|/v1/creative-agent/(?:tools/execute|workflows(?:/[^/]+/(?:reseed|resume))?)"
)
"""Paths of which a POST starts work."""


@dataclass
class _Count:
    window: int = 0
    """Number of the window, counted from the start of the clock."""
    before: int = 0
    now: int = 0


class RateLimiter:
    """Counts requests by owner. The generated key of this computer's own user is free unless a limit is set."""

    def __init__(self, limit: int | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow *limit* requests a minute to every key; 0 any number; None 60 to keys that were given by hand."""
        self._limit = limit
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def limit_of(self, owner: str) -> int:
        """Return how many requests *owner* may send in a window; 0 is any number."""
        if self._limit is None:
            return 0 if owner == LOCAL_OWNER else DEFAULT_LIMIT
        return self._limit

    def take(self, owner: str) -> None:
        """Count one request of *owner*.

        Raises:
            RateLimited: it is one too many; it is not counted.
        """
        limit = self.limit_of(owner)
        if limit == 0:
            return
        window, passed = divmod(self._clock(), WINDOW_S)
        count = self._counts.setdefault(owner, _Count())
        if count.window != window:
            count.before = count.now if count.window == window - 1 else 0
            count.window, count.now = int(window), 0
        wait_s = _wait(count, passed, limit)
        if wait_s > 0:
            raise RateLimited(
                f"Too many requests: {limit} in {WINDOW_S:.0f} seconds are allowed. Try again in {wait_s} seconds.",
                error_code=TOO_MANY_REQUESTS,
                retry_after_s=wait_s,
                details={"limit": limit, "windowSeconds": int(WINDOW_S)},
            )
        count.now += 1


def _wait(count: _Count, passed: float, limit: int) -> int:
    """Return whole seconds until one more request fits; 0 now.

    The window before counts with the share of it that the last 60 s still cover.
    """
    if count.before * (1 - passed / WINDOW_S) + count.now + 1 <= limit:
        return 0
    if count.now < limit:
        fits = WINDOW_S * (1 - (limit - 1 - count.now) / count.before)
    else:
        fits = WINDOW_S + WINDOW_S * (1 - (limit - 1) / count.now)
    return max(1, math.ceil(fits - passed))


def limit_rate(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Guard that counts what starts work; it comes after ``require_key``.

    Raises:
        RateLimited: the owner sends too many.
    """
    if connection.scope.get("method") != "POST" or not _STARTS.fullmatch(connection.scope["path"].rstrip("/")):
        return
    owner = connection.scope["state"].get("owner")
    if isinstance(owner, Owner):
        limiter: RateLimiter = connection.app.state.rate_limiter
        limiter.take(owner.id)
