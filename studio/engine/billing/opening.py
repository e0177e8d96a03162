"""The billing desk of one engine, from its settings; and what ``--balance`` may say."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from studio.engine.billing.desk import BillingDesk
from studio.engine.billing.ledger import Bucket, Ledger
from studio.engine.billing.rates import load
from studio.engine.settings import EngineSettings
from studio.engine.store.database import Database

BALANCE_BUCKETS: Final[Mapping[str, Bucket]] = {
    "spark": "premium_spark",
    "free-spark": "free_spark",
    "sogni": "sogni",
}
"""Names of ``--balance``. Plain Spark is the bought (premium) sort, which pays for everything."""
_MOST: Final = Decimal(1_000_000_000)


def billing_desk(settings: EngineSettings, database: Database) -> BillingDesk:
    """Return the desk for the rate card and the opening balance of *settings*. Opens nothing.

    Raises:
        UnknownRateCard: there is no such rate card.
        ValueError: a balance cannot be read.
    """
    opening = dict(_micro(name, text) for name, text in settings.opening_balance.items())
    return BillingDesk(load(settings.rates), Ledger(database, opening=opening))


def parse_balance(text: str) -> tuple[str, str]:
    """Split ``spark=500`` into token and amount.

    Raises:
        ValueError: it says something else; the text is for the person who typed it.
    """
    name, _, amount = text.strip().partition("=")
    name, amount = name.strip().lower(), amount.strip()
    _micro(name, amount)
    return name, amount


def _micro(name: str, text: str) -> tuple[Bucket, int]:
    if name not in BALANCE_BUCKETS:
        raise ValueError(f"write --balance as TOKEN=AMOUNT, with one of: {', '.join(BALANCE_BUCKETS)}")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount; write for example {name}=500") from None
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise ValueError(f"a balance is a number from 0 to {_MOST:,}")
    return BALANCE_BUCKETS[name], int(amount * 1_000_000)
