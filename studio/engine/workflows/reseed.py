"""Another take of a finished workflow: the same plan with fresh seeds. Source: contract/workflows.md §11."""

from collections.abc import Mapping
from typing import Any

import msgspec

from studio.contract.errors import Conflict, InvalidRequest
from studio.contract.tools import validate_arguments
from studio.engine.durable.jobs import Job, new_id
from studio.engine.media_desk import Caller
from studio.engine.services import Services
from studio.engine.workflows.opening import open_workflow
from studio.engine.workflows.plan import Plan
from studio.engine.workflows.seeds import has_seed, random_seed, seeded
from studio.engine.workflows.state import Request, State, request_of, state_of


async def reseed(
    parts: Services,
    caller: Caller,
    source: Job,
    *,
    overrides: Mapping[str, int],
    changes: Mapping[str, Any],
    key: str | None,
) -> tuple[Job, bool]:
    """Clone *source* with new seeds.

    Args:
        overrides: seeds by step id; every other step that has a seed gets a random one.
        changes: members of the request that replace those of the source.

    Returns:
        The take, and whether it is new (an ``Idempotency-Key`` brings back the first one).

    Raises:
        Conflict: the source is not finished.
        InvalidRequest: a seed is out of range, or names no step.
    """
    if source.status not in ("completed", "partial_failure"):
        raise Conflict(
            f"Only a finished workflow can be taken again; this one is {source.status}.", code="not_finished"
        )
    found = _opened(parts, caller, source)
    state = state_of(source)
    known = {node.id: node for node in Plan(found, state).steps}
    for step in overrides:
        if step not in known:
            raise InvalidRequest(f"seed_overrides.{step}: there is no such step.", param=f"seed_overrides.{step}")
    seeds: dict[str, int] = {}
    for step, node in known.items():
        if not has_seed(node.tool):
            continue
        seeds[step] = overrides.get(step, random_seed())
        problems = [p for p in validate_arguments(node.tool, {"seed": seeds[step]}).problems if p.startswith("seed")]
        if problems:
            raise InvalidRequest(f"seed_overrides.{step}: {'; '.join(problems)}", param=f"seed_overrides.{step}")
    take = msgspec.structs.replace(
        found,
        steps=[seeded(spec, seeds) for spec in found.steps],
        nodes=[{**n, "spec": seeded(n["spec"], seeds)} if "spec" in n else n for n in found.nodes],
        cloned_from=source.id,
        seeds=seeds,
        **changes,
    )
    return await open_workflow(
        parts, caller, take, job_id=new_id("wf"), key=None if key is None else (f"workflows/reseed/{source.id}", key)
    )


def applied(job: Job) -> list[dict[str, Any]]:
    """Return the steps of a take with the seeds that were applied, in snake_case as ``data.reseed`` is."""
    request = request_of(job)
    seeds = request.seeds or {}
    return [
        {
            "id": node.id,
            "tool_name": node.tool,
            "arguments": node.spec.get("arguments") or {},
            "depends_on": node.spec.get("dependsOn") or [],
            **({"seed": seeds[node.id]} if node.id in seeds else {}),
        }
        for node in Plan(request, State()).steps
    ]


def _opened(parts: Services, caller: Caller, source: Job) -> Request:
    """Return the request of *source* with URLs that can be sealed again."""
    text = msgspec.json.encode(source.request).decode()
    return msgspec.json.decode(parts.jobs.sealer.open(text, caller.base_url), type=Request)
