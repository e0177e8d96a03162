"""The billing desk: what work costs its payer, reserved before it starts and settled when it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studio.contract.billing import BillingMode, TokenChoice, TokenType, capacity_units

ZERO = Decimal(0)


@dataclass(frozen=True)
class Payer:
    """Who pays, and with what."""

    owner: str
    token_type: TokenChoice = "spark"
    billing_mode: BillingMode = "auto"


@dataclass(frozen=True)
class Estimate:
    """What a call is expected to cost; ``tokens`` is in ``token_type``."""

    capacity_units: float
    tokens: Decimal
    token_type: TokenType
    usd: Decimal


@dataclass(frozen=True)
class Hold:
    """Credit reserved for one piece of work; nothing is reserved for work that is free."""

    key: str
    owner: str
    token_type: TokenType = "spark"
    amount: Decimal = ZERO


class BillingDesk:
    """Estimates, reserves, settles and releases."""

    def estimate(self, tool: str, arguments: Mapping[str, Any], token_type: TokenChoice = "spark") -> Estimate:
        """Return what one call is expected to cost."""
        return Estimate(capacity_units(tool, arguments), ZERO, "sogni" if token_type == "sogni" else "spark", ZERO)

    async def admit(self, payer: Payer) -> None:
        """Check that *payer* may start paid work at all: at the start of a completion, run or workflow.

        Raises:
            InsufficientCredit: nothing is left, or a strict subscription does not cover it (402).
        """

    async def hold(self, payer: Payer, tool: str, arguments: Mapping[str, Any], *, key: str) -> Hold:
        """Reserve what one call costs. The same *key* reserves once, and again only after a release.

        Raises:
            InsufficientCredit: it is not covered (402; inside a conversation the tool error COST_LIMIT_EXCEEDED).
            ToolError: the model needs an agreement (PERMISSION_REQUIRED) or is not served (MODEL_UNAVAILABLE).
        """
        return Hold(key, payer.owner)

    async def settle(self, hold: Hold, *, outputs: int) -> None:
        """Charge *hold* for the pieces that were made and give the rest back. Repeating it changes nothing."""

    async def release(self, hold: Hold) -> None:
        """Give *hold* back. Repeating it changes nothing, nor does releasing what was settled."""
