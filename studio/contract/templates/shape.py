"""The basic shape of a template document: types, choices and members that must be there.

Every problem is an ``invalid_template`` at a path, so that an editor can show it where it
is; the rules between stages are in ``validation``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct, ValidationError, convert

from studio.contract.templates.conditions import ExpressionError, parse_expression
from studio.contract.templates.inputs import default_problem
from studio.contract.templates.structs import CATEGORIES, STABILITIES, VISIBILITIES, Input
from studio.contract.tools import catalogue
from studio.contract.workflows import STEP_TOOLS

_STEP_TOOLS = frozenset(STEP_TOOLS)
_INPUT_TYPES = ("image", "audio", "video", "text", "number", "select", "boolean")
_ON_ERROR = ("stop", "continue", "skip", "retry_once")
_CONDITIONS: Mapping[str, str | None] = {
    "always": None,
    "if_success_of": "stageId",
    "if_error_in": "stageId",
    "if_artifact_exists": "artifactName",
    "expr": "expression",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STAGE_MEMBERS: Mapping[str, type] = {
    "label": str,
    "produces": list,
    "requiredArtifactsIn": list,
    "optionalArtifactsIn": list,
    "reviewFocus": list,
    "successCriteria": list,
    "subStages": list,
    "checkpointRequired": bool,
    "humanApprovalDefault": bool,
    "partialExecutionEnabled": bool,
}
_TYPE_WORDS: Mapping[type, str] = {str: "a text", list: "a list", bool: "true or false"}
DEEPEST_STAGES = 16
MOST_STAGES = 2_000
"""Of one template, sub-stages included; a hundred times what a run may have."""
MOST_INPUTS = 1_000
_DEEPEST_ARGUMENTS = 64


class Issue(Struct, frozen=True, omit_defaults=True):
    """One finding about a template."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    path: str | None = None


Say = Callable[[Issue], None]


def wrong(say: Say, message: str, path: str | None = None, *, code: str = "invalid_template") -> None:
    """Report an error."""
    say(Issue("error", code, message, path))


def doubtful(say: Say, message: str, path: str | None = None, *, code: str = "invalid_template") -> None:
    """Report a warning."""
    say(Issue("warning", code, message, path))


def check_top(document: Mapping[str, Any], say: Say) -> None:
    """Report what is wrong with the members of the template itself."""
    name = document.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 200:
        wrong(say, "A template needs a name of 1 to 200 characters.", "name")
    for member in ("description", "brief", "thumbnailUrl"):
        if not isinstance(document.get(member, ""), str):
            wrong(say, f"{member} must be a text.", member)
    choices = (("category", CATEGORIES), ("stability", STABILITIES), ("visibility", VISIBILITIES))
    for member, options in choices:
        if member in document and document[member] not in options:
            wrong(say, f"{member} must be one of: {', '.join(options)}.", member)
    for member in ("reviewFocus", "tags"):
        _texts(document, member, member, say)
    if not isinstance(document.get("exposeToLLM", False), bool):
        wrong(say, "exposeToLLM must be true or false.", "exposeToLLM")
    if not _is_number(document.get("llmPriority", 0)):
        wrong(say, "llmPriority must be a number.", "llmPriority")
    for member in ("estimatedCredits", "estimatedCapacityUnits"):
        value = document.get(member)
        if value is not None and not (
            isinstance(value, dict) and all(map(_is_number, (value.get("min"), value.get("max"))))
        ):
            wrong(say, f"{member} must be an object with min and max.", member)
    for member in ("metadata", "graph", "openMontageImport"):
        if not isinstance(document.get(member, {}), dict):
            wrong(say, f"{member} must be an object.", member)
    for member in ("inputs", "previewArtifacts"):
        if not isinstance(document.get(member, []), list):
            wrong(say, f"{member} must be a list.", member)
    if not isinstance(document.get("stages"), list) or not document["stages"]:
        wrong(say, "A template needs at least one stage.", "stages")


def check_input(entry: object, place: int, say: Say) -> str | None:
    """Report what is wrong with one input and return its name, if it has one."""
    if not isinstance(entry, dict):
        wrong(say, "An input must be an object.", f"inputs/{place}")
        return None
    name = entry.get("name")
    path = f"inputs/{name}" if isinstance(name, str) and name else f"inputs/{place}"
    count = 0

    def counted(issue: Issue) -> None:
        nonlocal count
        count += 1
        say(issue)

    if not isinstance(name, str) or not 1 <= len(name) <= 64:
        wrong(counted, "An input needs a name of 1 to 64 characters.", path)
    elif not _NAME.fullmatch(name):
        doubtful(say, "Use letters, digits and _ in an input's name, or it cannot be used inside a text.", path)
    if entry.get("type") not in _INPUT_TYPES:
        wrong(counted, f"The type of an input must be one of: {', '.join(_INPUT_TYPES)}.", path)
    for member in ("required", "internal"):
        if not isinstance(entry.get(member, False), bool):
            wrong(counted, f"{member} must be true or false.", path)
    if not isinstance(entry.get("description", ""), str):
        wrong(counted, "description must be a text.", path)
    multiple = entry.get("multiple")
    if multiple is not None and not _is_length(multiple):
        wrong(counted, "multiple needs whole numbers min and max, with 0 ≤ min ≤ max and max of at least 1.", path)
    options = entry.get("options")
    if entry.get("type") == "select" and not options:
        wrong(counted, "A select input needs options.", path)
    elif options is not None and not _are_options(options):
        wrong(counted, "Each option needs a text value, and its label must be a text.", path)
    if not isinstance(entry.get("jsonSchema") or {}, dict):
        wrong(counted, "jsonSchema must be an object.", path)
    if not count:
        try:
            problem = default_problem(convert({k: v for k, v in entry.items() if v is not None}, Input))
        except ValidationError as error:
            wrong(say, str(error), path)
        else:
            if problem:
                wrong(say, f"The default does not fit: {problem}", path)
    return name if isinstance(name, str) else None


def check_stage(stage: Mapping[str, Any], path: str, say: Say, *, item: bool) -> None:
    """Report what is wrong with one stage by itself; its sub-stages and its item stage are looked at on their own."""
    for member, value in stage.items():
        wanted = _STAGE_MEMBERS.get(member)
        if wanted is None or isinstance(value, wanted):
            if wanted is list and member != "subStages" and not all(isinstance(each, str) for each in value):
                wrong(say, f"{member} must be a list of texts.", _path_of(path, member))
        else:
            wrong(say, f"{member} must be {_TYPE_WORDS[wanted]}.", _path_of(path, member))
    if stage.get("onError", "stop") not in _ON_ERROR:
        wrong(say, f"onError must be one of: {', '.join(_ON_ERROR)}.", path)
    _check_condition(stage.get("condition"), path, say)
    match stage.get("type"):
        case "fixed":
            _check_fixed(stage, path, say)
        case "interactive":
            _check_interactive(stage, path, say, item=item)
        case "batch":
            _check_batch(stage, path, say, item=item)
        case _:
            wrong(say, "The type of a stage must be fixed, interactive or batch.", path)


def _check_fixed(stage: Mapping[str, Any], path: str, say: Say) -> None:
    tool = stage.get("tool")
    if not isinstance(tool, str) or not tool:
        wrong(say, "A fixed stage needs a tool.", path)
    elif tool not in _STEP_TOOLS:
        wrong(say, f'"{tool}" is not a tool that a stage can use.', path, code="unsupported_stage_tool")
    args = stage.get("args", {})
    if not isinstance(args, dict):
        wrong(say, "args must be an object.", f"{path}/args")
    elif _depth(args, _DEEPEST_ARGUMENTS) > _DEEPEST_ARGUMENTS:
        wrong(say, f"args are nested deeper than {_DEEPEST_ARGUMENTS} levels.", f"{path}/args")


def _check_interactive(stage: Mapping[str, Any], path: str, say: Say, *, item: bool) -> None:
    for member in ("systemPrompt", "userMessage", "skillRef"):
        if not isinstance(stage.get(member) or "", str):
            wrong(say, f"{member} must be a text.", path)
    _texts(stage, "allowedTools", path, say)
    for tool in _list(stage.get("allowedTools")):
        if isinstance(tool, str) and tool not in catalogue():
            wrong(say, f'There is no tool "{tool}".', path, code="unsupported_allowed_tool")
    if item:
        doubtful(say, "A batch cannot run an interactive stage for each item; use a fixed stage.", path)


def _check_batch(stage: Mapping[str, Any], path: str, say: Say, *, item: bool) -> None:
    if item:
        wrong(say, "The item stage of a batch cannot be a batch.", path)
    over = stage.get("overBinding")
    if not isinstance(over, str) or not over.startswith("$"):
        text = "A batch needs the list that it goes over: a binding that starts with $."
        wrong(say, text, f"{path}/overBinding", code="batch_over_binding_not_a_binding")
    name = stage.get("itemName")
    if not isinstance(name, str) or not name.strip():
        wrong(say, "A batch needs a name for its items.", path, code="batch_item_name_required")
    if not isinstance(stage.get("itemStage"), dict):
        wrong(say, "A batch needs an item stage.", path)
    concurrency = stage.get("concurrency", 1)
    if not _is_number(concurrency) or not concurrency >= 1:
        wrong(say, "concurrency must be at least 1.", path, code="batch_concurrency_invalid")
    attempts = stage.get("maxAttemptsPerItem", 1)
    if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
        text = "maxAttemptsPerItem must be a whole number of at least 1."
        wrong(say, text, path, code="batch_max_attempts_invalid")
    if not isinstance(stage.get("itemLabelTemplate") or "", str):
        wrong(say, "itemLabelTemplate must be a text.", path)
    if not _list(stage.get("produces")):
        wrong(say, "A batch must name the artifact that it produces.", f"{path}/produces")


def _path_of(path: str, member: str) -> str:
    return f"{path}/{member}" if member in ("produces", "requiredArtifactsIn") else path


def _check_condition(condition: object, path: str, say: Say) -> None:
    if condition is None:
        return
    path = f"{path}/condition"
    if not isinstance(condition, dict) or condition.get("type") not in tuple(_CONDITIONS):
        wrong(say, f"A condition needs a type, one of: {', '.join(_CONDITIONS)}.", path)
        return
    needed = _CONDITIONS[condition["type"]]
    for member in ("stageId", "artifactName", "expression"):
        value = condition.get(member)
        if value is not None and not isinstance(value, str):
            wrong(say, f"{member} must be a text.", path)
        elif member == needed and not value:
            wrong(say, f"A condition {condition['type']} needs {member}.", path)
        elif member == needed == "expression":
            try:
                parse_expression(str(value))
            except ExpressionError as error:
                wrong(say, str(error), path)


def _texts(holder: Mapping[str, Any], member: str, path: str, say: Say) -> None:
    value = holder.get(member)
    if value is None and member not in holder:
        return
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        wrong(say, f"{member} must be a list of texts.", path)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_length(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    least, most = value.get("min"), value.get("max")
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in (least, most))
    return whole and 0 <= least <= most and most >= 1  # type: ignore[operator]


def _are_options(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and isinstance(each.get("value"), str) and isinstance(each.get("label", ""), str)
        for each in value
    )


def _depth(value: object, limit: int) -> int:
    """Return how deep *value* is nested, counting no further than just above *limit*."""
    level, depth = [value], 0
    while level and depth <= limit:
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, dict | list)
        ]
        depth += 1
    return depth
