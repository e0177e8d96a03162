"""Account, balance, subscription, transactions and health of a connection.

Sources: contract/models.md, billing.md §7–8.
"""

import time
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studio.contract import wire
from studio.contract.errors import InvalidRequest, NotFound, TransportError
from studio.contract.models import Account, Balance
from studio.service.models import list_models
from studio.service.reading import Page, epoch_ms, items_of, mapping, next_offset, text, unwrapped
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


@dataclass(frozen=True)
class Subscription:
    """What a subscription covers. Times are epoch milliseconds, 0 where there are none; ``body`` is all, as sent."""

    active: bool
    status: str
    tier: str = ""
    term: str = ""
    period_start_ms: int = 0
    period_end_ms: int = 0
    ends_with_period: bool = False
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Transaction:
    """One credit or charge; ``amount`` is decimal text as the server writes it, ``body`` is all, as sent."""

    id: str
    amount: str
    token_type: str = ""
    status: str = ""
    role: str = ""
    type: str = ""
    description: str = ""
    created_ms: int = 0
    body: dict[str, Any] = field(default_factory=dict)


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


async def subscription(transport: Transport) -> Subscription:
    """Return the account's subscription; an inactive one where there is none.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    body = mapping(unwrapped(await transport.get_json("/v1/subscriptions/status")).get("subscription"))
    return Subscription(
        active=body.get("active") is True,
        status=text(body.get("status")) or "none",
        tier=text(body.get("tier")),
        term=text(body.get("term")),
        period_start_ms=epoch_ms(body.get("currentPeriodStart")) or 0,
        period_end_ms=epoch_ms(body.get("currentPeriodEnd")) or 0,
        ends_with_period=body.get("cancelAtPeriodEnd") is True,
        body=body,
    )


async def usage(transport: Transport) -> dict[str, Any]:
    """Return what the subscription has covered in this period, as sent; for display only.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return mapping(unwrapped(await transport.get_json("/v1/subscriptions/usage")).get("usage"))


async def plans(transport: Transport) -> list[dict[str, Any]]:
    """Return the plans on offer, as sent.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return items_of(await transport.get_json("/v1/subscriptions/plans"), "plans")


async def transactions(transport: Transport, *, limit: int = 20, offset: int = 0) -> Page[Transaction]:
    """Return completed credits and charges, newest first.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    params = {"status": "completed", "limit": str(limit), "offset": str(offset)}
    answer = await transport.get_json("/v1/transactions/list", params=params)
    return Page([_transaction(item) for item in items_of(answer, "transactions")], next_offset(answer))


def _transaction(item: dict[str, Any]) -> Transaction:
    amount = item.get("amount")
    return Transaction(
        id=text(item.get("id")),
        amount=amount if isinstance(amount, str) else "" if amount is None else str(amount),
        token_type=text(item.get("tokenType")),
        status=text(item.get("status")),
        role=text(item.get("role")),
        type=text(item.get("type")),
        description=text(item.get("description")),
        created_ms=epoch_ms(item.get("createTime")) or 0,
        body=item,
    )


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
