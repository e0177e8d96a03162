"""The served OpenAPI document: complete, valid, and free of the framework's own pages."""

import re
from pathlib import Path
from typing import Any

import pytest

from studio.engine.openapi import complete
from tests.helpers.engines import running_engine

INDEX = """
POST /v1/chat/completions
GET /v1/models
GET /v1/models/{}
POST /v1/creative-agent/tools/execute
POST /v1/chat/runs
GET /v1/chat/runs
GET /v1/chat/runs/{}
GET /v1/chat/runs/{}/events
GET /v1/chat/runs/{}/events/stream
POST /v1/chat/runs/{}/cancel
POST /v1/chat/runs/{}/confirm-cost
POST /v1/creative-agent/workflows
GET /v1/creative-agent/workflows
GET /v1/creative-agent/workflows/{}
GET /v1/creative-agent/workflows/{}/events
GET /v1/creative-agent/workflows/{}/events/stream
POST /v1/creative-agent/workflows/{}/resume
POST /v1/creative-agent/workflows/{}/cancel
POST /v1/creative-agent/workflows/{}/reseed
POST /v1/creative-agent/workflows/{}/confirm-cost
GET /v1/creative-agent/workflows/templates
POST /v1/creative-agent/workflows/templates
GET /v1/creative-agent/workflows/templates/{}
PATCH /v1/creative-agent/workflows/templates/{}
DELETE /v1/creative-agent/workflows/templates/{}
POST /v1/creative-agent/workflows/templates/{}/fork
GET /v2/image/uploadUrl
GET /v2/media/uploadUrl
GET /v2/image/downloadUrl
GET /v2/media/downloadUrl
GET /v1/image/uploadUrl
GET /v1/media/uploadUrl
GET /v1/image/downloadUrl
GET /v1/media/downloadUrl
GET /v1/assets
POST /v1/assets/prepare
DELETE /v1/assets/{}
POST /v1/replay/records
GET /v1/replay/records
GET /v1/replay/records/{}
GET /v1/account/me
GET /v4/account/balance
GET /v1/subscriptions/status
GET /v1/subscriptions/usage
GET /v1/subscriptions/plans
GET /v1/subscriptions/trial-eligibility
GET /v1/transactions/list
GET /v1/model-catalog
GET /v1/loras/comfy
GET /v1/loras/personal
GET /v1/loras/personal/catalog
GET /v1/loras/personal/{}
"""
"""The endpoint index of contract/README.md, and the listing of runs that is ours."""


async def document_of(tmp_path: Path) -> dict[str, Any]:
    async with running_engine(tmp_path) as engine:
        answer = await engine.client.get("/openapi.json")
    found: dict[str, Any] = answer.json()
    return found


async def test_addresses_below_the_document_are_unknown_in_json(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for path in ("/openapi.json/x", "/openapi.json/x.json", "/openapi.json/a/b", "/"):
            answer = await engine.client.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "route_not_found")
        assert (await engine.client.get("/openapi.json", headers={"Authorization": ""})).status_code == 401


async def test_every_operation_is_documented_with_typed_bodies(tmp_path: Path) -> None:
    document = await document_of(tmp_path)
    tags = {tag["name"] for tag in document["tags"]}
    operation_ids: list[str] = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert set(operation.get("tags", [])) & tags, where
            operation_ids.append(operation["operationId"])
            successes = [response for status, response in operation["responses"].items() if status[0] == "2"]
            assert successes, where
            for response in successes:
                for content in response.get("content", {}).values():
                    assert content["schema"], where
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    kinds = response["content"]
                    assert all(kind["schema"] for kind in kinds.values()), f"{where} {status}"
                    # Storage answers in the XML of S3, everything else in the hybrid body.
                    assert path == "/v1/storage" or set(kinds) == {"application/json"}, where
    assert len(operation_ids) == len(set(operation_ids))


async def test_the_whole_endpoint_index_is_documented(tmp_path: Path) -> None:
    document = await document_of(tmp_path)
    described = {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path)}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert set(INDEX.split("\n")) - {""} - described == set()


async def test_every_reference_leads_somewhere(tmp_path: Path) -> None:
    document = await document_of(tmp_path)
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert "ErrorBody" in references
    assert references <= set(document["components"]["schemas"])


async def test_every_stream_says_what_its_events_hold(tmp_path: Path) -> None:
    document = await document_of(tmp_path)
    streams = [
        content["text/event-stream"]["schema"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for response in operation["responses"].values()
        if "text/event-stream" in (content := response.get("content", {}))
    ]
    assert len(streams) == 3
    for held in ("ChatChunk", "RunEvent", "WorkflowEvent"):
        assert sum(f"schemas/{held}'" in str(stream) for stream in streams) == 1, held


async def test_starts_of_work_tell_of_credit_and_rate(tmp_path: Path) -> None:
    document = await document_of(tmp_path)
    chat = document["paths"]["/v1/chat/completions"]["post"]
    assert {"402", "429"} <= set(chat["responses"])
    assert "Retry-After" in chat["responses"]["429"]["headers"]
    stream = chat["responses"]["200"]["content"]["text/event-stream"]
    data = stream["schema"]["properties"]["data"]
    assert data["anyOf"][0]["contentSchema"] == {"$ref": "#/components/schemas/ChatChunk"}
    assert {"choices", "sogni_progress"} <= set(document["components"]["schemas"]["ChatChunk"]["properties"])
    assert document["components"]["schemas"]["TextPart"]["required"] == ["type", "text"]
    assert document["components"]["securitySchemes"]["apiKey"]["name"] == "api-key"


@pytest.mark.parametrize(
    ("schema", "mended"),
    [
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, {"anyOf": [{"type": "integer"}, {"type": "number"}]}),
        ({"oneOf": [{"type": "string"}], "examples": ["x"]}, {"type": "string"}),
        ({"properties": {"examples": {"type": "array"}}}, {"properties": {"examples": {"type": "array"}}}),
    ],
)
def test_mending(schema: dict[str, Any], mended: dict[str, Any]) -> None:
    document = {"paths": {}, "components": {"schemas": {"Thing": schema}}}
    assert complete(document)["components"]["schemas"]["Thing"] == mended
