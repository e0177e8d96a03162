"""A run that waits: for a price to be approved, or for an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from studio.viewmodels.state import TextItem, Turn, Waiting
from tests.helpers.fake_runs import FakeRuns, RunStep, delta, dispatched, event, price, resolved
from tests.helpers.fake_service import FakeService
from tests.unit.viewmodels.conftest import Bench, open_bench, text_of, tools_of

Window = Callable[[Bench], Awaitable[Bench]]
GOES_ON: list[RunStep] = [resolved("/v1/media/a/a.png", tool="generate_video"), event("run_completed")]


@pytest.fixture
async def asking(bench: Bench) -> AsyncIterator[Bench]:
    bench.service.runs = FakeRuns()
    yield bench
    await bench.service.runs.close()


@pytest.fixture
async def again() -> AsyncIterator[Window]:
    opened: list[Bench] = []

    async def window(bench: Bench) -> Bench:
        other = open_bench(bench.data_dir, FakeService(runs=bench.service.runs), bench.uploads)
        opened.append(other)
        await other.sessions._read()
        await other.create.attach_all()
        return other

    yield window
    for bench in opened:
        await bench.close()


def runs_of(bench: Bench) -> FakeRuns:
    assert bench.service.runs is not None
    return bench.service.runs


async def paused(bench: Bench, units: float = 6) -> Turn:
    """Send a message whose run pauses before spending."""
    runs_of(bench).scripts = [[delta("I would film."), dispatched(tool="generate_video"), *price(units)]]
    declined = event("tool_call_resolved", toolCallId="call_1", toolName="generate_video", status="cancelled")
    runs_of(bench).after = {"confirm": GOES_ON, "cancel": [declined, delta("Then not."), event("run_completed")]}
    bench.create.composer.text.value = "film it"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and bench.create.turns[-1].waiting)
    return bench.create.turns[-1]


def asked(turn: Turn) -> Waiting:
    assert turn.waiting is not None
    return turn.waiting


async def test_a_price_is_shown_with_everything_that_is_known_of_it(asking: Bench) -> None:
    turn = await paused(asking)
    waiting = asked(turn)
    assert (waiting.is_approval, waiting.cost, waiting.token_type, waiting.usd) == (True, 6.0, "spark", 0.03)
    assert (waiting.tool, waiting.model, waiting.message) == ("generate_video", "Seedance", "Three shots")
    assert (waiting.arguments, waiting.deciding, waiting.trouble) == ({"prompt": "x"}, "", "")
    assert (turn.status, asking.create.working.value) == ("working", True)
    assert asking.create.needs_you(asking.create.conversation.id)
    await asking.sessions._read()
    assert asking.sessions.rows[0].state == "needs_you"


async def test_approving_echoes_the_preview_and_goes_on(asking: Bench) -> None:
    turn = await paused(asking)
    preview = asked(turn).preview
    asking.create.approve(turn.id, {"qualityTier": "fast"})
    assert asked(turn).deciding == "approve", "at once"
    await asking.until(lambda: turn.status == "done")
    assert turn.waiting is None
    (decision,) = runs_of(asking).decisions
    assert (decision["decision"], decision["tool_call_id"]) == ("confirm", "call_1")
    assert decision["acceptedCostPreview"] == preview
    assert decision["acceptedCostPreview"]["mine"] == [1]
    assert decision["overrides"] == {"qualityTier": "fast"}
    assert [item.status for item in tools_of(turn)] == ["done"]
    await asking.sessions._read()
    assert asking.sessions.rows[0].state == "idle"


async def test_declining_goes_on_without_the_step(asking: Bench) -> None:
    turn = await paused(asking)
    asking.create.decline(turn.id)
    await asking.until(lambda: turn.status == "done")
    assert "acceptedCostPreview" not in runs_of(asking).decisions[0]
    assert "Then not." in text_of(turn)
    assert [(i.status, i.message) for i in tools_of(turn)] == [("stopped", "You declined this · nothing charged")]


async def test_two_clicks_are_one_decision(asking: Bench) -> None:
    turn = await paused(asking)
    asking.create.approve(turn.id)
    asking.create.approve(turn.id)
    asking.create.decline(turn.id)
    await asking.until(lambda: turn.status == "done")
    assert len(runs_of(asking).decisions) == 1


def renew(bench: Bench, units: float) -> None:
    """The server has replaced the preview."""
    run = runs_of(bench).by_id["run_1"]
    assert run.waiting is not None
    later = {"totalEstimatedCapacityUnits": units, "tokenType": "spark", "validityUntil": "2031-01-01T00:00:00Z"}
    run.waiting = {**run.waiting, "details": {**run.waiting["details"], "costApprovalPreview": later}}


async def test_a_preview_that_expired_at_the_same_price_is_approved_all_the_same(asking: Bench) -> None:
    turn = await paused(asking)
    renew(asking, 6)
    asking.create.approve(turn.id)
    await asking.until(lambda: turn.status == "done")
    assert [d["acceptedCostPreview"]["validityUntil"][:4] for d in runs_of(asking).decisions] == ["2030", "2031"]


async def test_a_price_that_changed_is_shown_and_asked_again(asking: Bench) -> None:
    turn = await paused(asking)
    renew(asking, 9)
    asking.create.approve(turn.id)
    await asking.until(lambda: asked(turn).trouble)
    waiting = asked(turn)
    assert (waiting.cost, waiting.usd, waiting.deciding) == (9.0, None, "")
    assert "price has changed" in waiting.trouble
    asking.create.approve(turn.id)
    await asking.until(lambda: turn.status == "done")
    assert len(runs_of(asking).decisions) == 2


async def test_a_decision_that_did_not_arrive_is_said_and_can_be_made_again(asking: Bench) -> None:
    turn = await paused(asking)
    runs_of(asking).down = True
    asking.create.approve(turn.id)
    await asking.until(lambda: asked(turn).trouble)
    assert asked(turn).deciding == ""
    assert "can't be reached" in asked(turn).trouble
    runs_of(asking).down = False
    asking.create.approve(turn.id)
    await asking.until(lambda: turn.status == "done")


async def test_a_decision_made_elsewhere_is_noticed(asking: Bench) -> None:
    turn = await paused(asking)
    run = runs_of(asking).by_id["run_1"]
    run.emit("run_cost_confirmation_resolved", {"toolCallId": "call_1", "decision": "confirm"})
    run.player = asyncio.create_task(runs_of(asking)._play(run, GOES_ON))
    await asking.until(lambda: turn.status == "done")
    assert turn.waiting is None


async def test_stopping_while_it_asks_cancels_the_run(asking: Bench) -> None:
    turn = await paused(asking)
    asking.create.stop()
    assert (turn.status, turn.waiting) == ("stopped", None)
    await asking.until(lambda: runs_of(asking).cancels == ["run_1"])
    await asking.settled()
    assert await asking.desk.call(lambda lib: lib.runs.waiting_sessions()) == frozenset()


async def test_a_new_window_asks_the_same_and_can_decide(asking: Bench, again: Window) -> None:
    await paused(asking)
    await asking.settled()
    await asking.close()
    other = await again(asking)
    await other.until(lambda: other.sessions.rows and other.sessions.rows[0].state == "needs_you")
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: other.create.turns and other.create.turns[0].phase == "")
    turn = other.create.turns[0]
    assert (asked(turn).cost, text_of(turn)) == (6.0, "I would film.")
    other.create.approve(turn.id)
    await other.until(lambda: turn.status == "done")
    assert len(other.create.pieces) == 1


QUESTION: list[RunStep] = [
    dispatched("call_q", "ask_clarifying_question", question="Which one?", options=["The red", "The blue"]),
    event("run_waiting_for_user", reason="ask_clarifying_question", message="Which one?"),
]


async def test_a_question_ends_the_turn_and_its_answer_begins_the_next(asking: Bench) -> None:
    runs_of(asking).scripts = [QUESTION]
    turn = await asking.say("paint a door")
    assert (turn.status, tools_of(turn), asked(turn).message) == ("done", [], "Which one?")
    assert (asked(turn).options, asked(turn).is_approval) == (("The red", "The blue"), False)
    assert asking.create.needs_you(asking.create.conversation.id)
    asking.create.answer(turn.id, "The red")
    assert turn.waiting is None
    await asking.until(lambda: not asking.create.working.value)
    assert [t.user_text for t in asking.create.turns] == ["paint a door", "The red"]
    assert turn.items == [TextItem("Which one?")]
    sent = runs_of(asking).starts[1]["messages"]
    assert [(m["role"], m["content"]) for m in sent] == [
        ("user", "paint a door"), ("assistant", "Which one?"), ("user", "The red"),
    ]  # fmt: skip
    assert not asking.create.needs_you(asking.create.conversation.id)


async def test_a_typed_message_answers_too_and_the_question_outlives_the_window(asking: Bench, again: Window) -> None:
    runs_of(asking).scripts = [QUESTION]
    await asking.say("paint a door")
    await asking.settled()
    await asking.close()
    other = await again(asking)
    await other.until(lambda: other.sessions.rows[0].state == "needs_you")
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: other.create.turns)
    assert asked(other.create.turns[0]).options == ("The red", "The blue")
    await other.say("green")
    await other.settled()
    kept = await other.desk.call(lambda lib: lib.turns.list(other.create.conversation.id))
    assert [(t.waiting, text_of(t)) for t in kept] == [(None, "Which one?"), (None, "Done.")]
    await other.sessions._read()
    assert other.sessions.rows[0].state == "idle"


async def test_the_hand_stays_with_its_session_and_goes_when_it_is_answered(asking: Bench) -> None:
    runs_of(asking).scripts = [QUESTION]
    await asking.say("paint a door")
    first = asking.create.conversation.id
    asking.sessions.new()
    assert asking.create.needs_you(first)
    assert not asking.create.needs_you(asking.create.conversation.id)
    await asking.sessions._read()
    asking.sessions.open(first)
    await asking.until(lambda: asking.create.turns)
    await asking.say("the red")
    asking.sessions.new()
    assert not asking.create.needs_you(first)
