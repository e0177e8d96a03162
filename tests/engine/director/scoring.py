# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Run phrasings through the director and compare with what was expected."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from studio.contract.chat import (
    ChatRequest,
    FunctionCall,
    ImagePart,
    ImageUrl,
    Message,
    TextPart,
    ToolCall,
)
from studio.contract.media import MediaIndex
from studio.contract.tools import surface, validate_arguments
from studio.engine.agent.backends.base import Round
from studio.engine.agent.director.director import decide

KINDS = {"i": ("image", False), "u": ("image", True), "v": ("video", False), "w": ("video", True), "a": ("audio", False), "s": ("audio", True), "+": ("image", True)}  # fmt: skip
WRITES = {
    "compose_lyrics": {"lyrics": "la la"},
    "compose_script": {"script": "A man enters."},
    "enhance_prompt": {"prompt": "a cat on a roof"},
}
PRODUCES = {"image": "resultUrls", "video": "videoResultUrls", "audio": "audioResultUrls"}


def scene(phrasing: Any) -> Round:
    """Build the round that a phrasing describes."""
    media = MediaIndex()
    parts: list[Any] = []
    for item in phrasing.have.split():
        kind, uploaded = KINDS[item[0]]
        for number in range(int(item[1:])):
            if item[0] == "+":
                url = f"data:image/png;base64,attached{number}"
                media.add_upload("image", url)
                parts.append(ImagePart(ImageUrl(url)))
            elif uploaded:
                media.add_upload(kind, f"https://x/u-{kind}-{number}")
            else:
                media.add_generated(kind, f"https://x/{kind}-{number}")
    messages = []
    if phrasing.earlier is not None:
        call = ToolCall(FunctionCall("generate_image", json.dumps({"prompt": phrasing.earlier})), id="call_before")
        result = {
            "tool": "generate_image",
            "success": True,
            "ok": True,
            "resultUrls": ["https://x/image-0"],
            "startIndex": 0,
            "indices": [0],
        }
        messages = [
            Message("user", f"paint {phrasing.earlier}"),
            Message("assistant", None, tool_calls=[call]),
            Message("tool", json.dumps(result), tool_call_id="call_before"),
            Message("assistant", "Image 1 is ready."),
        ]
    messages.append(Message("user", [TextPart(phrasing.text), *parts] if parts else phrasing.text))
    return round_of(messages, media)


def round_of(messages: Sequence[Message], media: MediaIndex | None = None, **more: Any) -> Round:
    """Return a round with the creative tools offered."""
    tools = more.pop("tools", [tool.spec for tool in surface(more.pop("family", "creative-tools"))])
    choice = more.pop("tool_choice", "auto")
    request = ChatRequest(messages=list(messages), **more)
    return Round(list(messages), tools, choice, media or MediaIndex(), request)


def problems(phrasing: Any) -> list[str]:
    """Return what is wrong with the director's answer; empty when all is right."""
    round_ = scene(phrasing)
    answer = decide(round_)
    if phrasing.tool == "reply":
        found = [f"called {answer.calls} instead of answering"] if answer.calls else []
        return found or ([] if answer.text.strip() else ["said nothing"])
    if not answer.calls:
        return [f"answered {answer.text[:90]!r} instead of calling {phrasing.tool}"]
    found = []
    name, arguments = answer.calls[0]
    wanted = phrasing.tool.split("|")
    if name not in wanted:
        return [f"called {name} {arguments} instead of {phrasing.tool}"]
    if len(answer.calls) != (phrasing.calls or 1):
        found.append(f"{len(answer.calls)} calls instead of {phrasing.calls or 1}: {answer.calls}")
    for each, given in answer.calls:
        checked = validate_arguments(each, given)
        found += [f"invalid: {text}" for text in [*checked.problems, *checked.warnings]]
    found += [
        f"{key}={arguments.get(key)!r} instead of {value!r}"
        for key, value in phrasing.arguments.items()
        if not fits(arguments.get(key), value)
    ]
    if phrasing.then:
        found += _follow(round_, answer, phrasing.then)
    return found


def fits(given: Any, wanted: Any) -> bool:
    """Compare one argument as ``phrasings`` documents."""
    if isinstance(wanted, tuple):
        return any(fits(given, one) for one in wanted)
    if isinstance(wanted, str) and wanted.startswith("~"):
        text = str(given or "").lower()
        return given is not None and all(
            part[1:] not in text if part.startswith("!") else part in text for part in wanted[1:].lower().split(",")
        )
    return bool(given == wanted)


def play(round_: Round, answer: Any, media: MediaIndex | None = None) -> tuple[Round, list[dict[str, Any]]]:
    """Append the calls of *answer* and made-up successful results, as an engine or a caller would."""
    calls, tools, results = [], [], []
    count = {kind: round_.media.count(kind) for kind in ("image", "video", "audio")}
    from studio.engine.agent.director.history import KIND_OF_TOOL

    for number, (name, arguments) in enumerate(answer.calls):
        kind = KIND_OF_TOOL.get(name)
        result: dict[str, Any] = {"tool": name, "success": True, "ok": True, "message": "done"}
        result |= WRITES.get(name, {})
        if kind:
            amount = int(arguments.get("numberOfVariations", len(arguments.get("sourceImageIndices", [0]))))
            start = count[kind]
            count[kind] += amount
            urls = [f"https://x/new-{kind}-{start + i}" for i in range(amount)]
            result |= {PRODUCES[kind]: urls, "startIndex": start, "indices": list(range(start, start + amount))}
            for url in urls:
                (media or round_.media).add_generated(kind, url)
        identity = f"call_{len(round_.messages)}_{number}"
        calls.append(ToolCall(FunctionCall(name, json.dumps(arguments)), id=identity))
        tools.append(Message("tool", json.dumps(result), tool_call_id=identity))
        results.append(result)
    messages = [*round_.messages, Message("assistant", answer.text or None, tool_calls=calls), *tools]
    return msgspec_replace(round_, messages), results


def msgspec_replace(round_: Round, messages: Sequence[Message]) -> Round:
    """Return *round_* with other messages."""
    request = msgspec.structs.replace(round_.request, messages=list(messages))
    return Round(list(messages), round_.tools, round_.tool_choice, round_.media, request, round_.hosted)


def _follow(round_: Round, answer: Any, then: tuple[str, ...]) -> list[str]:
    for name in then:
        round_, results = play(round_, answer)
        made = results[-1].get("indices", [None])[0]
        answer = decide(round_)
        if not answer.calls or answer.calls[0][0] != name:
            return [f"then {answer.calls or answer.text[:80]!r} instead of {name}"]
        source = answer.calls[0][1].get("sourceImageIndex")
        if source is not None and source != made:
            return [f"{name} works on {source} instead of {made}"]
    round_, _ = play(round_, answer)
    answer = decide(round_)
    return [f"did not end: {answer.calls}"] if answer.calls or not answer.text else []
