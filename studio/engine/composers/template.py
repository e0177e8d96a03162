# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""A template drafted from a plan: what varies between runs becomes an input, the rest stays as planned."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.contract.templates.validation import validate_template
from studio.contract.tools import catalogue
from studio.contract.workflows import INPUT_MEDIA, StepSpec
from studio.engine.composers.brief import read_brief
from studio.engine.composers.workflow import Plan, estimate, plan_workflow

_CATEGORIES: Final = {
    "portrait": "portrait headshot selfie face avatar", "video-social": "reel tiktok short social vertical story instagram",
    "makeover": "makeover restore retouch colorize style", "cinematic": "film cinematic trailer movie scene",
    "music": "music song track", "analysis": "analyze describe inspect metadata",
}  # fmt: skip
_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True)
class Draft:
    """A template without the server's fields, and a plan of one run as an example."""

    template: dict[str, Any]
    plan: Plan
    changes: list[str]


def draft_template(arguments: Mapping[str, Any]) -> Draft:
    """Return the template that *arguments* (of ``compose_workflow_template``) ask for."""
    existing = arguments.get("existing_template")
    plan = plan_workflow(arguments)
    if isinstance(existing, dict) and existing.get("stages"):
        return _edited(existing, arguments, plan)
    brief = read_brief(str(arguments["brief"]), style=str(arguments.get("style") or ""))
    declared = [_input(entry) for entry in arguments.get("inputs") or []]
    inputs = {entry["name"]: entry for entry in declared}
    stages = _stages(plan.steps, brief.subject, inputs, free=not declared)
    template: dict[str, Any] = {
        "name": str(arguments["name"]).strip()[:200] or "New template",
        "description": str(arguments.get("description") or f"Makes {brief.subject}."),
        "brief": brief.text,
        "category": arguments.get("category") or _category(brief.text),
        "visibility": arguments.get("visibility") or "private",
        "inputs": list(inputs.values())[:16],
        "stages": stages,
        "graph": _graph(stages),
        "estimatedCapacityUnits": {"min": plan.units, "max": plan.units},
    }
    return Draft(template, plan, [])


def problems_of_template(template: object) -> list[str]:
    """Return what validation finds wrong with *template*."""
    found = validate_template(template)
    return [f"{issue.path or 'template'}: {issue.message}" for issue in found.issues if issue.severity == "error"]


def bumped(version: object) -> str:
    """Return *version* with its patch number one higher."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", str(version or ""))
    return f"{match[1]}.{match[2]}.{int(match[3]) + 1}" if match else "0.0.2"


def _stages(
    steps: list[StepSpec], subject: str, inputs: dict[str, dict[str, Any]], *, free: bool
) -> list[dict[str, Any]]:
    """Return a fixed stage for each step; the subject, lengths and uploads are read from *inputs*."""
    text_input = next((name for name, entry in inputs.items() if entry["type"] == "text"), None)
    if free and any(
        subject in str(step.arguments.get("prompt", ""))
        or subject[:1].upper() + subject[1:] in str(step.arguments.get("prompt", ""))
        for step in steps
    ):
        text_input = "subject"
        inputs["subject"] = {
            "name": "subject",
            "type": "text",
            "required": False,
            "default": subject,
            "description": "What it shows",
        }
    length_input = next(
        (name for name, entry in inputs.items() if entry["type"] == "number" and re.search(r"(?i)sec|dur|len", name)),
        None,
    )
    lengths = {
        step.arguments["duration"]
        for step in steps
        if "duration" in step.arguments and step.tool_name != "generate_music"
    }
    if free and len(lengths) == 1:
        length_input = "seconds"
        inputs["seconds"] = {"name": "seconds", "type": "number", "required": False, "default": next(iter(lengths)),
                             "description": "Length of each clip in seconds"}  # fmt: skip
    stages = []
    for step in steps:
        given = copy.deepcopy(step.arguments)
        if text_input:
            given = {
                name: _with_input(value, subject, text_input) if name in ("prompt", "prompts") else value
                for name, value in given.items()
            }
        if length_input and "duration" in given and step.tool_name != "generate_music":
            given["duration"] = f"$inputs.{length_input}"
        needs: list[str] = []
        for dependency in step.depends_on:
            source = dependency.source_step_id
            target = dependency.target_argument
            if source == INPUT_MEDIA:
                value = f"$inputs.{_media_input(inputs, str(dependency.media_type), dependency.source_artifact_index)}"
            else:
                value = f"$artifacts.{source}[{dependency.source_artifact_index}].selectedVersion.url"
                needs.append(source)
            if target.endswith("Indices"):
                given.setdefault(target, []).append(value)
            else:
                given[target] = value
        stage: dict[str, Any] = {
            "id": step.id, "type": "fixed", "label": step.id.replace("_", " ").capitalize(), "produces": [step.id],
            "tool": step.tool_name, "args": given,
        }  # fmt: skip
        if needs:
            stage["requiredArtifactsIn"] = list(dict.fromkeys(needs))
        if step.tool_name in ("animate_photo", "generate_video"):
            stage["onError"] = "retry_once"
        stages.append(stage)
    return stages


def _with_input(value: Any, subject: str, name: str) -> Any:
    if isinstance(value, list):
        return [_with_input(item, subject, name) for item in value]
    if not isinstance(value, str) or not subject:
        return value
    text = re.sub(re.escape(subject), f"$inputs.{name}", value, flags=re.IGNORECASE)
    # A text that begins with a binding would be that binding alone, and a dot after it a field of it.
    text = f"Shows {text}" if text.startswith("$") and text != f"$inputs.{name}" else text
    return re.sub(rf"(\$inputs\.{name})\.(?=\w)", r"\1 .", text)


def _media_input(inputs: dict[str, dict[str, Any]], kind: str, place: int) -> str:
    """Return the input that brings the upload; a missing one is declared."""
    fitting = [name for name, entry in inputs.items() if entry["type"] == kind]
    if place < len(fitting):
        return fitting[place]
    name = {"image": "photo", "video": "clip", "audio": "track"}[kind]
    name = name if name not in inputs else f"{name}_{place + 1}"
    inputs[name] = {"name": name, "type": kind, "required": True, "description": f"The {kind} to work on"}
    return name


def _input(entry: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(entry)
    name = _NAME.sub("_", str(entry["name"]).strip()).strip("_") or "input"
    made["name"] = name if not name[0].isdigit() else f"_{name}"
    made.setdefault("required", False)
    if made["type"] == "select" and not made.get("options"):
        default = str(made.get("default") or "default")
        made["options"] = [{"value": default, "label": default.capitalize()}]
    return made


def _category(text: str) -> str:
    low = text.lower()
    return next((name for name, words in _CATEGORIES.items() if any(word in low for word in words.split())), "custom")


def _graph(stages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return where the editor puts the stages: one column for each depth, and the lines between them."""
    depth: dict[str, int] = {}
    rows: dict[int, int] = {}
    nodes = []
    for stage in stages:
        depth[stage["id"]] = 1 + max((depth[name] for name in stage.get("requiredArtifactsIn", [])), default=-1)
        column = depth[stage["id"]]
        nodes.append({"stageId": stage["id"], "x": 260 * column, "y": 160 * rows.get(column, 0)})
        rows[column] = rows.get(column, 0) + 1
    edges = [{"from": name, "to": stage["id"]} for stage in stages for name in stage.get("requiredArtifactsIn", [])]
    return {"nodes": nodes, "edges": edges}


def _edited(existing: Mapping[str, Any], arguments: Mapping[str, Any], plan: Plan) -> Draft:
    """Return *existing* with the edit that the brief asks for; ids stay, the version is raised."""
    after: dict[str, Any] = copy.deepcopy(dict(existing))
    changes: list[str] = []
    after["version"] = bumped(existing.get("version"))
    for member in ("name", "description", "category", "visibility"):
        if arguments.get(member) and arguments[member] != existing.get(member):
            after[member] = arguments[member]
            changes.append(f"{member} is now {arguments[member]}")
    stages: list[dict[str, Any]] = [stage for stage in after["stages"] if isinstance(stage, dict)]
    known = {entry.get("name") for entry in after.get("inputs") or [] if isinstance(entry, dict)}
    for entry in arguments.get("inputs") or []:
        made = _input(entry)
        if made["name"] not in known:
            after.setdefault("inputs", []).append(made)
            changes.append(f"input {made['name']} was added")
    changes += _settings(stages, arguments)
    wants_music = arguments.get("include_audio") or re.search(
        r"(?i)\badd\b.*\b(?:music|soundtrack|song)\b", str(arguments["brief"])
    )
    if wants_music and not any(stage.get("tool") == "generate_music" for stage in stages):
        added = _music_stage(arguments, {str(stage.get("id")) for stage in stages})
        stages.append(added)
        changes.append("a music stage was added")
    after["stages"] = stages
    after["brief"] = str(arguments["brief"])
    return Draft(after, plan, changes)


def _settings(stages: list[dict[str, Any]], arguments: Mapping[str, Any]) -> list[str]:
    """Apply shape, length, style and models to every stage that takes them."""
    models: Mapping[str, Any] = arguments.get("destination_models") or {}
    brief = str(arguments["brief"])
    shape = arguments.get("aspect_ratio") or next(
        (
            ratio
            for ratio, word in (("9:16", "vertical"), ("1:1", "square"), ("16:9", "widescreen"))
            if word in brief.lower()
        ),
        None,
    )
    changes: set[str] = set()
    for stage in stages:
        takes = catalogue()[stage["tool"]].parameters["properties"] if stage.get("tool") in catalogue() else {}
        given = stage.get("args")
        if not isinstance(given, dict):
            continue
        if shape and "aspectRatio" in takes:
            given["aspectRatio"] = shape
            changes.add(f"the shape is {shape}")
        if arguments.get("duration_seconds") and "duration" in takes and stage["tool"] != "generate_music":
            given["duration"] = min(20, max(2, arguments["duration_seconds"]))
            changes.add(f"clips take {arguments['duration_seconds']:g} s")
        if models.get("image") and stage["tool"] == "generate_image":
            given["model"] = models["image"]
            changes.add(f"pictures use {models['image']}")
        if models.get("video") and "videoModel" in takes:
            given["videoModel"] = models["video"]
            changes.add(f"clips use {models['video']}")
        style = str(arguments.get("style") or "").strip()
        prompt = given.get("prompt")
        if (
            style
            and stage["tool"] in ("generate_image", "edit_image")
            and isinstance(prompt, str)
            and not prompt.startswith("$")
            and style not in prompt
        ):
            given["prompt"] = f"{prompt}, {style}"
            changes.add(f"the style is {style}")
    return sorted(changes)


def _music_stage(arguments: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    steps = [
        step
        for step in plan_workflow({**arguments, "include_audio": True, "scene_count": 1}).steps
        if step.tool_name == "generate_music"
    ]
    given: dict[str, Any] = (
        dict(steps[0].arguments) if steps else {"prompt": "Warm instrumental, 90 BPM, C major", "duration": 15}
    )
    name = "music" if "music" not in taken else "music_2"
    return {"id": name, "type": "fixed", "label": "Music", "produces": [name], "tool": "generate_music", "args": given}


__all__ = ["Draft", "draft_template", "estimate", "problems_of_template"]
