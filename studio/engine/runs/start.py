"""Accepting a run: checked, its media addresses renewed, kept, then started."""

from typing import Final

import msgspec

from studio.contract.chat import MediaReference
from studio.contract.runs import StartRun, as_chat
from studio.engine.agent.prepare import prepare
from studio.engine.billing.desk import Payer
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import Job, new_id
from studio.engine.media_desk import Caller
from studio.engine.runs.state import Request, initial
from studio.engine.services import Services

START: Final = "chat/runs"


async def start(parts: Services, caller: Caller, asked: StartRun, key: str | None) -> tuple[Job, bool]:
    """Keep a run and start it.

    Returns:
        The run, and whether it is new; a known *key* returns what its first request made.

    Raises:
        ApiError: it cannot be accepted; nothing was kept.
        OSError: it could not be written; nothing was kept.
    """
    if key is not None and (known := await parts.jobs.known(caller.owner, START, key)):
        return known, False
    await parts.brains.ready()
    parts.brains.choose(asked.model)
    prepared = await prepare(as_chat(asked), caller, parts.desk, parts.settings.default_tools)
    token, mode = asked.token_type or "spark", asked.billing_mode or "auto"
    await parts.billing.admit(Payer(caller.owner, token, mode))
    request = Request(
        start=msgspec.structs.replace(
            asked,
            messages=prepared.messages,
            media_references=await _renewed(parts, caller, asked.media_references),
            media_context=None,
        ),
        family=parts.settings.default_tools,
        token_type=token,
        billing_mode=mode,
        app_source=asked.app_source,
        idempotency_key=key,
    )
    fault("run.accepted")
    job, new = await parts.jobs.create(
        "run",
        caller.owner,
        job_id=new_id("run"),
        request=msgspec.to_builtins(request),
        state=initial(prepared.media),
        events=[("run_created", None)],
        key=(START, key) if key else None,
    )
    if new:
        fault("run.created")
        await parts.runtime.start(job.id)
    return job, new


async def _renewed(
    parts: Services, caller: Caller, references: list[MediaReference] | None
) -> list[MediaReference] | None:
    """Return *references* with fresh addresses of the caller's own files: only those are kept as references."""
    if not references:
        return references
    own = {
        r.location: found.asset_id for r in references if r.location and (found := parts.desk.urls.parse(r.location))
    }
    assets = {asset.id: asset for asset in await parts.desk.store.get_many(set(own.values()), caller.owner)}
    renewed = []
    for reference in references:
        asset = assets.get(own.get(reference.location or "", ""))
        url = parts.desk.url(caller, asset) if asset else reference.location
        renewed.append(msgspec.structs.replace(reference, url=url, value=None))
    return renewed
