"""Templates at run time: compiled into nodes when started, and what can only be known once results are there.

Conditions on stages and artifacts, batches over lists that a stage makes, and text of an
artifact inside a prompt are resolved when they are reached. Source: contract/templates.md §2–7.
"""

from typing import Any

from studio.contract.workflows import StartWorkflow
from studio.engine.media_desk import Caller
from studio.engine.services import Services
from studio.engine.workflows.plan import BatchNode, Node, StepNode
from studio.engine.workflows.state import Edit, Request, State


async def template_request(parts: Services, caller: Caller, body: StartWorkflow) -> Request:
    raise NotImplementedError


def decide(opened: Edit, node: Node) -> None:
    raise NotImplementedError


def expand(opened: Edit, node: BatchNode) -> None:
    raise NotImplementedError


def late_arguments(request: Request, state: State, node: StepNode) -> dict[str, Any]:
    """Return the arguments of a step with what only now can be known."""
    found = state.steps.get(node.id)
    return {**(node.spec.get("arguments") or {}), **((found.overrides if found else None) or {})}
