"""Durable runs over HTTP. Source: contract/chat-runs.md."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from studio.contract import wire
from studio.contract.errors import StudioError, TransportError
from studio.library.runs import RunEvent
from studio.service.sse import SseDecoder
from studio.service.transport import translating

if TYPE_CHECKING:
    from studio.service.transport import Transport

PATH = "/v1/chat/runs"


class HttpRuns:
    """``RunsPort`` of any server of the API."""

    async def start(self, transport: "Transport", body: bytes, key: str) -> dict[str, Any]:
        """See ``RunsPort``."""
        return _run(await transport.post_json(PATH, body, idempotency_key=key))

    async def snapshot(self, transport: "Transport", run_id: str) -> dict[str, Any]:
        """See ``RunsPort``."""
        return _run(await transport.get_json(f"{PATH}/{run_id}"))

    async def events(self, transport: "Transport", run_id: str, after: int) -> list[RunEvent]:
        """See ``RunsPort``."""
        answer = await transport.get_json(f"{PATH}/{run_id}/events", params={"after": str(after)})
        listed = _data(answer).get("events")
        found = (_event(raw) for raw in listed) if isinstance(listed, list) else ()
        return [event for event in found if event is not None]

    async def follow(self, transport: "Transport", run_id: str, after: int) -> AsyncIterator[RunEvent]:
        """See ``RunsPort``."""
        headers = {"Accept": "text/event-stream"}
        if after >= 0:
            headers["Last-Event-ID"] = str(after)
        host = transport.connection.host
        decoder = SseDecoder()
        path = f"{PATH}/{run_id}/events/stream"
        async with transport.stream("GET", path, headers=headers) as response:
            with translating(host, host):
                async for chunk in response.aiter_bytes():
                    for found in decoder.feed(chunk):
                        if found.event != "run_status" and (event := _decoded(found.data)) is not None:
                            yield event

    async def cancel(self, transport: "Transport", run_id: str) -> None:
        """See ``RunsPort``."""
        await transport.post_json(f"{PATH}/{run_id}/cancel", {"reason": "Stopped by the person."})

    async def decide(self, transport: "Transport", run_id: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """See ``RunsPort``."""
        return _run(await transport.post_json(f"{PATH}/{run_id}/confirm-cost", body, idempotency_key=key))


def _decoded(data: str) -> RunEvent | None:
    try:
        return _event(wire.decode(data.encode()))
    except StudioError as error:
        raise TransportError("An event could not be read.", phase="stream", sent=True) from error


def _event(raw: object) -> RunEvent | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("sequence"), int) or not isinstance(raw.get("type"), str):
        return None
    payload = raw.get("payload")
    text = wire.encode(payload).decode() if isinstance(payload, dict) else None
    return RunEvent(raw["sequence"], raw["type"], _epoch_ms(raw.get("at")), text)


def _epoch_ms(at: object) -> int:
    try:
        return int(datetime.fromisoformat(at).timestamp() * 1000) if isinstance(at, str) else 0
    except (ValueError, OverflowError):
        return 0


def _data(answer: Any) -> dict[str, Any]:
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}


def _run(answer: Any) -> dict[str, Any]:
    run = _data(answer).get("run")
    if not isinstance(run, dict):
        raise TransportError("The answer names no run.", phase="read", sent=True)
    return run
