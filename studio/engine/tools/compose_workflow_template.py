# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""``compose_workflow_template``: a savable template with an example plan, drafted or edited."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.composers.asking import Unusable, ask_for, read_object
from studio.engine.composers.template import Draft, bumped, draft_template, problems_of_template
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.compose_workflow import plan_data

_SYSTEM: Final = (
    "You draft workflow templates: one JSON object with name, description, category, visibility, inputs [{name, type, "
    "required, default, description}] and stages [{id, type: fixed, label, tool, args, produces, requiredArtifactsIn}]. "
    "Bindings: $inputs.<name> and $artifacts.<name>[0].selectedVersion.url. Answer with the object only."
)


class ComposeWorkflowTemplate:
    """Drafts or edits a template; stores nothing."""

    name = "compose_workflow_template"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        if not str(arguments["brief"]).strip():
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the template should do.")
        existing = arguments.get("existing_template")
        if isinstance(existing, dict) and existing and (problems := problems_of_template(existing)):
            raise ToolError("WORKFLOW_VALIDATION_FAILED", f"existing_template is not valid: {'; '.join(problems[:5])}")
        draft = draft_template(arguments)

        def read(answer: str) -> dict[str, Any]:
            found = read_object(answer)
            if isinstance(existing, dict) and existing:
                found = {**existing, **found, "id": existing.get("id"), "version": bumped(existing.get("version"))}
                kept = {stage.get("id") for stage in found.get("stages") or [] if isinstance(stage, dict)}
                if not {stage["id"] for stage in existing["stages"]} & kept:
                    raise Unusable("the ids of the existing stages must stay.")
            problems = problems_of_template(found)
            if problems:
                raise Unusable("; ".join(problems[:8]))
            return found

        user = "\n".join(f"{name}: {value}" for name, value in arguments.items())
        found = await ask_for(context, _SYSTEM, user, read)
        if found:
            return _outcome(Draft(found, draft.plan, []), arguments, "language-model", "Connected model")
        if problems := problems_of_template(draft.template):
            raise ToolError("WORKFLOW_VALIDATION_FAILED", f"The draft is not valid: {'; '.join(problems[:5])}")
        return _outcome(draft, arguments, "built-in-composer", "Built-in composer")


def _outcome(draft: Draft, arguments: dict[str, Any], renderer: str, model: str) -> ToolOutcome:
    plan = plan_data(draft.plan, arguments.get("max_estimated_capacity_units"))
    count = len(draft.template["stages"])
    message = f"“{draft.template['name']}” has {count} stage{'' if count == 1 else 's'}."
    if draft.changes:
        message += f" Changed: {'; '.join(draft.changes)}."
    elif arguments.get("existing_template"):
        message += " Nothing in it had to change."
    data = {"template_draft": draft.template, "plan": plan, "fits_budget": plan["fits_budget"],
            "estimated_capacity_units": plan["estimated_capacity_units"]}  # fmt: skip
    return ToolOutcome(message, renderer, model, data=data)
