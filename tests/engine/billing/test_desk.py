"""The billing desk: who pays with what, what is refused, and what remains."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from studio.contract.chat import Usage
from studio.contract.errors import InsufficientCredit, ToolError
from studio.engine.agent.failures import failed
from studio.engine.billing.desk import BillingDesk, Payer
from studio.engine.billing.ledger import Ledger
from studio.engine.billing.opening import billing_desk
from studio.engine.billing.rates import load
from studio.engine.settings import EngineSettings
from studio.engine.store.database import Database
from tests.helpers.databases import database_url

ADA = Payer("local")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path, database_url(tmp_path))
    yield database
    database.close()


def desk_of(database: Database, tmp_path: Path, card: str = "rehearsal", **balance: str) -> BillingDesk:
    opening = {name.replace("_", "-"): amount for name, amount in balance.items()}
    return billing_desk(EngineSettings(tmp_path, rates=card, opening_balance=opening), database)


async def spark(desk: BillingDesk, owner: str = "local") -> str:
    return (await desk.balance(owner)).spark.net


async def test_under_free_rates_nothing_is_held_or_written(tmp_path: Path) -> None:
    untouched = Database(tmp_path / "engine")
    desk = BillingDesk(load("free"), Ledger(untouched))
    hold = await desk.hold(ADA, "generate_video", {"videoModel": "seedance2"}, key="run_1/a")
    await desk.settle(hold, outputs=1)
    await desk.release(hold)
    await desk.admit(ADA)
    assert hold.amount == 0
    assert await spark(desk) == "0"
    assert await desk.transactions("local", limit=5, offset=0) == ([], None)
    assert await desk.settle_llm(await desk.hold_llm(ADA, 10, None, key="c/llm"), Usage(10, 5, 15)) is None
    assert not (tmp_path / "engine").exists()


async def test_work_is_held_then_charged_for_what_was_made(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, spark="500")
    hold = await desk.hold(ADA, "generate_image", {"numberOfVariations": 4}, key="run_1/a")
    assert (hold.amount, hold.outputs) == (Decimal("3.2"), 4)
    assert await spark(desk) == "496.8"
    await desk.settle(hold, outputs=3)
    await desk.settle(hold, outputs=3)
    shown = (await desk.balance("local")).spark
    assert (shown.settled, shown.credit, shown.debit, shown.net, shown.premium_credit) == (
        "497.6",
        "500",
        "2.4",
        "497.6",
        "497.6",
    )
    page, following = await desk.transactions("local", limit=1, offset=0)
    assert [(t.amount, t.type, t.payment_model, t.description) for t in page] == [
        (2.4, "debit", "paid_spark", "generate image · priced as z-turbo")
    ]
    assert following == 1


async def test_failed_work_is_given_back_and_may_be_tried_again(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, spark="1")
    for _ in range(3):
        hold = await desk.hold(ADA, "generate_image", {}, key="wf_1/a")
        assert await spark(desk) == "0.2"
        await desk.release(hold)
        assert await spark(desk) == "1"


@pytest.mark.parametrize(
    ("tool", "arguments", "charged"),
    [
        ("animate_photo", {"sourceImageIndices": [0, 1, 2]}, "60"),
        ("animate_photo", {"sourceImageIndices": [0, 1, 2], "stitched": False}, "20"),
        ("enhance_prompt", {"prompt": "a"}, "0.1"),
        ("orbit_video", {}, "60"),
        ("extend_video", {}, "20"),
    ],
)
async def test_what_is_handed_over_in_one_piece_is_charged_whole(
    database: Database, tmp_path: Path, tool: str, arguments: dict[str, Any], charged: str
) -> None:
    desk = desk_of(database, tmp_path, spark="100")
    hold = await desk.hold(ADA, tool, arguments, key="wf_1/a")
    await desk.settle(hold, outputs=0 if tool == "enhance_prompt" else 2 if tool == "extend_video" else 1)
    assert (await desk.balance("local")).spark.debit == charged


async def test_insufficient_credit_names_the_sums_and_holds_nothing(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, spark="2")
    with pytest.raises(InsufficientCredit) as refused:
        await desk.hold(ADA, "generate_image", {"numberOfVariations": 4}, key="run_1/a")
    body = refused.value.body()
    assert (refused.value.http_status, body["errorCode"]) == (402, 402)
    assert (body["error"]["type"], body["error"]["code"]) == ("insufficient_quota", "insufficient_credits")
    assert body["details"] == {
        "tokenType": "spark",
        "required": "3.2",
        "available": "2",
        "premiumSparkRequired": False,
    }
    assert await spark(desk) == "2"


async def test_free_spark_pays_for_one_image_model_only(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, free_spark="5")
    hold = await desk.hold(ADA, "generate_image", {"model": "krea2_turbo_fp8_scaled"}, key="run_1/a")
    await desk.settle(hold, outputs=1)
    assert (await desk.balance("local")).spark.premium_credit == "0"
    page, _ = await desk.transactions("local", limit=1, offset=0)
    assert page[0].payment_model == "free_spark"
    with pytest.raises(InsufficientCredit):
        await desk.hold(ADA, "generate_image", {"model": "z-turbo"}, key="run_1/b")


async def test_vendor_models_are_paid_with_premium_spark_only(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, free_spark="500", sogni="500")
    vendor = {"model": "gpt-image-2"}
    with pytest.raises(InsufficientCredit, match="premium Spark") as free:
        await desk.hold(ADA, "generate_image", vendor, key="run_1/a")
    with pytest.raises(InsufficientCredit, match="premium Spark"):
        await desk.hold(replace(ADA, token_type="sogni"), "generate_image", vendor, key="run_1/b")
    with pytest.raises(InsufficientCredit, match="premium Spark"):
        await desk.hold(replace(ADA, token_type="auto"), "generate_image", vendor, key="run_1/c")
    assert free.value.details["premiumSparkRequired"] is True
    rich = desk_of(database, tmp_path, spark="20")
    hold = await rich.hold(Payer("key-b"), "generate_image", vendor, key="run_2/a")
    assert hold.amount == 14


async def test_auto_takes_spark_first_and_sogni_when_it_is_not_enough(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, spark="1", sogni="1")
    auto = replace(ADA, token_type="auto")
    first = await desk.hold(auto, "generate_image", {}, key="c/1")
    second = await desk.hold(auto, "generate_image", {}, key="c/2")
    assert [(hold.token_type, hold.amount) for hold in (first, second)] == [
        ("spark", Decimal("0.8")),
        ("sogni", Decimal("0.1")),
    ]


@pytest.mark.parametrize("card", ["free", "rehearsal"])
async def test_a_strict_subscription_is_never_covered(database: Database, tmp_path: Path, card: str) -> None:
    desk = desk_of(database, tmp_path, card, **({"spark": "5"} if card == "rehearsal" else {}))
    payer = replace(ADA, billing_mode="subscription")
    with pytest.raises(InsufficientCredit, match="Unlimited billing is not available") as refused:
        await desk.admit(payer)
    with pytest.raises(InsufficientCredit):
        await desk.hold(payer, "generate_image", {}, key="run_1/a")
    body = refused.value.body()
    assert (body["errorCode"], body["error"]["code"]) == (4078, "4078")
    assert body["error"]["subscription"]["subscriptionLimit"] is True


async def test_nothing_starts_without_any_credit(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, sogni="1")
    await desk.admit(replace(ADA, token_type="sogni"))
    await desk.admit(replace(ADA, token_type="auto"))
    with pytest.raises(InsufficientCredit, match="out of Spark"):
        await desk.admit(ADA)


@pytest.mark.parametrize("card", ["free", "rehearsal"])
async def test_models_that_need_an_agreement_are_refused_with_4103(
    database: Database, tmp_path: Path, card: str
) -> None:
    desk = desk_of(database, tmp_path, card, **({"spark": "5000"} if card == "rehearsal" else {}))
    arguments = {"videoModel": "seedance2-mini-uncensored"}
    with pytest.raises(ToolError) as refused:
        await desk.hold(ADA, "generate_video", arguments, key="wf_1/a")
    result = failed("generate_video", refused.value)
    assert result.error_type == "PERMISSION_REQUIRED"
    assert result.data == {
        "errorCode": 4103,
        "consentRequired": {
            "key": "seedance-2-5-uncensored",
            "version": "1",
            "modelId": "seedance-2-0-mini-uncensored",
        },
    }
    assert desk.estimate("generate_video", arguments).capacity_units == 6


async def test_models_of_another_network_are_refused_with_4104_even_for_an_estimate(
    database: Database, tmp_path: Path
) -> None:
    desk = desk_of(database, tmp_path, spark="5000")
    arguments = {"videoModel": "wan3.0-spicy-video"}
    with pytest.raises(ToolError, match=r"Try wan3\.0-video") as refused:
        desk.estimate("generate_video", arguments)
    assert (refused.value.data or {})["errorCode"] == 4104
    with pytest.raises(ToolError):
        await desk.hold(ADA, "generate_video", arguments, key="wf_1/a")


def test_estimates_are_in_units_tokens_and_dollars() -> None:
    desk = BillingDesk(load("rehearsal"), Ledger(Database(Path("unused"))))
    estimate = desk.estimate("generate_image", {"numberOfVariations": 5})
    assert (estimate.capacity_units, estimate.tokens, estimate.usd) == (5, Decimal(4), Decimal("0.02"))
    assert desk.estimate("generate_image", {"numberOfVariations": 5}, "sogni").tokens == Decimal("0.5")


async def test_language_models_are_charged_by_their_tokens(database: Database, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, spark="1")
    hold = await desk.hold_llm(ADA, 812, None, key="chatcmpl-1/llm")
    cost = await desk.settle_llm(hold, Usage(812, 64, 876))
    assert cost is not None
    assert (cost.cost_in_spark, cost.cost_in_usd, cost.cost_in_sogni) == ("0.08032", "0.0004016", "0.01004")
    assert await spark(desk) == "0.91968"
    long = await desk.hold_llm(ADA, 10, 5, key="chatcmpl-2/llm")
    await desk.settle_llm(long, Usage(10, 900_000, 900_010))
    assert await spark(desk) == "0"
    with pytest.raises(InsufficientCredit):
        await desk.hold_llm(ADA, 10, None, key="chatcmpl-3/llm")
    assert await desk.ledger.check() == []
