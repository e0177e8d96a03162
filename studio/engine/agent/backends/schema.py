"""Choosing a tool under a JSON schema, for models that cannot call tools natively.

The recipe that works for small models (SURVEY §1): a system prompt that lists the tools,
three examples, and ``response_format`` = ``anyOf`` one schema for each tool plus "reply".
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from studio.contract.chat import (
    JsonSchemaFormat,
    Message,
    NamedToolChoice,
    ResponseFormat,
    ToolCall,
    ToolSpec,
    call_arguments,
)
from studio.engine.agent.backends.base import Round
from studio.engine.agent.backends.fences import make_call

_PROPERTIES = 10
_KEPT = ("type", "enum", "minimum", "maximum")

_EXAMPLES = (
    (
        "Hello, what can you do?",
        {"tool": "reply", "text": "I can make and edit pictures with you. Tell me what you see."},
    ),
    (
        "Draw a red fox in the snow at dawn",
        {"tool": "generate_image", "arguments": {"prompt": "a red fox in the snow at dawn"}},
    ),
    ("Cut out the background of this photo", {"tool": "remove_background", "arguments": {}}),
)


def system_text(tools: Sequence[ToolSpec], *, reply: bool) -> str:
    """Return the instruction that lists *tools*."""
    lines = [
        "You choose exactly one action and answer with one JSON object only, without any other text.",
        'To use a tool: {"tool": "<name>", "arguments": {…}}.',
    ]
    if reply:
        lines.append(
            'To answer in words: {"tool": "reply", "text": "…"}. Reply when no tool is needed or the work is done.'
        )
    lines.append("Tools:")
    for tool in tools:
        parameters = tool.function.parameters or {}
        required = set(parameters.get("required", []))
        names = [name + ("*" if name in required else "") for name in _chosen(parameters)]
        lines.append(f"- {tool.function.name}({', '.join(names)}): {_short(tool.function.description or '')}")
    lines.append("Arguments with * must be given.")
    return "\n".join(lines)


def choice_schema(tools: Sequence[ToolSpec], *, reply: bool) -> dict[str, Any]:
    """Return the schema of one action."""
    options = [_option(tool) for tool in tools]
    if reply:
        options.append(
            {
                "type": "object",
                "properties": {"tool": {"const": "reply"}, "text": {"type": "string"}},
                "required": ["tool", "text"],
                "additionalProperties": False,
            }
        )
    return options[0] if len(options) == 1 else {"anyOf": options}


def narrowed(round_: Round) -> tuple[list[ToolSpec], bool]:
    """Return the tools that the round's ``tool_choice`` leaves, and whether a reply in words is allowed."""
    if isinstance(round_.tool_choice, NamedToolChoice):
        wanted = round_.tool_choice.function.name
        return [tool for tool in round_.tools if tool.function.name == wanted], False
    return list(round_.tools), round_.tool_choice != "required"


def response_format(tools: Sequence[ToolSpec], *, reply: bool) -> ResponseFormat:
    """Return the response format that admits one action only."""
    return ResponseFormat("json_schema", JsonSchemaFormat("action", choice_schema(tools, reply=reply), strict=True))


def as_plain_messages(messages: Sequence[Message], tools: Sequence[ToolSpec], *, reply: bool) -> list[Message]:
    """Return the conversation without tool roles: calls as JSON text, results as user messages."""
    systems = [message.text for message in messages if message.role in ("system", "developer")]
    names = {tool.function.name for tool in tools}
    out = [Message("system", "\n\n".join([*systems, system_text(tools, reply=reply)]))]
    for question, action in _EXAMPLES:
        if action["tool"] in names or (reply and action["tool"] == "reply"):
            out += [Message("user", question), Message("assistant", msgspec.json.encode(action).decode())]
    called: dict[str, str] = {}
    for message in messages:
        if message.role == "assistant" and message.tool_calls:
            for call in message.tool_calls:
                called[call.id] = call.function.name
                action = {"tool": call.function.name, "arguments": call_arguments(call)}
                out.append(Message("assistant", msgspec.json.encode(action).decode()))
        elif message.role == "assistant":
            out.append(Message("assistant", msgspec.json.encode({"tool": "reply", "text": message.text}).decode()))
        elif message.role == "tool":
            name = message.name or called.get(message.tool_call_id or "", "the tool")
            out.append(Message("user", f"Result of {name}: {message.text}"))
        elif message.role == "user":
            out.append(msgspec.structs.replace(message, name=None))
    return out


def read_action(text: str, names: frozenset[str]) -> tuple[str | None, list[ToolCall]]:
    """Return the reply, or the call, that *text* holds; both empty when it is neither."""
    cleaned = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", text)
    try:
        value = msgspec.json.decode(cleaned)
    except msgspec.DecodeError:
        return None, []
    if not isinstance(value, dict):
        return None, []
    if value.get("tool") == "reply":
        return str(value.get("text", "")), []
    name = value.get("tool") or value.get("name")
    arguments = value.get("arguments") or {}
    if isinstance(name, str) and name in names and isinstance(arguments, dict):
        return None, [make_call(name, arguments)]
    return None, []


_TEXT_START = re.compile(r'^\s*\{\s*"tool"\s*:\s*"reply"\s*,\s*"text"\s*:\s*"')


class ReplyReader:
    """Reads the words of a reply while its JSON still streams."""

    def __init__(self) -> None:
        self._raw = ""
        self._start: int | None = None
        self._shown = 0

    @property
    def raw(self) -> str:
        """Everything so far."""
        return self._raw

    @property
    def shown(self) -> int:
        """How many characters of the reply were given out."""
        return self._shown

    def feed(self, text: str) -> str:
        """Take in more JSON and return new words of the reply."""
        self._raw += text
        if self._start is None:
            if (found := _TEXT_START.match(self._raw)) is None:
                return ""
            self._start = found.end()
        words = _decode_partial(self._raw[self._start :])
        fresh = words[self._shown :]
        self._shown = len(words)
        return fresh


def _decode_partial(body: str) -> str:
    """Decode a JSON string body up to its closing quote or the last complete escape."""
    end = 0
    while end < len(body):
        if body[end] == '"':
            break
        if body[end] == "\\":
            width = 6 if body[end + 1 : end + 2] == "u" else 2
            if body[end + 2 : end + 6].lower().startswith(("d8", "d9", "da", "db")) and width == 6:
                width = 12  # the two halves of a surrogate pair belong together
            if end + width > len(body):
                break
            end += width
        else:
            end += 1
    try:
        return str(msgspec.json.decode(b'"' + body[:end].encode() + b'"'))
    except msgspec.DecodeError:
        return ""


def _option(tool: ToolSpec) -> dict[str, Any]:
    parameters = tool.function.parameters or {}
    chosen = _chosen(parameters)
    required = [name for name in parameters.get("required", []) if name in chosen]
    arguments: dict[str, Any] = {"type": "object", "properties": chosen, "additionalProperties": False}
    if required:
        arguments["required"] = required
    return {
        "type": "object",
        "properties": {"tool": {"const": tool.function.name}, "arguments": arguments},
        "required": ["tool", "arguments"],
        "additionalProperties": False,
    }


def _chosen(parameters: dict[str, Any]) -> dict[str, Any]:
    """The required properties and the first few others, reduced to what grammars understand."""
    properties: dict[str, Any] = parameters.get("properties", {})
    required = list(parameters.get("required", []))
    order = [*required, *(name for name in properties if name not in required)]
    keep = set(order[: max(_PROPERTIES, len(required))])
    return {name: _simple(schema) for name, schema in properties.items() if name in keep}


def _simple(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema or "oneOf" in schema:
        return _simple((schema.get("anyOf") or schema["oneOf"])[0])
    out = {key: schema[key] for key in _KEPT if key in schema}
    if isinstance(schema.get("items"), dict):
        out["items"] = _simple(schema["items"])
    if isinstance(schema.get("properties"), dict):
        out["properties"] = {name: _simple(inner) for name, inner in schema["properties"].items()}
        if schema.get("required"):
            out["required"] = schema["required"]
    return out or {"type": "string"}


def _short(text: str) -> str:
    text = " ".join(text.split())
    first = text.partition(". ")[0]
    return first if len(first) <= 160 else first[:159] + "…"
