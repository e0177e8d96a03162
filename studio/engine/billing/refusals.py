"""Why work is not paid for, in sentences and codes. Source: contract/billing.md §1 and §10."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from studio.contract.billing import TokenChoice, TokenType
from studio.contract.errors import InsufficientCredit, ToolError
from studio.contract.prompt_limits import PROMPT_TOO_LONG, prompt_problem
from studio.contract.vendor_models import MODEL_CONSENT_REQUIRED, MODEL_NOT_YET_AVAILABLE, consent_required
from studio.engine.billing.rates import RateCard, decimal_text

NOT_ENTITLED = 4078
_NAMES: dict[str, str] = {"spark": "Spark", "sogni": "Sogni"}


class NotEntitled(InsufficientCredit):
    """Strict subscription billing, and no subscription covers the work."""

    def body(self) -> dict[str, Any]:
        """Return the hybrid envelope with the subscription members that SDKs read."""
        body = super().body()
        limit = {"subscriptionLimit": True, "requiredPlans": ["unlimited", "unlimited_pro"]}
        body["error"]["subscription"] = limit | {"feature": "unlimited_billing", "limitation": "not_subscribed"}
        return body


def not_entitled() -> NotEntitled:
    """Return the refusal of ``billing_mode: subscription``: a local engine has no subscriptions."""
    return NotEntitled(
        "Unlimited billing is not available: no subscription covers this. Nothing was started. "
        'Ask again with billing_mode "auto" or "tokens".',
        code=str(NOT_ENTITLED),
        error_code=NOT_ENTITLED,
    )


def out_of_credit(token_type: TokenChoice) -> InsufficientCredit:
    """Return the refusal of a start with nothing left to spend."""
    return InsufficientCredit(
        f"You are out of {_NAMES.get(token_type, 'credit')}. Nothing was started. Add credit and ask again.",
        details={"tokenType": token_type, "available": "0"},
    )


def not_enough(needed: Decimal, left: Decimal, token_type: TokenType, *, premium: bool) -> InsufficientCredit:
    """Return the refusal of work that costs more than is left."""
    name = f"premium {_NAMES[token_type]}" if premium else _NAMES[token_type]
    return InsufficientCredit(
        f"This costs {decimal_text(needed)} {name}, and {decimal_text(left)} can be spent. Nothing was charged. "
        "Add credit, or ask for fewer or smaller results.",
        details={
            "tokenType": token_type,
            "required": decimal_text(needed),
            "available": decimal_text(left),
            "premiumSparkRequired": premium,
        },
    )


def needs_premium(model: str) -> InsufficientCredit:
    """Return the refusal of a vendor's model that would be paid in Sogni."""
    return InsufficientCredit(
        f"{model} belongs to an outside vendor and is paid with premium Spark only; Sogni tokens are not accepted. "
        "Nothing was charged. Choose token_type spark, or another model.",
        details={"tokenType": "sogni", "premiumSparkRequired": True, "modelId": model},
    )


def check_prompt(tool: str, model: str | None, arguments: Mapping[str, Any]) -> None:
    """Check that the words are not too long for *model*.

    Raises:
        ToolError: PARAMETER_INVALID (4102).
    """
    if problem := prompt_problem(tool, model, arguments):
        raise ToolError(
            "PARAMETER_INVALID", f"{tool}: {problem}. Nothing was charged.", data={"errorCode": PROMPT_TOO_LONG}
        )


def check_model(rates: RateCard, model: str | None, *, consent: bool = True) -> None:
    """Check that *model* may be used at all.

    Raises:
        ToolError: MODEL_UNAVAILABLE (4104) or, with *consent*, PERMISSION_REQUIRED (4103); ``data`` has the code.
    """
    if model is None:
        return
    if alternatives := rates.not_yet_available.get(model):
        raise ToolError(
            "MODEL_UNAVAILABLE",
            f"{model} is not available on this network yet. Try {' or '.join(alternatives)} instead.",
            data={"errorCode": MODEL_NOT_YET_AVAILABLE, "modelId": model, "alternatives": alternatives},
        )
    agreement = consent_required(model) if consent else None
    if agreement is not None:
        raise ToolError(
            "PERMISSION_REQUIRED",
            f"{model} needs a one-time likeness and consent agreement, which can only be accepted in the Sogni app. "
            "Nothing was charged. Choose another model.",
            data={"errorCode": MODEL_CONSENT_REQUIRED, "consentRequired": agreement},
        )
