"""The billing desk: what work costs its payer, reserved before it starts and settled when it is done.

Under the rate card ``free`` nothing costs anything and nothing is written. Source: contract/billing.md.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, get_args

from studio.contract.billing import (
    BillingMode,
    LlmCost,
    TokenChoice,
    TokenType,
    capacity_units,
    cost_class,
    output_count,
)
from studio.contract.chat import Usage
from studio.contract.models import Balance, TokenBalance
from studio.contract.vendor_models import is_vendor
from studio.engine.billing.ledger import Bucket, Held, Ledger, NotCovered, Note, Sums
from studio.engine.billing.rates import RateCard, decimal_text
from studio.engine.billing.refusals import (
    check_model,
    check_prompt,
    needs_premium,
    not_enough,
    not_entitled,
    out_of_credit,
)
from studio.engine.billing.transactions import Transaction, transaction

ZERO: Final = Decimal(0)
_MICRO: Final = 1_000_000
_ONE_RESULT: Final = frozenset({"orbit_video", "dance_montage", "stitch_video", "overlay_video", "add_subtitles"})
"""However many parts were rendered, these hand over one piece and are charged whole."""
_LLM_OUTPUT_TOKENS: Final = 2_048
"""Reserved for an answer whose length is not known; a longer one is charged as far as the balance goes."""


@dataclass(frozen=True)
class Payer:
    """Who pays, and with what. ``auto`` takes what covers the work, Spark first."""

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
    model: str | None = None


@dataclass(frozen=True)
class Hold:
    """Credit reserved for one piece of work; nothing is reserved (``amount`` 0) for work that is free.

    Attributes:
        outputs: how many pieces the amount is for; 1 when it is charged whole.
    """

    key: str
    owner: str
    token_type: TokenType = "spark"
    amount: Decimal = ZERO
    outputs: int = 1
    whole: bool = False


class BillingDesk:
    """Estimates, reserves, settles and releases."""

    def __init__(
        self, rates: RateCard, ledger: Ledger, *, now_ms: Callable[[], int] = lambda: int(time.time() * 1000)
    ) -> None:
        self.rates = rates
        self.ledger = ledger
        self.now_ms = now_ms

    def estimate(self, tool: str, arguments: Mapping[str, Any], token_type: TokenChoice = "spark") -> Estimate:
        """Return what one call is expected to cost.

        Raises:
            ToolError: MODEL_UNAVAILABLE, the model is not offered yet (4104). Consent is not asked for.
        """
        check_model(self.rates, self.rates.model(tool, arguments), consent=False)
        spark = self.rates.spark(tool, arguments)
        token: TokenType = "sogni" if token_type == "sogni" else "spark"
        return Estimate(
            capacity_units(tool, arguments),
            self.rates.in_token(spark, token),
            token,
            self.rates.usd(spark),
            self.rates.model(tool, arguments),
        )

    async def admit(self, payer: Payer) -> None:
        """Check that *payer* may start paid work at all: at the start of a completion, run or workflow.

        Raises:
            InsufficientCredit: nothing is left, or a strict subscription does not cover it (402).
        """
        if payer.billing_mode == "subscription":
            raise not_entitled()
        if self.rates.charges:
            sums = await self.ledger.balances(payer.owner)
            if not any(sums[bucket].net > 0 for bucket in _buckets(payer.token_type)):
                raise out_of_credit(payer.token_type)

    async def hold(self, payer: Payer, tool: str, arguments: Mapping[str, Any], *, key: str) -> Hold:
        """Reserve what one call costs. The same *key* reserves (and is charged) once; after a release, anew.

        Work that is deliberately done again needs another *key*.

        Raises:
            InsufficientCredit: it is not covered (402; inside a conversation the tool error COST_LIMIT_EXCEEDED).
            ToolError: the model needs an agreement (PERMISSION_REQUIRED, 4103) or is not served
                (MODEL_UNAVAILABLE, 4104), or its prompt is too long (PARAMETER_INVALID, 4102).
        """
        if payer.billing_mode == "subscription":
            raise not_entitled()
        model = self.rates.model(tool, arguments)
        check_model(self.rates, model)
        check_prompt(tool, model, arguments)
        spark = self.rates.spark(tool, arguments)
        if spark == ZERO:
            return Hold(key, payer.owner)
        whole = tool in _ONE_RESULT or cost_class(tool) == "compose.standard" or _is_stitched(tool, arguments)
        note = Note(tool, model, payer.billing_mode)
        held, token = await self._reserve(payer, spark, note, key)
        outputs = 1 if whole else output_count(tool, arguments)
        return Hold(key, payer.owner, token, _decimal(held.amount), outputs, whole)

    async def hold_llm(self, payer: Payer, input_tokens: int, max_tokens: int | None, *, key: str) -> Hold:
        """Reserve what an answer of a language model may cost.

        Raises:
            InsufficientCredit: it is not covered (402).
        """
        if payer.billing_mode == "subscription":
            raise not_entitled()
        most = max(1, min(max_tokens or _LLM_OUTPUT_TOKENS, _LLM_OUTPUT_TOKENS))
        spark = self.rates.llm_spark(input_tokens, most)
        if spark == ZERO:
            return Hold(key, payer.owner, _token(payer.token_type))
        held, token = await self._reserve(payer, spark, Note("chat_completion", None, payer.billing_mode), key)
        return Hold(key, payer.owner, token, _decimal(held.amount), whole=True)

    async def settle(self, hold: Hold, *, outputs: int) -> None:
        """Charge *hold* for the pieces that were made and give the rest back. Repeating it changes nothing."""
        if hold.amount == ZERO:
            return
        share = hold.amount if hold.whole else hold.amount * min(outputs, hold.outputs) / hold.outputs
        await self.ledger.settle(hold.owner, hold.key, _micro(share), outputs=outputs)

    async def settle_llm(self, hold: Hold, usage: Usage) -> LlmCost | None:
        """Charge *hold* for the tokens that were used; return the cost, or None when the card has no such price."""
        spark = self.rates.llm_spark(usage.prompt_tokens, usage.completion_tokens)
        if self.rates.llm is None or not self.rates.charges:
            return None
        token = hold.token_type
        if hold.amount > ZERO:
            await self.ledger.settle(hold.owner, hold.key, _micro(self.rates.in_token(spark, token)), beyond=True)
        return LlmCost(
            cost_in_usd=decimal_text(self.rates.usd(spark)),
            cost_in_token=decimal_text(self.rates.in_token(spark, token)),
            cost_in_sogni=decimal_text(self.rates.in_token(spark, "sogni")),
            cost_in_spark=decimal_text(spark),
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.completion_tokens,
        )

    async def release(self, hold: Hold) -> None:
        """Give *hold* back. Repeating it changes nothing, nor does releasing what was settled."""
        if hold.amount != ZERO:
            await self.ledger.release(hold.owner, hold.key)

    async def balance(self, owner: str) -> Balance:
        """Return the balances of *owner*; all are 0 where nothing costs anything."""
        if not self.rates.charges:
            return Balance(sogni=_shown(Sums()), spark=_shown(Sums(), premium=Sums()))
        sums = await self.ledger.balances(owner)
        premium, free = sums["premium_spark"], sums["free_spark"]
        spark = Sums(premium.credit + free.credit, premium.charged + free.charged, premium.held + free.held)
        return Balance(sogni=_shown(sums["sogni"]), spark=_shown(spark, premium=premium))

    async def transactions(self, owner: str, *, limit: int, offset: int) -> tuple[list[Transaction], int | None]:
        """Return what was credited and charged, newest first, and the offset of the next page or None."""
        if not self.rates.charges:
            return [], None
        rows = await self.ledger.history(owner, limit=limit + 1, offset=offset)
        return [transaction(row, owner) for row in rows[:limit]], offset + limit if len(rows) > limit else None

    async def _reserve(self, payer: Payer, spark: Decimal, note: Note, key: str) -> tuple[Held, TokenType]:
        options = self._options(payer, spark, note.model)
        try:
            held = await self.ledger.reserve(payer.owner, key, options, note)
        except NotCovered as error:
            token = _token(payer.token_type)
            needed = self.rates.in_token(spark, token)
            raise not_enough(needed, _decimal(error.spendable), token, premium=is_vendor(note.model)) from error
        return held, "sogni" if held.bucket == "sogni" else "spark"

    def _options(self, payer: Payer, spark: Decimal, model: str | None) -> Sequence[tuple[Bucket, int]]:
        """Return what may pay, in the order of trying. A job is paid from one bucket only."""
        vendor = is_vendor(model)
        if vendor and payer.token_type == "sogni":
            raise needs_premium(model or "")
        options: list[tuple[Bucket, int]] = []
        if payer.token_type != "sogni":
            if self.rates.free_spark_pays(model) and not vendor:
                options.append(("free_spark", _micro(spark)))
            options.append(("premium_spark", _micro(spark)))
        if payer.token_type != "spark" and not vendor:
            options.append(("sogni", _micro(self.rates.in_token(spark, "sogni"))))
        return options


def header_token(headers: Mapping[str, str]) -> TokenChoice | None:
    """Return the token that the header ``X-Token-Type`` names; an unknown one counts as none. The body wins over it."""
    named = headers.get("x-token-type", "").strip().lower()
    return next((token for token in get_args(TokenChoice) if token == named), None)


def _is_stitched(tool: str, arguments: Mapping[str, Any]) -> bool:
    """Whether several clips are handed over as one."""
    fans_out = tool == "animate_photo" and isinstance(arguments.get("sourceImageIndices"), list)
    return fans_out and arguments.get("stitched") is not False


def _buckets(token_type: TokenChoice) -> tuple[Bucket, ...]:
    if token_type == "sogni":
        return ("sogni",)
    return ("premium_spark", "free_spark") if token_type == "spark" else ("premium_spark", "free_spark", "sogni")


def _token(token_type: TokenChoice) -> TokenType:
    return "sogni" if token_type == "sogni" else "spark"


def _micro(amount: Decimal) -> int:
    return int((amount * _MICRO).to_integral_value(rounding="ROUND_CEILING"))


def _decimal(micro: int) -> Decimal:
    return Decimal(micro) / _MICRO


def _shown(sums: Sums, *, premium: Sums | None = None) -> TokenBalance:
    return TokenBalance(
        settled=decimal_text(_decimal(sums.settled)),
        credit=decimal_text(_decimal(sums.credit)),
        debit=decimal_text(_decimal(sums.charged)),
        net=decimal_text(_decimal(sums.net)),
        premium_credit=None if premium is None else decimal_text(_decimal(premium.net)),
    )
