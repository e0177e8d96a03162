"""The OpenAPI document at ``/openapi.json``: JSON only, because the framework's viewers load code from elsewhere.

The framework describes routes and structs; ``complete`` adds what it cannot know: the chunks of
streams, the failures of everything that starts work, and the tags of message parts.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from litestar import Controller, Litestar, Request, Response, get
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute
from litestar.serialization import encode_json, get_serializer
from msgspec import Struct, field

from studio import __version__
from studio.contract.chat import ChatChunk, ImagePart, TextPart
from studio.contract.workflows import WorkflowEvent
from studio.engine.rate_limit import starts_work


class ErrorDetail(Struct, frozen=True):
    """The OpenAI part of an error; ``subscription`` only where a plan would help."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None
    subscription: dict[str, object] | None = None


class ErrorBody(Struct, frozen=True, rename="camel"):
    """The hybrid error body that every known client understands (contract/errors.md §1 D)."""

    message: str
    error_code: int
    error: ErrorDetail
    status: str = "error"
    details: dict[str, object] = field(default_factory=dict)
    retry_after: float | None = None


def failure(description: str) -> ResponseSpec:
    """Return the description of one failing status."""
    return ResponseSpec(data_container=ErrorBody, description=description, generate_examples=False)


FAILURES = {
    400: failure("The request breaks the contract."),
    401: failure("No key, or a wrong one."),
    403: failure("The host name or the origin is not allowed."),
    404: failure("There is no such thing here."),
    500: failure("The engine failed."),
}

_TAGS: Final = {
    "Chat": "Completions of the OpenAI kind, with the tools of the studio.",
    "Models": "Language models that answer here.",
    "Runs": "Chat runs that go on without their client.",
    "Workflows": "Durable creative workflows: plans of tool calls.",
    "Templates": "Saved workflow templates.",
    "Tools": "Composition and planning tools, called directly.",
    "Media": "Kept files.",
    "Uploads": "Presigned uploads and downloads.",
    "Assets": "The saved library of files.",
    "Replay": "Redacted records of agent turns.",
    "Catalogue": "Media models.",
    "LoRAs": "Public and personal LoRAs.",
    "Account": "Account, balance, transactions and subscriptions.",
    "Engine": "The engine itself.",
}

_REFUSALS: Final = {
    "402": "The balance, or a strict subscription, does not cover it.",
    "429": "Too many requests with this key; ``retryAfter`` and the header say how long to wait.",
}
_ERROR_REF: Final = {"$ref": "#/components/schemas/ErrorBody"}
_STREAMED: Final = {
    "/v1/chat/completions": "ChatChunk",
    "/v1/chat/runs/{run_id}/events/stream": "RunEvent",
    "/v1/creative-agent/workflows/{workflow_id}/events/stream": "WorkflowEvent",
}
"""What the ``data`` of a stream's events holds, as JSON text."""
_STATUS: Final = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"type": "string"}},
    "description": "A status frame, on connecting and at the end; it has no id.",
}


_FILE: Final = {"type": "string", "format": "binary"}
_STORED: Final = {
    ("post", "/v1/storage"): {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "description": "The signed fields of the upload form, and the file as the last of them.",
                "properties": {"key": {"type": "string"}, "policy": {"type": "string"}, "file": _FILE},
                "additionalProperties": {"type": "string"},
                "required": ["key", "policy", "file"],
            }
        }
    },
    ("put", "/v1/storage/file"): {"application/octet-stream": {"schema": _FILE}},
}
"""Bodies that routes read as they come, so that the framework does not see them."""


def config() -> OpenAPIConfig:
    """Return the configuration of ``/openapi.json``."""
    chosen = OpenAPIConfig(
        title="Sogni Intelligence Studio engine",
        version=__version__,
        description="The Sogni Intelligence REST API, answered by this computer.",
        path="/openapi.json",
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
        security=[{"bearer": []}, {"apiKey": []}],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "apiKey": SecurityScheme(type="apiKey", name="api-key", security_scheme_in="header"),
            }
        ),
    )
    # Set afterwards: as an argument it is deprecated. Without it the framework answers unknown
    # addresses below this one with an HTML page of its own.
    chosen.openapi_controller = Document  # type: ignore[assignment]
    return chosen


class Document(Controller):
    """Serves the document; made on the first request and kept."""

    path = "/openapi.json"
    include_in_schema = False

    @get(sync_to_thread=True)
    def document(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Return the OpenAPI document."""
        state = request.app.state
        if "openapi_document" not in state:
            described = request.app.openapi_schema.to_schema()
            plain = msgspec.json.decode(encode_json(described, serializer=get_serializer({})))
            for path, method in _public(request.app):
                plain["paths"][path][method]["security"] = [{}]
            state["openapi_document"] = msgspec.json.encode(complete(plain))
        return Response(state["openapi_document"], media_type="application/json; charset=utf-8")


def _public(app: Litestar) -> Iterator[tuple[str, str]]:
    """Yield path and method of every described operation that needs no key."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if handler.opt.get("public") and handler.resolve_include_in_schema():
                    yield route.path_format, method.lower()


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with what the framework cannot know."""
    document = _mend(document)
    schemas = document["components"]["schemas"]
    _, made = msgspec.json.schema_components([ChatChunk, WorkflowEvent], ref_template="#/components/schemas/{name}")
    for name, schema in made.items():
        schemas.setdefault(name, _mend(schema))
    for part in (TextPart, ImagePart):
        _tag(schemas, part)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            if body := _STORED.get((method, path)):
                operation["requestBody"] = {"required": True, "content": body}
            if method == "post" and starts_work(path):
                for status, text in _REFUSALS.items():
                    responses.setdefault(status, _refusal(text, waits=status == "429"))
            if path == "/v1/chat/completions":
                responses["200"]["content"]["text/event-stream"] = {}
            for response in responses.values():
                stream = response.get("content", {}).get("text/event-stream")
                if stream is not None:
                    stream["schema"] = _event_schema(_STREAMED.get(path), schemas)
    used = {tag for operations in document["paths"].values() for o in operations.values() for tag in o.get("tags", [])}
    named = [*(name for name in _TAGS if name in used), *sorted(used - set(_TAGS))]
    document["tags"] = [{"name": name, "description": _TAGS.get(name, name)} for name in named]
    return document


def _event_schema(held: str | None, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one server-sent event; comments, which begin with a colon, are signs of life."""
    data: dict[str, Any] = {"type": "string", "contentMediaType": "application/json"}
    if held in schemas:
        data["contentSchema"] = {"$ref": f"#/components/schemas/{held}"}
        if held == "ChatChunk":
            data = {"anyOf": [data, {"const": "[DONE]"}]}
        else:
            data["contentSchema"] = {"anyOf": [data["contentSchema"], _STATUS]}
    members = {"id": {"type": "string"}, "event": {"type": "string"}, "data": data}
    return {"type": "object", "description": "One server-sent event.", "properties": members, "required": ["data"]}


def _refusal(text: str, *, waits: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"description": text, "content": {"application/json": {"schema": _ERROR_REF}}}
    if waits:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
        described["headers"] = {"Retry-After": seconds}
    return described


def _mend(value: Any) -> Any:
    """Drop the framework's random examples, and say ``anyOf``: an integer is also a number."""
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if not isinstance(value, dict):
        return value
    mended = {key: _mend(item) for key, item in value.items() if key != "examples" or not isinstance(item, list)}
    if "oneOf" in mended:
        options = mended.pop("oneOf")
        if len(options) == 1:
            mended = options[0] | mended
        else:
            mended["anyOf"] = options
    return mended


def _tag(schemas: dict[str, Any], kind: type[Struct]) -> None:
    """Add the tag of a struct of a union, which the framework leaves out."""
    schema, info = schemas.get(kind.__name__), kind.__struct_config__
    if schema is not None and info.tag_field is not None:
        schema.setdefault("properties", {})[info.tag_field] = {"type": "string", "const": info.tag}
        schema["required"] = [info.tag_field, *(n for n in schema.get("required", []) if n != info.tag_field)]
