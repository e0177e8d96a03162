"""Account, balance and subscription: work on this computer is free, and there is no account.

Source: contract/billing.md §7–8, contract/clients.md §7. Answered because SDKs ask at start-up.
"""

from typing import Any

from litestar import get
from msgspec import Struct, field

from studio.contract.models import Account, Balance, TokenBalance
from studio.engine.openapi import FAILURES


class AccountEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/account/me``."""

    data: Account
    status: str = "success"


class BalanceEnvelope(Struct, frozen=True):
    """Body of ``GET /v4/account/balance``."""

    data: Balance
    status: str = "success"


class Subscription(Struct, frozen=True):
    """No subscription."""

    active: bool = False
    status: str = "none"
    capabilities: dict[str, Any] = field(default_factory=dict)


class SubscriptionData(Struct, frozen=True):
    """Data of ``GET /v1/subscriptions/status``."""

    subscription: Subscription


class SubscriptionEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/subscriptions/status``."""

    data: SubscriptionData
    status: str = "success"


@get("/v1/account/me", sync_to_thread=False, tags=["Account"], summary="Who you are here", responses=FAILURES)
def account_me() -> AccountEnvelope:
    """Return the local account."""
    return AccountEnvelope(Account(username="local", current_email=None, wallet_address="local"))


@get("/v4/account/balance", sync_to_thread=False, tags=["Account"], summary="Balance", responses=FAILURES)
def balance() -> BalanceEnvelope:
    """Return empty balances: nothing here costs anything."""
    sogni = TokenBalance(settled="0", credit="0", debit="0", net="0")
    spark = TokenBalance(settled="0", credit="0", debit="0", net="0", premium_credit="0")
    return BalanceEnvelope(Balance(sogni=sogni, spark=spark))


@get("/v1/subscriptions/status", sync_to_thread=False, tags=["Account"], summary="Subscription", responses=FAILURES)
def subscription_status() -> SubscriptionEnvelope:
    """Return an inactive subscription."""
    return SubscriptionEnvelope(SubscriptionData(Subscription()))
