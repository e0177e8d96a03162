# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""``compose_workflow``: a brief as validated durable steps, by the connected language model or the built-in planner."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.contract.workflows import STEP_TOOLS, StepSpec
from studio.engine.composers.asking import Unusable, ask_for, read_object
from studio.engine.composers.workflow import Plan, as_wire, estimate, plan_workflow, problems_of, stand_in_media
from studio.engine.tools.base import ToolContext, ToolOutcome

_SYSTEM: Final = (
    "You plan durable workflows of hosted tools. Answer with one JSON object: "
    '{{"title": text, "steps": [{{"id", "toolName", "arguments": {{}}, "dependsOn": [{{"sourceStepId", "sourceArtifactIndex", '
    '"mediaType": "image|video|audio", "transform": "image_index|video_index|audio_index", "targetArgument"}}]}}]}}. '
    "At most 12 steps; a dependency points to an earlier step. Tools: {tools}."
)


class ComposeWorkflow:
    """Plans steps; creates nothing."""

    name = "compose_workflow"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        brief = str(arguments["brief"]).strip()
        if not brief:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the workflow should produce.")
        ceiling = arguments.get("max_estimated_capacity_units")

        def read(answer: str) -> Plan:
            found = read_object(answer)
            steps, problems = problems_of(found.get("steps"), stand_in_media(["image"] * 4 + ["video", "audio"]))
            if problems:
                raise Unusable("; ".join(problems[:8]))
            units = estimate(steps)
            fits = ceiling is None or units <= ceiling
            return Plan(str(found.get("title") or brief[:80]), steps, units, fits, needs_media=_needed(steps))

        wishes = [f"{name}: {value}" for name, value in arguments.items() if name not in ("brief", "return_format")]
        system = _SYSTEM.format(tools=", ".join(STEP_TOOLS))
        planned = await ask_for(context, system, "\n".join([f"Brief: {brief}", *wishes]), read)
        if planned and planned.fits:
            return _outcome(planned, ceiling, "language-model", "Connected model")
        return _outcome(plan_workflow(arguments), ceiling, "built-in-composer", "Built-in composer")


def plan_data(plan: Plan, ceiling: Any) -> dict[str, Any]:
    """Return *plan* as the members of a result."""
    data: dict[str, Any] = {
        "title": plan.title,
        "steps": as_wire(plan.steps),
        "estimate": {
            "totalEstimatedCapacityUnits": plan.units,
            "perStepBreakdown": [
                {"stepId": step.id, "toolName": step.tool_name, "capacityUnits": estimate([step])}
                for step in plan.steps
            ],
        },
        "estimated_capacity_units": plan.units,
        "fits_budget": plan.fits,
        "notes": plan.notes,
    }
    if ceiling is not None:
        data["max_estimated_capacity_units"] = ceiling
    if plan.needs_media:
        data["required_media"] = [{"kind": kind} for kind in plan.needs_media]
    return data


def _needed(steps: list[StepSpec]) -> list[str]:
    most: dict[str, int] = {}
    for step in steps:
        for each in step.depends_on:
            if each.source_step_id == "$input_media":
                kind = str(each.media_type or "image")
                most[kind] = max(most.get(kind, 0), each.source_artifact_index + 1)
    return [kind for kind, count in most.items() for _ in range(count)]


def _outcome(plan: Plan, ceiling: Any, renderer: str, model: str) -> ToolOutcome:
    count = len(plan.steps)
    message = f"{plan.title}: {count} step{'' if count == 1 else 's'}, about {plan.units:g} capacity units."
    if not plan.fits:
        message += f" That is above the budget of {ceiling}."
    return ToolOutcome(" ".join([message, *plan.notes]), renderer, model, data=plan_data(plan, ceiling))
