"""Templates at run time: compiled into nodes when started, and what can only be known once results are there.

Conditions on stages and artifacts, stages over lists that a stage makes, and text of an
artifact inside a prompt are resolved when they are reached, by ``contract.templates``.
Source: contract/templates.md §2–8.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from studio.contract.errors import ToolError
from studio.contract.workflows import StartWorkflow
from studio.engine.durable.jobs import Job
from studio.engine.media_desk import Caller
from studio.engine.services import Services
from studio.engine.workflows.failures import failure
from studio.engine.workflows.plan import BatchNode, GateNode, Node, Plan, StepNode
from studio.engine.workflows.seeds import seeded
from studio.engine.workflows.state import Edit, Request, State, StepState

if TYPE_CHECKING:
    from studio.contract.templates.compile import RunView


async def template_request(parts: Services, caller: Caller, body: StartWorkflow, job_id: str) -> Request:
    """Return the request of a start by template, with a frozen snapshot of it.

    Raises:
        NotFound: there is no such template for this caller.
        InvalidRequest: the inputs do not fit, or its steps do not work out; names every problem.
    """
    from studio.contract.templates.compile import compile_template
    from studio.engine.workflows.start import checked_media, request_with

    document = await load(parts, caller, body.workflow_id or "")
    compiled = compile_template(document, body.inputs or {}, media=checked_media(body.media_references), run_id=job_id)
    nodes = msgspec.to_builtins(compiled.nodes)
    return request_with(
        body,
        title=compiled.title,
        steps=[node["spec"] for node in nodes if node["type"] == "step"],
        nodes=nodes,
        media=compiled.media,
        template=document,
        inputs=compiled.inputs,
    )


async def load(parts: Services, caller: Caller, template_id: str) -> dict[str, Any]:
    """Return a template that the caller may see.

    Raises:
        NotFound: there is none.
    """
    from studio.engine.templates.store import template_store

    return await template_store(parts).get(caller.owner, template_id)


def view_of(request: Request, state: State, job_id: str) -> "RunView":
    """Return a template run as it stands."""
    from studio.contract.templates.artifacts import Result
    from studio.contract.templates.compile import RunView

    results = []
    for node in Plan(request, state).nodes:
        step = node.id if isinstance(node, StepNode) else node.stage
        found = state.steps.get(step)
        if isinstance(node, BatchNode) or (isinstance(node, GateNode) and (node.kind == "checkpoint" or not found)):
            continue
        found = found or StepState()
        status = "failed" if found.error is not None and found.status == "skipped" else found.status
        results.append(Result(node.stage, step, status, found.artifacts))
    return RunView(request.template or {}, request.inputs or {}, request.media, results, job_id)


def decide(opened: Edit, node: Node) -> None:
    """Evaluate the condition of a node that has been reached."""
    state = opened.state
    assert node.condition is not None
    if view_of(opened.request, state, opened.draft.job.id).holds(node.condition):
        state.passed.append(f"condition:{node.id}")
        return
    if isinstance(node, StepNode):
        step = state.step(node.id)
        step.status, step.completed_ms = "skipped", opened.now_ms
        opened.draft.record(node.id, "result", {"status": "skipped"})
        data = {"stepId": node.id, "toolName": node.tool, "skipped": True}
        opened.emit("custom", data, message="Skipped: its condition is not met.")
    elif isinstance(node, GateNode):
        state.passed.append(node.id)
    else:
        state.added[node.stage] = []
        opened.emit("custom", {"stageId": node.stage, "skipped": True}, message="Skipped: its condition is not met.")


def expand(opened: Edit, node: BatchNode) -> None:
    """Turn a stage into steps, now that its list is known; one that cannot be is a failure of the workflow."""
    request, state = opened.request, opened.state
    taken = {step.id for step in Plan(request, state).steps}
    try:
        nodes = view_of(request, state, opened.draft.job.id).expand(node.stage, taken=taken)
    except ToolError as error:
        problem = failure(error.message, error.code, "", node.stage)
        if _on_error(request, node.stage) in ("continue", "skip"):
            state.added[node.stage] = []
            opened.emit("custom", {"stageId": node.stage, "error": problem}, message=error.message)
        else:
            state.failure = problem
        return
    entries: list[dict[str, Any]] = msgspec.to_builtins(nodes)
    for entry in entries:
        entry["spec"] = seeded(entry["spec"], request.seeds or {}, fresh=request.cloned_from is not None)
    state.added[node.stage] = entries
    ids = [entry["spec"]["id"] for entry in entries]
    opened.emit("custom", {"stageId": node.stage, "steps": ids}, message=f"{len(ids)} steps are known now")


def late_arguments(request: Request, state: State, node: StepNode, job: Job) -> dict[str, Any]:
    """Return the arguments of a step with what only now can be known, and what a person changed.

    Raises:
        ToolError: a binding leads nowhere.
    """
    arguments = dict(node.spec.get("arguments") or {})
    if node.late:
        arguments |= view_of(request, state, job.id).late(node.late)
    found = state.steps.get(node.id)
    return {**arguments, **((found.overrides if found else None) or {})}


def _on_error(request: Request, stage_id: str) -> str:
    from studio.contract.templates.structs import flat, template_of

    stages = flat(template_of(request.template or {}).stages)
    return next((stage.on_error for stage in stages if stage.id == stage_id), "stop")
