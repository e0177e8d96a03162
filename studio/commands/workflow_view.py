"""A workflow as a terminal shows it: its steps as they come, progress, results."""

import argparse
import mimetypes
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from studio.commands.progress import Progress
from studio.commands.results import WrittenFile
from studio.commands.run_view import bring_home, words_of_status
from studio.commands.server import PACE, Server, print_json, say
from studio.contract.chat import Output, Provenance, SogniProgress, ToolResult
from studio.service import workflows
from studio.service.events import Cut, Ended, Event, Gap
from studio.service.reading import mapping, number, text, whole, words_of_failure
from studio.service.runs import Artifact, read_artifacts
from studio.viewmodels.words import count_of, joined


@dataclass
class WorkflowView:
    """Shows the events of one workflow.

    Attributes:
        folder: where results are written; None leaves them where they are.
        last: sequence of the last event that was shown.
        failure: the newest failure that was told.
    """

    args: argparse.Namespace
    server: Server
    folder: Path | None = None
    lines: bool = False
    last: int = -1
    files: list[WrittenFile] = field(default_factory=list)
    failure: str = ""
    _kept: set[str] = field(default_factory=set)
    _arguments: dict[str, dict[str, Any]] = field(default_factory=dict)
    _tools: dict[str, str] = field(default_factory=dict)
    _progress: Progress = field(default_factory=Progress)

    async def follow(self, workflow_id: str) -> str:
        """Show the workflow until it is over or waits; return its status.

        Raises:
            ApiError, TransportError, EngineDown: it cannot be followed any more.
        """
        status = ""
        async with aclosing(workflows.follow(self.server.transport, workflow_id, self.last, pace=PACE)) as items:
            async for item in items:
                if isinstance(item, Event):
                    await self._take(item)
                    self.last = item.sequence
                elif isinstance(item, Cut):
                    self.server.failed()
                    if item.failures == 2:
                        self._progress.clear()
                        say("The connection broke. Trying again; nothing is lost.")
                elif isinstance(item, Gap):
                    say(f"The server doesn't have the events {item.first} to {item.last} any more.")
                elif isinstance(item, Ended):
                    status = item.status
        self._progress.clear()
        return status

    async def _take(self, event: Event) -> None:
        if self.lines:
            print_json(event.body, lines=True)
        data = event.payload
        step = text(data.get("stepId"))
        if text(data.get("toolName")):
            self._tools[step] = text(data["toolName"])
        match event.type:
            case "step_started":
                self._arguments[step] = mapping(data.get("arguments"))
                self._tick(step, data)
            case "workflow_progress":
                self._tick(step, data)
            case "artifact_created":
                await self.keep(step, read_artifacts([data.get("artifact")]))
            case "step_completed":
                await self.keep(step, read_artifacts(data.get("artifacts")))
            case "step_failed":
                self._progress.clear()
                self.failure = words_of_failure(data.get("error")) or f"The step {step} didn't work."
                say(self.failure)

    def _tick(self, step: str, data: dict[str, Any]) -> None:
        if not step:
            return
        self._progress.show(
            SogniProgress(
                tool_call_id=step,
                tool_name=self._tools.get(step, step),
                status="processing",
                progress=number(data.get("progress")),
                step_label=text(data.get("stepLabel")) or None,
                arguments=self._arguments.get(step),
            )
        )

    async def keep(self, step: str, artifacts: list[Artifact]) -> None:
        """Write what a step made, once, or say where it is."""
        new = [artifact for artifact in artifacts if _name(artifact) not in self._kept]
        if not new:
            return
        self._kept |= {_name(artifact) for artifact in new}
        self._progress.clear()
        tool = next((artifact.tool for artifact in new if artifact.tool), self._tools.get(step, step or "workflow"))
        if self.folder is None:
            for artifact in new:
                say(f"  {artifact.kind}  {artifact.url}")
            return
        outputs = [_output(artifact) for artifact in new]
        result = ToolResult(
            tool=tool, success=True, ok=True, x_studio=Provenance(renderer="", model="", outputs=outputs)
        )
        made = await bring_home(self.server, result, self.folder, self.files)
        counts = Counter(file.kind for file in made)
        say(f"{step or 'The workflow'} made {joined([count_of(kind, n) for kind, n in counts.items()])}:")
        for file in made:
            say(f"  {file.kind}  {file.path}")


def tell_end(workflow: workflows.Workflow, server: Server, *, said: str = "") -> None:
    """Say how a workflow stands, and what can be done about it; *said* was said before."""
    where = server.options
    failed = [step for step in workflow.steps if step.status == "failed"]
    if workflow.pause is not None:
        tell_pause(workflow, server)
    elif workflow.status in ("failed", "partial_failure"):
        words = workflow.failure or "A step didn't work."
        if words != said:
            say(words)
        if workflow.artifacts:
            say("What was made before is kept.")
        if failed or workflow.status == "partial_failure":
            say(f"Try again from there: studio workflows resume {workflow.id}{where}")
    else:
        say(f"{workflow.id} is {words_of_status(workflow.status)}.")


def tell_pause(workflow: workflows.Workflow, server: Server) -> None:
    """Say what a workflow waits for, and how it goes on."""
    pause, where = workflow.pause, server.options
    assert pause is not None
    if pause.asks_for_money:
        say(f"It waits for your approval. Approve it: studio workflows confirm {workflow.id} --yes{where}")
        say(f"Decline it: studio workflows confirm {workflow.id} --decline{where}")
    elif pause.reason == "insufficient_credit":
        say(f"There is not enough credit. Add some, then: studio workflows resume {workflow.id}{where}")
    else:
        say(pause.message or f"It waits for you ({pause.reason.replace('_', ' ')}).")
        say(f"Go on with it: studio workflows resume {workflow.id}{where}")


def _name(artifact: Artifact) -> str:
    """Return what an artifact is known by; its address may be signed anew each time."""
    return artifact.id or artifact.url.partition("?")[0]


def _output(artifact: Artifact) -> Output:
    """Return an artifact as the file that it is, named as its address says."""
    path = unquote(urlsplit(artifact.url).path)
    mime_type = text(artifact.body.get("mimeType")) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    kind = artifact.kind if artifact.kind in ("image", "video", "audio", "model") else "text"
    metadata = mapping(artifact.body.get("metadata"))
    return Output(
        url=artifact.url,
        media_type=kind,
        mime_type=mime_type,
        sha256="",
        byte_length=0,
        title=text(metadata.get("title")) or Path(path).stem,
        width=whole(artifact.body.get("width")),
        height=whole(artifact.body.get("height")),
        seed=whole(metadata.get("seed")),
    )
