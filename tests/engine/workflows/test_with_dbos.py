"""The same executor under the real runtime: a whole run, a cancel, and an engine that leaves in the middle."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.engine.workflows.conftest import ROOT, Gate, bound, image
from tests.helpers.engines import FakeTool, RunningEngine, running_engine

STEPS = [
    image("one", id="one"),
    image("two", id="two"),
    {"id": "both", "toolName": "edit_image", "arguments": {"prompt": "x"},
     "dependsOn": [bound("one", "image_index", "sourceImageIndex")]},
]  # fmt: skip


def _tools(*tools: FakeTool) -> dict[str, FakeTool]:
    return {tool.name: tool for tool in (FakeTool("generate_image"), FakeTool("edit_image"), *tools)}


async def _start(engine: RunningEngine, steps: list[dict[str, Any]] = STEPS) -> str:
    response = await engine.client.post(ROOT, json={"input": {"steps": steps}})
    assert response.status_code == 201, response.text
    return str(response.json()["data"]["workflow"]["workflowId"])


async def _record(engine: RunningEngine, workflow_id: str) -> dict[str, Any]:
    """Follow to the end, then read."""
    stream = await engine.client.get(f"{ROOT}/{workflow_id}/events/stream")
    record: dict[str, Any] = (await engine.client.get(f"{ROOT}/{workflow_id}")).json()["data"]["workflow"]
    ids = [int(line.removeprefix("id: ")) for line in stream.text.splitlines() if line.startswith("id: ")]
    assert ids == list(range(len(record["events"])))
    return record


async def test_a_workflow_runs_under_dbos_and_a_cancel_is_quick(tmp_path: Path) -> None:
    gate = Gate()
    parts = {"runners": _tools(FakeTool("upscale_image", gate))}
    async with running_engine(tmp_path, parts=parts) as engine:
        record = await _record(engine, await _start(engine))
        assert record["status"] == "completed", record.get("error")
        assert [step["status"] for step in record["steps"]] == ["completed"] * 3
        slow = await _start(engine, [STEPS[0], {"toolName": "upscale_image", "arguments": {}}])
        await asyncio.wait_for(gate.entered.wait(), 10)
        response = await engine.client.post(f"{ROOT}/{slow}/cancel")
        assert response.json()["data"]["transitioned"] is True
        assert response.json()["data"]["workflow"]["status"] == "cancelled"
        record = await _record(engine, slow)
        assert [artifact["stepId"] for artifact in record["artifacts"]] == ["one"]
        assert record["events"][-1]["type"] == "workflow_cancelled"


async def test_an_engine_that_leaves_goes_on_after_the_next_start(tmp_path: Path) -> None:
    gate = Gate()
    first = _tools(FakeTool("edit_image", gate))
    async with running_engine(tmp_path, parts={"runners": first}) as engine:
        workflow_id = await _start(engine)
        await asyncio.wait_for(gate.entered.wait(), 10)
    second = _tools()
    async with running_engine(tmp_path, parts={"runners": second}) as engine:
        record = await _record(engine, workflow_id)
    assert record["status"] == "completed", record.get("error")
    assert len(first["generate_image"].ran) == 2
    assert second["generate_image"].ran == []
    assert len(second["edit_image"].ran) == 1
    kinds = [event["type"] for event in record["events"]]
    assert (kinds.count("step_completed"), kinds.count("artifact_created")) == (3, 3)
    assert "asset://" not in json.dumps(record)
