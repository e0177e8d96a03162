"""At most so many starts of paid work for each key: 429 with the wait, in the bodies that clients know.

Source: contract/README.md, Rate limits (60 requests per 60 s on the LLM API). A sliding window
that is exact: no 60 s hold more than the limit, and the told wait is the shortest. It keeps the
times of the last requests of each key, as many as the limit allows.
"""

import math
import re
import time
from collections import deque
from collections.abc import Callable
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


class RateLimiter:
    """Counts requests by owner. The generated key of this computer's own user is free unless a limit is set."""

    def __init__(self, limit: int | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow *limit* requests a minute to every key; 0 any number; None 60 to keys that were given by hand."""
        self._limit = limit
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}

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
        now = self._clock()
        taken = self._taken.setdefault(owner, deque(maxlen=limit))
        if len(taken) == limit and now - taken[0] < WINDOW_S:
            wait_s = max(1, math.ceil(taken[0] + WINDOW_S - now))
            raise RateLimited(
                f"Too many requests: {limit} in {WINDOW_S:.0f} seconds are allowed. Try again in {wait_s} s.",
                error_code=TOO_MANY_REQUESTS,
                retry_after_s=wait_s,
                details={"limit": limit, "windowSeconds": int(WINDOW_S)},
            )
        taken.append(now)


def starts_work(path: str) -> bool:
    """Whether a POST to *path* starts work."""
    return _STARTS.fullmatch(path.rstrip("/")) is not None


async def limit_rate(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Guard that counts what starts work; it comes after ``require_key``.

    Raises:
        RateLimited: the owner sends too many.
    """
    if connection.scope.get("method") != "POST" or not starts_work(connection.scope["path"]):
        return
    owner = connection.scope["state"].get("owner")
    if isinstance(owner, Owner):
        limiter: RateLimiter = connection.app.state.rate_limiter
        limiter.take(owner.id)
