"""One step: its arguments bound and checked, its tool called, its result kept with the events that tell of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from studio.contract.chat import Output
from studio.contract.errors import InsufficientCredit, StudioError, ToolError
from studio.contract.tools import validate_arguments
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.calls import Performed, Workshop, perform_call
from studio.engine.agent.failures import as_tool_error
from studio.engine.billing.desk import Payer
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import CLOSED, TERMINAL, Job, JobStore
from studio.engine.durable.token import Cancelled, CancelToken
from studio.engine.media_desk import Caller
from studio.engine.workflows import costs, templates
from studio.engine.workflows.artifacts import artifact_id, of_output, of_words
from studio.engine.workflows.bind import Media, bind
from studio.engine.workflows.ending import wait_for_somebody
from studio.engine.workflows.failures import TRANSIENT, failure
from studio.engine.workflows.plan import Plan, StepNode
from studio.engine.workflows.progress import ProgressLog
from studio.engine.workflows.state import (
    Artifact,
    Edit,
    Failure,
    Pause,
    Request,
    State,
    edit,
)

log = logging.getLogger(__name__)

_SHOWN_CHARS = 2_000
"""Inline media in arguments are shown this far in the record."""


@dataclass(frozen=True)
class _Done:
    """What a call came to: artifacts, or a failure."""

    artifacts: tuple[Artifact, ...] = ()
    message: str | None = None
    model: str | None = None
    renderer: str | None = None
    problem: Failure | None = None


class StepWork:
    """Does steps, with the tools of one engine."""

    def __init__(
        self, store: JobStore, workshop: Workshop, backend: Callable[[], Backend], base_url: Callable[[], str]
    ) -> None:
        """Make it.

        Args:
            backend: the language model that tools may ask.
            base_url: under which this process reaches its own media.
        """
        self._store = store
        self._workshop = workshop
        self._backend = backend
        self._base_url = base_url

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do *step* until it succeeded, failed for good, was cancelled, or must wait for somebody."""
        while await self._once(job_id, step, token):
            pass

    async def _once(self, job_id: str, step: str, token: CancelToken) -> bool:
        """Try *step* once; True when it is to be tried again."""
        job = await self._store.require(job_id)
        request, state = self._opened(job)
        node = Plan(request, state).step(step)
        if job.status in CLOSED or state.pause is not None or node is None:
            return False
        if node.tool == "ask_clarifying_question":
            await edit(self._store, job_id, lambda opened: _ask(opened, node))
            return False
        arguments, problem = await self._arguments(job, request, state, node)
        fault("workflow.before_step")
        if not await edit(self._store, job_id, lambda opened: _begin(opened, node, arguments)):
            return False
        fault("workflow.step_started")
        done: _Done | Pause = _Done(problem=problem)
        if problem is None:
            done = await self._call(job, request, state, node, arguments, token)
            fault("workflow.step_called")
        if isinstance(done, Pause):
            pause = done
            await edit(self._store, job_id, lambda opened: _wait(opened, node, pause))
            return False
        outcome = done
        again = await edit(self._store, job_id, lambda opened: _end(opened, node, outcome, token))
        fault("workflow.step_recorded")
        return again

    def _opened(self, job: Job) -> tuple[Request, State]:
        """Return request and state with readable URLs in place of references."""
        text = msgspec.json.encode([job.request, job.state.get("workflow") or {}]).decode()
        opened = self._store.sealer.open(text, self._base_url())
        return msgspec.json.decode(opened, type=tuple[Request, State])

    async def _arguments(
        self, job: Job, request: Request, state: State, node: StepNode
    ) -> tuple[dict[str, Any], Failure | None]:
        earlier = Plan(request, state).earlier(node.id)
        caller = Caller(job.owner, self._base_url())
        spec = dict(node.spec)
        try:
            spec["arguments"] = templates.late_arguments(request, state, node, job)
            arguments = await bind(spec, Media(request.media, earlier), self._workshop.desk, caller)
        except (StudioError, OSError) as error:
            found = as_tool_error(node.tool, error)
            return dict(spec.get("arguments") or {}), failure(found.message, found.code, node.tool, node.id)
        checked = validate_arguments(node.tool, arguments)
        if not checked.ok:
            text = f"{node.tool}: {'; '.join(checked.problems)}"
            return arguments, failure(text, "PARAMETER_INVALID", node.tool, node.id)
        return checked.arguments, None

    async def _call(
        self, job: Job, request: Request, state: State, node: StepNode, arguments: dict[str, Any], token: CancelToken
    ) -> _Done | Pause:
        media = Media(request.media, Plan(request, state).earlier(node.id)).index
        caller = Caller(job.owner, self._base_url())
        take = state.step(node.id).retries
        progress = ProgressLog(self._store, job.id, node.id)
        try:
            performed = await token.run(
                perform_call(
                    self._workshop,
                    tool=node.tool,
                    call_id=f"{job.id}/{node.id}",
                    arguments=arguments,
                    media=media,
                    caller=caller,
                    request_text=str(arguments.get("prompt") or request.title),
                    backend=self._backend(),
                    tick=progress.tick,
                    payer=Payer(job.owner, request.token_type, request.billing_mode),
                    key=f"{job.id}/{node.id}" + (f"/{take}" if take else ""),
                )
            )
            return await self._done(job, node, performed, take, caller)
        except Cancelled as error:
            return _Done(problem=failure(str(error), "USER_CANCELLED", node.tool, node.id))
        except InsufficientCredit as error:
            return Pause("insufficient_credit", error.message, step_id=node.id)
        except (ToolError, OSError) as error:
            found = as_tool_error(node.tool, error)
            return _Done(problem=failure(found.message, found.code, node.tool, node.id))
        finally:
            await progress.close()

    async def _done(self, job: Job, node: StepNode, performed: Performed, take: int, caller: Caller) -> _Done:
        if performed.failure is not None:
            result = performed.failure
            text = result.message or result.error or f"{node.tool} failed."
            return _Done(problem=failure(text, result.error_type, node.tool, node.id))
        made = [
            of_output(
                output,
                artifact=artifact_id(job.id, node.id, take, place),
                tool=node.tool,
                step=node.id,
                model=performed.model,
                renderer=performed.renderer,
            )
            for place, output in enumerate((*performed.outputs, *_worded(performed)))
        ]
        if not made:
            made.append(
                await of_words(
                    self._workshop.desk,
                    caller,
                    artifact=artifact_id(job.id, node.id, take, len(made)),
                    tool=node.tool,
                    step=node.id,
                    message=performed.message,
                    text=performed.text,
                    data=performed.data,
                )
            )
        return _Done(tuple(made), performed.message, performed.model, performed.renderer)


def _worded(performed: Performed) -> list[Output]:
    """Return the texts that came beside a film or a song, such as its subtitles: later steps can take their lines."""
    return [kept for kept in performed.attachments if kept.media_type == "text"]


def finish_step(opened: Edit, node: StepNode, problem: Failure) -> None:
    """Let a step fail without having run."""
    _close(opened, node, _Done(problem=problem))


def _begin(opened: Edit, node: StepNode, arguments: dict[str, Any]) -> bool:
    """Note that a step starts; False when it may not (the workflow is over, or its consent does not cover it)."""
    if opened.draft.status in TERMINAL or opened.draft.result(node.id) is not None:
        return False
    if opened.state.pause is not None:
        return False
    pause = costs.reserve(opened, node.spec)
    if pause is not None:
        _wait(opened, node, pause)
        return False
    state = opened.state.step(node.id)
    state.status, state.completed_ms, state.error = "running", None, None
    state.started_ms = state.started_ms or opened.now_ms
    state.arguments = _shown(arguments)
    once = f"step_started/{node.id}/{opened.draft.attempt}/{state.first_try}"
    opened.emit("step_started", {"stepId": node.id, "toolName": node.tool}, once=once)
    return True


def _end(opened: Edit, node: StepNode, done: _Done, token: CancelToken) -> bool:
    """Record what came of a step; True when it is to be tried again at once."""
    state = opened.state.step(node.id)
    if done.problem is not None and not token.cancelled and opened.draft.result(node.id) is None:
        tries = state.retries - state.first_try + 1
        transient = done.problem.code in TRANSIENT
        if tries < max(node.attempts, 2 if transient else 1):
            state.retries += 1
            data = {"stepId": node.id, "toolName": node.tool, "retry": state.retries, "error": done.problem}
            opened.emit("custom", data, message=f"Trying again: {done.problem.message}")
            return True
    _close(opened, node, done)
    return False


def _close(opened: Edit, node: StepNode, done: _Done) -> None:
    if opened.draft.status in TERMINAL or opened.draft.result(node.id) is not None:
        return
    state = opened.state.step(node.id)
    state.completed_ms = opened.now_ms
    state.message, state.model, state.renderer = done.message, done.model, done.renderer
    about = {"stepId": node.id, "toolName": node.tool}
    if done.problem is None:
        state.status, state.error = "completed", None
        state.artifacts = list(done.artifacts)
        for artifact in done.artifacts:
            opened.emit("artifact_created", {"stepId": node.id, "artifact": artifact})
        opened.emit("step_completed", {**about, "artifacts": list(done.artifacts)}, message=done.message)
    else:
        state.error = done.problem
        cancelled = done.problem.code == "USER_CANCELLED"
        state.status = "cancelled" if cancelled else "skipped" if node.on_error == "skip" else "failed"
        opened.emit("step_failed", {**about, "error": done.problem}, message=done.problem.message)
    costs.settle(opened, node.id, state.status)
    opened.draft.record(node.id, "result", {"status": state.status})


def _ask(opened: Edit, node: StepNode) -> None:
    """Put the question to a person; the answer comes with the resume."""
    if opened.draft.status in TERMINAL or opened.draft.result(node.id) is not None:
        return
    given = node.spec.get("arguments") or {}
    question = str(given.get("question") or "")
    details = {"question": question, "stepId": node.id}
    state = opened.state.step(node.id)
    state.started_ms, state.arguments = state.started_ms or opened.now_ms, dict(given)
    once = f"step_started/{node.id}/{opened.draft.attempt}/{state.first_try}"
    opened.emit("step_started", {"stepId": node.id, "toolName": node.tool}, once=once)
    _wait(opened, node, Pause("ask_clarifying_question", question, details, node.id))


def _wait(opened: Edit, node: StepNode, pause: Pause) -> None:
    if opened.draft.status in TERMINAL:
        return
    asking = pause.reason == "ask_clarifying_question"
    opened.state.step(node.id).status = "waiting_for_user" if asking else "pending"
    costs.settle(opened, node.id, "cancelled")
    wait_for_somebody(opened, pause)


def _shown(value: Any) -> Any:
    """Return arguments as the record shows them: inline media are named, not repeated."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    if isinstance(value, str) and value.startswith("data:") and len(value) > _SHOWN_CHARS:
        return f"{value.partition(',')[0]},… ({len(value)} characters)"
    return value
