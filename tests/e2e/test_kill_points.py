"""The engine dies at a named point during a run or a workflow, starts again, and nothing is lost or done twice.

One point of each phase runs always, every point with ``STUDIO_FULL_TESTS=1`` (``packaging/test --full``).
"""

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.engine.durable.faults import FAULT_POINTS, RUN_FAULTS, WORKFLOW_FAULTS
from tests.helpers.processes import Process, ready, start

FULL = bool(os.environ.get("STUDIO_FULL_TESTS"))
RUN_PHASES = ("job.created", "job.step_begun", "job.after_commit@4", "job.finished")
WORKFLOW_PHASES = ("job.before_start", "job.leased", "job.step_recorded")
RUN_POINTS = [*FAULT_POINTS, "job.before_commit@3", "job.after_commit@4", "job.after_commit@7", *RUN_FAULTS]
WORKFLOW_POINTS = [*FAULT_POINTS, "job.before_commit@3", "job.after_commit@4", "job.after_commit@7", *WORKFLOW_FAULTS]
PASSING = ("tool_call_progress", "assistant_message_delta", "workflow_progress", "run_resumed", "custom",
           "llm_round_started")  # fmt: skip
"""Events whose number depends on when the engine died."""
STEPS = [
    {"id": "still", "toolName": "generate_image", "arguments": {"prompt": "a red barn", "width": 256, "height": 256}},
    {"id": "boat", "toolName": "generate_image", "arguments": {"prompt": "a boat", "width": 256, "height": 256}},
    {
        "id": "ink",
        "toolName": "apply_style",
        "arguments": {"prompt": "ink drawing"},
        "dependsOn": [
            {"sourceStepId": "boat", "mediaType": "image", "transform": "image_index",
             "targetArgument": "sourceImageIndex"}
        ],
    },
]  # fmt: skip


@dataclass
class Mortal:
    """An engine that dies once, and is started again on the same folder by whoever notices."""

    data_dir: Path
    environment: dict[str, str]
    process: Process
    deaths: int = 0
    said: list[str] = field(default_factory=list)

    def revive(self) -> None:
        self.process.popen.wait(20)
        self.deaths += 1
        assert self.deaths <= 2, self.said
        self.said.append(self.process.close())
        self.process = ready(start(self.data_dir, "--no-detect", **self.environment), self.data_dir)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        while True:
            try:
                with self.process.http() as client:
                    answer = client.request(method, path, **options)
            except httpx.TransportError:
                self.revive()
                continue
            assert answer.status_code < 300, answer.text
            return answer.json()["data"]

    def follow(self, path: str) -> list[dict[str, Any]]:
        """Return every event of a stream, taken up again after each cut where it ended."""
        found: list[dict[str, Any]] = []
        while True:
            headers = {"Last-Event-ID": str(found[-1]["sequence"])} if found else {}
            try:
                with self.process.http() as client, client.stream("GET", path, headers=headers) as answer:
                    assert answer.status_code == 200
                    for event in _events(answer):
                        found.append(event)  # noqa: PERF402 - what came before a cut is kept
                return found
            except httpx.TransportError:
                self.revive()

    def made(self) -> int:
        """Return how many files were made."""
        database = sqlite3.connect(self.data_dir / "engine" / "engine.sqlite")
        count: int = database.execute("SELECT count(*) FROM assets WHERE origin = 'made'").fetchone()[0]
        database.close()
        return count


def _events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    block: list[str] = []
    for line in answer.iter_lines():
        if line:
            block.append(line)
            continue
        data = [part[6:] for part in block if part.startswith("data: ")]
        if data and any(part.startswith("id: ") for part in block):
            yield json.loads("\n".join(data))
        block = []


@pytest.fixture
def mortal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Mortal]:
    environment = {"STUDIO_FAULT": request.param, "STUDIO_FAULT_ONCE": str(tmp_path / "died")}
    data_dir = tmp_path / "data"
    engine = Mortal(data_dir, environment, ready(start(data_dir, "--no-detect", **environment), data_dir))
    yield engine
    engine.process.popen.terminate()
    engine.process.popen.wait(15)
    engine.process.close()


def _settled(mortal: Mortal, path: str, member: str) -> dict[str, Any]:
    """Wait until the job is over; the last fault points lie after its last event."""
    for _ in range(200):
        found: dict[str, Any] = mortal.ask("GET", path)[member]
        if found["status"] not in ("queued", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found['status']}")


def _check(events: list[dict[str, Any]], stored: list[dict[str, Any]]) -> Counter[str]:
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert [(event["sequence"], event["type"]) for event in stored] == [(e["sequence"], e["type"]) for e in events]
    return Counter(event["type"] for event in events if event["type"] not in PASSING)


@pytest.mark.parametrize("mortal", RUN_POINTS if FULL else RUN_PHASES, indirect=True)
def test_a_run_survives(mortal: Mortal) -> None:
    body = {"messages": [{"role": "user", "content": "two variations of a misty forest, 256x256"}]}
    run = mortal.ask("POST", "/v1/chat/runs", json=body, headers={"Idempotency-Key": "k"})["run"]
    path = f"/v1/chat/runs/{run['runId']}"
    events = mortal.follow(f"{path}/events/stream")
    done = _settled(mortal, path, "run")
    kinds = _check(events, mortal.ask("GET", f"{path}/events")["events"])
    assert mortal.deaths == 1
    assert done["status"] == "completed"
    assert (kinds["run_created"], kinds["tool_call_dispatched"], kinds["tool_call_resolved"]) == (1, 1, 1)
    assert (kinds["assistant_message_completed"], kinds["run_completed"]) == (2, 1)
    assert len(done["artifacts"]) == 2
    assert len(done["toolResults"]) == 1
    assert mortal.made() in (2, 4)  # killed between rendering and keeping, the call is rendered again
    listed = mortal.ask("GET", "/v1/chat/runs")["runs"]
    assert [entry["runId"] for entry in listed] == [run["runId"]]
    with mortal.process.http() as client:
        assert all(client.get(artifact["url"]).status_code == 200 for artifact in done["artifacts"])


@pytest.mark.parametrize("mortal", WORKFLOW_POINTS if FULL else WORKFLOW_PHASES, indirect=True)
def test_a_workflow_survives(mortal: Mortal) -> None:
    body = {"input": {"title": "Three", "steps": STEPS}}
    made = mortal.ask("POST", "/v1/creative-agent/workflows", json=body, headers={"Idempotency-Key": "k"})["workflow"]
    path = f"/v1/creative-agent/workflows/{made['workflowId']}"
    events = mortal.follow(f"{path}/events/stream")
    done = _settled(mortal, path, "workflow")
    kinds = _check(events, mortal.ask("GET", f"{path}/events")["events"])
    assert mortal.deaths == 1
    assert done["status"] == "completed"
    assert (kinds["workflow_started"], kinds["step_completed"], kinds["artifact_created"]) == (1, 3, 3)
    assert kinds["workflow_completed"] == 1
    assert [step["status"] for step in done["steps"]] == ["completed"] * 3
    assert len(done["artifacts"]) == 3
    assert mortal.made() in (3, 4, 5)
    assert len(mortal.ask("GET", "/v1/creative-agent/workflows")["workflows"]) == 1


@pytest.mark.parametrize("mortal", ["job.step_begun"], indirect=True)
def test_every_client_of_a_run_resumes(mortal: Mortal) -> None:
    """Several followers, from several places of the log, across one death."""
    body = {"messages": [{"role": "user", "content": "paint a lighthouse, 256x256"}]}
    run = mortal.ask("POST", "/v1/chat/runs", json=body)["run"]
    path = f"/v1/chat/runs/{run['runId']}/events"
    whole = mortal.follow(f"{path}/stream")
    for after in range(-1, len(whole) + 1):
        rest = mortal.ask("GET", f"{path}?after={after}")["events"]
        assert rest == whole[after + 1 :]
        streamed = mortal.follow(f"{path}/stream?after={after}")
        assert streamed == rest
