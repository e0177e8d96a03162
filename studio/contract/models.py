"""Language models, account and balance as data. Sources: contract/models.md, billing.md §7."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class Model(Struct, frozen=True, kw_only=True):
    """One entry of ``GET /v1/models``."""

    id: str
    created: int = 0
    owned_by: str = ""
    object: str = "model"
    alias_of: str | UnsetType = UNSET
    """The id that really answers (our extension)."""
    max_context_length: int | UnsetType = UNSET
    vision: bool | UnsetType = UNSET
    tools: Literal["native", "schema", "director"] | UnsetType = UNSET
    """How this model chooses tools (our extension)."""


class ModelList(Struct, frozen=True):
    """Body of ``GET /v1/models``."""

    data: list[Model]
    object: Literal["list"] = "list"


class Account(Struct, frozen=True, rename="camel"):
    """The members of ``/v1/account/me`` that clients use."""

    username: str
    current_email: str | None = None
    wallet_address: str = ""


class TokenBalance(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Decimal strings; ``net`` is spendable."""

    settled: str
    credit: str
    debit: str
    net: str
    premium_credit: str | None = None


class Balance(Struct, frozen=True):
    """Data of ``GET /v4/account/balance``."""

    sogni: TokenBalance
    spark: TokenBalance
