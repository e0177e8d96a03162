"""Rate cards: what work costs, as data of ``resources/rates``. Prices are decimal Spark.

``free`` (the default) charges nothing; ``rehearsal`` prices the same work like the Supernet, so
that approvals, ceilings and budgets can be tried without spending.
"""

import math
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from studio import resources
from studio.contract.billing import USD_PER_SPARK, TokenType, cost_class, output_count
from studio.contract.vendor_models import named_model, normal

SMALLEST: Final = Decimal("0.000001")
"""Amounts are kept in millionths of a token."""
_ONE: Final = Decimal(1)
_LONGEST_S: Final = Decimal(600)
"""No tool makes anything longer; an absurd argument must not make an absurd sum."""


class UnknownRateCard(ValueError):
    """There is no such file in ``resources/rates``, or it breaks the schema."""


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """What one output costs: ``each``, and ``per_second`` of its length; ``quality`` multiplies both."""

    each: Decimal = Decimal(0)
    per_second: Decimal = Decimal(0)
    quality: dict[str, Decimal] = field(default_factory=dict)


class LlmPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """What a million tokens of a language model cost."""

    input_per_million: Decimal
    output_per_million: Decimal


class RateCard(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rate card. Model names are compared as prefixes in the catalogue's spelling; the longest wins."""

    name: str
    about: str
    charges: bool
    usd_per_spark: Decimal = Decimal(USD_PER_SPARK)
    spark_per_sogni: Decimal = _ONE
    free_spark_models: list[str] = field(default_factory=list)
    """What free Spark may pay for."""
    not_yet_available: dict[str, list[str]] = field(default_factory=dict)
    """Models that are refused with code 4104, and what to try instead."""
    llm: LlmPrice | None = None
    classes: dict[str, Price] = field(default_factory=dict)
    tools: dict[str, Price] = field(default_factory=dict)
    models: dict[str, Price] = field(default_factory=dict)
    default_models: dict[str, str] = field(default_factory=dict)
    default_seconds: dict[str, float] = field(default_factory=dict)

    def model(self, tool: str, arguments: Mapping[str, Any]) -> str | None:
        """Return the model that a call uses: the named one, else the tool's default."""
        default = self.default_models.get(tool)
        return named_model(arguments) or (normal(default) if default else None)

    def spark(self, tool: str, arguments: Mapping[str, Any]) -> Decimal:
        """Return the price in Spark of one call with all its outputs."""
        if not self.charges:
            return Decimal(0)
        price = self._price(tool, self.model(tool, arguments))
        each = price.each + price.per_second * self._seconds(tool, arguments)
        factor = price.quality.get(str(arguments.get("gptImageQuality", "")), _ONE)
        return rounded(each * factor * output_count(tool, arguments))

    def llm_spark(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Return the price in Spark of a language model's work; 0 when the card has none."""
        if not self.charges or self.llm is None:
            return Decimal(0)
        spent = self.llm.input_per_million * input_tokens + self.llm.output_per_million * output_tokens
        return rounded(spent / 1_000_000)

    def in_token(self, spark: Decimal, token_type: TokenType) -> Decimal:
        """Return *spark* in another token, rounded up to the smallest amount."""
        return spark if token_type == "spark" else rounded(spark / self.spark_per_sogni)

    def usd(self, spark: Decimal) -> Decimal:
        """Return what *spark* is worth in US dollars."""
        return spark * self.usd_per_spark

    def free_spark_pays(self, model: str | None) -> bool:
        """Whether free Spark may pay for work of *model*."""
        return model in {normal(name) for name in self.free_spark_models}

    def _price(self, tool: str, model: str | None) -> Price:
        named = [key for key in self.models if model is not None and model.startswith(normal(key))]
        if named:
            return self.models[max(named, key=len)]
        return self.tools.get(tool) or self.classes.get(cost_class(tool) or "") or Price(each=_ONE)

    def _seconds(self, tool: str, arguments: Mapping[str, Any]) -> Decimal:
        given = arguments.get("duration")
        if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given) and given > 0:
            return min(Decimal(str(given)), _LONGEST_S)
        return Decimal(str(self.default_seconds.get(tool, 5)))


def rounded(amount: Decimal) -> Decimal:
    """Return *amount* rounded up to millionths, so that nothing that costs becomes free."""
    return amount.quantize(SMALLEST, ROUND_UP)


def decimal_text(amount: Decimal) -> str:
    """Return *amount* as the wire writes it: plain digits, no exponent, no trailing zeros."""
    text = format(amount, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def names() -> list[str]:
    """Return the names of the rate cards that there are."""
    return sorted(path.stem for path in resources.path("rates").glob("*.json"))


@cache
def load(name: str) -> RateCard:
    """Return the rate card *name*.

    Raises:
        UnknownRateCard: there is none of that name, or its file is damaged.
    """
    if name not in names():
        raise UnknownRateCard(f"There is no rate card {name!r}; there are: {', '.join(names())}.")
    try:
        return msgspec.json.decode(resources.path("rates", f"{name}.json").read_bytes(), type=RateCard)
    except msgspec.DecodeError as error:
        raise UnknownRateCard(f"The rate card {name!r} is damaged: {error}. Install the application again.") from error
