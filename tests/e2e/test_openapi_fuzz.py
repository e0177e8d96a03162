"""schemathesis over the served OpenAPI document: no 5xx, and every answer is as the document says.

The seed is fixed. ``STUDIO_FULL_TESTS=1`` tries many more examples. Tools are fakes, so nothing
renders. Every second example of an operation with an id in its path uses an id that exists.
"""

import asyncio
import json
import os
import re
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable

from studio import resources
from studio.contract.tools import catalogue
from tests.helpers.engines import FakeTool, running_engine, tools
from tests.helpers.inline_runtime import InlineRuntime

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import FailureGroup
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

FULL = bool(os.environ.get("STUDIO_FULL_TESTS"))
EXAMPLES = {GenerationMode.POSITIVE: 100 if FULL else 6, GenerationMode.NEGATIVE: 60 if FULL else 3}
SEED = 20260131
TIMEOUT_S = 10
LEFT_OUT = {"/v1/studio/shutdown"}
"""It would end the engine under test."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


WORDS = [{"role": "user", "content": "Draw a fox"}]
CHAT, RUN, FLOW = "/v1/chat/completions", "/v1/chat/runs", "/v1/creative-agent/workflows"
STEPS = [{"id": "s1", "toolName": "generate_image", "arguments": {"prompt": "a fox"}}]
TOOLS = "/v1/creative-agent/tools/execute"
TEMPLATES = FLOW + "/templates"
TEMPLATE = {
    name: value
    for name, value in json.loads(resources.path("templates", "product-cut-out.json").read_text()).items()
    if name != "id"
}
IDEA = {"prompt": "a fox", "target_output": "image_prompt", "destination_model": "krea-2-turbo"}
UPLOAD = {"jobId": "j1", "type": "referenceVideo", "contentType": "video/mp4"}


@dataclass
class Engine:
    url: str = ""
    key: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """Parameter names of paths, and something that exists."""

    schema: Any = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a thread of its own: schemathesis asks it synchronously."""
    found, ready, data_dir = Engine(), threading.Event(), tmp_path_factory.mktemp("fuzz")
    loop, failed = asyncio.new_event_loop(), []
    ending = asyncio.Event()

    async def serve() -> None:
        fakes = tools(*(FakeTool(name) for name in catalogue()))
        try:
            async with running_engine(data_dir, parts={"runners": fakes, "runtime": InlineRuntime}) as running:
                found.url, found.key = running.url, running.key
                ready.set()
                await ending.wait()
        except Exception as error:
            failed.append(error)
            raise
        finally:
            ready.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="engine")
    thread.start()
    try:
        assert ready.wait(20)
        assert failed == []
        found.ids = existing(found)
        document = httpx.get(f"{found.url}/openapi.json", headers=found.headers, trust_env=False).json()
        found.schema = schemathesis.openapi.from_dict(document)
        yield found
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(20)
        loop.close()


def existing(engine: Engine) -> dict[str, str]:
    """Make one of everything that has an id, and return the ids by the names that paths give them."""
    with httpx.Client(base_url=engine.url, headers=engine.headers, timeout=TIMEOUT_S, trust_env=False) as client:

        def made(path: str, body: dict[str, Any], *members: str) -> str:
            answer: Any = client.post(path, json=body).json()
            for member in members:
                answer = answer.get(member) or {} if isinstance(answer, dict) else {}
            return str(answer or "none")

        return {
            "run_id": made(RUN, {"messages": WORDS}, "data", "run", "runId"),
            "workflow_id": made(FLOW, {"input": {"steps": STEPS}}, "data", "workflow", "workflowId"),
            "template_id": made(TEMPLATES, TEMPLATE, "data", "template", "id"),
            "model_id": client.get("/v1/models").json()["data"][0]["id"],
        }


def operations(engine: Engine) -> list[Any]:
    found = [result.ok() for result in engine.schema.get_all_operations()]
    return [operation for operation in found if operation.path not in LEFT_OUT]


def problems(engine: Engine, operation: Any, mode: GenerationMode) -> list[str]:
    """Ask *operation* with generated examples and return what was wrong with the answers."""
    found: dict[str, None] = {}
    where = f"{operation.method.upper()} {operation.path}"
    count = 0

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal count
        count += 1
        if count % 2 and mode is GenerationMode.POSITIVE:
            case.path_parameters = {**(case.path_parameters or {}), **_known(engine, case.path_parameters or {})}
        try:
            answer = case.call(base_url=engine.url, headers=engine.headers, timeout=TIMEOUT_S)
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                found[f"{where}: {_short(failure)}\n    {case.as_curl_command()[:800]}"] = None
        except Exception as error:  # noqa: BLE001 - a cut connection is a finding too
            found[f"{where}: {type(error).__name__}: {error}"[:400]] = None

    try:
        ask()
    except Unsatisfiable:
        pass  # nothing invalid can be said to an operation without parameters
    except Exception as error:  # noqa: BLE001 - so that the other operations are tried
        found[f"{where}: no examples: {type(error).__name__}: {error}"[:400]] = None
    return list(found)


def _known(engine: Engine, names: dict[str, Any]) -> dict[str, str]:
    return {name: engine.ids[name] for name in names if name in engine.ids}


def _short(failure: BaseException) -> str:
    return " ".join(str(failure).split())[:500]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
def test_no_server_error_and_no_answer_outside_the_document(engine: Engine, mode: GenerationMode) -> None:
    tried = operations(engine)
    assert len(tried) > 10
    found = [problem for operation in tried for problem in problems(engine, operation, mode)]
    assert not found, "\n\n".join(found)


TYPICAL: list[tuple[int, str, str, dict[str, Any]]] = [
    (200, "POST", CHAT, {"body": {"messages": WORDS}}),
    (200, "POST", CHAT, {"body": {"messages": WORDS, "stream": True, "stream_options": {"include_usage": True}}}),
    (200, "POST", CHAT, {"body": {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}}),
    (402, "POST", CHAT, {"body": {"messages": WORDS, "billing_mode": "subscription"}}),
    (404, "POST", CHAT, {"body": {"messages": WORDS, "model": "nobody"}}),
    (200, "GET", "/v1/models/{model_id}", {}),
    (202, "POST", RUN, {"body": {"messages": WORDS}}),
    (402, "POST", RUN, {"body": {"messages": WORDS, "billing_mode": "subscription"}}),
    (202, "POST", RUN, {"body": {"messages": WORDS, "runtime_config": {"requireJobConfirmation": True}}}),
    (200, "GET", RUN, {"query": {"limit": 2}}),
    (200, "GET", RUN + "/{run_id}", {}),
    (200, "GET", RUN + "/{run_id}/events", {}),
    (200, "GET", RUN + "/{run_id}/events/stream", {}),
    (200, "POST", RUN + "/{run_id}/cancel", {"body": {}}),
    (409, "POST", RUN + "/{run_id}/confirm-cost", {"body": {"tool_call_id": "x", "decision": "cancel"}}),
    (201, "POST", FLOW, {"body": {"input": {"steps": STEPS}}}),
    (201, "POST", FLOW, {"body": {"input": {"steps": STEPS}, "confirm_cost": False}}),
    (400, "POST", FLOW, {"body": {"input": {"steps": []}}}),
    (200, "GET", FLOW, {"query": {"limit": 2}}),
    (200, "GET", FLOW + "/{workflow_id}", {}),
    (200, "GET", FLOW + "/{workflow_id}/events", {}),
    (200, "GET", FLOW + "/{workflow_id}/events/stream", {}),
    (200, "POST", FLOW + "/{workflow_id}/cancel", {"body": {}}),
    (409, "POST", FLOW + "/{workflow_id}/resume", {"body": {}}),
    (201, "POST", FLOW + "/{workflow_id}/reseed", {"body": {}}),
    (201, "POST", TEMPLATES, {"body": TEMPLATE}),
    (400, "POST", TEMPLATES, {"body": {"name": "Nothing"}}),
    (200, "GET", TEMPLATES, {"query": {"visibility": "all", "limit": 2}}),
    (200, "GET", TEMPLATES + "/{template_id}", {}),
    (200, "PATCH", TEMPLATES + "/{template_id}", {"body": {"description": "Changed."}}),
    (201, "POST", TEMPLATES + "/{template_id}/fork", {"body": {"newName": "Another"}}),
    (200, "DELETE", TEMPLATES + "/{template_id}", {}),
    (200, "GET", "/v1/transactions/list", {"query": {"status": "completed", "limit": 5}}),
    (400, "GET", "/v1/transactions/list", {"query": {"limit": 0}}),
    (200, "GET", "/v2/media/uploadUrl", {"query": UPLOAD}),
    (200, "POST", "/v1/replay/records", {"body": {"run_id": "r1", "user_request": "a fox", "rounds": []}}),
    (200, "GET", "/v1/replay/records", {"query": {"limit": 2}}),
    (200, "GET", "/v1/assets", {}),
    (200, "POST", TOOLS, {"body": {"tool": "enhance_prompt", "arguments": IDEA}}),
    (400, "POST", TOOLS, {"body": {"tool": "generate_image", "arguments": {"prompt": "a fox"}}}),
    (200, "GET", "/v1/model-catalog", {}),
    (200, "GET", "/v1/loras/comfy", {}),
]


@pytest.mark.parametrize(("status", "method", "path", "parts"), TYPICAL)
def test_typical_requests_are_answered_as_documented(
    engine: Engine, status: int, method: str, path: str, parts: dict[str, Any]
) -> None:
    operation = engine.schema[path][method]
    names = re.findall(r"{(\w+)}", path)
    case = operation.Case(
        path_parameters={name: engine.ids[name] for name in names}, media_type="application/json", **parts
    )
    answer = case.call(base_url=engine.url, headers=engine.headers, timeout=TIMEOUT_S)
    assert answer.status_code == status, answer.text
    case.validate_response(answer, checks=CHECKS)


def test_nothing_but_public_addresses_answers_without_a_key(engine: Engine) -> None:
    with httpx.Client(base_url=engine.url, timeout=TIMEOUT_S, trust_env=False) as client:
        for operation in operations(engine):
            path = operation.path.format_map(dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "x"))
            answer = client.request(operation.method, path)
            public = operation.definition.raw.get("security") == [{}]
            assert (answer.status_code == 401) is not public, f"{operation.method} {path}: {answer.status_code}"
