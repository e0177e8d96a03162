"""Language models, account and balance as data. Sources: contract/models.md, billing.md §7."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field


class OutputTokens(Struct, frozen=True):
    """How long an answer may be, in tokens."""

    min: int
    max: int
    default: int


class Model(Struct, frozen=True, kw_only=True):
    """One entry of ``GET /v1/models``."""

    id: str
    created: int = 0
    owned_by: str = ""
    object: str = "model"
    alias_of: str | UnsetType = UNSET
    """The id that really answers (our extension)."""
    max_context_length: int | UnsetType = UNSET
    max_output_tokens: OutputTokens | UnsetType = UNSET
    workers: int | UnsetType = UNSET
    """How many can answer at once; this computer is one."""
    vision: bool | UnsetType = UNSET
    tools: Literal["native", "schema", "director"] | UnsetType = UNSET
    """How this model chooses tools (our extension)."""


class ModelList(Struct, frozen=True):
    """Body of ``GET /v1/models``."""

    data: list[Model]
    object: Literal["list"] = "list"


class Account(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v1/account/me``; clients use the first three members."""

    username: str
    current_email: str | None = None
    wallet_address: str = ""
    email_verified: bool = False
    requested_updated_email: str | None = None
    discord_2fa: bool = field(name="discord2FA", default=False)
    discord_linked: bool = False
    discord_server_member: bool = False
    discord_username: str | None = None


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
