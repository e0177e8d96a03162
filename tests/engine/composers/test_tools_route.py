"""Direct tool execution over loopback, and the director's way to the composers."""

from pathlib import Path
from typing import Any

import pytest

from studio.engine.tools.registry import runners
from tests.helpers.engines import running_engine

PATH = "/v1/creative-agent/tools/execute"
ALL: dict[str, Any] = {"runners": runners()}


@pytest.mark.parametrize(
    ("tool", "arguments", "member"),
    [
        (
            "enhance_prompt",
            {"prompt": "a robot", "target_output": "image_prompt", "destination_model": "z-turbo"},
            "prompt",
        ),
        ("compose_script", {"brief": "a robot"}, "script"),
        ("compose_lyrics", {"prompt": "a robot"}, "lyrics"),
        ("compose_instrumental", {"prompt": "a robot", "durationSeconds": "30"}, "structure"),
        ("compose_workflow", {"brief": "a film about a robot", "max_estimated_capacity_units": 9}, "steps"),
        ("compose_workflow_template", {"brief": "a robot", "name": "Robot"}, "template_draft"),
    ],
)
async def test_the_six_tools(tmp_path: Path, tool: str, arguments: dict[str, Any], member: str) -> None:
    async with running_engine(tmp_path, parts=ALL) as engine:
        body = {
            "tool": tool,
            "arguments": arguments,
            "app_source": "t",
            "tokenType": "spark",
            "safe_content_filter": True,
        }
        response = await engine.client.post(PATH, json=body)
        assert response.status_code == 200, response.text
        data = response.json()["data"]
        assert set(data) == {"toolCallId", "tool", "result", "message"}
        assert (data["tool"], data["result"]["ok"], data["result"]["success"], data["result"]["tool"]) == (
            tool,
            True,
            True,
            tool,
        )
        assert data["result"][member]
        assert data["message"]
        if tool == "compose_workflow":
            assert data["result"]["fits_budget"] is True
            assert data["result"]["estimate"]["totalEstimatedCapacityUnits"] <= 9
        if tool == "compose_workflow_template":
            assert data["result"]["plan"]["steps"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"tool": "generate_image", "arguments": {"prompt": "x"}}, "cannot be executed directly"),
        ({"tool": "nonsense", "arguments": {}}, "cannot be executed directly"),
        ({"tool": "compose_script", "arguments": {}}, "brief is required"),
        ({"tool": "compose_script", "arguments": []}, "arguments"),
        ({}, "tool"),
    ],
)
async def test_everything_else_is_refused(tmp_path: Path, body: dict[str, Any], said: str) -> None:
    async with running_engine(tmp_path, parts=ALL) as engine:
        response = await engine.client.post(PATH, json=body)
        assert response.status_code == 400, response.text
        assert said in response.json()["message"]


async def test_without_credit_nothing_is_written(tmp_path: Path) -> None:
    async with running_engine(tmp_path, parts=ALL) as engine:
        body = {"tool": "compose_lyrics", "arguments": {"prompt": "x"}, "billing_mode": "subscription"}
        response = await engine.client.post(PATH, json=body)
        assert response.status_code == 402


@pytest.mark.parametrize(
    ("said", "tool", "member"),
    [
        ("write a script for a fox who learns to skate", "compose_script", "script"),
        ("lyrics about missing my hometown", "compose_lyrics", "lyrics"),
        ("outline an instrumental with piano for a rainy evening", "compose_instrumental", "structure"),
        ("plan a workflow that draws a castle and animates it", "compose_workflow", "data"),
    ],
)
async def test_the_director_takes_such_requests_to_the_composers(
    tmp_path: Path, said: str, tool: str, member: str
) -> None:
    async with running_engine(tmp_path, parts=ALL) as engine:
        answer = (await engine.chat(said, sogni_tools="creative-agent")).json()
        results = answer["sogni_tool_results"]
        assert [result["tool"] for result in results] == [tool], results
        assert results[0]["success"]
        assert results[0][member]
        assert results[0]["x_studio"]["model"] == "Built-in composer"
