"""Clients that cannot be installed here, as the requests they send: Open WebUI and the ``sogni-agent`` command line.

Source: contract/clients.md §3 and §5.
"""

import base64
import io
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw

from tests.helpers.processes import Process


def picture() -> bytes:
    """Return a red ball on a pale ground."""
    shown = Image.new("RGB", (192, 192), "#dfe6ea")
    ImageDraw.Draw(shown).ellipse((48, 40, 148, 140), fill="#c0392b", outline="#7b241c", width=4)
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()


# --- Open WebUI ------------------------------------------------------------------------------------


@pytest.fixture
def webui(studio: Process) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {studio.key}", "Content-Type": "application/json",
               "User-Agent": "Python/3.11 aiohttp/3.12.15"}  # fmt: skip
    with httpx.Client(base_url=f"{studio.url}/v1", headers=headers, timeout=60, trust_env=False) as client:
        yield client


def test_webui_lists_models(webui: httpx.Client) -> None:
    listed = webui.get("/models").json()
    assert listed["object"] == "list"
    assert all(entry["id"] and entry["object"] == "model" for entry in listed["data"])


def webui_chat(webui: httpx.Client, content: Any, **members: Any) -> tuple[str, list[dict[str, Any]]]:
    model = webui.get("/models").json()["data"][0]["id"]
    body = {"stream": True, "model": model, "messages": [{"role": "user", "content": content}], **members}
    text, chunks = "", []
    with webui.stream("POST", "/chat/completions", json=body) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                chunks.append(json.loads(line[6:]))
                text += "".join(choice["delta"].get("content") or "" for choice in chunks[-1]["choices"])
    return text, chunks


def test_webui_chats_and_names_the_chat(webui: httpx.Client) -> None:
    text, chunks = webui_chat(webui, "paint a lighthouse, 256x256", stream_options={"include_usage": True})
    assert text
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert chunks[-1]["usage"]["total_tokens"] > 0
    title = {
        "model": chunks[0]["model"],
        "messages": [{"role": "user", "content": "### Task:\nGenerate a concise, 3-5 word title with an emoji.\n"
                      '### Output:\nJSON format: { "title": "your concise title here" }\n### Chat History:\n'
                      "<chat_history>\nUSER: paint a lighthouse\nASSISTANT: done\n</chat_history>"}],
        "stream": False,
        "max_completion_tokens": 1000,
    }  # fmt: skip
    answer = webui.post("/chat/completions", json=title).json()
    assert answer["choices"][0]["message"]["content"]
    assert "sogni_tool_results" not in answer


def test_webui_sends_a_picture(webui: httpx.Client) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    parts = [{"type": "text", "text": "cut this out"}, {"type": "image_url", "image_url": {"url": url}}]
    _, chunks = webui_chat(webui, parts)
    results = [result for chunk in chunks for result in chunk.get("sogni_tool_results", [])]
    assert [(result["tool"], result["success"]) for result in results] == [("remove_background", True)]


# --- sogni-agent -----------------------------------------------------------------------------------


@pytest.fixture
def agent(studio: Process) -> Iterator[httpx.Client]:
    operation = f"op_{uuid.uuid4()}"
    headers = {
        "Authorization": f"Bearer {studio.key}",
        "api-key": studio.key,
        "X-App-Source": "sogni-creative-agent-skill",
        "X-Sogni-Interaction-Kind": "external_agent",
        "X-Sogni-Workload-Kind": "agent_mediated",
        "X-Sogni-Agent-Surface": "cli",
        "X-Sogni-Operation-Id": operation,
        "X-Sogni-Root-Operation-Id": operation,
        "X-Sogni-Operation-Scope": "top_level",
    }
    with httpx.Client(base_url=studio.url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def test_agent_chats_about_a_file(agent: httpx.Client) -> None:
    slot = {"type": "referenceImage", "jobId": "sogni-agent-1790000000000-1-0a1b2c3d", "contentType": "image/png",
            "imageId": "media_ref_1"}  # fmt: skip
    upload = agent.get("/v1/image/uploadUrl", params=slot).json()["data"]["uploadUrl"]
    sent = httpx.put(upload, content=picture(), headers={"Content-Type": "image/png"}, trust_env=False)
    assert sent.is_success
    url = agent.get("/v1/image/downloadUrl", params=slot).json()["data"]["downloadUrl"]
    body = {
        "model": "qwen3.6-35b-a3b-gguf-iq4xs",
        "messages": [
            {"role": "system", "content": "You are a creative agent."},
            {"role": "user", "content": "cut this out"},
        ],
        "temperature": 0.4,
        "max_tokens": 1600,
        "token_type": "spark",
        "app_source": "sogni-creative-agent-skill",
        "sogni_tools": "creative-agent",
        "sogni_tool_execution": True,
        "media_references": [{"kind": "image", "url": url, "storage": {"jobId": slot["jobId"], "type": slot["type"]}}],
        "safeContentFilter": True,
    }  # fmt: skip
    answer = agent.post("/v1/chat/completions", json=body).json()
    [result] = answer["sogni_tool_results"]
    assert (result["tool"], result["success"]) == ("remove_background", True)
    assert Image.open(io.BytesIO(httpx.get(result["resultUrls"][0], trust_env=False).content)).mode == "RGBA"


def test_agent_reads_models(agent: httpx.Client) -> None:
    first = agent.get("/v1/models").json()["data"][0]["id"]
    assert agent.get(f"/v1/models/{first}").json()["id"] == first


def test_agent_runs_watches_cancels_and_resumes_a_workflow(agent: httpx.Client) -> None:
    step = {"id": "still", "toolName": "generate_image", "arguments": {"prompt": "a barn", "width": 256, "height": 256}}
    body = {
        "input": {"title": "Barn", "steps": [step]},
        "token_type": "spark",
        "app_source": "sogni-creative-agent-skill",
    }
    started = agent.post("/v1/creative-agent/workflows", json=body, headers={"Idempotency-Key": "cli"})
    assert started.status_code == 201
    path = f"/v1/creative-agent/workflows/{started.json()['data']['workflow']['workflowId']}"
    watched = agent.get(f"{path}/events/stream", headers={"Accept": "text/event-stream"}).text
    frames = [json.loads(line[6:]) for line in watched.splitlines() if line.startswith("data: ")]
    ends = [frame for frame in frames if frame.get("status") in ("completed", "failed", "cancelled")]
    assert ends[0] in (frames[-1], frames[-2])  # nothing else comes after the first terminal status
    listed = agent.get("/v1/creative-agent/workflows", params={"limit": 20}).json()["data"]["workflows"]
    assert listed[0]["title"] == "Barn"
    assert agent.get(path).json()["data"]["workflow"]["artifacts"][0]["url"]
    assert agent.get(f"{path}/events").json()["data"]["events"]
    # A JSON type and no body.
    empty = {"Content-Type": "application/json"}
    cancelled = agent.post(f"{path}/cancel", headers=empty)
    assert (cancelled.status_code, cancelled.json()["data"]["transitioned"]) == (200, False)
    resumed = agent.post(f"{path}/resume", headers=empty)
    assert resumed.status_code == 409
    assert resumed.json()["message"]


def test_agent_writes_and_reads_replays(agent: httpx.Client) -> None:
    record = {
        "schemaVersion": 2,
        "run_id": "cli-1",
        "user_request": "paint",
        "rounds": [{"round": 1, "tool_calls": []}],
    }
    assert agent.post("/v1/replay/records", json=record).json()["runId"] == "cli-1"
    listed = agent.get("/v1/replay/records", params={"limit": 50}).json()["records"]
    assert [entry["rounds"] for entry in listed if entry["runId"] == "cli-1"] == [1]
    assert agent.get("/v1/replay/records/cli-1").json()["record"]["redacted"] is True


def test_agent_reads_the_model_catalog_without_a_key(studio: Process) -> None:
    first = httpx.get(f"{studio.url}/v1/model-catalog", trust_env=False)
    assert first.status_code == 200
    again = httpx.get(
        f"{studio.url}/v1/model-catalog", headers={"If-None-Match": first.headers["etag"]}, trust_env=False
    )
    assert (again.status_code, again.content) == (304, b"")
