"""A workflow as a terminal shows it: its steps as they come, progress, results."""

import argparse
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.commands.progress import Progress
from studio.commands.results import WrittenFile, write_results
from studio.commands.run_view import words_of_status
from studio.commands.server import PACE, Server, print_json, say
from studio.contract.chat import SogniProgress, ToolResult
from studio.service import workflows
from studio.service.events import Cut, Ended, Event, Gap
from studio.service.reading import mapping, number, text, words_of_failure
from studio.service.runs import Artifact, read_artifacts
from studio.viewmodels.words import done_sentence


@dataclass
class WorkflowView:
    """Shows the events of one workflow.

    Attributes:
        folder: where results are written; None leaves them where they are.
        last: sequence of the last event that was shown.
    """

    args: argparse.Namespace
    server: Server
    folder: Path | None = None
    lines: bool = False
    last: int = -1
    files: list[WrittenFile] = field(default_factory=list)
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
                say(words_of_failure(data.get("error")) or f"The step {step} didn't work.")

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
        urls: dict[str, list[str]] = {"video": [], "audio": []}
        pictures: list[str] = []
        for artifact in new:
            urls.get(artifact.kind, pictures).append(artifact.url)
        result = ToolResult(
            tool=tool,
            success=True,
            ok=True,
            result_urls=pictures,
            video_result_urls=urls["video"],
            audio_result_urls=urls["audio"],
        )
        made = await write_results(await self.server.transport(), result, self.folder, already=self.files)
        self.files += made
        say(done_sentence(tool, {}, len(made)) + ":")
        for file in made:
            say(f"  {file.kind}  {file.path}")


def tell_end(workflow: workflows.Workflow, server: Server) -> None:
    """Say how a workflow stands, and what can be done about it."""
    where = server.options
    failed = [step for step in workflow.steps if step.status == "failed"]
    if workflow.pause is not None:
        tell_pause(workflow, server)
    elif workflow.status in ("failed", "partial_failure"):
        words = workflow.failure or "A step didn't work."
        say(f"{words} What was made before is kept." if workflow.artifacts else words)
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
