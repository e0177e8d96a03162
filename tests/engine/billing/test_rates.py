"""Rate cards: found, valid, and priced by model, length, quality and number."""

import argparse
from decimal import Decimal

import pytest

from studio.contract.tools import catalogue
from studio.engine.billing.opening import parse_balance
from studio.engine.billing.rates import UnknownRateCard, decimal_text, load, names
from studio.engine.cli import add_arguments


def test_both_cards_ship_and_free_charges_nothing() -> None:
    assert names() == ["free", "rehearsal"]
    free = load("free")
    assert not free.charges
    assert {free.spark(tool, {"numberOfVariations": 16}) for tool in catalogue()} == {Decimal(0)}
    assert free.llm_spark(10**6, 10**6) == 0


def test_rehearsal_has_a_price_for_every_paid_tool_and_none_for_the_others() -> None:
    card = load("rehearsal")
    for tool in catalogue().values():
        assert (card.spark(tool.name, {}) > 0) is tool.paid, tool.name


@pytest.mark.parametrize(
    ("tool", "arguments", "spark"),
    [
        ("generate_image", {}, "0.8"),
        ("generate_image", {"model": "z_image_turbo_bf16"}, "0.8"),
        ("generate_image", {"numberOfVariations": 4}, "3.2"),
        ("generate_image", {"model": "gpt-image-2", "gptImageQuality": "high"}, "42"),
        ("generate_image", {"model": "gpt-image-2.5-flare"}, "16"),
        ("generate_video", {"videoModel": "seedance2", "duration": 4}, "120"),
        ("generate_video", {"videoModel": "seedance2-mini", "duration": 4}, "56"),
        ("generate_video", {"videoModel": "minimax-h3-fasth3-t2v-turbo"}, "20"),
        ("animate_photo", {"sourceImageIndices": [0, 1], "duration": 2.5}, "20"),
        ("animate_photo", {"duration": 1e300}, "2400"),
        ("animate_photo", {"duration": -1}, "20"),
        ("generate_music", {"duration": 30}, "7"),
        ("remove_background", {}, "0.3"),
        ("enhance_prompt", {}, "0.1"),
        ("analyze_video", {}, "0"),
    ],
)
def test_prices(tool: str, arguments: dict[str, object], spark: str) -> None:
    assert decimal_text(load("rehearsal").spark(tool, arguments)) == spark


def test_amounts_in_other_tokens_never_round_down_to_nothing() -> None:
    card = load("rehearsal")
    assert card.in_token(Decimal(8), "sogni") == 1
    assert card.in_token(Decimal("0.000001"), "sogni") == Decimal("0.000001")
    assert card.usd(Decimal(200)) == 1
    assert decimal_text(card.llm_spark(812, 64)) == "0.08032"


@pytest.mark.parametrize("text", ["500", "12.50", "0", "0.000001", "1E+3"])
def test_decimals_are_written_plainly(text: str) -> None:
    shown = decimal_text(Decimal(text))
    assert Decimal(shown) == Decimal(text)
    assert "E" not in shown
    assert not shown.endswith(".")


def test_unknown_cards_are_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownRateCard, match="free, rehearsal"):
        load("../free")


@pytest.mark.parametrize("text", ["spark", "spark=", "spark=many", "spark=-1", "spark=NaN", "spark=1e99", "gold=1"])
def test_a_balance_that_cannot_be_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|number"):
        parse_balance(text)


def test_the_command_line_takes_rates_and_balances() -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    chosen = parser.parse_args(["--rates", "rehearsal", "--balance", "spark=500", "--balance", "Free-Spark=2.5"])
    assert (chosen.rates, dict(chosen.balance)) == ("rehearsal", {"spark": "500", "free-spark": "2.5"})
    assert (parser.parse_args([]).rates, parser.parse_args([]).rate_limit) == ("free", None)
    with pytest.raises(argparse.ArgumentError, match="there are: free, rehearsal"):
        parser.parse_args(["--rates", "gold"])
