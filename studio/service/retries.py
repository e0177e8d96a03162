"""When a request may be sent again, and after how long. Source: contract/errors.md §2, §3."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from studio.contract.errors import ApiError, TransportError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PASSING = frozenset({423, 429, 500, 502, 503, 504})


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds of a ``Retry-After`` header, given as seconds or as an HTTP date; None if unusable.

    A date in the past is 0.
    """
    value = (value or "").strip()
    if not value:
        return None
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how patiently a safe request is repeated.

    Attributes:
        retries: attempts after the first.
        base_s: first back-off; it doubles, and a random half of it is taken off.
        ceiling_s: longest back-off of our own.
        cap_s: longest wait that a server may ask for; a longer one is passed on as the error it is.
    """

    retries: int = 2
    base_s: float = 0.4
    ceiling_s: float = 5.0
    cap_s: float = 20.0
    jitter: Callable[[], float] = field(default=random.random, repr=False)

    def wait_s(self, method: str, error: ApiError | TransportError, attempt: int) -> float | None:
        """Return how long to wait before repeating after *error*, or None when it must not be repeated.

        Repeated are only what changes nothing (GET, HEAD, OPTIONS) and what never reached the server.

        Args:
            attempt: 0 for the first attempt.
        """
        if attempt >= self.retries:
            return None
        backoff: float = min(self.ceiling_s, self.base_s * 2**attempt) * (0.5 + 0.5 * self.jitter())
        if isinstance(error, TransportError):
            return backoff if method in _SAFE or not error.sent else None
        if method not in _SAFE or error.http_status not in _PASSING:
            return None
        if error.retry_after_s is None:
            return backoff
        return max(error.retry_after_s, backoff) if error.retry_after_s <= self.cap_s else None
