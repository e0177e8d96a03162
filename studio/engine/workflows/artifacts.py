"""What a step made, as artifacts: its files, and the words of a step that makes no file."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from studio.contract.chat import MediaKind, Output
from studio.contract.media import KINDS
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.workflows.state import Artifact, StepState

_KINDS = frozenset(("image", "video", "audio", "model", "archive", "json", "text"))


def artifact_id(job_id: str, step: str, take: int, place: int) -> str:
    """Return a stable id: the same work done again after a crash makes the same artifact."""
    return "art_" + hashlib.sha256(f"{job_id}\n{step}\n{take}\n{place}".encode()).hexdigest()[:32]


def of_output(output: Output, *, artifact: str, tool: str, step: str, model: str, renderer: str) -> Artifact:
    """Return the artifact of one finished file."""
    kind = output.media_type if output.media_type in _KINDS else "other"
    about = {
        "seed": output.seed,
        "prompt": output.prompt,
        "title": output.title,
        "sha256": output.sha256,
        "model": model,
        "renderer": renderer,
    }
    return Artifact(
        id=artifact,
        kind=kind,
        url=output.url,
        media_type=kind if kind in KINDS else None,
        mime_type=output.mime_type,
        width=output.width,
        height=output.height,
        duration_seconds=output.duration_s,
        duration=output.duration_s,
        size_bytes=output.byte_length,
        tool_name=tool,
        step_id=step,
        metadata={name: value for name, value in about.items() if value is not None},
    )


async def of_words(
    desk: MediaDesk,
    caller: Caller,
    *,
    artifact: str,
    tool: str,
    step: str,
    message: str,
    text: Mapping[str, str],
    data: Mapping[str, Any] | None,
) -> Artifact:
    """Keep what a step found out or wrote as a small file, so that it has a URL as every artifact must.

    Raises:
        OSError: it could not be kept.
    """
    if data is None:
        words = "\n\n".join(text.values()) or message
        body, kind, mime, content = words.encode(), "text", "text/plain", words
    else:
        found = {**data, **text}
        body, kind, mime = msgspec.json.format(msgspec.json.encode(found), indent=2), "json", "application/json"
        content = msgspec.json.encode(found).decode()
    asset = await desk.store.put(
        caller.owner, body, mime, origin="made", filename=f"{step}.x", provenance={"tool": tool, "step": step}
    )
    return Artifact(
        id=artifact,
        kind=kind,
        url=desk.url(caller, asset),
        mime_type=mime,
        size_bytes=len(body),
        tool_name=tool,
        step_id=step,
        metadata={"sha256": asset.sha256, "message": message},
        content=content,
    )


def produced(steps: Sequence[tuple[str, StepState]], kind: MediaKind) -> list[Artifact]:
    """Return the artifacts of *kind* in production order: the order of the plan, whichever step was quicker."""
    return [a for _, state in steps if state.status == "completed" for a in state.artifacts if a.kind == kind]
