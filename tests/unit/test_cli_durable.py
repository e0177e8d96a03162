"""Durable work on the command line, against a real engine and against servers that do less."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from studio import cli
from studio.commands import server as commands
from tests.helpers.engines import FakeTool, RunningEngine, picture, refusing, running_engine, tools
from tests.helpers.inline_runtime import InlineRuntime

STEPS = [
    {"id": "first", "toolName": "generate_image", "arguments": {"prompt": "A glass lighthouse"}},
    {
        "id": "second",
        "toolName": "upscale_image",
        "arguments": {},
        "dependsOn": [
            {"sourceStepId": "first", "transform": "image_index", "targetArgument": "sourceImageIndex"}
        ],
    },
]  # fmt: skip
TEMPLATE = {
    "name": "A picture of a thing",
    "description": "Paints one thing.",
    "inputs": [
        {"name": "thing", "type": "text", "required": True, "description": "What to paint"},
        {"name": "count", "type": "number", "required": False, "default": 1, "description": "How many"},
    ],
    "stages": [
        {
            "id": "paint", "type": "fixed", "label": "Paint", "produces": ["picture"], "tool": "generate_image",
            "args": {"prompt": "$inputs.thing", "numberOfVariations": "$inputs.count"},
        }
    ],
}  # fmt: skip


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    async with running_engine(tmp_path / "engine", parts={"runtime": InlineRuntime}) as running:
        yield running


@pytest_asyncio.fixture
async def rehearsal(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    """An engine at which work costs something."""
    settings: dict[str, Any] = {"rates": "rehearsal", "opening_balance": {"spark": "500"}}
    async with running_engine(tmp_path / "engine", parts={"runtime": InlineRuntime}, **settings) as running:
        yield running


class Terminal:
    """Runs commands and keeps what they printed."""

    def __init__(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.out_dir = tmp_path / "out"
        self.data_dir = tmp_path / "data"
        self.out = ""
        self.err = ""
        self._capsys = capsys

    async def run(self, engine: RunningEngine, *arguments: str) -> int:
        where = ["--base-url", engine.url, "--api-key", engine.key]
        return await self.anywhere(*arguments, *where)

    async def anywhere(self, *arguments: str) -> int:
        self._capsys.readouterr()
        code = await asyncio.to_thread(cli.run, ["--data-dir", str(self.data_dir), *arguments])
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    @property
    def json(self) -> Any:
        """The one value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody sits at the terminal and gives these answers."""
    given: list[str] = []
    monkeypatch.setattr(commands.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(commands.sys.stderr, "isatty", lambda: True, raising=False)

    def ask(question: str) -> str:
        commands.say(question)
        return given.pop(0)

    for module in ("run_view", "durable_chat", "workflows"):
        monkeypatch.setattr(sys.modules[f"studio.commands.{module}"], "ask", ask)
        monkeypatch.setattr(sys.modules[f"studio.commands.{module}"], "can_ask", lambda args: not args.json)
    return given


@pytest.fixture(autouse=True)
def _loaded() -> None:
    import studio.commands.durable_chat
    import studio.commands.workflows  # noqa: F401


def file_of(tmp_path: Path, document: Any) -> str:
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


# --- chats ---------------------------------------------------------------------------------------


async def test_a_durable_chat_writes_text_and_files(engine: RunningEngine, terminal: Terminal) -> None:
    assert await terminal.run(engine, "chat", "--durable", "a misty forest", "--out", str(terminal.out_dir)) == 0
    assert "Image 1" in terminal.out
    assert [path.name for path in terminal.out_dir.iterdir()] == ["teal-image-1.png"]
    assert (terminal.out_dir / "teal-image-1.png").read_bytes() == picture()
    assert "Painting 1 image…" in terminal.err
    text = terminal.out
    run_id = terminal.err.split()[1]
    assert await terminal.run(engine, "runs", "show", run_id) == 0
    assert "a misty forest" in terminal.out
    assert text.strip().splitlines()[-1] in terminal.out


async def test_a_durable_chat_is_one_json_object(engine: RunningEngine, terminal: Terminal) -> None:
    assert (
        await terminal.run(engine, "chat", "--durable", "a misty forest", "--json", "--out", str(terminal.out_dir)) == 0
    )
    assert set(terminal.json) >= {"run_id", "status", "text", "files", "tool_results", "waiting"}
    assert terminal.json["status"] == "completed"
    assert terminal.json["files"][0]["badge"] == "Image 1"


async def test_references_are_uploaded(engine: RunningEngine, terminal: Terminal, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture(20, 20))
    arguments = ["chat", "--durable", "cut this out", "--ref", str(photo), "--json", "--out", str(terminal.out_dir)]
    assert await terminal.run(engine, *arguments) == 0
    assert terminal.json["files"][0]["tool"] == "remove_background"
    assert await terminal.run(engine, "runs", "show", terminal.json["run_id"], "--json") == 0
    (message,) = terminal.json["request"]["messages"]
    assert message["content"][1]["image_url"]["url"].startswith(engine.url)


async def test_a_price_is_approved_with_yes(rehearsal: RunningEngine, terminal: Terminal) -> None:
    arguments = ["chat", "--durable", "a misty forest", "--yes", "--out", str(terminal.out_dir)]
    assert await terminal.run(rehearsal, *arguments) == 0
    assert "Generate image would cost" in terminal.err
    assert len(list(terminal.out_dir.iterdir())) == 1


async def test_a_price_that_nobody_can_be_asked_about_waits(rehearsal: RunningEngine, terminal: Terminal) -> None:
    arguments = ["chat", "--durable", "a misty forest", "--json", "--out", str(terminal.out_dir)]
    assert await terminal.run(rehearsal, *arguments) == 1
    run_id = terminal.json["run_id"]
    assert (terminal.json["status"], terminal.json["waiting"]["reason"]) == (
        "waiting_for_user",
        "cost_approval_required",
    )
    assert f"studio runs confirm {run_id} --yes --base-url" in terminal.err
    assert await terminal.run(rehearsal, "runs", "confirm", run_id) == 2
    assert "--yes" in terminal.err
    assert await terminal.run(rehearsal, "runs", "confirm", run_id, "--yes") == 0
    assert await terminal.run(rehearsal, "runs", "watch", run_id, "--out", str(terminal.out_dir)) == 0
    assert len(list(terminal.out_dir.iterdir())) == 1
    assert await terminal.run(rehearsal, "runs", "confirm", run_id, "--yes") == 1
    assert "doesn't wait for an approval" in terminal.err


@pytest.mark.parametrize(("answer", "files"), [("y", 1), ("", 0), ("n", 0)])
async def test_a_price_is_asked_about(
    answer: str, files: int, rehearsal: RunningEngine, terminal: Terminal, answers: list[str]
) -> None:
    answers.append(answer)
    await terminal.run(rehearsal, "chat", "--durable", "a misty forest", "--out", str(terminal.out_dir))
    assert "Go on? [y/N]" in terminal.err
    assert answers == []
    assert len(list(terminal.out_dir.glob("*"))) == files


async def test_a_chat_goes_on_from_an_earlier_run(engine: RunningEngine, terminal: Terminal) -> None:
    arguments = ["--json", "--out", str(terminal.out_dir)]
    assert await terminal.run(engine, "chat", "--durable", "a misty forest", *arguments) == 0
    first = terminal.json["run_id"]
    assert await terminal.run(engine, "chat", "--continue", first, "cut it out", *arguments) == 0
    assert terminal.json["files"][0]["tool"] == "remove_background"


async def test_a_server_without_runs_is_told(terminal: Terminal) -> None:
    from tests.service.server import Server, reply

    server = Server().play(reply({"status": "error", "message": "No such route"}, 404))
    try:
        assert await terminal.anywhere("chat", "--durable", "hi", "--model", "m", "--base-url", server.url) == 1
        assert "knows no durable runs. Leave out --durable." in terminal.err
    finally:
        server.close()


# --- runs ----------------------------------------------------------------------------------------


async def test_runs_are_listed_watched_and_cancelled(engine: RunningEngine, terminal: Terminal) -> None:
    assert await terminal.run(engine, "runs", "list") == 0
    assert terminal.out == "There are no runs.\n"
    assert (
        await terminal.run(engine, "chat", "--durable", "a misty forest", "--json", "--out", str(terminal.out_dir)) == 0
    )
    run_id = terminal.json["run_id"]
    assert await terminal.run(engine, "runs", "list") == 0
    assert terminal.out.split("  ")[0] == run_id
    assert await terminal.run(engine, "runs", "list", "--json", "--limit", "1") == 0
    assert [run["runId"] for run in terminal.json["runs"]] == [run_id]
    assert await terminal.run(engine, "runs", "watch", run_id, "--json") == 0
    *events, end = terminal.lines
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert end == {"type": "end", "status": "completed"}
    assert await terminal.run(engine, "runs", "watch", run_id, "--json", "--after", str(len(events) - 2)) == 0
    assert [line.get("sequence") for line in terminal.lines] == [len(events) - 1, None]
    assert await terminal.run(engine, "runs", "cancel", run_id) == 0
    assert terminal.out == f"{run_id} is done.\n"


async def test_a_run_is_cancelled_while_it_works(tmp_path: Path, terminal: Terminal) -> None:
    begun = asyncio.Event()

    async def endless(arguments: dict[str, Any], context: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    parts = {"runtime": InlineRuntime, "runners": tools(FakeTool("generate_image", endless))}
    async with running_engine(tmp_path / "engine", parts=parts) as engine:
        body = {"messages": [{"role": "user", "content": "a misty forest"}]}
        run_id = (await engine.client.post("/v1/chat/runs", json=body)).json()["data"]["run"]["runId"]
        await asyncio.wait_for(begun.wait(), 10)
        where = ["--base-url", engine.url, "--api-key", engine.key]
        watching = asyncio.create_task(asyncio.to_thread(cli.run, ["runs", "watch", run_id, *where]))
        assert await terminal.run(engine, "runs", "cancel", run_id, "--reason", "enough") == 0
        assert await asyncio.wait_for(watching, 10) == 1
        assert await terminal.run(engine, "runs", "show", run_id, "--json") == 0
        assert (terminal.json["status"], terminal.json["cancellationReason"]) == ("cancelled", "enough")


async def test_a_server_without_a_list_is_answered_from_the_library(terminal: Terminal) -> None:
    from studio.library.library import Library
    from tests.service.server import Server, reply

    server = Server().play(reply({"status": "error", "message": "No such route"}, 405))
    try:
        assert await terminal.anywhere("runs", "list", "--base-url", server.url, "--json") == 0
        assert terminal.json == {"runs": [], "next": None}
        with Library.open(terminal.data_dir) as library:
            session = library.sessions.create()
            for number, url in enumerate([server.url, "https://elsewhere.example"]):
                turn = library.turns.begin(session.id, "hello")
                library.runs.begin(turn.id, f"k{number}", kind="custom", base_url=url, request="{}")
                library.runs.started(f"k{number}", f"run_{number}", url)
        assert await terminal.anywhere("runs", "list", "--base-url", server.url) == 0
        assert terminal.out.split() == ["run_0", "running", "just", "now"]
        assert "These were started from this computer" in terminal.err
    finally:
        server.close()


# --- workflows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [STEPS, {"title": "T", "steps": STEPS}, {"input": {"steps": STEPS}}])
async def test_a_workflow_is_started_in_every_form(
    document: Any, engine: RunningEngine, terminal: Terminal, tmp_path: Path
) -> None:
    out = ["--watch", "--out", str(terminal.out_dir)]
    assert await terminal.run(engine, "workflows", "start", file_of(tmp_path, document), *out) == 0
    assert len([path for path in terminal.out_dir.iterdir() if path.suffix == ".png"]) == 2
    assert terminal.err.splitlines()[-1].endswith(" is done.")


async def test_workflows_are_listed_shown_watched_and_reseeded(
    engine: RunningEngine, terminal: Terminal, tmp_path: Path
) -> None:
    start = ["workflows", "start", file_of(tmp_path, STEPS), "--title", "Lighthouse", "--key", "k1", "--json"]
    assert await terminal.run(engine, *start) == 0
    workflow_id = terminal.json["workflowId"]
    assert await terminal.run(engine, *start) == 0
    assert terminal.json["workflowId"] == workflow_id
    assert "nothing new was started" in terminal.err
    assert await terminal.run(engine, "workflows", "watch", workflow_id, "--json") == 0
    *events, end = terminal.lines
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert end == {"type": "end", "status": "completed"}
    assert await terminal.run(engine, "workflows", "list") == 0
    assert terminal.out.split("  ")[0] == workflow_id
    assert terminal.out.strip().endswith("Lighthouse")
    assert await terminal.run(engine, "workflows", "list", "--json") == 0
    assert len(terminal.json["workflows"]) == 1
    assert await terminal.run(engine, "workflows", "show", workflow_id) == 0
    assert "second  upscale_image   done" in terminal.out
    assert await terminal.run(engine, "workflows", "reseed", workflow_id, "--seed", "first=77", "--json") == 0
    again = terminal.json
    assert again["reseed"]["cloned_from_run_id"] == workflow_id
    assert again["reseed"]["steps"][0]["arguments"]["seed"] == 77
    assert await terminal.run(engine, "workflows", "watch", again["workflow"]["workflowId"]) == 0
    assert await terminal.run(engine, "workflows", "cancel", workflow_id) == 0
    assert "was over before: it is done." in terminal.out
    assert await terminal.run(engine, "workflows", "resume", workflow_id) == 1
    assert len(terminal.err.strip().splitlines()) == 1


async def test_a_failed_step_is_told_once_and_tried_again(tmp_path: Path, terminal: Terminal) -> None:
    broken = [True]

    def work(arguments: dict[str, Any], context: Any) -> Any:
        return refusing("MODEL_UNAVAILABLE", "The enlarger is away.")(arguments, context) if broken[0] else None

    runners = tools(FakeTool("generate_image"), FakeTool("upscale_image", work))
    async with running_engine(tmp_path / "engine", parts={"runtime": InlineRuntime, "runners": runners}) as engine:
        start = ["workflows", "start", file_of(tmp_path, STEPS), "--watch", "--out", str(terminal.out_dir)]
        assert await terminal.run(engine, *start) == 1
        assert terminal.err.count("The enlarger is away.") == 1
        assert "What was made before is kept." in terminal.err
        workflow_id = terminal.err.split()[1]
        assert f"studio workflows resume {workflow_id}" in terminal.err
        broken[0] = False
        assert await terminal.run(engine, "workflows", "resume", workflow_id) == 0
        assert await terminal.run(engine, "workflows", "watch", workflow_id) == 0


async def test_a_workflow_above_its_ceiling_is_refused_or_agreed_to(
    engine: RunningEngine, terminal: Terminal, tmp_path: Path
) -> None:
    start = ["workflows", "start", file_of(tmp_path, STEPS), "--max-units", "1"]
    assert await terminal.run(engine, *start) == 1
    assert await terminal.run(engine, *start, "--yes", "--watch") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["workflows", "start", "no-such-file.json"], "no-such-file.json can't be read"),
        (["workflows", "start", "{tmp}/bad.json"], "is not valid JSON"),
        (["workflows", "start", "{tmp}/list.json", "--base-url", "http://127.0.0.1:9"], "can't be reached"),
        (["workflows", "start", "{tmp}/number.json"], "This file is no workflow"),
        (["workflows", "resume", "wf", "--input", "[]", "--base-url", "http://127.0.0.1:9"], "must be a JSON object"),
        (["workflows", "reseed", "wf", "--seed", "x", "--base-url", "http://127.0.0.1:9"], "needs STEP=NUMBER"),
        (["templates", "create", "{tmp}/bad.json"], "is not valid JSON"),
        (["templates", "validate", "{tmp}/bad.json"], "is not valid JSON"),
        (["runs", "show", "x", "--base-url", "ftp://x"], "must begin with http"),
        (["chat", "--durable", " ", "--base-url", "http://127.0.0.1:9"], "The message is empty"),
    ],
)
async def test_failures_are_one_sentence_and_1(
    arguments: list[str], words: str, terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "number.json").write_text("5")
    arguments = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    assert await terminal.anywhere(*arguments) == 1
    assert words in terminal.err
    assert terminal.out == ""
    assert len(terminal.err.strip().splitlines()) == 1
    assert await terminal.anywhere(*arguments, "--json") == 1
    assert words in terminal.json["error"]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs"],
        ["runs", "list", "--limit", "0"],
        ["runs", "show"],
        ["runs", "confirm", "r", "--yes", "--decline"],
        ["workflows", "start"],
        ["workflows", "start", "f.json", "--template", "t"],
        ["workflows", "paint"],
        ["templates", "validate"],
        ["templates", "validate", "f.json", "--base-url", "x"],
    ],
)
def test_wrong_use_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert capsys.readouterr().err.strip()


async def test_unknown_ids_are_told(engine: RunningEngine, terminal: Terminal) -> None:
    for arguments in (
        ["runs", "show", "run_x"], ["runs", "watch", "run_x"], ["runs", "cancel", "run_x"],
        ["runs", "confirm", "run_x", "--yes"],
        ["workflows", "show", "wf_x"], ["workflows", "watch", "wf_x"], ["workflows", "cancel", "wf_x"],
        ["workflows", "resume", "wf_x"], ["workflows", "reseed", "wf_x"], ["workflows", "confirm", "wf_x", "--yes"],
    ):  # fmt: skip
        assert await terminal.run(engine, *arguments, "--json") == 1
        assert terminal.json["error"]["status"] == 404
        assert len(terminal.err.strip().splitlines()) == 1


# --- templates -----------------------------------------------------------------------------------


async def test_a_template_is_checked_without_a_server(terminal: Terminal, tmp_path: Path) -> None:
    assert await terminal.anywhere("templates", "validate", file_of(tmp_path, TEMPLATE)) == 0
    assert "The template is valid." in terminal.err
    assert not terminal.data_dir.exists()
    broken = json.loads(json.dumps(TEMPLATE))
    broken["stages"][0] |= {"tool": "compose_workflow", "args": {"prompt": "$inputs.no"}}
    assert await terminal.anywhere("templates", "validate", file_of(tmp_path, broken)) == 1
    assert '"no"' in terminal.out
    assert await terminal.anywhere("templates", "validate", file_of(tmp_path, broken), "--json") == 1
    assert terminal.json["valid"] is False
    assert len(terminal.json["issues"]) >= 2


async def test_json_errors_of_watch_are_one_line(terminal: Terminal) -> None:
    assert await terminal.anywhere("runs", "watch", "r", "--json", "--base-url", "ftp://x") == 1
    assert len(terminal.out.splitlines()) == 1
    assert "message" in terminal.lines[0]["error"]


async def test_a_template_is_saved_started_copied_and_deleted(
    engine: RunningEngine, terminal: Terminal, tmp_path: Path
) -> None:
    assert await terminal.run(engine, "templates", "create", file_of(tmp_path, TEMPLATE), "--json") == 0
    template_id = terminal.json["id"]
    assert await terminal.run(engine, "templates", "list") == 0
    assert template_id in [line.split("  ")[0] for line in terminal.out.splitlines()]
    assert await terminal.run(engine, "templates", "list", "--visibility", "own", "--json") == 0
    assert [template["id"] for template in terminal.json["templates"]] == [template_id]
    assert await terminal.run(engine, "templates", "show", template_id) == 0
    assert "thing  text    needed    What to paint" in terminal.out
    start = ["workflows", "start", "--template", template_id, "--input", "thing=an owl", "--input", "count=2", "--json"]
    assert await terminal.run(engine, *start) == 0
    workflow_id = terminal.json["workflowId"]
    assert await terminal.run(engine, "workflows", "watch", workflow_id) == 0
    assert await terminal.run(engine, "workflows", "show", workflow_id, "--json") == 0
    arguments = terminal.json["steps"][0]["arguments"]
    assert (arguments["prompt"], arguments["numberOfVariations"]) == ("an owl", 2)
    assert await terminal.run(engine, "workflows", "start", "--template", template_id, "--input", "count=many") == 1
    assert terminal.err == "count must be a number, not many.\n"
    assert await terminal.run(engine, "templates", "fork", template_id, "--name", "Mine") == 0
    assert terminal.out.strip().endswith("Mine")
    assert await terminal.run(engine, "templates", "delete", template_id) == 0
    assert await terminal.run(engine, "templates", "delete", template_id) == 1


async def test_a_refused_template_tells_every_issue(engine: RunningEngine, terminal: Terminal, tmp_path: Path) -> None:
    broken = json.loads(json.dumps(TEMPLATE))
    broken["stages"][0] |= {"tool": "compose_workflow", "args": {"prompt": "$inputs.no"}}
    assert await terminal.run(engine, "templates", "create", file_of(tmp_path, broken)) == 1
    assert "compose_workflow" in terminal.err
    assert '"no"' in terminal.err
