"""``RunsPort`` on top of the service layer, which is imported with the first request: it takes 0.2 s."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from studio.library.runs import RunEvent
from studio.viewmodels.run_port import Back, Cut, Decision

if TYPE_CHECKING:
    from studio.service.events import Event, Pace
    from studio.service.transport import Transport


class HttpRuns:
    """Durable runs of any server of the API."""

    def __init__(self, pace: "Pace | None" = None) -> None:
        self._pace = pace

    async def start(self, transport: "Transport", body: bytes, key: str) -> dict[str, Any]:
        """See ``RunsPort``."""
        from studio.service import runs

        return (await runs.start(transport, body, key=key)).run.record

    async def snapshot(self, transport: "Transport", run_id: str) -> dict[str, Any]:
        """See ``RunsPort``."""
        from studio.service import runs

        return (await runs.get(transport, run_id)).record

    async def events(self, transport: "Transport", run_id: str, after: int) -> list[RunEvent]:
        """See ``RunsPort``."""
        from studio.service import runs

        return [kept(event) for event in await runs.log(transport, run_id, after)]

    async def follow(
        self, way: "Callable[[], Awaitable[Transport]]", run_id: str, after: int
    ) -> AsyncGenerator[RunEvent | Cut | Back, None]:
        """See ``RunsPort``."""
        from studio.service import events, runs

        async with aclosing(runs.follow(way, run_id, after, pace=self._pace)) as items:
            async for item in items:
                if isinstance(item, events.Event):
                    yield kept(item)
                elif isinstance(item, events.Cut):
                    yield Cut(item.error)
                elif isinstance(item, events.Status):
                    yield Back()

    async def cancel(self, transport: "Transport", run_id: str) -> None:
        """See ``RunsPort``."""
        from studio.service import runs

        await runs.cancel(transport, run_id, "Stopped by the person.")

    async def decide(
        self,
        transport: "Transport",
        run_id: str,
        decision: Decision,
        *,
        call_id: str,
        preview: dict[str, Any] | None,
        overrides: dict[str, Any],
        key: str,
    ) -> None:
        """See ``RunsPort``."""
        from studio.service import runs

        await runs.decide(
            transport, run_id, decision, call_id=call_id, preview=preview, overrides=overrides or None, key=key
        )


def kept(event: "Event") -> RunEvent:
    """Return an event as the library keeps it."""
    from studio.contract import wire

    payload = wire.encode(event.payload).decode() if event.payload else None
    return RunEvent(event.sequence, event.type, event.at_ms, payload)
