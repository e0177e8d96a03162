"""Running the hosted calls of one round: checked, in parallel where independent, kept in call order."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from studio.contract.chat import (
    MAX_CALLS_PER_ROUND,
    MediaKind,
    Output,
    Provenance,
    SogniProgress,
    ToolCall,
    ToolResult,
)
from studio.contract.errors import InvalidRequest, ToolError
from studio.contract.media import KINDS, MediaIndex
from studio.contract.tools import catalogue, validate_arguments
from studio.engine.agent.aliases import take_aliases
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.failures import arguments_problem, as_tool_error, failed, invalid_arguments, not_built
from studio.engine.agent.tool_context import CallContext, Renders
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.tools.base import Made, ToolOutcome, ToolRunner

Tick = Callable[[SogniProgress], None]

_INDEX_ARGUMENTS: dict[str, MediaKind] = {
    "sourceImageIndex": "image",
    "sourceImageIndices": "image",
    "referenceImageIndex": "image",
    "referenceImageIndices": "image",
    "endImageIndex": "image",
    "maskImageIndex": "image",
    "videoIndex": "video",
    "videoIndices": "video",
    "sourceVideoIndex": "video",
    "referenceVideoIndices": "video",
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
    """What every call of the engine works with."""

    runners: Mapping[str, ToolRunner]
    pool: Renders
    desk: MediaDesk


@dataclass
class _Job:
    call: ToolCall
    arguments: dict[str, Any]
    problem: str | None
    after_all: bool
    """Whether it must wait for the calls before it."""
    done: asyncio.Event


class CallRunner:
    """Runs the hosted calls of one request. ``media`` grows with every result."""

    def __init__(
        self, workshop: Workshop, *, media: MediaIndex, caller: Caller, request_text: str, backend: Backend, tick: Tick
    ) -> None:
        self._workshop = workshop
        self._media = media
        self._caller = caller
        self._request_text = request_text
        self._backend = backend
        self._tick = tick

    async def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """Run *calls* and return their results in call order. Never raises for a failed call."""
        jobs = self._plan(calls)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._one(i, jobs), name=job.call.function.name) for i, job in enumerate(jobs)]
        return [task.result() for task in tasks]

    def _plan(self, calls: Sequence[ToolCall]) -> list[_Job]:
        jobs: list[_Job] = []
        coming: set[MediaKind] = set()
        for call in calls:
            arguments, problem = arguments_problem(call.function.arguments)
            after = any(_cites(arguments, kind, self._media.count(kind)) for kind in coming) or any(
                kind in coming and name not in arguments for name, kind in _default_sources(call.function.name).items()
            )
            jobs.append(_Job(call, arguments, problem, after, asyncio.Event()))
            tool = catalogue().get(call.function.name)
            coming |= {kind for kind in KINDS if tool is not None and tool.produces == kind}
        return jobs

    async def _one(self, place: int, jobs: list[_Job]) -> ToolResult:
        job = jobs[place]
        name, call_id = job.call.function.name, job.call.id
        earlier = [other.done for other in jobs[:place]]
        started = time.monotonic()
        try:
            self._tick(SogniProgress(tool_call_id=call_id, tool_name=name, status="queued", arguments=job.arguments))
            if job.after_all:
                await _all(earlier)
            if place >= MAX_CALLS_PER_ROUND:
                raise ToolError("PARAMETER_INVALID", f"At most {MAX_CALLS_PER_ROUND} tools can run in one round.")
            if job.problem:
                result = invalid_arguments(name, [job.problem], call_id=call_id)
            else:
                result = await self._checked(job, earlier, started)
        except Exception as error:  # noqa: BLE001 - one failed call never ends the others
            result = failed(name, as_tool_error(name, error), call_id=call_id)
        finally:
            job.done.set()
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

    async def _checked(self, job: _Job, earlier: list[asyncio.Event], started: float) -> ToolResult:
        name, call_id = job.call.function.name, job.call.id
        if name not in catalogue():
            return invalid_arguments(name, [f"no such tool: {name}"], call_id=call_id)
        try:
            given = await take_aliases(name, job.arguments, self._media, self._caller, self._workshop.desk)
        except InvalidRequest as error:
            return invalid_arguments(name, [error.message], call_id=call_id)
        checked = validate_arguments(name, given)
        if not checked.ok:
            return invalid_arguments(name, checked.problems, call_id=call_id)
        runner = self._workshop.runners.get(name)
        if runner is None:
            raise not_built(name)
        context = CallContext(
            tool=name,
            call_id=call_id,
            request_text=self._request_text,
            media=self._media,
            caller=self._caller,
            desk=self._workshop.desk,
            pool=self._workshop.pool,
            backend=self._backend,
            tick=self._tick,
        )
        context.progress(None)
        outcome = await runner.run(checked.arguments, context)
        kept = [await self._keep(name, made, outcome) for made in outcome.made]
        await _all(earlier)  # indices follow the order of the calls, whichever was quicker
        return self._result(name, call_id, outcome, kept, time.monotonic() - started)

    async def _keep(self, tool: str, made: Made, outcome: ToolOutcome) -> tuple[Made, Output]:
        facts = {
            "tool": tool,
            "renderer": outcome.renderer,
            "model": outcome.model,
            "seed": made.seed,
            "prompt": made.prompt,
        }
        name = made.title or made.prompt or tool.replace("_", " ")
        desk = self._workshop.desk
        asset = await desk.store.put(
            self._caller.owner, made.data, made.mime_type, origin="made", filename=f"{name[:60]}.x", provenance=facts
        )
        output = Output(
            url=desk.url(self._caller, asset),
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
        )
        return made, output

    def _result(
        self, tool: str, call_id: str, outcome: ToolOutcome, kept: list[tuple[Made, Output]], seconds: float
    ) -> ToolResult:
        urls: dict[str, list[str]] = {"image": [], "video": [], "audio": []}
        indices: list[int] = []
        for _, output in kept:
            for kind in KINDS:
                if output.media_type == kind:
                    indices.append(self._media.add_generated(kind, output.url))
            urls[output.media_type if output.media_type in urls else "image"].append(output.url)
        provenance = Provenance(
            renderer=outcome.renderer,
            model=outcome.model,
            reason=outcome.reason,
            seconds=round(seconds, 3),
            outputs=[output for _, output in kept],
        )
        return ToolResult(
            tool=tool,
            success=True,
            ok=True,
            tool_call_id=call_id,
            message=outcome.message,
            result_urls=urls["image"],
            video_result_urls=urls["video"],
            audio_result_urls=urls["audio"],
            start_index=indices[0] if indices else None,
            indices=indices,
            prompt=outcome.text.get("prompt"),
            script=outcome.text.get("script"),
            lyrics=outcome.text.get("lyrics"),
            structure=outcome.text.get("structure"),
            data=outcome.data,
            x_studio=provenance,
        )


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
