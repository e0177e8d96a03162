"""From the body of a start to a request that can be kept. Source: contract/workflows.md §2."""

from typing import Any

import msgspec
from msgspec import UNSET

from studio.contract.errors import InvalidRequest
from studio.contract.external_media import check_external, reference_offences
from studio.contract.workflows import (
    DEFAULT_TITLE,
    StartWorkflow,
    StepSpec,
    input_media,
    normalise_steps,
    validate_steps,
)
from studio.engine.durable.jobs import Job, new_id
from studio.engine.media_desk import Caller
from studio.engine.services import Services
from studio.engine.workflows import templates
from studio.engine.workflows.intake import renewed
from studio.engine.workflows.opening import START, open_workflow
from studio.engine.workflows.state import Request

_TITLE_CHARS = 500


async def start(parts: Services, caller: Caller, body: StartWorkflow, key: str | None) -> tuple[Job, bool]:
    """Check everything about *body*, keep it and start it.

    Args:
        key: the ``Idempotency-Key``.

    Returns:
        The workflow, and whether it is new.

    Raises:
        InvalidRequest: the body breaks the contract; nothing was kept.
        NotFound: there is no such template for this caller.
        Conflict, InsufficientCredit: see ``open_workflow``.
    """
    if key is not None and (known := await parts.jobs.known(caller.owner, START, key)):
        return known, False
    if (body.input is None) == (body.workflow_id is None):
        raise InvalidRequest("Send exactly one of input and workflow_id.", param="input")
    job_id = new_id("wf")
    if body.input is not None:
        if body.inputs is not None:
            raise InvalidRequest("inputs belong to a template: send them with workflow_id.", param="inputs")
        request = inline_request(body)
    else:
        request = await templates.template_request(parts, caller, body, job_id)
    sent = msgspec.to_builtins(request)
    kept = msgspec.convert(await renewed(sent, caller, parts.desk), Request)
    return await open_workflow(parts, caller, kept, job_id=job_id, key=None if key is None else (START, key))


def inline_request(body: StartWorkflow) -> Request:
    """Return the request of an inline start.

    Raises:
        InvalidRequest: with every problem of its steps.
    """
    given = body.input or {}
    media = checked_media(body.media_references, given.get("mediaReferences", given.get("media_references")))
    if "kind" in given and "steps" not in given:
        raise InvalidRequest("Starts by kind are no longer taken; send input.steps.", param="input.kind")
    steps = normalise_steps(given.get("steps"))
    check_steps(steps, media)
    title = given.get("title")
    if title is not None and not isinstance(title, str):
        raise InvalidRequest("input.title must be a string", param="input.title")
    words = (title or "").strip()[:_TITLE_CHARS] or DEFAULT_TITLE
    return request_with(body, title=words, steps=[spec_of(step) for step in steps], media=media)


def request_with(body: StartWorkflow, **members: Any) -> Request:
    """Return a request with what every start may say."""
    return Request(
        token_type=body.token_type or "spark",
        billing_mode=body.billing_mode or "auto",
        app_source=body.app_source,
        ceiling=body.max_estimated_capacity_units,
        consented=body.confirm_cost,
        safe_content_filter=body.safe_content_filter is not False,
        **members,
    )


def checked_media(*lists: object) -> list[dict[str, Any]]:
    """Return the request's media as plain references.

    Raises:
        InvalidRequest: some are inline or no http(s) URLs; the message names every one.
    """
    check_external(reference_offences([entry for found in lists if isinstance(found, list) for entry in found]))
    return input_media(*lists)


def check_steps(steps: list[StepSpec], media: list[dict[str, Any]]) -> None:
    """Raise with every problem of *steps*.

    Raises:
        InvalidRequest: there is one.
    """
    problems = validate_steps(steps, media)
    if problems:
        raise InvalidRequest("; ".join(problems), code="invalid_steps", param="input.steps")


def spec_of(step: StepSpec) -> dict[str, Any]:
    """Return a step as records hold it."""
    found: dict[str, Any] = msgspec.to_builtins(step)
    found["dependsOn"] = [
        {name: value for name, value in dependency.items() if value is not UNSET} for dependency in found["dependsOn"]
    ]
    return found
