"""Account, balance and health of a connection. Sources: contract/models.md, billing.md §7."""

import time
from dataclasses import dataclass
from typing import Any, TypeVar

from studio.contract import wire
from studio.contract.errors import InvalidRequest, NotFound, TransportError
from studio.contract.models import Account, Balance
from studio.service.models import list_models
from studio.service.transport import Transport

T = TypeVar("T")


@dataclass(frozen=True)
class Health:
    """What ``GET /healthz`` of a studio engine says.

    Attributes:
        answered_by: who answers chats, in words; empty when it does not say.
        latency_ms: how long the answer took.
    """

    status: str
    version: str
    pid: int
    features: tuple[str, ...]
    answered_by: str
    latency_ms: float


@dataclass(frozen=True)
class Probe:
    """Result of trying a connection: it answered, and the key is good."""

    latency_ms: float
    models: int
    username: str


async def me(transport: Transport) -> Account:
    """Return the account that the key belongs to.

    Raises:
        Unauthorized: the key is wrong or missing.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _data(Account, await transport.get_json("/v1/account/me"))


async def balance(transport: Transport) -> Balance:
    """Return what the account holds, as decimal strings.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _data(Balance, await transport.get_json("/v4/account/balance"))


async def health(transport: Transport) -> Health:
    """Return the engine's health; needs no key. Other servers answer 404.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    begun = time.perf_counter()
    body = await transport.get_json("/healthz")
    latency_ms = (time.perf_counter() - begun) * 1000
    if not isinstance(body, dict) or not isinstance(body.get("status"), str):
        raise TransportError("What answers there is not a studio engine.", phase="read", sent=True)
    llm = body.get("llm")
    features = body.get("features")
    return Health(
        status=body["status"],
        version=str(body.get("version", "")),
        pid=body["pid"] if isinstance(body.get("pid"), int) else 0,
        features=tuple(str(f) for f in features) if isinstance(features, list) else (),
        answered_by=str(llm.get("answered_by", "")) if isinstance(llm, dict) else "",
        latency_ms=latency_ms,
    )


async def ask_to_leave(transport: Transport) -> None:
    """Ask a studio engine to end once its work is done.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    await transport.post_json("/v1/studio/shutdown", {})


shut_down = ask_to_leave


async def probe(transport: Transport) -> Probe:
    """Try the connection: list its models, and name the account when there is one.

    Raises:
        Unauthorized: the key is wrong or missing.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    begun = time.perf_counter()
    models = await list_models(transport)
    latency_ms = (time.perf_counter() - begun) * 1000
    try:
        username = (await me(transport)).username
    except (NotFound, TransportError):
        username = ""  # a plain OpenAI-compatible server has no accounts
    return Probe(latency_ms, len(models), username)


def _data(kind: type[T], body: Any) -> T:
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        body = body["data"]
    try:
        return wire.convert(kind, body)
    except InvalidRequest as error:
        raise TransportError("The server's answer cannot be read.", phase="read", sent=True) from error
