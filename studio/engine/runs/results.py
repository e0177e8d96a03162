"""Calls in the log of a run: dispatched, resolved in call order, with their places in the session."""

from collections.abc import Sequence
from typing import Any

import msgspec

from studio.contract.chat import Output, ToolResult
from studio.contract.runs import RunArtifact, RunToolCall, RunToolResult
from studio.engine.agent.calls import Performed, tool_result
from studio.engine.agent.failures import asks_user
from studio.engine.runs.state import CallStatus, Edit, State, given

_SHOWN = frozenset(("image", "video", "audio", "model"))
"""Kinds of files that clients of this contract know; a text stands in the result itself."""


def dispatch(opened: Edit, call_id: str, tool: str, arguments: dict[str, Any]) -> None:
    """Note that a call goes to work; once for each call."""
    if opened.state.call(call_id) is not None:
        return
    payload = {"toolCallId": call_id, "toolName": tool, "arguments": arguments}
    sequence = opened.emit("tool_call_dispatched", payload, once=f"dispatched/{call_id}")
    if sequence is not None:
        call = RunToolCall(tool_call_id=call_id, tool_name=tool, arguments=arguments, sequence=sequence)
        opened.state.tool_calls.append(call)


def resolve(opened: Edit, performed: Performed) -> None:
    """Note what became of a call; its outputs get the next indices. Call it in the order of calls."""
    state = opened.state
    if state.result(performed.call_id) is not None:
        return
    media = state.index()
    result = tool_result(performed, media)
    artifacts = _artifacts(performed)
    payload = _payload(performed, result, artifacts)
    sequence = opened.emit("tool_call_resolved", payload, once=f"resolved/{performed.call_id}")
    if sequence is None:
        return
    state.tool_results.append(
        RunToolResult(
            tool_call_id=performed.call_id,
            status=status_of(result),
            sequence=sequence,
            summary=given(result.message),
            error_code=given(result.error_type),
            result=payload["result"],
        )
    )
    state.artifacts += artifacts
    if asks_user(result):
        state.may_call = False
    if performed.outputs:
        state.media = media.context()
        opened.emit("media_context_updated", media_body(state))
    if media.manifest is not None and media.manifest != state.manifest:
        state.manifest = dict(media.manifest)
        opened.emit("asset_manifest_updated", state.manifest)


def results_of(state: State, call_ids: Sequence[str]) -> list[ToolResult]:
    """Return the whole results of resolved calls."""
    found = [state.result(call_id) for call_id in call_ids]
    return [msgspec.convert(result.result, ToolResult) for result in found if result is not None]


def status_of(result: ToolResult) -> CallStatus:
    """Return the status of a call by its result."""
    if result.success:
        return "ok"
    return "cancelled" if result.error_type == "USER_CANCELLED" else "err"


def last_tick(performed: Performed) -> dict[str, Any]:
    """Return the tick that ends the progress of a call that made something."""
    payload: dict[str, Any] = {"toolCallId": performed.call_id, "toolName": performed.tool}
    return {**payload, "status": "completed", "progress": 1.0, "mediaUrls": _media_urls(performed)}


def media_body(state: State) -> dict[str, list[str]]:
    """Return the session's pieces with all six lists."""
    context = state.media
    return {
        "images": context.images,
        "videos": context.videos,
        "audio": context.audio,
        "uploadedImages": context.uploaded_images,
        "uploadedVideos": context.uploaded_videos,
        "uploadedAudio": context.uploaded_audio,
    }


def unrepaired(state: State) -> list[RunToolResult]:
    """Return failed calls after which no call of the same tool succeeded."""
    tools = {call.tool_call_id: call.tool_name for call in state.tool_calls}
    good: set[str | None] = set()
    bad: list[RunToolResult] = []
    for result in reversed(state.tool_results):
        tool = tools.get(result.tool_call_id)
        if result.status == "ok":
            good.add(tool)
        elif result.status == "err" and tool not in good:
            bad.append(result)
    return bad[::-1]


def _payload(performed: Performed, result: ToolResult, artifacts: list[RunArtifact]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "toolCallId": performed.call_id,
        "toolName": performed.tool,
        "status": status_of(result),
        "result": msgspec.to_builtins(result),
    }
    if result.message:
        payload["summary"] = result.message
    if result.error_type:
        payload["errorCode"] = result.error_type
    if artifacts:
        payload["mediaUrls"] = _media_urls(performed)
        payload["artifacts"] = msgspec.to_builtins(artifacts)
        payload["modelDisplayName"] = performed.model
    return payload


def _shown(performed: Performed) -> list[Output]:
    return [output for output in performed.outputs if output.media_type in _SHOWN]


def _artifacts(performed: Performed) -> list[RunArtifact]:
    return [
        RunArtifact(
            id=f"art_{performed.call_id}_{number}",
            url=output.url,
            media_type=output.media_type,
            tool_name=performed.tool,
            model_key=given(performed.renderer),
            model_display_name=given(performed.model),
        )
        for number, output in enumerate(_shown(performed), 1)
    ]


def _media_urls(performed: Performed) -> list[dict[str, str]]:
    return [
        {
            "url": output.url,
            "mediaType": output.media_type,
            "modelKey": performed.renderer,
            "modelDisplayName": performed.model,
            "toolName": performed.tool,
        }
        for output in _shown(performed)
    ]
