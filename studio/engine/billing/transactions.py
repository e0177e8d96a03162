"""Rows of the ledger as the transaction list shows them. Source: contract/billing.md §7."""

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from studio.contract.billing import BillingMode, TokenType

if TYPE_CHECKING:
    from sqlalchemy import Row

PaymentModel = Literal["subscription", "paid_spark", "free_spark", "sogni"]

_PAYMENT: dict[str, PaymentModel] = {"premium_spark": "paid_spark", "free_spark": "free_spark", "sogni": "sogni"}


class Transaction(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One credit or charge; times are epoch milliseconds, ``amount`` counts whole and part tokens."""

    id: str
    address: str
    create_time: int
    update_time: int
    end_time: int
    status: Literal["completed"]
    role: Literal["artist"]
    amount: float
    description: str
    source: str
    """``project`` for work, ``opening`` for the opening balance."""
    type: Literal["credit", "debit"]
    token_type: TokenType
    billing_mode: BillingMode | None = None
    payment_model: PaymentModel | None = None


def transaction(row: "Row[Any]", owner: str) -> Transaction:
    """Return the transaction of an ``opening`` or ``settle`` row."""
    opening = row.kind == "opening"
    begun = row.created_epoch_ms if opening else row.begun_epoch_ms or row.created_epoch_ms
    return Transaction(
        id=f"tx_{row.id}",
        address=owner,
        create_time=begun,
        update_time=row.created_epoch_ms,
        end_time=row.created_epoch_ms,
        status="completed",
        role="artist",
        amount=abs(row.amount_micro) / 1_000_000,
        description="Opening balance" if opening else _description(row),
        source="opening" if opening else "project",
        type="credit" if opening else "debit",
        token_type="sogni" if row.bucket == "sogni" else "spark",
        billing_mode=None if opening else row.billing_mode,
        payment_model=None if opening else _PAYMENT[row.bucket],
    )


def _description(row: "Row[Any]") -> str:
    words = str(row.tool or "work").replace("_", " ")
    # The price is that of the model; who really made it stands in the result.
    return f"{words} · priced as {row.model}" if row.model else words
