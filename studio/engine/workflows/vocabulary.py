"""The words of a resume (``resume_input``): answers, approvals, redone items. Source: contract/templates.md §8.

``{"type": "approve_checkpoint"}`` and so on; an answer to a question is ``{"answer": "…"}``. A
resume without words means *go on*: the answer came in some other way.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from studio.contract.errors import InvalidRequest
from studio.engine.workflows.plan import GateNode, Plan, StepNode
from studio.engine.workflows.state import Artifact, Edit, StepState

WORDS = (
    "approve_checkpoint",
    "redo_item",
    "redo_stage",
    "lock_item",
    "select_version",
    "jump_to_stage",
    "interactive_complete",
    "cancel",
)


def said(words: Mapping[str, Any] | None) -> str | None:
    """Return which of ``WORDS`` (or ``answer``) *words* say; None for nothing.

    Raises:
        InvalidRequest: it is none of them.
    """
    if not words:
        return None
    name = words.get("type") or words.get("action") or words.get("kind")
    if name is None:
        name = next((word for word in WORDS if word in words), "answer" if "answer" in words else None)
    if name not in (*WORDS, "answer"):
        raise InvalidRequest(f"resume_input.type must be one of: answer, {', '.join(WORDS)}", param="resume_input.type")
    return str(name)


def apply(opened: Edit, words: Mapping[str, Any] | None) -> None:
    """Do what *words* say to a workflow that is about to go on.

    Raises:
        InvalidRequest: they name nothing that is there, or do not answer what it waits for.
    """
    name = said(words)
    given: Mapping[str, Any] = {}
    if words and name:
        inner = words.get(name)
        given = inner if isinstance(inner, Mapping) else words
    match name:
        case "redo_item":
            _redo(opened, [_item(opened, given)], given)
            return
        case "redo_stage":
            _redo(opened, _stage(opened, given), given)
            return
        case "jump_to_stage":
            _jump(opened, _stage(opened, given)[0])
            return
        case "lock_item":
            opened.state.step(_item(opened, given).id).locked = bool(given.get("locked", True))
        case "select_version":
            _select(opened, _item(opened, given), str(_get(given, "versionId") or ""))
            return
    _answer(opened, name, given)


def reset_step(opened: Edit, step_id: str, overrides: Mapping[str, Any] | None = None) -> None:
    """Make a step pending again. What it made is kept as a version; its next take is another piece of work."""
    state = opened.state.steps.get(step_id) or StepState()
    opened.draft.forget(step_id)
    take = state.retries + 1
    versions = [*state.versions, state.artifacts] if state.artifacts else state.versions
    changed = {**(state.overrides or {}), **(overrides or {})} or None
    opened.state.steps[step_id] = StepState(retries=take, first_try=take, overrides=changed, versions=versions)


def _answer(opened: Edit, name: str | None, given: Mapping[str, Any]) -> None:
    pause = opened.state.pause
    if pause is None:
        return
    if pause.reason == "ask_clarifying_question" and pause.step_id is not None:
        _complete_question(opened, pause.step_id, given.get("answer"))
    if pause.reason != "workflow_user_input_required":
        return
    plan = Plan(opened.request, opened.state)
    gate = next((n for n in plan.nodes if isinstance(n, GateNode) and n.id not in opened.state.passed), None)
    if gate is None:
        return
    if gate.kind == "interactive":
        if name not in ("interactive_complete", "answer") and gate.details.get("produces"):
            raise InvalidRequest(
                f"Stage {gate.stage} waits for input. Send resume_input with type interactive_complete, "
                "stageId and result.",
                param="resume_input",
            )
        stage = _get(given, "stageId")
        if stage is not None and stage != gate.stage:
            text = f"Stage {stage} does not wait for input; {gate.stage} does."
            raise InvalidRequest(text, param="resume_input.stageId")
        _complete_stage(opened, gate, given)
    if name != "lock_item":
        opened.state.passed.append(gate.id)


def _complete_question(opened: Edit, step_id: str, answer: Any) -> None:
    state = opened.state.step(step_id)
    state.status, state.completed_ms = "completed", opened.now_ms
    state.answer = None if answer is None else {"answer": answer}
    state.message = str(answer) if isinstance(answer, str) else None
    data = {"stepId": step_id, "toolName": "ask_clarifying_question", "artifacts": []}
    opened.draft.record(step_id, "result", {"status": "completed"})
    opened.emit("step_completed", data, message="Answered")


def _complete_stage(opened: Edit, gate: GateNode, given: Mapping[str, Any]) -> None:
    result = given.get("result", given.get("answer"))
    produced = _get(given, "producedArtifacts")
    entries: list[Any] = []
    if isinstance(produced, Mapping):
        entries = [e for value in produced.values() for e in (value if isinstance(value, list) else [value])]
    elif isinstance(produced, list):
        entries = produced
    elif result is not None:
        entries = [result]
    state = opened.state.step(gate.stage)
    state.status, state.completed_ms = "completed", opened.now_ms
    state.answer = {"result": result}
    state.artifacts = [_artifact(opened, gate.stage, place, entry) for place, entry in enumerate(entries)]


def _artifact(opened: Edit, stage: str, place: int, entry: Any) -> Artifact:
    digest = hashlib.sha256(f"{opened.draft.job.id}\n{stage}\n{opened.draft.attempt}\n{place}".encode()).hexdigest()
    url = entry if isinstance(entry, str) and entry.startswith(("http://", "https://")) else ""
    kind = "text"
    content: str | None = entry if isinstance(entry, str) and not url else None
    if isinstance(entry, Mapping):
        url = str(entry.get("url") or "")
        found = entry.get("content")
        content = found if isinstance(found, str) else None
        kind = str(entry.get("kind") or entry.get("mediaType") or ("json" if not url else "image"))
        if not url and content is None:
            content = msgspec.json.encode(entry).decode()
    elif not isinstance(entry, str):
        content, kind = msgspec.json.encode(entry).decode(), "json"
    elif url:
        kind = "image"
    media = kind if kind in ("image", "video", "audio") else None
    return Artifact(id=f"art_{digest[:32]}", kind=kind, url=url, media_type=media, step_id=stage, content=content)


def _redo(opened: Edit, nodes: list[StepNode], given: Mapping[str, Any]) -> None:
    overrides = _get(given, "overrideArgs")
    if overrides is not None and not isinstance(overrides, Mapping):
        raise InvalidRequest("resume_input.overrideArgs must be an object", param="resume_input.overrideArgs")
    free = [node.id for node in nodes if not opened.state.step(node.id).locked]
    for step_id in free:
        reset_step(opened, step_id, overrides)
    _stale(opened, free)


def _stale(opened: Edit, changed: list[str]) -> None:
    """Let every step run again that uses what *changed* made; gates behind them open anew."""
    state = opened.state
    plan = Plan(opened.request, state)
    again = plan.dependents(changed)
    # A stage whose steps came from a list that changes is expanded anew, whatever its steps were.
    stages = {node.stage for node in plan.steps if node.id in again}
    for stage in plan.expanded_from(stages):
        stages.add(stage)
        again |= plan.dependents([node.id for node in plan.steps if node.stage == stage])
        state.added.pop(stage, None)
    for step_id in again - set(changed):
        found = state.steps.get(step_id)
        if found is not None and found.status != "pending" and not found.locked:
            reset_step(opened, step_id)
    stages |= {node.stage for node in plan.steps if node.id in again}
    reopened = {f"checkpoint:{stage}" for stage in stages} | {f"condition:{step}" for step in again - set(changed)}
    state.passed = [name for name in state.passed if name not in reopened]


def _jump(opened: Edit, first: StepNode) -> None:
    plan = Plan(opened.request, opened.state)
    place = plan.steps.index(next(node for node in plan.steps if node.id == first.id))
    later = [node.id for node in plan.steps[place:] if not opened.state.step(node.id).locked]
    for step_id in later:
        if opened.state.step(step_id).status != "pending":
            reset_step(opened, step_id)
    before = {node.stage for node in plan.steps[:place]}
    for node in plan.nodes:
        if isinstance(node, GateNode) and node.stage in before and node.id not in opened.state.passed:
            opened.state.passed.append(node.id)


def _select(opened: Edit, node: StepNode, version: str) -> None:
    state = opened.state.step(node.id)
    takes = [*state.versions, state.artifacts]
    chosen = next((take for take in takes if any(artifact.id == version for artifact in take)), None)
    if chosen is None:
        raise InvalidRequest(f"Step {node.id} has no version {version}.", param="resume_input.versionId")
    state.versions = [take for take in takes if take is not chosen and take]
    state.artifacts, state.status, state.error = chosen, "completed", None
    opened.draft.record(node.id, "result", {"status": "completed"})
    _stale(opened, [node.id])


def _stage(opened: Edit, given: Mapping[str, Any]) -> list[StepNode]:
    stage = _get(given, "stageId")
    found = [node for node in Plan(opened.request, opened.state).steps if stage in (node.stage, node.id)]
    if not found:
        raise InvalidRequest(f"There is no stage {stage} in this workflow.", param="resume_input.stageId")
    return found


def _item(opened: Edit, given: Mapping[str, Any]) -> StepNode:
    """Return the step of ``<stageId>/main``, ``<stageId>/<index>`` or a step id."""
    item = str(_get(given, "itemId") or _get(given, "artifactName") or "")
    stage, _, place = item.rpartition("/")
    steps = Plan(opened.request, opened.state).steps
    if not stage:
        found = [node for node in steps if node.id == item]
    else:
        mates = [node for node in steps if node.stage == stage]
        number = 0 if place == "main" else int(place) if place.isdecimal() else -1
        found = mates[number : number + 1] if number >= 0 else []
    if not found:
        raise InvalidRequest(f"There is no item {item} in this workflow.", param="resume_input.itemId")
    return found[0]


def _get(given: Mapping[str, Any], name: str) -> Any:
    """Return a member in either spelling."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return given.get(snake, given.get(name))
