"""What is accepted, what is refused, and that a key starts one run."""

from pathlib import Path
from typing import Any

from tests.engine.runs.conftest import RUNS, MakeBench
from tests.helpers.engines import inline, picture

HELLO = {"messages": [{"role": "user", "content": "hello"}]}
DATA = inline(picture())


async def test_a_start_is_kept_before_it_is_answered(bench: MakeBench) -> None:
    async with bench() as studio:
        run = await studio.start("hello", runtimeConfig={"own": 1}, tokenType="sogni", toolChoice="none")
        assert run["status"] in ("queued", "running")
        assert run["events"][0]["type"] == "run_created"
        assert run["request"]["runtimeConfig"] == {"own": 1}
        assert run["scope"]["tokenType"] == "sogni"
        for member in ("messages", "toolCalls", "toolResults", "childWorkflowIds", "billingPreviews", "artifacts"):
            assert run[member] == []
        assert set(run["mediaContext"]) == {
            "images", "videos", "audio", "uploadedImages", "uploadedVideos", "uploadedAudio"
        }  # fmt: skip
        assert None not in run.values()
        assert (await studio.done("hello"))["status"] == "completed"


async def test_headers_name_token_and_label_where_the_body_does_not(bench: MakeBench) -> None:
    async with bench() as studio:
        headers = {"X-Token-Type": "sogni", "X-App-Source": "label"}
        scope = (await studio.post("", HELLO, **headers)).json()["data"]["run"]["scope"]
        assert (scope["tokenType"], scope["appSource"]) == ("sogni", "label")
        body = {**HELLO, "token_type": "spark", "app_source": "mine"}
        scope = (await studio.post("", body, **headers)).json()["data"]["run"]["scope"]
        assert (scope["tokenType"], scope["appSource"]) == ("spark", "mine")


async def test_a_known_key_returns_the_run_that_it_started(bench: MakeBench) -> None:
    async with bench() as studio:
        first = await studio.post("", HELLO, **{"Idempotency-Key": "k"})
        again = await studio.post("", {**HELLO, "idempotencyKey": "other"}, **{"Idempotency-Key": "k"})
        in_body = await studio.post("", {**HELLO, "idempotency_key": "k"})
        other = await studio.post("", HELLO, **{"Idempotency-Key": "l"})
        ids = [response.json()["data"]["run"]["runId"] for response in (first, again, in_body, other)]
        assert ids[0] == ids[1] == ids[2] != ids[3]
        assert "idempotent" not in first.json()["data"]
        assert again.json()["data"]["idempotent"] is True
        assert first.status_code == again.status_code == 202
        assert first.json()["data"]["run"]["request"]["idempotencyKey"] == "k"
        await studio.runtime.idle()
        assert (await studio.types(ids[0])).count("llm_round_started") == 1


INLINE: list[tuple[dict[str, Any], list[str]]] = [
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": DATA}}]}]},
         ["messages[0].content[0].image_url.url"]),
        ({"mediaReferences": [{"kind": "image", "url": DATA}, {"kind": "image", "url": "file:///etc/passwd"}]},
         ["mediaReferences[0].url", "mediaReferences[1].url"]),
        ({"media_references": [{"kind": "image", "dataUri": DATA}, {"kind": "image", "data_uri": DATA, "url": ""}]},
         ["mediaReferences[0].dataUri", "mediaReferences[1].data_uri"]),
        ({"media_context": {"images": ["", DATA], "uploaded_audio": ["asset://ast_1/x~0"]},
          "mediaReferences": [{"kind": "audio", "value": "ftp://host/a"}]},
         ["mediaReferences[0].value", "mediaContext.images[1]", "mediaContext.uploadedAudio[0]"]),
    ]  # fmt: skip


async def test_inline_media_is_refused_naming_every_path(bench: MakeBench) -> None:
    async with bench() as studio:
        for members, paths in INLINE:
            response = await studio.post("", {**HELLO, **members})
            body = response.json()
            assert response.status_code == 400, body
            assert body["message"].endswith("Fields: " + ", ".join(paths))
            assert [field["path"] for field in body["details"]["fields"]] == paths
            assert (await studio.client.get(RUNS)).json()["data"] == {"runs": [], "next": None}


async def test_reasons_of_refused_media(bench: MakeBench) -> None:
    async with bench() as studio:
        references = [{"kind": "image", "url": DATA}, {"kind": "image", "url": "x"}, {"kind": "image", "dataUri": "y"}]
        response = await studio.post("", {**HELLO, "mediaReferences": references})
        reasons = [field["reason"] for field in response.json()["details"]["fields"]]
    assert reasons == ["inline_data_url", "non_external_url", "inline_data_uri_field"]


REFUSED = [
    ({}, "messages"),
    ({"messages": []}, "messages"),
    ({**HELLO, "token_type": "auto"}, "token_type"),
    ({**HELLO, "sampling": {"temperature": "hot"}}, "sampling.temperature"),
    ({**HELLO, "tool_choice": {"type": "function", "function": {"name": "none_such"}}}, "tool_choice"),
    ({**HELLO, "max_estimated_capacity_units": -1}, "max_estimated_capacity_units"),
    ({**HELLO, "sogni_tools": "everything"}, "sogni_tools"),
]


async def test_what_breaks_the_contract_is_refused(bench: MakeBench) -> None:
    async with bench() as studio:
        for body, param in REFUSED:
            response = await studio.post("", body)
            assert response.status_code == 400, response.text
            assert param in response.text


async def test_an_empty_body_names_what_is_missing(bench: MakeBench) -> None:
    async with bench() as studio:
        for content in (b"", b"{}"):
            response = await studio.client.post(RUNS, content=content, headers={"Content-Type": "application/json"})
            assert response.status_code == 400
            assert "messages" in response.json()["message"]
        unknown = await studio.post("", {**HELLO, "model": "none/such"})
        assert unknown.status_code == 404
        assert unknown.json()["error"]["code"] == "model_not_found"


async def test_another_owners_run_does_not_exist(bench: MakeBench) -> None:
    async with bench(api_keys=("second",)) as studio:
        run_id = (await studio.done("hello"))["runId"]
        other = {"Authorization": "Bearer second"}
        for path in ("", "/events", "/events/stream"):
            for asked in (run_id, "run_none"):
                response = await studio.client.get(f"{RUNS}/{asked}{path}", headers=other)
                assert (response.status_code, response.json()["errorCode"]) == (404, 102)
        decision = {"tool_call_id": "x", "decision": "cancel"}
        assert (await studio.post(f"/{run_id}/cancel", **other)).status_code == 404
        assert (await studio.post(f"/{run_id}/confirm-cost", decision, **other)).status_code == 404
        assert (await studio.client.get(RUNS, headers=other)).json()["data"]["runs"] == []
        mine = await studio.post("", HELLO, **{"Idempotency-Key": "same"})
        theirs = await studio.post("", HELLO, **{**other, "Idempotency-Key": "same"})
        assert mine.json()["data"]["run"]["runId"] != theirs.json()["data"]["run"]["runId"]
        assert (await studio.get(run_id))["status"] == "completed"


async def test_runs_are_listed_in_pages_newest_first(bench: MakeBench) -> None:
    async with bench() as studio:
        ids = [(await studio.done(f"hello {i}"))["runId"] for i in range(3)]
        page = (await studio.client.get(f"{RUNS}?limit=2")).json()["data"]
        rest = (await studio.client.get(f"{RUNS}?limit=2&offset={page['next']}")).json()["data"]
        assert [run["runId"] for run in page["runs"] + rest["runs"]] == ids[::-1]
        assert rest["next"] is None
        assert all(run["events"] == [] for run in page["runs"])
        assert (await studio.client.get(f"{RUNS}?limit=0")).status_code == 400


async def test_no_credit_starts_nothing(bench: MakeBench, tmp_path: Path) -> None:
    async with bench(rates="rehearsal") as studio:
        response = await studio.post("", HELLO)
        assert response.status_code == 402
        assert response.json()["error"]["code"] == "insufficient_credits"
        strict = await studio.post("", {**HELLO, "billing_mode": "subscription"})
        assert strict.status_code == 402
        assert "Unlimited billing is not available" in strict.json()["message"]
        assert (await studio.client.get(RUNS)).json()["data"]["runs"] == []


async def test_a_known_key_answers_even_when_the_credit_is_spent(bench: MakeBench) -> None:
    draw = {"messages": [{"role": "user", "content": "Draw a red bicycle."}]}
    price = {"rates": "rehearsal", "opening_balance": {"spark": "0.8"}}  # exactly one picture
    async with bench(**price) as studio:
        first = await studio.post("", draw, **{"Idempotency-Key": "k"})
        assert first.status_code == 202
        await studio.frames(first.json()["data"]["run"]["runId"])
        assert (await studio.post("", draw)).status_code == 402
        again = await studio.post("", draw, **{"Idempotency-Key": "k"})
    assert again.status_code == 202
    assert again.json()["data"]["idempotent"] is True
    assert again.json()["data"]["run"]["status"] == "completed"
