import asyncio
from pathlib import Path
from typing import Any

from tests.engine.workflows.conftest import ROOT, Bench, Gate, bench_of, bound, image, types
from tests.helpers.engines import FakeTool


async def test_a_start_answers_201_before_anything_is_rendered(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        response = await bench.client.post(ROOT, json={"input": {"title": "Cup", "steps": [image()]}})
        assert response.status_code == 201
        record = response.json()["data"]["workflow"]
        assert record["workflowId"].startswith("wf_")
        assert record["title"] == "Cup"
        assert record["status"] in ("queued", "running")
        assert record["input"]["steps"] == [
            {"id": "generate_image", "toolName": "generate_image", "arguments": {"prompt": "a cup"}, "dependsOn": []}
        ]
        gate.open.set()
        assert (await bench.ended(record["workflowId"]))["status"] == "completed"


REFUSED: list[tuple[Any, str]] = [
        ({}, "exactly one of input and workflow_id"),
        ({"input": {"steps": [image()]}, "workflow_id": "x"}, "exactly one"),
        ({"input": {"steps": []}}, "at least one step"),
        ({"input": {"steps": {}}}, "at least one step"),
        ({"input": {"kind": "image_to_video"}}, "Starts by kind"),
        ({"input": {"steps": [image() for _ in range(13)]}}, "at most 12"),
        ({"input": {"steps": [{"toolName": "compose_script", "arguments": {}}]}}, "compose_script"),
        ({"input": {"steps": [{"toolName": "generate_image"}]}}, "steps[0].arguments must be an object"),
        ({"input": {"steps": [{"toolName": "generate_image", "arguments": {"numberOfVariations": "x"}}]}},
         "prompt is required; numberOfVariations must be a number"),
        ({"input": {"steps": [image(dependsOn=[bound("later", "image_index", "sourceImageIndex")])]}}, "later"),
        ({"input": {"steps": [image()]}, "inputs": {}}, "inputs belong to a template"),
        ({"input": {"steps": [image()]}, "token_type": "gold"}, "token_type"),
]  # fmt: skip


async def test_what_breaks_the_contract_is_refused_and_nothing_is_kept(bench: Bench) -> None:
    for body, words in REFUSED:
        response = await bench.client.post(ROOT, json=body)
        assert response.status_code == 400, body
        assert words in response.json()["message"]
    assert (await bench.client.get(ROOT)).json()["data"] == {"workflows": [], "next": None}


async def test_an_empty_body_is_an_empty_object(bench: Bench) -> None:
    response = await bench.client.post(ROOT, content=b"", headers={"Content-Type": "application/json"})
    assert response.status_code == 400


async def test_inline_media_are_refused_with_every_path(bench: Bench) -> None:
    media = [
        {"kind": "image", "url": "data:image/png;base64,AAAA"},
        {"kind": "image", "url": "https://cdn.example.com/a.png"},
        {"kind": "image", "url": "file:///etc/passwd"},
        {"kind": "image", "url": "https://cdn.example.com/b.png", "dataUri": "data:image/png;base64,AAAA"},
    ]
    body = await bench.post(status=400, input={"steps": [image()]}, mediaReferences=media)
    for path in ("mediaReferences[0].url", "mediaReferences[2].url", "mediaReferences[3].dataUri"):
        assert path in body["message"]
    assert "mediaReferences[1]" not in body["message"]


async def test_an_idempotency_key_returns_the_first_workflow(bench: Bench) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = await bench.post(status=201, headers=headers, input={"steps": [image()]})
    assert "idempotent" not in first["data"]
    again = await bench.post(status=201, headers=headers, input={"steps": "something else"})
    assert again["data"]["idempotent"] is True
    assert again["data"]["workflow"]["workflowId"] == first["data"]["workflow"]["workflowId"]
    in_body = await bench.post(status=201, input={"steps": [image()]}, idempotencyKey="k1")
    assert in_body["data"]["idempotent"] is True
    await bench.ended(first["data"]["workflow"]["workflowId"])
    assert len(bench.tools["generate_image"].ran) == 1


async def test_ten_may_be_active_and_the_next_must_wait_for_one_to_end(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        started = [await bench.start(image()) for _ in range(10)]
        response = await bench.client.post(ROOT, json={"input": {"steps": [image()]}})
        assert response.status_code == 409
        assert response.json()["details"] == {"activeWorkflowCount": 10, "activeWorkflowLimit": 10}
        assert "retry-after" not in response.headers
        assert "retryAfter" not in response.json()
        await bench.client.post(f"{ROOT}/{started[0]}/cancel")
        await bench.start(image())
        gate.open.set()
        await asyncio.wait_for(bench.runtime.idle(), 20)


async def test_workflows_are_listed_newest_first_in_pages(bench: Bench) -> None:
    made = [(await bench.run(image()))["workflowId"] for _ in range(3)]
    first = (await bench.client.get(ROOT, params={"limit": 2})).json()["data"]
    assert [entry["workflowId"] for entry in first["workflows"]] == made[:0:-1]
    assert first["next"] == 2
    assert "events" not in first["workflows"][0]
    last = (await bench.client.get(ROOT, params={"limit": 2, "offset": first["next"]})).json()["data"]
    assert [entry["workflowId"] for entry in last["workflows"]] == made[:1]
    assert last["next"] is None


async def test_another_owner_sees_nothing(tmp_path: Path) -> None:
    async with bench_of(tmp_path, api_keys=("other",)) as bench:
        found = (await bench.run(image()))["workflowId"]
        other = {"Authorization": "Bearer other"}
        assert (await bench.client.get(ROOT, headers=other)).json()["data"]["workflows"] == []
        for path in ("", "/events", "/events/stream"):
            missing = await bench.client.get(f"{ROOT}/{found}{path}", headers=other)
            unknown = await bench.client.get(f"{ROOT}/wf_unknown{path}", headers=other)
            assert missing.status_code == unknown.status_code == 404
            assert missing.json() == unknown.json()
        for path, body in (("resume", {}), ("cancel", {}), ("reseed", {}), ("confirm-cost", {"decision": "cancel"})):
            response = await bench.client.post(f"{ROOT}/{found}/{path}", headers=other, json=body)
            assert response.status_code == 404
        # The same key and the same Idempotency-Key of another owner are another operation.
        await bench.post(status=201, headers={"Idempotency-Key": "k"}, input={"steps": [image()]})
        theirs = await bench.post(
            status=201, headers={**other, "Idempotency-Key": "k"}, input={"steps": [image()]}
        )  # fmt: skip
        assert "idempotent" not in theirs["data"]
        await asyncio.wait_for(bench.runtime.idle(), 20)


async def test_a_stream_replays_from_anywhere_and_ends_with_the_status(bench: Bench) -> None:
    record = await bench.run(image(id="a"), image("b", id="b"))
    whole = await bench.frames(record["workflowId"])
    logged = [frame for frame in whole if "id" in frame]
    assert [frame["data"] for frame in logged] == record["events"]
    assert all(
        frame["event"] == frame["data"]["type"] and frame["id"] == str(frame["data"]["sequence"]) for frame in logged
    )
    assert whole[-1]["event"] == "workflow_status"
    assert whole[-1]["data"]["status"] == "completed"
    # A client leaves at the first terminal status: none may come before the last event.
    statuses = [frame["data"].get("status") for frame in whole]
    assert [place for place, status in enumerate(statuses) if status == "completed"] == [len(whole) - 2, len(whole) - 1]
    for after in range(-1, len(logged) + 1):
        frames = await bench.frames(record["workflowId"], after)
        assert [frame for frame in frames if "id" in frame] == logged[after + 1 :]
    response = await bench.client.get(
        f"{ROOT}/{record['workflowId']}/events/stream", params={"after": "1"}, headers={"Last-Event-ID": "2"}
    )
    assert response.text.startswith("id: 3\n")
    events = await bench.client.get(f"{ROOT}/{record['workflowId']}/events", params={"after": 1})
    assert events.json()["data"]["events"] == record["events"][2:]


async def test_a_stream_that_is_open_sees_everything_live(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        found = await bench.start(image(id="a"))
        following = asyncio.create_task(bench.frames(found))
        await asyncio.wait_for(gate.entered.wait(), 10)
        await bench.until(found, lambda event: event.type == "workflow_progress")
        gate.open.set()
        frames = await asyncio.wait_for(following, 20)
        record = await bench.ended(found)
    assert frames[0]["event"] == "workflow_status"
    assert [frame["data"] for frame in frames if "id" in frame] == record["events"]
    (progress,) = [event for event in record["events"] if event["type"] == "workflow_progress"][:1]
    assert progress["data"]["stepId"] == "a"
    assert progress["status"] == "running"
    assert types(record)[-1] == "workflow_completed"
