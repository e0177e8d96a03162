"""The unmodified Python SDK ``sogni-client`` against ``studio serve``: every method it has for this API."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from PIL import Image
from sogni_client import SogniClient

from tests.helpers.processes import Process

TEMPLATE = {
    "name": "Two takes",
    "description": "Makes one picture of a subject.",
    "inputs": [{"name": "subject", "type": "text", "required": True, "description": "What it shows"}],
    "stages": [
        {
            "id": "still",
            "type": "fixed",
            "label": "Paint",
            "produces": ["still"],
            "tool": "generate_image",
            "args": {"prompt": "A painting of $inputs.subject", "width": 256, "height": 256},
        }
    ],
}
STEPS = [
    {"id": "still", "toolName": "generate_image", "arguments": {"prompt": "a red barn", "width": 256, "height": 256}},
    {
        "id": "ink",
        "toolName": "apply_style",
        "arguments": {"prompt": "ink drawing"},
        "dependsOn": [
            {
                "sourceStepId": "still",
                "sourceArtifactIndex": 0,
                "mediaType": "image",
                "transform": "image_index",
                "targetArgument": "sourceImageIndex",
            }
        ],
    },
]


async def _connect(engine: Process) -> AsyncIterator[SogniClient]:
    client = await SogniClient.create(api_key=engine.key, rest_endpoint=engine.url, disable_socket=True)
    yield client
    await client.aclose()


@pytest.fixture
async def sogni(studio: Process) -> AsyncIterator[SogniClient]:
    async for client in _connect(studio):
        yield client


@pytest.fixture
async def paying(rehearsal: Process) -> AsyncIterator[SogniClient]:
    async for client in _connect(rehearsal):
        yield client


def _picture(url: str) -> Image.Image:
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


async def test_account_balance_and_subscription(sogni: SogniClient) -> None:
    me = await sogni.account.me()
    assert me["username"] == "local"
    balance = await sogni.account.refresh_balance()
    assert set(balance) >= {"sogni", "spark"}
    assert (await sogni.account.account_balance())["spark"]["net"] is not None
    assert (await sogni.account.get_subscription_status())["active"] is False
    assert isinstance(await sogni.account.get_subscription_plans(), list)
    assert isinstance(await sogni.account.get_subscription_usage(), dict)
    assert "eligible" in await sogni.account.get_trial_eligibility()
    history = await sogni.account.transaction_history(status="completed", address="local", limit=5, offset=0)
    assert isinstance(history["entries"], list)


async def test_hosted_completion_and_direct_tools(sogni: SogniClient) -> None:
    answer = await sogni.chat.hosted.create(
        model="qwen3.6-35b-a3b-gguf-iq4xs",
        messages=[{"role": "user", "content": "paint a lighthouse at dusk, 256x256"}],
        sogni_tools="rich",
    )
    [result] = answer["sogni_tool_results"]
    assert result["success"] is True
    assert _picture(result["resultUrls"][0]).size == (256, 256)
    for tool, arguments, member in (
        (
            "enhance_prompt",
            {"prompt": "a glass robot", "target_output": "image_prompt", "destination_model": "krea-2-turbo"},
            "prompt",
        ),
        ("compose_script", {"brief": "a fox who repairs clocks"}, "script"),
        ("compose_lyrics", {"prompt": "rain over the harbor"}, "lyrics"),
        ("compose_instrumental", {"prompt": "slow piano for a snow scene"}, "structure"),
        ("compose_workflow", {"brief": "a picture of a fox, then an ink drawing of it"}, "steps"),
        (
            "compose_workflow_template",
            {"name": "Animals in ink", "brief": "a picture of any animal in ink"},
            "template_draft",
        ),
    ):
        done = await sogni.chat.hosted.execute_tool(tool=tool, arguments=arguments)
        data = done["data"]
        assert data["tool"] == tool
        assert data["result"]["ok"] is True, data
        assert data["result"][member]


async def test_chat_runs_from_start_to_the_last_event(sogni: SogniClient) -> None:
    request = {
        "messages": [{"role": "user", "content": "paint a misty forest, 256x256"}],
        "idempotencyKey": "same",
        "sessionId": "s1",
    }
    run = await sogni.chat.runs.create(request)
    assert run["status"] in ("queued", "running")
    again = await sogni.chat.runs.create(request)
    assert again["runId"] == run["runId"]
    events = [event async for event in sogni.chat.runs.stream_events(run["runId"])]
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert events[0]["type"] == "run_created"
    assert events[-1]["type"] == "run_completed"
    kinds = {event["type"] for event in events}
    assert kinds >= {"llm_round_started", "tool_call_dispatched", "tool_call_resolved", "assistant_message_completed"}
    resolved = next(event for event in events if event["type"] == "tool_call_resolved")
    [media] = resolved["payload"]["mediaUrls"]
    assert media["mediaType"] == "image"
    assert _picture(media["url"]).size == (256, 256)
    rest = [event async for event in sogni.chat.runs.stream_events(run["runId"], last_event_id=events[3]["sequence"])]
    assert [event["sequence"] for event in rest] == list(range(4, len(events)))
    done = await sogni.chat.runs.get(run["runId"])
    assert done["status"] == "completed"
    assert done["artifacts"]
    assert done["finalResponse"]["finishReason"] == "stop"
    assert (await sogni.chat.runs.cancel(run["runId"], "too late"))["status"] == "completed"


async def test_a_run_that_waits_for_approval(paying: SogniClient) -> None:
    run = await paying.chat.runs.create(
        messages=[{"role": "user", "content": "paint a harbor at night, 256x256"}],
        runtime_config={"requireJobConfirmation": True},
        token_type="spark",
    )
    events = [event async for event in paying.chat.runs.stream_events(run["runId"])]
    assert [event["type"] for event in events[-2:]] == ["run_awaiting_cost_confirmation", "run_waiting_for_user"]
    waiting = (await paying.chat.runs.get(run["runId"]))["waiting"]
    assert waiting["reason"] == "cost_approval_required"
    details = waiting["details"]
    confirm: dict[str, Any] = {"tool_call_id": details["toolCallId"], "decision": "confirm", "idempotency_key": "yes"}
    with pytest.raises(Exception, match="acceptedCostPreview"):
        await paying.chat.runs.confirm_cost(run["runId"], tool_call_id=details["toolCallId"], decision="confirm")
    approved = {**confirm, "accepted_cost_preview": details["costApprovalPreview"]}
    assert (await paying.chat.runs.confirm_cost(run["runId"], approved))["status"] in ("queued", "running", "completed")
    assert (await paying.chat.runs.confirm_cost(run["runId"], approved))["runId"] == run["runId"]
    rest = [event async for event in paying.chat.runs.stream_events(run["runId"], last_event_id=events[-1]["sequence"])]
    assert rest[-1]["type"] == "run_completed"
    assert "run_cost_confirmation_resolved" in [event["type"] for event in rest]


async def test_workflows(sogni: SogniClient) -> None:
    workflow = await sogni.workflows.start(input={"title": "Barn", "steps": STEPS}, idempotency_key="barn")
    workflow_id = workflow["workflowId"]
    assert (await sogni.workflows.start(input={"steps": STEPS}, idempotency_key="barn"))["workflowId"] == workflow_id
    frames = [frame async for frame in sogni.workflows.stream_events(workflow_id)]
    names = [frame["event"] for frame in frames]
    assert names.count("step_completed") == 2
    assert frames[-1]["data"]["status"] == "completed"
    assert [w["workflowId"] for w in await sogni.workflows.list(limit=1, offset=0)] == [workflow_id]
    done = await sogni.workflows.get(workflow_id)
    assert [step["status"] for step in done["steps"]] == ["completed", "completed"]
    assert min(_picture(done["artifacts"][-1]["url"]).size) >= 256
    events = await sogni.workflows.events(workflow_id)
    assert [event["sequence"] for event in events] == list(range(len(events)))
    after = [f async for f in sogni.workflows.stream_events(workflow_id, after=events[2]["sequence"])]
    assert after[0]["data"]["sequence"] == 3
    take = await sogni.workflows.reseed(workflow_id, seed_overrides={"still": 12345}, idempotency_key="take 2")
    assert take["reseed"]["cloned_from_run_id"] == workflow_id
    assert take["workflow"]["workflowId"] != workflow_id
    twice = await sogni.workflows.reseed(workflow_id, seed_overrides={"still": 12345}, idempotency_key="take 2")
    assert twice["idempotent"] is True
    cancelled = await sogni.workflows.cancel(take["workflow"]["workflowId"])
    assert cancelled["status"] in ("cancelled", "running", "completed")
    with pytest.raises(Exception, match=r"(?i)completed|finished"):
        await sogni.workflows.resume(workflow_id)


async def test_templates(sogni: SogniClient) -> None:
    made = await sogni.workflows.templates.create(TEMPLATE)
    assert (made["version"], made["visibility"]) == ("0.0.1", "private")
    listed = await sogni.workflows.templates.list(visibility="own", limit=10)
    assert made["id"] in [template["id"] for template in listed["templates"]]
    assert (await sogni.workflows.templates.get(made["id"]))["name"] == "Two takes"
    changed = await sogni.workflows.templates.update(made["id"], {"description": "Now with more light."})
    assert changed["version"] == "0.0.2"
    forked = await sogni.workflows.templates.fork(made["id"], new_name="My takes")
    assert (forked["name"], forked["version"]) == ("My takes", "0.0.1")
    workflow = await sogni.workflows.start(workflow_id=made["id"], inputs={"subject": "a paper boat"})
    frames = [frame async for frame in sogni.workflows.stream_events(workflow["workflowId"])]
    assert frames[-1]["data"]["status"] == "completed"
    await sogni.workflows.templates.delete(made["id"])
    with pytest.raises(Exception, match=r"(?i)no such|not found|no template"):
        await sogni.workflows.templates.get(made["id"])


async def test_replay_records(sogni: SogniClient) -> None:
    record = {
        "schemaVersion": 2,
        "run_id": "replay-1",
        "startedAt": 1,
        "endedAt": 2,
        "user_request": "paint; my key is sk-abcdefghijklmnopqrstuvwxyz",
        "model_id": "m",
        "runtime_config": {"api_key": "secret"},
        "tool_schemas": [],
        "rounds": [],
        "final_response": "done",
        "audit_results": [],
        "job_ids": [],
        "asset_ids": [],
        "redacted": False,
    }
    written = await sogni.replay.write(record)
    assert written["run_id"] == "replay-1"
    assert written["redacted"] is True
    listed = await sogni.replay.list(limit=5)
    assert "replay-1" in str(listed)
    found = await sogni.replay.get("replay-1")
    assert "sk-abc" not in str(found)
    assert "secret" not in str(found)


async def test_saved_uploads(sogni: SogniClient) -> None:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(out, "PNG")
    uploads = sogni.projects.saved_uploads if hasattr(sogni.projects, "saved_uploads") else _uploads(sogni)
    saved = await uploads.upload(out.getvalue(), "image/png", "Teal")
    again = await uploads.upload(out.getvalue(), "image/png", "Teal")
    assert again["id"] == saved["id"]
    assert saved["id"] in [asset["id"] for asset in (await uploads.list())["assets"]]
    await uploads.bind(saved["id"], {"projectId": "p1", "type": "referenceImage", "id": "r1"})
    await uploads.remove(saved["id"])
    assert saved["id"] not in [asset["id"] for asset in (await uploads.list())["assets"]]


def _uploads(sogni: SogniClient) -> Any:
    from sogni_client.assets import ReusableUploads

    return ReusableUploads(sogni.projects.client.rest)


async def test_a_good_key_survives_whatever_goes_wrong(sogni: SogniClient) -> None:
    for call in (
        lambda: sogni.chat.runs.get("run_nothing"),
        lambda: sogni.workflows.get("wf_nothing"),
        lambda: sogni.workflows.start(input={"steps": []}),
        lambda: sogni.chat.hosted.execute_tool(tool="generate_image", arguments={}),
        lambda: sogni.replay.get("nothing"),
    ):
        with pytest.raises(Exception):  # noqa: B017, PT011 - the SDK's own errors; that it keeps its key is the point
            await call()
    assert (await sogni.account.me())["username"] == "local"
