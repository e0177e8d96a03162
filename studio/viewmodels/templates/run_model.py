"""One run of a template: asked for, followed over any cut, answered, and kept so that a crash loses nothing."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from studio.contract.editing.document import Document
from studio.contract.editing.form import form_of
from studio.viewmodels.balance import amount_words
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property
from studio.viewmodels.state import ConnectionKind, Piece
from studio.viewmodels.templates import run_state
from studio.viewmodels.templates.run_orders import Kept
from studio.viewmodels.templates.run_pace import RunPace
from studio.viewmodels.templates.run_results import RunResults
from studio.viewmodels.templates.run_sending import RunSender
from studio.viewmodels.templates.run_state import PauseState, RunState

if TYPE_CHECKING:
    import asyncio

    from studio.contract.errors import ApiError, TransportError
    from studio.library.library import Library
    from studio.service.events import Item
    from studio.service.transport import Transport
    from studio.service.workflows import Workflow
    from studio.viewmodels.templates.running import TemplateRuns

_ROOM_AGAIN_S: Final = 5.0
_LONGEST_TITLE: Final = 80
_QUIET: Final = frozenset({"workflow_progress", "artifact_created"})


class TemplateRunModel:
    """One run.

    Attributes:
        state: how it stands; every change is a new one.
        kind, base_url: the connection that it runs on.
        inputs: what the form held.
    """

    def __init__(
        self,
        runs: "TemplateRuns",
        state: RunState,
        kind: ConnectionKind,
        base_url: str,
        inputs: dict[str, Any],
        kept: Kept,
    ) -> None:
        self._runs = runs
        self._desk: Desk = runs.desk
        self.id = state.id
        self.state: Property[RunState] = Property(state)
        self.kind: ConnectionKind = kind
        self.base_url, self.inputs, self.kept = base_url, inputs, kept
        self.document = Document(kept.document)
        self.is_held = False
        self._results = RunResults(self._desk, self._way, state, kept, self._came)
        self._sender = RunSender(self._desk, runs.uploader, self.id, state.session_id, kept, self.keep)
        self._answers: asyncio.Queue[dict[str, Any]] | None = None
        self._waits = False
        self._here = kind == "local"
        self._pace = RunPace()

    # --- what the window does ------------------------------------------------------------------

    @property
    def takes_place(self) -> bool:
        """Whether it counts among the active ones of its server."""
        return self.state.value.status in ("starting", "queued", "running", "waiting_for_user")

    @property
    def can_resume(self) -> bool:
        """Whether “Resume from here” makes sense."""
        return self.state.value.status in ("failed", "partial_failure") and bool(self.state.value.workflow_id)

    @property
    def can_reseed(self) -> bool:
        """Whether another take can be made."""
        state = self.state.value
        done = state.status in ("completed", "partial_failure") and bool(state.workflow_id)
        return done and any(run_state.has_seed(item.tool) for item in state.items)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything that it made and that is kept, in the order of its steps."""
        return tuple(piece for item in self.state.value.items for piece in self._results.pieces.get(item.step_id, []))

    @property
    def last_piece(self) -> Piece | None:
        """What stands for the whole run: the last thing that it made."""
        return next(reversed(self.pieces), None)

    def pieces_of(self, step_id: str) -> tuple[Piece, ...]:
        """What one step made."""
        return tuple(self._results.pieces.get(step_id, ()))

    def is_earlier(self, step_id: str, piece_id: str) -> bool:
        """Whether a piece was replaced by another take of its step."""
        return piece_id in self._results.earlier(step_id)

    @property
    def title(self) -> str:
        """What tells it from the other runs of its template: its place in a series, else the first words it was given.

        Empty where it was given none.
        """
        if self.state.value.label:
            return self.state.value.label
        wordy = [entry for entry in form_of(self.document) if entry.shown in ("text", "long")]
        given = [self.inputs.get(entry.name, entry.default) for entry in wordy]
        words = (", ".join(map(str, each)) if isinstance(each, list) else each for each in given)
        said = next((" ".join(each.split()) for each in words if isinstance(each, str) and each.strip()), "")
        return said[:_LONGEST_TITLE]

    def label_of(self, step_id: str) -> str:
        """What people call a step: its stage, with a number for an item of a batch."""
        stage_id = run_state.stage_of_step(self.document, step_id)
        stage = next((stage for stage in self.state.value.stages if stage.id == stage_id), None)
        if stage is None:
            return step_id
        places = [item.step_id for item in stage.items]
        return f"{stage.label} {places.index(step_id) + 1}" if len(places) > 1 and step_id in places else stage.label

    def approve(self) -> None:
        """Go on after a checkpoint, or accept the cost."""
        pause = self.state.value.pause
        if pause is None:
            return
        if pause.kind == "cost":
            self._answer({"_cost": "confirm"})
        elif pause.kind == "interactive":
            self._answer({"type": "interactive_complete", "stageId": pause.stage_id, "result": None})
        else:
            self._answer({"type": "approve_checkpoint"})

    def answer(self, result: Any) -> None:
        """Give what an interactive stage or a question asks for: a text, or the address of a medium."""
        pause = self.state.value.pause
        if pause is None:
            return
        if pause.kind == "question":
            self._answer({"type": "answer", "answer": result})
        else:
            self._answer({"type": "interactive_complete", "stageId": pause.stage_id, "result": result})

    def answer_with_piece(self, piece_id: str) -> None:
        """Give a piece of the library to an interactive stage."""
        self._answer({"_piece": piece_id})

    def redo_stage(self, stage_id: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Make a stage again before going on; *arguments* replace what it was given."""
        words: dict[str, Any] = {"type": "redo_stage", "stageId": stage_id}
        self._answer({**words, "overrideArgs": dict(arguments)} if arguments else words)

    def redo_item(self, step_id: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Make one item again before going on."""
        words: dict[str, Any] = {"type": "redo_item", "itemId": step_id}
        self._answer({**words, "overrideArgs": dict(arguments)} if arguments else words)

    def resume(self) -> None:
        """Try what failed again; what is done stays done."""
        if self.can_resume:
            self._show(replace(self.state.value, status="running", trouble=""))
            # Anew, because the task that showed the failure may be about to end only now.
            self._desk.tasks.start(f"template-run.{self.id}", lambda: self._run({}), restart=True)

    def cancel(self) -> None:
        """End it; what was made is kept."""
        state = self.state.value
        if state.is_over:
            return
        if not state.workflow_id:
            self._desk.tasks.cancel(f"template-run.{self.id}")
            self._end("cancelled")
            return
        self._desk.tasks.start(f"template-run.{self.id}.cancel", self._cancel)

    def go(self) -> None:
        """Start it, or follow it again."""
        if self.state.value.status == "waiting_here":
            self._show(replace(self.state.value, status="starting"))
        self._desk.tasks.start(f"template-run.{self.id}", self._run)

    # --- keeping -------------------------------------------------------------------------------

    def keep(self, *, new: bool = False) -> None:
        """Write how it stands."""
        from dataclasses import asdict

        from studio.library.templates import TemplateRun

        state = self.state.value
        self.kept.trouble = state.trouble
        self.kept.stages = [_kept_stage(stage) for stage in state.stages]
        self.kept.pieces = {step: [piece.id for piece in pieces] for step, pieces in self._results.pieces.items()}
        body, place = asdict(self.kept), f"{self.kind}:{self.base_url}"
        row = TemplateRun(
            self.id, state.template_id, place, state.workflow_id, self.inputs, state.status, state.created_ms,
            state.created_ms, state.session_id, body,
        )  # fmt: skip

        def write(lib: "Library") -> None:
            if new:
                lib.templates.add_run(row)
            else:
                lib.templates.update_run(row.id, status=row.status, workflow_id=row.workflow_id or None, body=body)

        self._desk.save("keeping a run", write)

    def take_kept(self, pieces: dict[str, list[Piece]]) -> None:
        """Show what was kept of a run of an earlier window."""
        self._results.pieces = pieces
        weights = {stage.id: stage.weight for stage in self.state.value.stages}
        stages = tuple(
            run_state.StageState(
                stage["id"], stage["label"], stage["kind"],
                tuple(
                    run_state.ItemState(
                        item["step_id"], item["tool"], item["status"], error=item["error"], seed=item["seed"],
                        text=item["text"], piece_ids=tuple(piece.id for piece in pieces.get(item["step_id"], [])),
                        paths=tuple(piece.path for piece in pieces.get(item["step_id"], [])),
                    )
                    for item in stage["items"]
                ),
                stage["passed"], weights.get(stage["id"], 0.0),
            )
            for stage in self.kept.stages
        )  # fmt: skip
        if stages:
            self.state.value = replace(self.state.value, stages=stages)

    # --- running -------------------------------------------------------------------------------

    async def _run(self, resume_with: dict[str, Any] | None = None) -> None:
        from studio.contract.errors import Conflict, StudioError
        from studio.library.errors import LibraryError
        from studio.viewmodels.troubles import EngineDown, trouble_of

        await self._desk.warm()
        try:
            transport = await self._way()
            self._here = self.kind == "local" or await _takes_answers(transport)
            if not self.state.value.workflow_id and not await self._start(transport):
                return
            if resume_with is not None:
                with suppress(Conflict):  # it went on, or ended, without this window
                    await self._resume(await self._way(), resume_with)
            await self._follow_over_cuts()
        except (StudioError, LibraryError, EngineDown, OSError) as error:
            self._end("failed", trouble_of(error, self.kind).what)

    async def _start(self, transport: "Transport") -> bool:
        """Ask for the run; False when it waits here for room, or for consent."""
        from studio.contract.errors import Conflict
        from studio.service import workflows

        self.base_url = transport.connection.base_url if self.kind != "local" else ""
        await self._desk.call(lambda lib: self._results.begin(lib, self.state.value))
        if self.kept.parent_workflow:
            taken = await workflows.reseed(
                transport, self.kept.parent_workflow, seed_overrides=self.kept.seeds, key=self.id
            )
            self._fold(taken.workflow)
            return True
        inputs = await self._sender.inputs(transport, self.inputs)
        template = self.kept.known_id or await self._sender.scratch(transport)
        body: dict[str, Any] = {"workflow_id": template, "inputs": inputs}
        if self.kept.ceiling is not None and self.kind != "local":
            body["max_estimated_capacity_units"] = self.kept.ceiling
        if self.kept.token_type and self.kind != "local":
            body["token_type"] = self.kept.token_type
        if self.kept.consented:
            body["confirm_cost"] = True
        try:
            started = await workflows.start(transport, body, key=self.id)
        except Conflict as error:
            details = error.details if isinstance(error.details, dict) else {}
            units = details.get("totalEstimatedCapacityUnits")
            if units is not None:
                ceiling = amount_words(self.kept.ceiling or 0)
                token = "Sogni" if self.kept.token_type == "sogni" else "Spark"
                message = f"This would cost about {amount_words(units)} {token}, more than the limit of {ceiling}."
                pause = PauseState("cost", message, units=float(units), token=token)
                self._show(replace(self.state.value, status="waiting_for_user", pause=pause))
                await self._asked_before_start()
                return await self._start(transport) if self.kept.consented else False
            if "active" not in str(error).lower():
                raise
            self._wait_for_room()
            return False
        self._fold(started.workflow)
        self.keep()
        await self._sender.drop_scratch(transport)
        return True

    async def _asked_before_start(self) -> None:
        words = await self._next_answer()
        if words.get("_cost") == "confirm":
            self.kept.consented = True
            self._show(replace(self.state.value, status="starting", pause=None))
        else:
            self._end("cancelled")

    def _wait_for_room(self) -> None:
        """The server is full with work that this window does not know: try again in a moment."""
        loop = self._desk.loop
        self.is_held = True
        self._show(replace(self.state.value, status="waiting_here"))

        def again() -> None:
            self.is_held = False
            self._runs.let_in()

        if loop is not None:
            loop.call_later(_ROOM_AGAIN_S, again)

    async def _follow_over_cuts(self) -> None:
        """Follow until it is over; where the server is out of reach, try again and again, longer and longer apart."""
        from studio.contract.errors import TransportError
        from studio.service.events import Pace

        pace, failures = self._runs.pace or Pace(), 0
        while True:
            try:
                return await self._follow()
            except TransportError as error:
                failures = 1 if not self.state.value.cut_off else failures + 1
                self._cut(error)
                await pace.sleep(pace.wait_s(failures, error))

    def _cut(self, error: "ApiError | TransportError") -> None:
        self._runs.line.failed(self.kind, error)
        self._pace.rest()
        self._show(replace(self.state.value, cut_off=True, left_s=None))

    async def _follow(self) -> None:
        """Follow until it is over, answering pauses as the person does."""
        from contextlib import aclosing

        from studio.service import events, workflows

        workflow_id = self.state.value.workflow_id
        while True:
            now = await workflows.get(await self._way(), workflow_id)
            self._fold(now)
            if now.status not in events.CLOSED:
                async with aclosing(workflows.follow(self._way, workflow_id, pace=self._runs.pace)) as items:
                    await self._listen(items)
                now = await workflows.get(await self._way(), workflow_id)
                self._fold(now)
            await self._results.home()
            settled = self._settled(now)
            if settled.status in events.TERMINAL:
                await self._finish(settled)
                return
            if settled.pause is not None:
                words = self.kept.replay.pop(_place(settled.pause), None) if settled.pause.here else None
                if words is None:
                    self._show(settled)
                    self.keep()
                    words = await self._next_answer()
                await self._decide(words, settled.pause)

    async def _listen(self, items: "AsyncGenerator[Item, None]") -> None:
        from studio.service import events, workflows

        async for item in items:
            if isinstance(item, events.Cut):
                self._cut(item.error)
            if not isinstance(item, events.Event):
                continue
            data = item.payload
            if item.type == "workflow_progress":
                progress = data.get("jobProgress", data.get("progress"))
                part = float(progress) if isinstance(progress, int | float) else None
                words = data.get("stepLabel")
                state = self.state.value
                step = str(data.get("stepId", ""))
                self._show(run_state.with_progress(state, step, part, words if isinstance(words, str) else ""))
            if item.type not in _QUIET:
                self._fold(await workflows.get(await self._way(), self.state.value.workflow_id))

    async def _decide(self, words: dict[str, Any], pause: PauseState) -> None:
        from studio.contract.errors import ApiError
        from studio.service import workflows

        transport = await self._way()
        workflow_id = self.state.value.workflow_id
        self._show(replace(self.state.value, status="running", pause=None))
        try:
            if "_cost" in words:
                await workflows.decide(transport, workflow_id, words["_cost"], preview=pause.preview)
            elif "_cancelled" not in words:
                if str(words.get("type", "")) not in ("redo_stage", "redo_item"):
                    self.kept.answers[_place(pause)] = words
                if "_piece" in words:
                    stage = pause.stage_id
                    url = await self._sender.url_of(transport, await self._sender.piece(words["_piece"]))
                    words = {"type": "interactive_complete", "stageId": stage, "result": url}
                await self._resume(transport, words)
        except ApiError as error:
            self._desk.notices.post("error", "The answer was not taken", str(error))

    async def _resume(self, transport: "Transport", words: dict[str, Any]) -> None:
        from studio.service import workflows

        await workflows.resume(transport, self.state.value.workflow_id, resume_input=words or None)

    async def _cancel(self) -> None:
        from studio.contract.errors import ApiError, TransportError
        from studio.service import workflows

        try:
            done = await workflows.cancel(await self._way(), self.state.value.workflow_id)
        except (ApiError, TransportError) as error:
            self._desk.notices.post("error", "The run was not stopped", str(error))
            return
        self._fold(done.workflow)
        if self.state.value.pause is not None or self._waits:
            self._answer({"_cancelled": True})

    def _answer(self, words: dict[str, Any]) -> None:
        import asyncio

        if self._answers is None:
            self._answers = asyncio.Queue()
        self._answers.put_nowait(words)

    async def _next_answer(self) -> dict[str, Any]:
        import asyncio

        if self._answers is None:
            self._answers = asyncio.Queue()
        self._waits = True
        try:
            return await self._answers.get()
        finally:
            self._waits = False

    async def _way(self) -> "Transport":
        if self.kind != "local" and not self.base_url:
            return await self._runs.line.transport()
        return await self._runs.line.transport_for(self.kind, self.base_url)

    def _settled(self, workflow: "Workflow") -> RunState:
        """Return the state that the server's record tells."""
        return run_state.folded(self.state.value, self.document, workflow, self._results.pieces, here=self._here)

    def _fold(self, workflow: "Workflow") -> None:
        """Take over the server's record, and bring home what is new in it. Its end is shown when all is here."""
        found = replace(self._settled(workflow), cut_off=False)
        if found.is_over or found.pause is not None:
            found = replace(found, status="running", pause=None, trouble="")
        self._show(found)
        self._results.collect(workflow)

    async def _finish(self, state: RunState) -> None:
        """Everything is here: show the end."""
        await self._results.finish(state)
        self._show(state)
        self.keep()
        self._runs.session_changed.emit(state.session_id)
        self._runs.note(self)

    def _came(self) -> None:
        """A piece came home: show it. How the run stands may have gone on since the record that named it."""
        record = self._results.record
        if record is not None:
            self._show(replace(self.state.value, stages=self._settled(record).stages))
        self._runs.session_changed.emit(self.state.value.session_id)

    def _end(self, status: Any, trouble: str = "") -> None:
        self._show(replace(self.state.value, status=status, trouble=trouble, pause=None))
        self.keep()
        self._runs.note(self)

    def _show(self, state: RunState) -> None:
        if state.status != "running":
            self._pace.rest()
            state = replace(state, left_s=None)
        elif state.fraction != self.state.value.fraction or self.state.value.status != "running":
            state = replace(state, left_s=self._pace.left_s(state.fraction, time.monotonic()))
        if state != self.state.value:
            before, self.state.value = self.state.value, state
            self._runs.run_changed.emit(self.id)
            if state.status != before.status:
                self._runs.changed.emit()
                if state.is_over:
                    self._runs.let_in()


async def _takes_answers(transport: "Transport") -> bool:
    """Whether a server says that pauses of workflows can be answered through it (an extension of studio engines)."""
    from studio.contract.errors import ApiError, TransportError

    if transport.connection.kind == "supernet":
        return False
    try:
        body: Any = await transport.get_json("/healthz")
    except (ApiError, TransportError):
        return False
    features = body.get("features") if isinstance(body, dict) else None
    return isinstance(features, list) and "resume_input" in features


def _place(pause: PauseState) -> str:
    """What tells a pause from the others of its run."""
    return f"{pause.kind} {pause.stage_id}"


def _kept_stage(stage: run_state.StageState) -> dict[str, Any]:
    return {
        "id": stage.id, "label": stage.label, "kind": stage.kind, "passed": stage.passed,
        "items": [
            {"step_id": item.step_id, "tool": item.tool, "status": item.status, "error": item.error,
             "seed": item.seed, "text": item.text}
            for item in stage.items
        ],
    }  # fmt: skip
