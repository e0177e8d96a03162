"""Runs, workflows, templates, replay and account over the wire: what is sent, and how answers are read."""

from typing import Any

import pytest

from studio.contract.errors import Conflict, TransportError
from studio.service import account, replay, runs, templates, workflows
from studio.service.transport import Transport
from tests.service.conftest import Waits
from tests.service.server import Server, drop, reply

RUN = {"runId": "run_1", "status": "queued"}
WORKFLOW = {"workflowId": "wf_1", "status": "queued", "title": "Two steps"}
BUSY = reply({"status": "error", "message": "Restarting"}, 503, {"Retry-After": "3"})


def enveloped(**data: object) -> dict[str, Any]:
    return {"status": "success", "data": data}


@pytest.mark.parametrize("lost", [drop, BUSY, reply({}, 502)])
async def test_a_start_whose_answer_was_lost_is_repeated_with_its_key(
    lost: Any, server: Server, transport: Transport, waits: Waits
) -> None:
    server.play(lost, reply(enveloped(run=RUN, idempotent=True), 202))
    started = await runs.start(transport, {"messages": []})
    assert (started.run.id, started.again) == ("run_1", True)
    first, second = (request.headers["idempotency-key"] for request in server.requests)
    assert first == second != ""
    assert server.requests[0].body == server.requests[1].body


async def test_every_decision_carries_a_key(server: Server, transport: Transport) -> None:
    server.play(reply(enveloped(run=RUN, workflow=WORKFLOW, reseed={"cloned_from_run_id": "wf_0", "steps": [{}]})))
    await runs.start(transport, {}, key="mine")
    await runs.decide(transport, "run_1", "confirm", call_id="c1", preview={"x": 1}, key="mine")
    await workflows.start(transport, {}, key="mine")
    await workflows.reseed(transport, "wf_1", seed_overrides={"a": 7}, key="mine")
    await workflows.decide(transport, "wf_1", "cancel", key="mine")
    assert {request.headers["idempotency-key"] for request in server.requests} == {"mine"}
    for request in (await runs.start(transport, {}), await workflows.start(transport, {})):
        assert request
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 3, "else one of their own each"


async def test_a_decision_on_a_run_echoes_the_preview_unchanged(server: Server, transport: Transport) -> None:
    preview = {
        "totalEstimatedCapacityUnits": 6,
        "tokenType": "spark",
        "validityUntil": "2026",
        "extra": [1, {"a": None}],
    }
    server.play(reply(enveloped(run=RUN)))
    await runs.decide(transport, "run 1/x", "confirm", call_id="c1", preview=preview, overrides={"prompt": "p"})
    (request,) = server.requests
    assert request.path == "/v1/chat/runs/run%201%2Fx/confirm-cost"
    assert request.json == {
        "tool_call_id": "c1", "decision": "confirm", "acceptedCostPreview": preview, "overrides": {"prompt": "p"},
    }  # fmt: skip


async def test_a_run_is_read_whole(server: Server, transport: Transport) -> None:
    record = {
        "runId": "run_1",
        "status": "waiting_for_user",
        "later_invention": {},
        "request": {"messages": [{"role": "user", "content": [{"type": "text", "text": "film it"}]}]},
        "waiting": {
            "reason": "cost_approval_required",
            "details": {"toolCallId": "c1", "costApprovalPreview": {"totalEstimatedCapacityUnits": 6}},
        },
        "artifacts": [
            {"id": "a", "url": "https://x/1.png", "mediaType": "image", "partial": True},
            {"url": "data:,"},
            3,
        ],
        "timestamps": {"createdAt": "2026-01-31T12:00:00.000Z", "updatedAt": 1769860801000},
    }
    for body in (enveloped(run=record), record):
        server.play(reply(body))
        run = await runs.get(transport, "run_1")
        assert run.pause is not None
        assert (run.pause.call_id, run.pause.preview) == ("c1", {"totalEstimatedCapacityUnits": 6})
        assert run.pause.asks_for_money
        assert [(a.url, a.kind, a.partial) for a in run.artifacts] == [("https://x/1.png", "image", True)]
        assert (run.created_ms, run.updated_ms, run.question) == (1769860800000, 1769860801000, "film it")
        assert run.record["later_invention"] == {}


@pytest.mark.parametrize("body", [{}, [], enveloped(), enveloped(run=[]), "text", None])
async def test_an_answer_without_its_thing_is_an_error(body: Any, server: Server, transport: Transport) -> None:
    server.play(reply(body))
    with pytest.raises(TransportError, match="holds no run"):
        await runs.get(transport, "run_1")
    with pytest.raises(TransportError, match="holds no template"):
        await templates.get(transport, "t")
    with pytest.raises(TransportError):
        await replay.get(transport, "r")


async def test_broken_members_of_records_do_no_harm(server: Server, transport: Transport) -> None:
    odd = {
        "runId": "r",
        "status": 5,
        "waiting": "x",
        "artifacts": {},
        "timestamps": [],
        "finalResponse": "x",
        "request": 1,
    }
    server.play(reply(enveloped(runs=[odd, {"runId": 3}, None], next="20")))
    page = await runs.page(transport, limit=5, offset=15)
    assert ([run.id for run in page.items], page.next_offset) == (["r"], 20)
    assert server.requests[0].path == "/v1/chat/runs?limit=5&offset=15"


async def test_a_workflow_is_read_whole(server: Server, transport: Transport) -> None:
    record = {
        **WORKFLOW,
        "status": "partial_failure",
        "steps": [
            {
                "id": "a", "toolName": "generate_image", "status": "completed",
                "artifacts": [{"url": "https://x/1.png", "kind": "image"}],
            },
            {"id": "b", "tool": {"name": "animate_photo"}, "status": "failed", "error": {"message": "No."}},
        ],
        "createTime": 1767225600000,
    }  # fmt: skip
    server.play(reply(enveloped(workflow=record)))
    workflow = await workflows.get(transport, "wf_1")
    assert [(s.id, s.tool, s.status, s.error) for s in workflow.steps] == [
        ("a", "generate_image", "completed", ""), ("b", "animate_photo", "failed", "No."),
    ]  # fmt: skip
    assert (workflow.failure, workflow.created_ms, len(workflow.artifacts)) == ("No.", 1767225600000, 1)


@pytest.mark.parametrize(
    ("members", "asks", "can_confirm"),
    [
        (
            {"waitingReason": "cost_approval_required", "awaitingCostApproval": True, "billingPreview": {"a": 1}},
            True,
            True,
        ),
        ({"waitingReason": "cost_reauthorization_required", "billingPreview": {"a": 1}}, True, True),
        ({"waitingReason": "insufficient_credit", "billingPreview": {"a": 1}}, False, False),
        ({"waitingReason": "cost_approval_required", "awaitingCostApproval": False}, True, False),
    ],
)
def test_what_a_workflow_waits_for(members: dict[str, Any], asks: bool, can_confirm: bool) -> None:
    pause = workflows.read_workflow({**WORKFLOW, "status": "waiting_for_user", **members}).pause
    assert pause is not None
    assert (pause.asks_for_money, pause.preview is not None) == (asks, can_confirm)


async def test_workflow_requests(server: Server, transport: Transport) -> None:
    server.play(
        reply(enveloped(workflow=WORKFLOW, transitioned=False, resumed=False, reseed={"cloned_from_run_id": "wf_0"}))
    )
    assert not (await workflows.cancel(transport, "wf_1")).changed
    assert not (await workflows.resume(transport, "wf_1", token_type="sogni")).changed
    assert (await workflows.reseed(transport, "wf_1", seed_overrides={"a": 7})).cloned_from == "wf_0"
    assert [(r.method, r.path.rpartition("/")[2], r.json) for r in server.requests] == [
        ("POST", "cancel", {}),
        ("POST", "resume", {"token_type": "sogni"}),
        ("POST", "reseed", {"seed_overrides": {"a": 7}}),
    ]


async def test_a_refusal_keeps_its_details(server: Server, transport: Transport) -> None:
    details = {"activeWorkflowCount": 10, "activeWorkflowLimit": 10}
    server.play(reply({"status": "error", "message": "Too many active workflows", "details": details}, 409))
    with pytest.raises(Conflict) as caught:
        await workflows.start(transport, {})
    assert caught.value.details == details
    assert len(server.requests) == 1


async def test_resuming_is_not_repeated_once_it_may_have_arrived(server: Server, transport: Transport) -> None:
    server.play(drop, reply(enveloped(workflow=WORKFLOW)))
    with pytest.raises(TransportError):
        await workflows.resume(transport, "wf_1")
    assert len(server.requests) == 1


async def test_templates(server: Server, transport: Transport) -> None:
    listed = [{"id": "t", "name": "T", "author": {"userId": "u", "displayName": "Ada"}}, {"id": "x"}, {"name": "y"}, 3]
    server.play(reply(enveloped(templates=listed, next=None)))
    page = await templates.page(transport, visibility="public", limit=3)
    assert [(t.id, t.author) for t in page.items] == [("t", "Ada")]
    server.play(reply(enveloped(template=listed[0])))
    await templates.update(transport, "t", {"name": "U"})
    await templates.fork(transport, "t", "Mine")
    server.play(reply(enveloped(deleted=True, id="t")))
    await templates.delete(transport, "t")
    seen = [(r.method, r.path.removeprefix("/v1/creative-agent/workflows/templates")) for r in server.requests]
    assert seen == [("GET", "?visibility=public&limit=3"), ("PATCH", "/t"), ("POST", "/t/fork"), ("DELETE", "/t")]
    assert server.requests[2].json == {"newName": "Mine"}


async def test_replay_records_are_flat(server: Server, transport: Transport) -> None:
    server.play(reply({"runId": "r", "schemaVersion": 2, "redacted": True, "createTime": 5, "updateTime": 6}))
    assert await replay.write(transport, {"run_id": "r"}) == replay.Written("r", 2, True, 5, 6)
    server.play(reply({"records": [{"runId": "r", "rounds": 3, "userRequest": "hi"}, {}]}))
    assert [(s.run_id, s.rounds, s.user_request) for s in await replay.page(transport, limit=9)] == [("r", 3, "hi")]
    server.play(reply({"record": {"run_id": "r"}, "createTime": 5}))
    assert await replay.get(transport, "r") == replay.Stored({"run_id": "r"}, 5)
    server.play(reply({}))
    assert await replay.page(transport) == []


async def test_the_account(server: Server, transport: Transport) -> None:
    server.play(
        reply(
            enveloped(
                subscription={
                    "active": True,
                    "status": "active",
                    "tier": "unlimited",
                    "currentPeriodEnd": "2026-01-31T12:00:00.000Z",
                }
            )
        )
    )
    found = await account.subscription(transport)
    assert (found.active, found.tier, found.period_end_ms) == (True, "unlimited", 1769860800000)
    server.play(reply(enveloped()))
    assert (await account.subscription(transport)).status == "none"
    server.play(
        reply(enveloped(transactions=[{"id": "1", "amount": "-0.50", "tokenType": "spark"}, {"amount": 2}], next=20))
    )
    page = await account.transactions(transport)
    assert ([t.amount for t in page.items], page.next_offset) == (["-0.50", "2"], 20)


@pytest.mark.parametrize(
    ("payload", "success", "urls"),
    [
        ({"status": "ok", "mediaUrls": [{"url": "https://x/1.png", "mediaType": "image"}]}, True, ["https://x/1.png"]),
        ({"artifacts": [{"url": "https://x/1.mp4", "mediaType": "video"}]}, True, ["https://x/1.mp4"]),
        ({"status": "err", "errorCode": "GPU_WORKER_FAILED", "summary": "It broke."}, False, []),
        ({"status": "cancelled"}, False, []),
        ({"result": {"success": True, "resultUrls": ["https://x/2.png"], "new": 1}}, True, ["https://x/2.png"]),
        ({"result": {"resultUrls": 5}, "mediaUrls": [{"url": "https://x/3.png"}]}, True, ["https://x/3.png"]),
    ],
)
def test_a_resolved_call_is_read_whole_or_in_outline(payload: dict[str, Any], success: bool, urls: list[str]) -> None:
    result = runs.read_result({"toolCallId": "c", "toolName": "generate_image", **payload})
    assert (result.success, result.urls, result.tool, result.tool_call_id) == (success, urls, "generate_image", "c")


_CALLED = {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": {"name": "generate_image"}}]}
_RESULT = {"role": "tool", "content": "{}", "tool_call_id": "c"}


def test_an_answer_begins_a_run_with_all_that_was_said() -> None:
    run = runs.read_run(
        {
            "runId": "r",
            "status": "waiting_for_user",
            "request": {
                "messages": [{"role": "user", "content": "a poster"}], "model": "m", "tokenType": "spark", "tools": [],
            },
            "messages": [
                {"role": "assistant", "content": None, "tool_calls": [{}]},
                {"role": "tool", "content": "{}"},
                _CALLED,
                _RESULT,
                {"role": "assistant", "content": "Which size?"},
            ],
            "waiting": {"reason": "ask_clarifying_question", "message": "Which size?"},
            "mediaContext": {"images": ["https://x/1.png"], "uploadedImages": ["https://x/2.png"], "videos": []},
        }
    )  # fmt: skip
    assert runs.answered(run, "A2") == {
        "messages": [
            {"role": "user", "content": "a poster"},
            _CALLED,
            _RESULT,
            {"role": "assistant", "content": "Which size?"},
            {"role": "user", "content": "A2"},
        ],
        "model": "m",
        "token_type": "spark",
        "media_context": {"images": ["https://x/1.png"], "uploaded_images": ["https://x/2.png"]},
    }
