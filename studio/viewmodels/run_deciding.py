"""Telling a server what the person decided about a price. Source: contract/chat-runs.md §7."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studio.viewmodels.run_fold import refreshed, same_price
from studio.viewmodels.run_port import Decision, RunsPort
from studio.viewmodels.state import Waiting

if TYPE_CHECKING:
    from studio.service.transport import Transport

_TRIES = 3


async def send_decision(
    runs: RunsPort,
    way: "Callable[[], Awaitable[Transport]]",
    run_id: str,
    waiting: Waiting,
    decision: Decision,
    overrides: dict[str, Any],
    keys: dict[str, str],
) -> Waiting | None:
    """Send a decision; return what the run still asks, None when it goes on.

    A price that has expired is looked up again; the same price is approved again by itself, another one is shown.

    Args:
        keys: idempotency keys of the decisions made so far; the same decision again is the same decision.

    Raises:
        ApiError, TransportError, EngineDown: it did not arrive.
    """
    from studio.contract.errors import ApiError
    from studio.service.transport import new_idempotency_key

    transport = await way()
    for _ in range(_TRIES):
        preview = waiting.preview if decision == "confirm" else None
        changed = overrides if decision == "confirm" else {}
        said = json.dumps([waiting.call_id, decision, preview, changed], sort_keys=True, default=str)
        key = keys.setdefault(said, new_idempotency_key())
        try:
            await runs.decide(
                transport, run_id, decision, call_id=waiting.call_id, preview=preview, overrides=changed, key=key
            )
            return None
        except ApiError as error:
            if error.http_status not in (400, 409):
                raise
            now = refreshed(waiting, await runs.snapshot(transport, run_id))
            if now is None:
                return None  # it was decided elsewhere
            if now.preview is None:
                return replace(now, trouble="This can't be paid for just now. Decline it, or stop.")
            if not same_price(now, waiting):
                return replace(now, trouble="The price has changed. Look again before you approve.")
            waiting = now
    return replace(waiting, trouble="The price expired again and again. Try once more, or decline.")
