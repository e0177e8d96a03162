"""What a client sent, as steps: ids cleaned, either spelling read, shapes checked.

Source: contract/workflows.md §2.
"""

import re
from collections.abc import Mapping
from typing import Any

from studio.contract import wire
from studio.contract.errors import InvalidRequest
from studio.contract.media import KINDS
from studio.contract.tools import argument_names
from studio.contract.workflows.structs import INPUT_MEDIA, STEP_LIMIT, Dependency, StepSpec

_MOST_PROBLEMS = 50


def normalise_steps(raw: object) -> list[StepSpec]:
    """Return the steps in *raw*, the ``input.steps`` of a start.

    Ids are cleaned and made unique; what a dependency calls a step by follows. Arguments and
    targets get the spelling of the tool's schema.

    Raises:
        InvalidRequest: the shape is wrong; the message names every place, steps counted from zero.
    """
    if not isinstance(raw, list) or not raw:
        raise InvalidRequest("A workflow needs input.steps: a list of at least one step.", param="input.steps")
    if len(raw) > STEP_LIMIT:
        text = f"A workflow has at most {STEP_LIMIT} steps, and this one has {len(raw)}."
        raise InvalidRequest(text, param="input.steps")
    problems: list[str] = []
    steps: list[StepSpec] = []
    taken: dict[str, str] = {}
    for place, entry in enumerate(raw):
        step = _step(entry, place, taken, problems)
        if step is not None:
            steps.append(step)
    if problems:
        raise InvalidRequest("; ".join(problems[:_MOST_PROBLEMS]), param="input.steps")
    return steps


def clean_id(text: str) -> str:
    """Return *text* as a step id: trimmed, unusual characters as single underscores; may be empty."""
    return re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_-]", "_", text.strip()))


def input_media(*lists: object) -> list[dict[str, Any]]:
    """Return the media references of a start in request order: those of the request, then those of its input.

    Raises:
        InvalidRequest: an entry has no ``kind`` of image, video or audio, or no place where it is.
    """
    media: list[dict[str, Any]] = []
    for entries in lists:
        if entries is None:
            continue
        if not isinstance(entries, list):
            raise InvalidRequest("mediaReferences must be a list.", param="media_references")
        for entry in entries:
            place = f"mediaReferences[{len(media)}]"
            if not isinstance(entry, dict) or entry.get("kind") not in KINDS:
                raise InvalidRequest(f"{place}.kind must be one of: {', '.join(KINDS)}.", param=place)
            if not any(isinstance(entry.get(name), str) and entry[name] for name in ("url", "dataUri", "data_uri")):
                raise InvalidRequest(f"{place}.url is required.", param=f"{place}.url")
            media.append(entry)
    return media


def _step(entry: object, place: int, taken: dict[str, str], problems: list[str]) -> StepSpec | None:
    path = f"steps[{place}]"
    if not isinstance(entry, dict):
        problems.append(f"{path} must be an object")
        return None
    tool = _either(entry, "tool_name", "toolName")
    arguments = entry.get("arguments")
    given = entry.get("id")
    if not isinstance(tool, str) or not tool.strip():
        problems.append(f"{path}.toolName is required")
        tool = ""
    if not isinstance(arguments, dict):
        problems.append(f"{path}.arguments must be an object")
        arguments = {}
    if given is not None and not isinstance(given, str):
        problems.append(f"{path}.id must be a string")
        given = None
    tool = tool.strip()
    spelled = argument_names(tool, arguments)
    dependencies = _dependencies(_either(entry, "depends_on", "dependsOn"), tool, path, taken, problems)
    step_id = _unique(clean_id(given or "") or clean_id(tool) or f"step_{place + 1}", place, taken)
    taken.setdefault(given or step_id, step_id)
    taken.setdefault(step_id, step_id)
    renamed = {spelled[name]: value for name, value in arguments.items()}
    return StepSpec(id=step_id, tool_name=tool, arguments=renamed, depends_on=dependencies)


def _unique(step_id: str, place: int, taken: Mapping[str, str]) -> str:
    while step_id in taken.values():
        step_id = f"{step_id}_{place + 1}"
    return step_id


def _dependencies(raw: object, tool: str, path: str, taken: Mapping[str, str], problems: list[str]) -> list[Dependency]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        problems.append(f"{path}.dependsOn must be a list")
        return []
    found: list[Dependency] = []
    for number, entry in enumerate(raw):
        where = f"{path}.dependsOn[{number}]"
        if not isinstance(entry, dict):
            problems.append(f"{where} must be an object")
            continue
        try:
            read = wire.convert(Dependency, {name: value for name, value in entry.items() if value is not None})
        except InvalidRequest as error:
            problems.append(f"{where}.{error.message}" if error.param else f"{where}: {error.message}")
            continue
        source = read.source_step_id
        if source != INPUT_MEDIA:
            source = taken.get(source) or taken.get(source.strip()) or taken.get(clean_id(source)) or source
        found.append(
            Dependency(
                source_step_id=source,
                source_artifact_index=read.source_artifact_index,
                source_artifact_id=read.source_artifact_id,
                media_type=read.media_type,
                transform=read.transform,
                target_argument=argument_names(tool, {read.target_argument: None})[read.target_argument],
                required=read.required,
            )
        )
    return found


def _either(entry: Mapping[str, Any], snake: str, camel: str) -> Any:
    return entry[snake] if entry.get(snake) is not None else entry.get(camel)
