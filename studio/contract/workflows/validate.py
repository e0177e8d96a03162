"""Every problem of a workflow's steps at once, before anything runs.

Source: contract/workflows.md §2. Arguments that a dependency will supply may be absent: a
stand-in of the right type takes their place, so that lengths and special rules are still
checked. Pure; a 12-step workflow takes well under a millisecond a step.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from studio.contract.chat import MediaKind
from studio.contract.media import KINDS
from studio.contract.tools import EXTRA_ARGUMENTS, MEDIA_ALIASES, catalogue, validate_arguments
from studio.contract.workflows.structs import (
    INPUT_MEDIA,
    KIND_OF_TRANSFORM,
    STEP_TOOLS,
    Dependency,
    StepSpec,
)

_STEP_TOOLS = frozenset(STEP_TOOLS)
_MANY = frozenset(("subtitle_cues", "overlay_items"))
"""Transforms that give a list of a length nobody knows before."""


def validate_steps(steps: Sequence[StepSpec], media: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """Return the problems of *steps* as sentences; empty when they may start.

    Args:
        media: the request's media, for ``$input_media`` (``normalise.input_media``).
    """
    problems: list[str] = []
    tools: dict[str, str] = {}
    for place, step in enumerate(steps):
        if step.tool_name not in _STEP_TOOLS:
            problems.append(f'steps[{place}] ({step.id}): "{step.tool_name}" is not a tool that a step can use')
        else:
            problems += [f"steps[{place}] ({step.id}): {text}" for text in _dependency_problems(step, tools, media)]
            wrong = _argument_problems(step)
            if wrong:
                problems.append(f"steps[{place}] ({step.id}), {step.tool_name}: {'; '.join(wrong)}")
        tools[step.id] = step.tool_name
    return problems


def appends(tool: str, argument: str) -> bool:
    """Whether a dependency adds to *argument* (a list) instead of replacing it."""
    return "array" in _types(_schema(tool, argument)) or argument == "reference_image_urls"


def _dependency_problems(step: StepSpec, tools: Mapping[str, str], media: Sequence[Mapping[str, Any]]) -> list[str]:
    problems = []
    known = catalogue()[step.tool_name].parameters
    names = {*known.get("properties", {}), *MEDIA_ALIASES, *EXTRA_ARGUMENTS.get(step.tool_name, ())}
    for dependency in step.depends_on:
        target, source = dependency.target_argument, dependency.source_step_id
        if target not in names and known.get("additionalProperties") is not True:
            problems.append(f'{step.tool_name} has no argument "{target}"')
        kinds = _kinds(dependency)
        if len(kinds) > 1:
            problems.append(f"{target}: {dependency.transform} cannot take {dependency.media_type}")
        elif (slot := slot_kind(target)) and dependency.transform.endswith("_index") and slot not in kinds:
            problems.append(f"{target} takes {slot}, and {dependency.transform} gives {''.join(kinds)}")
        elif source == INPUT_MEDIA:
            problems += _media_problems(dependency, kinds, media)
        elif source not in tools:
            problems.append(f'{target} depends on "{source}", which is not an earlier step')
        elif dependency.required and kinds and (made := _made(tools[source])) and made not in kinds:
            wanted = "".join(kinds)
            problems.append(f"{target} needs {wanted}, and step {source} ({tools[source]}) makes {made}")
    return problems


def slot_kind(argument: str) -> MediaKind | None:
    """Return the modality whose number *argument* takes, by its name; None when it takes any, or no number."""
    if not argument.endswith(("Index", "Indices")):
        return None
    lower = argument.lower()
    if "voice" in lower:
        return "audio"
    return next((kind for kind in KINDS if kind in lower), None)


def _media_problems(dependency: Dependency, kinds: set[str], media: Sequence[Mapping[str, Any]]) -> list[str]:
    if not dependency.required or dependency.source_artifact_id is not UNSET:
        return []
    fitting = [entry for entry in media if not kinds or entry.get("kind") in kinds]
    if dependency.source_artifact_index < len(fitting):
        return []
    what = "".join(kinds) or "media"
    wanted = dependency.source_artifact_index + 1
    return [f"{dependency.target_argument} needs {what} number {wanted} of the request, which has {len(fitting)}"]


def _kinds(dependency: Dependency) -> set[str]:
    named = (dependency.media_type, KIND_OF_TRANSFORM.get(dependency.transform))
    return {kind for kind in named if isinstance(kind, str)}


def _made(tool: str) -> MediaKind | None:
    """Return the modality that *tool* makes, or None when it makes none or something else."""
    produces = catalogue()[tool].produces if tool in _STEP_TOOLS else None
    return next((kind for kind in KINDS if kind == produces), None)


def _argument_problems(step: StepSpec) -> list[str]:
    arguments = dict(step.arguments)
    unknowable: set[str] = set()
    for dependency in step.depends_on:
        target = dependency.target_argument
        schema = _schema(step.tool_name, target)
        if not appends(step.tool_name, target):
            arguments[target] = stand_in(schema)
            unknowable |= {target} if arguments[target] is None else set()
            continue
        item = stand_in(schema.get("items", {}))
        given = arguments.get(target)
        arguments[target] = [*(given if isinstance(given, list) else []), item]
        if item is None or dependency.transform in _MANY or not dependency.required:
            unknowable.add(target)
    problems = validate_arguments(step.tool_name, arguments).problems
    return [text for text in problems if not any(_about(text, target) for target in unknowable)]


def stand_in(schema: Mapping[str, Any]) -> Any:
    """Return a value that *schema* accepts; None for an object, or where nothing is said."""
    options = schema.get("enum")
    if options:
        return options[0]
    types = _types(schema)
    if "integer" in types or "number" in types:
        return schema.get("minimum", 0)
    if "string" in types and "pattern" not in schema:
        return "x" * max(1, int(schema.get("minLength", 1)))
    if "boolean" in types:
        return True
    return None


def _about(problem: str, target: str) -> bool:
    return problem.startswith(target) and problem[len(target) : len(target) + 1] in (" ", ".", "[", "")


def _schema(tool: str, argument: str) -> dict[str, Any]:
    found: Any = catalogue()[tool].parameters.get("properties", {}).get(argument, {})
    return found if isinstance(found, dict) else {}


def _types(schema: Mapping[str, Any]) -> list[str]:
    named = schema.get("type")
    return named if isinstance(named, list) else [named] if isinstance(named, str) else []
