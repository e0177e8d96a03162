# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""Let the director carry a brief through on paper: its calls, one after another, become steps."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from studio.contract.chat import ChatRequest, FunctionCall, MediaKind, Message, ToolCall
from studio.contract.media import KINDS, MediaIndex
from studio.contract.tools import catalogue, surface, validate_arguments
from studio.contract.workflows import INPUT_MEDIA, STEP_LIMIT, STEP_TOOLS, Dependency, StepSpec

_MOST_ROUNDS: Final = 8
_UPLOAD: Final = {
    "image": re.compile(r"(?i)\b(?:my|this|the uploaded|an uploaded|the attached) (?:\w+ )?(?:photo|picture|image|portrait|drawing|selfie|scan|sketch)\b|\buploaded photo\b"),
    "video": re.compile(r"(?i)\b(?:my|this|the uploaded|the attached) (?:\w+ )?(?:video|clip|footage|recording)\b"),
    "audio": re.compile(r"(?i)\b(?:my|this|the uploaded|the attached) (?:\w+ )?(?:song|track|audio|voice memo)\b"),
}  # fmt: skip
_INDEX: Final = re.compile(r"(?:Index|Indices)$")
_NOT_MEDIA: Final = frozenset(("endImageIndices",))
_PLAN_WORDS: Final = re.compile(
    r"(?i)^(?:please )?(?:(?:plan|make|create|compose|build|draft|write)(?: me)? (?:an? |the )?(?:durable )?(?:workflow|plan|template)\b(?: (?:that|which|to|for|where|of))?"
    r"|(?:an? )?(?:workflow|plan|template) (?:that|which|to|for)) ?"
)
_MUSIC: Final = re.compile(
    r"(?i)(?:,? (?:and|then|with) (?:then )?|, )(?:(?:add|put|lay|write|compose) )?(?:an? |some |the )?(?:[\w-]+ ){0,2}?(?:music|soundtrack|score|track)\b(?: (?:under|to|on|over) (?:it|them|that))?"
)
_VERBS: Final = {"makes": "make", "creates": "create", "draws": "draw", "paints": "paint", "generates": "generate", "renders": "render",
                 "animates": "animate", "turns": "turn", "takes": "take", "restores": "restore", "upscales": "upscale",
                 "removes": "remove", "adds": "add", "writes": "write", "stitches": "stitch", "joins": "join"}  # fmt: skip


@dataclass(frozen=True)
class Chain:
    """Steps, and the kinds of media that a start must bring along."""

    steps: list[StepSpec]
    media: list[str]
    music: bool = False
    """Music was asked for on top."""


def chain_of(text: str) -> Chain | None:
    """Return the steps that the director would take for *text*, or None when it would not make media."""
    from studio.engine.agent.backends.base import Round
    from studio.engine.agent.director.director import decide

    wish = _PLAN_WORDS.sub("", text.strip(), count=1)
    wish = re.sub(r"(?i)\b(" + "|".join(_VERBS) + r")\b", lambda match: _VERBS[match[1].lower()], wish)
    wish, music = _MUSIC.subn("", wish)
    media = MediaIndex()
    uploads: list[str] = []
    for kind in KINDS:
        if _UPLOAD[kind].search(wish):
            media.add_upload(kind, f"https://plan.invalid/{kind}")
            uploads.append(kind)
    messages = [Message("user", wish)]
    tools = [tool.spec for tool in surface("creative-tools") if tool.name in STEP_TOOLS]
    makers: dict[MediaKind, list[tuple[str, int]]] = {kind: [] for kind in KINDS}
    steps: list[StepSpec] = []
    for number in range(_MOST_ROUNDS):
        answer = decide(Round(messages, tools, "auto", media, ChatRequest(messages=messages)))
        if not answer.calls:
            break
        calls: list[ToolCall] = []
        results: list[dict[str, Any]] = []
        for name, arguments in answer.calls:
            if name not in STEP_TOOLS or len(steps) >= STEP_LIMIT:
                return None
            step = _step(name, dict(arguments), makers, media, {each.id for each in steps})
            if step is None:
                return None
            steps.append(step)
            calls.append(ToolCall(FunctionCall(name, json.dumps(arguments)), id=f"plan_{number}_{len(calls)}"))
            results.append(_pretend(step, makers, media))
        messages.append(Message("assistant", None, tool_calls=calls))
        messages += [
            Message("tool", json.dumps(result), tool_call_id=call.id, name=call.function.name)
            for call, result in zip(calls, results, strict=True)
        ]
    return Chain(steps, uploads, bool(music)) if steps else None


def _step(
    name: str,
    arguments: dict[str, Any],
    makers: Mapping[MediaKind, list[tuple[str, int]]],
    media: MediaIndex,
    taken: set[str],
) -> StepSpec | None:
    checked = validate_arguments(name, arguments)
    if not checked.ok:
        return None
    kept: dict[str, Any] = {}
    bound: list[Dependency] = []
    for argument, value in checked.arguments.items():
        kind = _kind_of(argument)
        if kind is None:
            kept[argument] = value
            continue
        for index in value if isinstance(value, list) else [value]:
            dependency = _dependency(argument, kind, int(index), makers)
            if dependency is None:
                return None
            bound.append(dependency)
    for argument, kind in (("sourceImageIndex", "image"), ("sourceVideoIndex", "video"), ("videoIndex", "video")):
        takes = argument in catalogue()[name].parameters["properties"] and not name.startswith("generate_")
        if takes and not any(_kind_of(each.target_argument) == kind for each in bound):
            here = media.count(kind)  # type: ignore[arg-type]
            index = here - 1
            if here or media.count(kind, uploaded=True):  # type: ignore[arg-type]
                made = _dependency(argument, kind, index, makers)  # type: ignore[arg-type]
                bound += [made] if made else []
    if name == "restore_photo" and media.count("image", uploaded=True):
        # It takes no index: the original upload reaches it by its address.
        url = {
            "sourceStepId": INPUT_MEDIA,
            "mediaType": "image",
            "transform": "image_url",
            "targetArgument": "source_image_url",
        }
        bound.append(msgspec.convert(url, Dependency))
    step_id, number = name, 2
    while step_id in taken:
        step_id, number = f"{name}_{number}", number + 1
    return StepSpec(id=step_id, tool_name=name, arguments=kept, depends_on=bound)


def _kind_of(argument: str) -> MediaKind | None:
    if not _INDEX.search(argument) or argument in _NOT_MEDIA:
        return None
    low = argument.lower()
    return "video" if "video" in low else "audio" if "audio" in low or "voice" in low else "image"


def _dependency(
    argument: str, kind: MediaKind, index: int, makers: Mapping[MediaKind, list[tuple[str, int]]]
) -> Dependency | None:
    if index >= 0:
        if index >= len(makers[kind]):
            return None
        source, place = makers[kind][index]
    else:
        source, place = INPUT_MEDIA, -1 - index
    return msgspec.convert(
        {
            "sourceStepId": source,
            "sourceArtifactIndex": place,
            "mediaType": kind,
            "transform": f"{kind}_index",
            "targetArgument": argument,
        },
        Dependency,
    )


def _pretend(step: StepSpec, makers: Mapping[MediaKind, list[tuple[str, int]]], media: MediaIndex) -> dict[str, Any]:
    """Return a result as if the step had run, and note what it made."""
    made = catalogue()[step.tool_name].produces
    result: dict[str, Any] = {"tool": step.tool_name, "success": True, "ok": True, "message": "Done."}
    for kind, member in (("image", "resultUrls"), ("video", "videoResultUrls"), ("audio", "audioResultUrls")):
        if made == kind:
            count = int(step.arguments.get("numberOfVariations") or 1)
            urls = [f"https://plan.invalid/{step.id}/{place}" for place in range(count)]
            indices = [media.add_generated(kind, url) for url in urls]  # type: ignore[arg-type]
            makers[kind].extend((step.id, place) for place in range(count))  # type: ignore[index]
            result |= {member: urls, "indices": indices, "startIndex": indices[0]}
    return result
