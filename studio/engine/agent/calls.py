"""Running the hosted calls of one round: checked, in parallel where independent, kept in call order."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from studio.contract.chat import (
    MAX_CALLS_PER_ROUND,
    MediaKind,
    Output,
    Provenance,
    SogniProgress,
    ToolCall,
    ToolResult,
)
from studio.contract.errors import InsufficientCredit, InvalidRequest, ToolError
from studio.contract.manifest import MANIFEST_TOOLS, latest_manifest
from studio.contract.media import KINDS, MediaIndex
from studio.contract.tools import catalogue, validate_arguments
from studio.engine.agent.aliases import take_aliases
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.failures import arguments_problem, as_tool_error, failed, invalid_arguments, not_built
from studio.engine.agent.tool_context import CallContext, Renders
from studio.engine.billing.desk import BillingDesk, Payer
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.tools.base import Folders, Made, ToolOutcome, ToolRunner

if TYPE_CHECKING:
    from studio.engine.renderers.registry import Renderers

Tick = Callable[[SogniProgress], None]

_INDEX_ARGUMENTS: dict[str, MediaKind] = {
    "sourceImageIndex": "image",
    "sourceImageIndices": "image",
    "referenceImageIndex": "image",
    "referenceImageIndices": "image",
    "endImageIndex": "image",
    "endImageIndices": "image",
    "maskImageIndex": "image",
    "compareImageIndex": "image",
    "leftViewImageIndex": "image",
    "backViewImageIndex": "image",
    "rightViewImageIndex": "image",
    "videoIndex": "video",
    "videoIndices": "video",
    "sourceVideoIndex": "video",
    "referenceVideoIndices": "video",
    "replacementVideoIndex": "video",
    "audioIndex": "audio",
    "referenceAudioIndices": "audio",
    "voiceSourceIndex": "audio",
}
_DEFAULT_SOURCES: dict[str, MediaKind] = {
    "sourceImageIndex": "image",
    "videoIndex": "video",
    "sourceVideoIndex": "video",
}
_MAKERS = frozenset({"generate_image", "generate_video", "generate_music", "generate_speech"})
"""They take a source only when one is named."""


@dataclass(frozen=True)
class Workshop:
    """What every call of the engine works with.

    Attributes:
        billing: None reserves and charges nothing.
        folders: where tools keep rebuildable files and find packs; None where no tool runs.
        renderers: who can make what; None knows the built-in ones only.
    """

    runners: Mapping[str, ToolRunner]
    pool: Renders
    desk: MediaDesk
    billing: BillingDesk | None = None
    folders: Folders | None = None
    renderers: "Renderers | None" = None


class Performed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one call came to, before its outputs have a place in a session. It survives JSON.

    Attributes:
        renderer, model, reason: who made it and why so; ``seconds``: how long it took.
        alternatives: who else could not, and why.
        outputs: kept results, in the order of making; ``attachments``: further kept files, without an index.
        failure: the result of a call that failed; then everything else is empty.
    """

    tool: str
    call_id: str
    message: str = ""
    renderer: str = ""
    model: str = ""
    reason: str | None = None
    alternatives: list[str] = field(default_factory=list)
    seconds: float = 0.0
    outputs: list[Output] = field(default_factory=list)
    attachments: list[Output] = field(default_factory=list)
    text: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] | None = None
    failure: ToolResult | None = None


def failure(tool: str, call_id: str, error: Exception) -> Performed:
    """Return what a call came to that failed with *error*."""
    if isinstance(error, InsufficientCredit):
        error = ToolError("COST_LIMIT_EXCEEDED", error.message, data=error.details or None)
    return Performed(tool=tool, call_id=call_id, failure=failed(tool, as_tool_error(tool, error), call_id=call_id))


async def perform_call(
    workshop: Workshop,
    *,
    tool: str,
    call_id: str,
    arguments: dict[str, Any],
    media: MediaIndex,
    caller: Caller,
    request_text: str,
    backend: Backend,
    tick: Tick,
    payer: Payer,
    key: str,
) -> Performed:
    """Check, pay for and do one hosted call, and keep what it made.

    Args:
        media: the session; inline media in *arguments* become uploads of it.
        key: stable name of this piece of work, under which it is paid for once.

    Returns:
        What it came to; a failed call is a value too.

    Raises:
        InsufficientCredit: it is not covered; nothing was done or charged.
    """
    started = time.monotonic()
    try:
        given, problems = await checked_arguments(workshop, tool, arguments, media, caller)
        if problems:
            return Performed(tool=tool, call_id=call_id, failure=invalid_arguments(tool, problems, call_id=call_id))
        runner = workshop.runners.get(tool)
        if runner is None:
            raise not_built(tool)
        context = CallContext(
            tool=tool,
            call_id=call_id,
            request_text=request_text,
            media=media,
            caller=caller,
            workshop=workshop,
            backend=backend,
            tick=tick,
        )
        context.progress(None)
        async with _paid(workshop.billing, payer, tool, given, key) as made:
            outcome = await runner.run(given, context)
            kept = [await _keep(workshop.desk, caller, tool, piece, outcome) for piece in outcome.made]
            outputs = [output for output in kept if output.role is None]
            made(len(outputs))
    except InsufficientCredit:
        raise
    except Exception as error:  # noqa: BLE001 - one failed call never ends the others
        return failure(tool, call_id, error)
    return Performed(
        tool=tool,
        call_id=call_id,
        message=outcome.message,
        renderer=outcome.renderer,
        model=outcome.model,
        reason=outcome.reason,
        alternatives=outcome.alternatives,
        seconds=round(time.monotonic() - started, 3),
        outputs=outputs,
        attachments=[output for output in kept if output.role is not None],
        text=outcome.text,
        data=outcome.data,
    )


async def checked_arguments(
    workshop: Workshop, tool: str, arguments: dict[str, Any], media: MediaIndex, caller: Caller
) -> tuple[dict[str, Any], list[str]]:
    """Return *arguments* as *tool* takes them, and what is wrong with them."""
    if tool not in catalogue():
        return {}, [f"no such tool: {tool}"]
    try:
        given = await take_aliases(tool, arguments, media, caller, workshop.desk)
    except InvalidRequest as error:
        return {}, [error.message]
    checked = validate_arguments(tool, given)
    return checked.arguments, checked.problems


@asynccontextmanager
async def _paid(
    billing: BillingDesk | None, payer: Payer, tool: str, arguments: Mapping[str, Any], key: str
) -> AsyncIterator[Callable[[int], None]]:
    """Reserve the price of the work inside the block; it is charged by what was made, or given back.

    Yields:
        Takes the number of pieces that were made.
    """
    pieces = 0

    def made(count: int) -> None:
        nonlocal pieces
        pieces = count

    if billing is None:
        yield made
        return
    hold = await billing.hold(payer, tool, arguments, key=key)
    try:
        yield made
    except BaseException:
        # Also a cancelled call gives back what it reserved; shielded, or it would not get so far.
        await asyncio.shield(billing.release(hold))
        raise
    await asyncio.shield(billing.settle(hold, outputs=pieces))


async def _keep(desk: MediaDesk, caller: Caller, tool: str, made: Made, outcome: ToolOutcome) -> Output:
    facts = {
        "tool": tool,
        "renderer": outcome.renderer,
        "model": outcome.model,
        "seed": made.seed,
        "prompt": made.prompt,
    }
    name = made.title or made.prompt or tool.replace("_", " ")
    asset = await desk.store.put(
        caller.owner, made.data, made.mime_type, origin="made", filename=f"{name[:60]}.x", provenance=facts
    )
    return Output(
        url=desk.url(caller, asset),
        media_type=made.media_type,
        mime_type=made.mime_type,
        sha256=asset.sha256,
        byte_length=asset.size_bytes,
        width=made.width,
        height=made.height,
        duration_s=made.duration_s,
        seed=made.seed,
        prompt=made.prompt,
        title=made.title,
        role=None if made.role == "result" else made.role,
    )


def tool_result(performed: Performed, media: MediaIndex) -> ToolResult:
    """Return the result of a call; its outputs get the next indices of *media*, so do it in the order of calls."""
    if performed.failure is not None:
        return performed.failure
    media.manifest = latest_manifest([performed.data]) or media.manifest
    urls: dict[str, list[str]] = {"image": [], "video": [], "audio": []}
    indices: list[int] = []
    for output in performed.outputs:
        for kind in KINDS:
            if output.media_type == kind:
                indices.append(media.add_generated(kind, output.url))
        urls[output.media_type if output.media_type in urls else "image"].append(output.url)
    return ToolResult(
        tool=performed.tool,
        success=True,
        ok=True,
        tool_call_id=performed.call_id,
        message=performed.message,
        result_urls=urls["image"],
        video_result_urls=urls["video"],
        audio_result_urls=urls["audio"],
        last_frame_url=next((piece.url for piece in performed.attachments if piece.role == "last_frame"), None),
        start_index=indices[0] if indices else None,
        indices=indices,
        prompt=performed.text.get("prompt"),
        script=performed.text.get("script"),
        lyrics=performed.text.get("lyrics"),
        structure=performed.text.get("structure"),
        data=performed.data,
        x_studio=Provenance(
            renderer=performed.renderer,
            model=performed.model,
            reason=performed.reason,
            alternatives=performed.alternatives,
            seconds=performed.seconds,
            outputs=performed.outputs,
            attachments=performed.attachments,
        ),
    )


@dataclass(frozen=True)
class PlannedCall:
    """One call of a round.

    Attributes:
        problem: why it cannot run at all, or None.
        after_all: it must wait for the calls before it, because it works on what they make.
    """

    call: ToolCall
    arguments: dict[str, Any]
    problem: str | None
    after_all: bool


def plan_calls(calls: Sequence[ToolCall], media: MediaIndex) -> list[PlannedCall]:
    """Return how the hosted *calls* of one round depend on each other."""
    planned: list[PlannedCall] = []
    coming: set[MediaKind] = set()
    for place, call in enumerate(calls):
        arguments, problem = arguments_problem(call.function.arguments)
        if place >= MAX_CALLS_PER_ROUND:
            problem = f"At most {MAX_CALLS_PER_ROUND} tools can run in one round."
        after = any(_cites(arguments, kind, media.count(kind)) for kind in coming) or any(
            kind in coming and name not in arguments for name, kind in _default_sources(call.function.name).items()
        )
        after = after or (call.function.name in MANIFEST_TOOLS and place > 0)
        planned.append(PlannedCall(call, arguments, problem, after))
        tool = catalogue().get(call.function.name)
        coming |= {kind for kind in KINDS if tool is not None and tool.produces == kind}
    return planned


def refused(planned: PlannedCall, place: int) -> Performed:
    """Return what a call came to that cannot run at all; *place* is its number in the round, from 0."""
    name, call_id, problem = planned.call.function.name, planned.call.id, planned.problem or ""
    if place >= MAX_CALLS_PER_ROUND:
        return failure(name, call_id, ToolError("PARAMETER_INVALID", problem))
    return Performed(tool=name, call_id=call_id, failure=invalid_arguments(name, [problem], call_id=call_id))


class CallRunner:
    """Runs the hosted calls of one request. ``media`` grows with every result."""

    def __init__(
        self,
        workshop: Workshop,
        *,
        media: MediaIndex,
        caller: Caller,
        request_text: str,
        backend: Backend,
        tick: Tick,
        payer: Payer,
        key: str,
    ) -> None:
        """Make it; *key* names this round of this request, and no other."""
        self._workshop = workshop
        self._media = media
        self._caller = caller
        self._request_text = request_text
        self._backend = backend
        self._tick = tick
        self._payer = payer
        self._key = key

    async def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """Run *calls* and return their results in call order. Never raises for a failed call."""
        planned = plan_calls(calls, self._media)
        done = [asyncio.Event() for _ in planned]
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._one(place, each, done), name=each.call.function.name)
                for place, each in enumerate(planned)
            ]
        return [task.result() for task in tasks]

    async def _one(self, place: int, planned: PlannedCall, done: list[asyncio.Event]) -> ToolResult:
        name, call_id = planned.call.function.name, planned.call.id
        queued = SogniProgress(tool_call_id=call_id, tool_name=name, status="queued", arguments=planned.arguments)
        self._tick(queued)
        try:
            if planned.after_all:
                await _all(done[:place])
            performed = refused(planned, place) if planned.problem else await self._perform(planned, place)
            if performed.failure is None:
                await _all(done[:place])  # indices follow the order of the calls, whichever was quicker
            result = tool_result(performed, self._media)
        finally:
            done[place].set()
        self._tick(
            SogniProgress(
                tool_call_id=call_id,
                tool_name=name,
                status="completed" if result.success else "failed",
                progress=1.0 if result.success else None,
                job_error=result.error,
                result=result,
            )
        )
        return result

    async def _perform(self, planned: PlannedCall, place: int) -> Performed:
        name, call_id = planned.call.function.name, planned.call.id
        try:
            return await perform_call(
                self._workshop,
                tool=name,
                call_id=call_id,
                arguments=planned.arguments,
                media=self._media,
                caller=self._caller,
                request_text=self._request_text,
                backend=self._backend,
                tick=self._tick,
                payer=self._payer,
                key=f"{self._key}/{place}",  # ids of calls may repeat
            )
        except InsufficientCredit as error:
            return failure(name, call_id, error)


async def _all(events: Sequence[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


def _default_sources(tool: str) -> dict[str, MediaKind]:
    """Index arguments of *tool* that mean the latest piece when they are left out."""
    found = catalogue().get(tool)
    known = found.parameters.get("properties", {}) if found and tool not in _MAKERS else {}
    return {name: kind for name, kind in _DEFAULT_SOURCES.items() if name in known}


def _cites(arguments: Mapping[str, Any], kind: MediaKind, count: int) -> bool:
    """Whether *arguments* name an index of *kind* that does not exist yet."""
    for name, value in arguments.items():
        if _INDEX_ARGUMENTS.get(name) == kind:
            for index in value if isinstance(value, list) else [value]:
                if isinstance(index, int) and index >= count:
                    return True
    return False


def tool_message_json(result: ToolResult) -> str:
    """Return the content of the ``tool`` message for *result*."""
    return msgspec.json.encode(result).decode()
