"""Durable chats on the command line against servers that crash, change their price or say little."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio import cli
from studio.commands import run_view
from tests.helpers.engines import picture
from tests.service.durable import Durable, event
from tests.service.server import Server, reply

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def chat(server: Server, tmp_path: Path, *arguments: str) -> int:
    where = ["--base-url", server.url, "--model", "m", "--out", str(tmp_path / "out")]
    return cli.run(["--data-dir", str(tmp_path / "data"), "chat", "--durable", "hello", *where, *arguments])


def test_text_of_a_round_that_began_again_counts_once(server: Server, tmp_path: Path, capsys: Captured) -> None:
    log = [
        event(0, "run_created"),
        event(1, "llm_round_started", round=1),
        event(2, "assistant_message_delta", content="Half a sen"),
        event(3, "run_resumed", reason="restart"),
        event(4, "llm_round_started", round=1),
        event(5, "assistant_message_delta", content="A whole "),
        event(6, "assistant_message_completed", content="A whole sentence."),
        event(7, "llm_round_started", round=2),
        event(8, "assistant_message_completed", content="And one more."),
        event(9, "run_completed"),
    ]
    server.play(Durable(log))
    assert chat(server, tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["text"] == "A whole sentence.\nAnd one more."
    assert chat(server, tmp_path) == 0
    seen = capsys.readouterr()
    assert seen.out == "Half a sen\nA whole sentence.\nAnd one more.\n"
    assert "says this once more" in seen.err


def test_a_server_that_tells_only_addresses_is_downloaded_from(
    server: Server, tmp_path: Path, capsys: Captured
) -> None:
    media = Server().play(reply(picture(), kind="image/png"))
    url = f"{media.url}/made.png"
    resolved = event(
        1, "tool_call_resolved", toolCallId="c", toolName="generate_image", status="ok",
        mediaUrls=[{"url": url, "mediaType": "image"}], artifacts=[{"url": url, "mediaType": "image"}],
    )  # fmt: skip
    server.play(Durable([event(0, "run_created"), resolved, event(2, "run_completed")]))
    try:
        assert chat(server, tmp_path, "--json") == 0
    finally:
        media.close()
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert Path(file["path"]).read_bytes() == picture()


def test_a_run_that_failed_says_why(server: Server, tmp_path: Path, capsys: Captured) -> None:
    log = [event(0, "run_created"), event(1, "run_failed", error={"message": "The model is away."})]
    server.play(Durable(log, status="failed", record={"failureReason": "The model is away."}))
    assert chat(server, tmp_path) == 1
    assert "The model is away." in capsys.readouterr().err


def paused(price: int, validity: str) -> dict[str, Any]:
    preview = {"totalEstimatedCapacityUnits": price, "tokenType": "spark", "validityUntil": validity}
    details = {"toolCallId": "c", "pendingToolCallIds": ["c"], "costApprovalPreview": preview}
    return {"waiting": {"reason": "cost_approval_required", "details": details}}


class Pausing(Durable):
    """A run that asks for a price, refuses the first decision as out of date and then goes on."""

    def __init__(self, prices: list[int]) -> None:
        asking = event(
            1, "run_awaiting_cost_confirmation", toolCallId="c", toolName="generate_video",
            estimatedCost=prices[0], tokenType="spark", estimatedUsdCost=0.03,
        )  # fmt: skip
        log = [event(0, "run_created"), asking, event(2, "run_waiting_for_user")]
        super().__init__(log, status="waiting_for_user", record=paused(prices[0], "t0"))
        self.prices = prices
        self.posts["confirm-cost"] = self.decide

    def decide(self, connection: Any, request: Any) -> None:
        body = request.json
        current = self.record["waiting"]["details"]["costApprovalPreview"]
        if body["decision"] == "confirm" and len(self.prices) > 1:
            self.prices.pop(0)
            self.record = paused(self.prices[0], f"t{len(self.prices)}")
            reply({"status": "error", "message": "The preview expired; refresh it."}, 409)(connection, request)
            return
        assert body["decision"] == "cancel" or body["acceptedCostPreview"] == current
        self.status, self.record = "completed", {}
        self.events = [*self.events, event(3, "run_cost_confirmation_resolved"), event(4, "run_completed")]
        reply(self.snapshot())(connection, request)


@pytest.mark.parametrize(
    ("prices", "arguments", "given", "decisions"),
    [
        ([6, 6], ["--yes"], [], ["confirm", "confirm"]),
        ([6, 6], [], ["y"], ["confirm", "confirm"]),
        ([6, 9], [], ["y", "y"], ["confirm", "confirm"]),
        ([6, 9], [], ["y", "n"], ["confirm", "cancel"]),
    ],
)
def test_a_price_that_went_out_of_date(
    prices: list[int],
    arguments: list[str],
    given: list[str],
    decisions: list[str],
    server: Server,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Pausing(prices)
    server.play(run)
    monkeypatch.setattr(run_view, "can_ask", lambda args: True)
    monkeypatch.setattr(run_view, "ask", lambda question: given.pop(0))
    assert chat(server, tmp_path, *arguments) == 0
    assert [body["decision"] for name, body in run.posted if name == "confirm-cost"] == decisions
    assert given == []
    said = capsys.readouterr().err
    assert "Generate video would cost 6 Spark (about 0.03 USD)." in said
    assert (9 in prices) == ("What comes next would cost about 9 capacity units, paid in Spark." in said)


def test_a_pause_without_a_price_can_only_be_stopped(server: Server, tmp_path: Path, capsys: Captured) -> None:
    waiting = {"reason": "cost_approval_required", "details": {"toolCallId": "c"}}
    log = [event(0, "run_created"), event(1, "run_waiting_for_user", **waiting)]
    run = Durable(log, status="waiting_for_user", record={"waiting": waiting})
    server.play(run)
    assert chat(server, tmp_path, "--yes") == 1
    assert "studio runs cancel run_1" in capsys.readouterr().err
    assert [name for name, _ in run.posted] == ["runs"]


def test_a_question_is_told_with_how_to_answer_it(server: Server, tmp_path: Path, capsys: Captured) -> None:
    waiting = {"reason": "ask_clarifying_question", "message": "Which size?"}
    log = [event(0, "run_created"), event(1, "run_waiting_for_user", **waiting)]
    request = {"messages": [{"role": "user", "content": "a poster"}]}
    run = Durable(log, status="waiting_for_user", record={"waiting": waiting, "request": request})
    server.play(run)
    assert chat(server, tmp_path) == 1
    said = capsys.readouterr().err
    assert "Which size?" in said
    assert "studio chat --durable --continue run_1" in said
    chat(server, tmp_path, "--continue", "run_1")
    assert [message["content"] for message in run.posted[-1][1]["messages"]] == ["a poster", "Which size?", "hello"]
