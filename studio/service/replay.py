"""Replay records of a connection: redacted transcripts of turns. Source: contract/replay.md.

Bodies are flat here; an envelope around them is accepted.
"""

from dataclasses import dataclass, field
from typing import Any

from studio.contract.errors import TransportError
from studio.service.reading import epoch_ms, items_of, mapping, number, quoted, text, unwrapped, whole
from studio.service.transport import Transport

PATH = "/v1/replay/records"


@dataclass(frozen=True)
class Written:
    """What was kept of a record."""

    run_id: str
    schema_version: float = 0
    redacted: bool = False
    created_ms: int = 0
    updated_ms: int = 0


@dataclass(frozen=True)
class Summary:
    """One record in a list; ``rounds`` counts its rounds."""

    run_id: str
    user_request: str = ""
    final_response: str = ""
    model_id: str = ""
    rounds: int = 0
    schema_version: float = 0
    created_ms: int = 0
    updated_ms: int = 0


@dataclass(frozen=True)
class Stored:
    """One record as the server keeps it."""

    record: dict[str, Any] = field(default_factory=dict)
    created_ms: int = 0


async def write(transport: Transport, record: object) -> Written:
    """Keep a record; the same ``run_id`` again replaces it. The server redacts.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    data = unwrapped(await transport.post_json(PATH, record, repeatable=True))
    run_id = text(data.get("runId"))
    if not run_id:
        raise TransportError("The server did not say that it kept the record.", phase="read", sent=True)
    return Written(
        run_id,
        number(data.get("schemaVersion")) or 0,
        data.get("redacted") is True,
        epoch_ms(data.get("createTime")) or 0,
        epoch_ms(data.get("updateTime")) or 0,
    )


async def page(transport: Transport, *, limit: int | None = None) -> list[Summary]:
    """Return records, newest first.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    params = {"limit": str(limit)} if limit is not None and limit > 0 else None
    return [
        Summary(
            run_id=text(item.get("runId")),
            user_request=text(item.get("userRequest")),
            final_response=text(item.get("finalResponse")),
            model_id=text(item.get("modelId")),
            rounds=whole(item.get("rounds")) or 0,
            schema_version=number(item.get("schemaVersion")) or 0,
            created_ms=epoch_ms(item.get("createTime")) or 0,
            updated_ms=epoch_ms(item.get("updateTime")) or 0,
        )
        for item in items_of(await transport.get_json(PATH, params=params), "records")
        if text(item.get("runId"))
    ]


async def get(transport: Transport, run_id: str) -> Stored:
    """Return a record.

    Raises:
        NotFound: unknown here, or somebody else's.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    data = unwrapped(await transport.get_json(f"{PATH}/{quoted(run_id)}"))
    record = mapping(data.get("record"))
    if not record:
        raise TransportError("The server's answer holds no record.", phase="read", sent=True)
    return Stored(record, epoch_ms(data.get("createTime")) or 0)
