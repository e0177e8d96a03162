"""Account, balance, transactions and subscriptions of this computer. SDKs ask for some of them at start-up.

Source: contract/billing.md §7–8, contract/clients.md §7. Under the rate card ``free`` every
balance is 0 and no transaction is kept.
"""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct, field

from studio.contract.models import Account, Balance
from studio.engine.billing.transactions import Transaction
from studio.engine.openapi import FAILURES
from studio.engine.services import caller, services

_MOST_TRANSACTIONS = 100
_MOST_OFFSET = 2**31 - 1


class AccountEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/account/me``."""

    data: Account
    status: str = "success"


class BalanceEnvelope(Struct, frozen=True):
    """Body of ``GET /v4/account/balance``."""

    data: Balance
    status: str = "success"


class TransactionPage(Struct, frozen=True):
    """Newest first; ``next`` is the offset of the next page, or null at the end."""

    transactions: list[Transaction]
    next: int | None


class TransactionsEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/transactions/list``."""

    data: TransactionPage
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


class SubscriptionUsage(Struct, frozen=True, rename="camel"):
    """What a subscription has covered in this period."""

    period_render_spark: float = 0
    period_jobs: int = 0


class UsageData(Struct, frozen=True):
    """Data of ``GET /v1/subscriptions/usage``."""

    usage: SubscriptionUsage


class UsageEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/subscriptions/usage``."""

    data: UsageData
    status: str = "success"


class PlansData(Struct, frozen=True):
    """Data of ``GET /v1/subscriptions/plans``; a local engine sells none."""

    plans: list[dict[str, Any]] = field(default_factory=list)


class PlansEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/subscriptions/plans``."""

    data: PlansData
    status: str = "success"


class TrialEligibility(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v1/subscriptions/trial-eligibility``."""

    eligible: bool = False
    reason_code: str = "not_eligible"


class TrialEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/subscriptions/trial-eligibility``."""

    data: TrialEligibility
    status: str = "success"


@get("/v1/account/me", sync_to_thread=False, tags=["Account"], summary="Who you are here", responses=FAILURES)
def account_me(request: Request[Any, Any, Any]) -> AccountEnvelope:
    """Return the local account; the wallet address names the owner of the key."""
    return AccountEnvelope(Account(username="local", wallet_address=caller(request).owner))


@get("/v4/account/balance", tags=["Account"], summary="Balance", responses=FAILURES)
async def balance(request: Request[Any, Any, Any]) -> BalanceEnvelope:
    """Return what the owner of the key can spend, as decimal strings; ``net`` is spendable."""
    return BalanceEnvelope(await services(request).billing.balance(caller(request).owner))


@get("/v1/transactions/list", tags=["Account"], summary="Credits and charges", responses=FAILURES)
async def list_transactions(
    request: Request[Any, Any, Any],
    status: FromQuery[str] = "completed",
    address: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, description="At most 100 are returned at once.")] = 20,
    offset: Annotated[int, QueryParameter(ge=0, le=_MOST_OFFSET)] = 0,
) -> TransactionsEnvelope:
    """Return a page of transactions, newest first. Only completed ones of your own address are kept."""
    owner = caller(request).owner
    if status != "completed" or address not in (None, "", owner):
        return TransactionsEnvelope(TransactionPage([], None))
    billing = services(request).billing
    page, following = await billing.transactions(owner, limit=min(limit, _MOST_TRANSACTIONS), offset=offset)
    return TransactionsEnvelope(TransactionPage(page, following))


@get("/v1/subscriptions/status", sync_to_thread=False, tags=["Account"], summary="Subscription", responses=FAILURES)
def subscription_status() -> SubscriptionEnvelope:
    """Return an inactive subscription."""
    return SubscriptionEnvelope(SubscriptionData(Subscription()))


@get(
    "/v1/subscriptions/usage", sync_to_thread=False, tags=["Account"], summary="Subscription usage", responses=FAILURES
)
def subscription_usage() -> UsageEnvelope:
    """Return that nothing was covered by a subscription."""
    return UsageEnvelope(UsageData(SubscriptionUsage()))


@get(
    "/v1/subscriptions/plans", sync_to_thread=False, tags=["Account"], summary="Subscription plans", responses=FAILURES
)
def subscription_plans() -> PlansEnvelope:
    """Return no plans."""
    return PlansEnvelope(PlansData())


@get(
    "/v1/subscriptions/trial-eligibility",
    sync_to_thread=False,
    tags=["Account"],
    summary="Whether a trial can be started",
    responses=FAILURES,
)
def trial_eligibility() -> TrialEnvelope:
    """Return that there is no trial to start here."""
    return TrialEnvelope(TrialEligibility())


ACCOUNT_ROUTES = [
    account_me,
    balance,
    list_transactions,
    subscription_status,
    subscription_usage,
    subscription_plans,
    trial_eligibility,
]
