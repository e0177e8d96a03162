"""Runs of templates: started from the form, followed, answered, taken again; their results are kept as pieces.

A run is noted in the library before it is asked for, with the key that makes asking twice harmless, so that it is
found again after any crash of the window or the engine.
"""

import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from studio.contract.editing.document import Document
from studio.contract.editing.form import FILE, PIECE, form_of
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.state import ConnectionKind, Piece
from studio.viewmodels.templates import run_state
from studio.viewmodels.templates.run_state import OVER, PauseState, RunState

if TYPE_CHECKING:
    import asyncio

    from studio.library.library import Library
    from studio.library.templates import TemplateRun
    from studio.service.events import Item, Pace
    from studio.service.runs import Artifact
    from studio.service.transport import Transport
    from studio.service.workflows import Step, Workflow
    from studio.viewmodels.uploading import Uploader

MOST_ACTIVE: Final = 10
"""A server runs so many workflows of one owner at once; ours wait here until there is room."""
_ROOM_AGAIN_S: Final = 5.0
_QUIET: Final = frozenset({"workflow_progress", "artifact_created"})
_AT_ONCE: Final = 4


class Line(Protocol):
    """What runs need of the connection."""

    def kind_now(self) -> ConnectionKind:
        """The kind that new work uses."""
        ...

    async def transport(self) -> "Transport":
        """The way to the server that new work uses."""
        ...

    async def transport_for(self, kind: ConnectionKind, base_url: str) -> "Transport":
        """The way back to a server that was used before."""
        ...


@dataclass(frozen=True)
class Order:
    """What is to be run.

    Attributes:
        inputs: values of the form; media as ``piece:ID``, ``file:PATH`` or addresses.
        ceiling: stop and ask above so many capacity units; None for no limit.
        local: on this computer, whatever connection is chosen (a rehearsal).
        known_id: the id of the very same template on the chosen server; empty where it has none.
        session_id: where results go; empty for a session of its own.
    """

    template_id: str
    document: Document
    inputs: Mapping[str, Any]
    ceiling: float | None = None
    token_type: str = ""
    local: bool = False
    known_id: str = ""
    session_id: str = ""
    purpose: str = "run"
    group: str = ""
    label: str = ""


@dataclass
class _Kept:
    """What is kept of a run beside its row, as JSON."""

    document: dict[str, Any]
    ceiling: float | None = None
    token_type: str = ""
    known_id: str = ""
    scratch: str = ""
    consented: bool = False
    purpose: str = "run"
    group: str = ""
    parent: str = ""
    parent_workflow: str = ""
    label: str = ""
    seeds: dict[str, int] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    stages: list[dict[str, Any]] = field(default_factory=list)
    pieces: dict[str, list[str]] = field(default_factory=dict)
    trouble: str = ""


class TemplateRuns:
    """Every run of templates that this window knows, the newest first.

    Attributes:
        changed: the list, or any of its runs.
        run_changed: id of the run that changed.
        session_changed: id of a session that has new pieces.
    """

    def __init__(
        self, desk: Desk, line: Line, uploader: "Callable[[], Uploader]", *, pace: "Pace | None" = None
    ) -> None:
        """*pace* is how patiently logs are followed (tests)."""
        self._desk, self._line, self._uploader, self._pace = desk, line, uploader, pace
        self.runs: Property[tuple[TemplateRunModel, ...]] = Property(())
        self.changed: Signal[()] = Signal()
        self.run_changed: Signal[str] = Signal()
        self.session_changed: Signal[str] = Signal()
        self._loaded = False
        self._closing = False

    @property
    def desk(self) -> Desk:
        """The shared means of the window."""
        return self._desk

    def load(self) -> None:
        """Read what was run, once, and follow again what was not over."""
        if not self._loaded:
            self._loaded = True
            self._desk.tasks.start("template-runs.load", self._load)

    def of_template(self, template_id: str) -> "tuple[TemplateRunModel, ...]":
        """Return the runs of a template, the newest first."""
        return tuple(run for run in self.runs.value if run.state.value.template_id == template_id)

    def of_group(self, group: str) -> "tuple[TemplateRunModel, ...]":
        """Return runs that were started together, in their order."""
        return tuple(run for run in reversed(self.runs.value) if group and run.state.value.group == group)

    def get(self, run_id: str) -> "TemplateRunModel | None":
        """Return a run."""
        return next((run for run in self.runs.value if run.id == run_id), None)

    @property
    def active(self) -> int:
        """How many a server is busy with, or waits for the person with."""
        return sum(1 for run in self.runs.value if run.takes_place)

    @property
    def needs_you(self) -> int:
        """How many wait for the person."""
        return sum(1 for run in self.runs.value if run.state.value.status == "waiting_for_user")

    def start(self, order: Order) -> "TemplateRunModel":
        """Run a template; where too many are active already, it waits here for its turn."""
        kept = _Kept(
            dict(order.document.content), order.ceiling, order.token_type, order.known_id, purpose=order.purpose,
            group=order.group, label=order.label,
        )  # fmt: skip
        kind: ConnectionKind = "local" if order.local else self._line.kind_now()
        run = self._made(order.template_id, kind, dict(order.inputs), order.session_id or uuid4().hex, kept)
        self._add(run, new=True)
        return run

    def start_over_pieces(self, order: Order, name: str, values: Sequence[Any]) -> "tuple[TemplateRunModel, ...]":
        """Run a template once for each of *values* of the input *name*; results come into one session."""
        group, session_id = uuid4().hex, order.session_id or uuid4().hex
        return tuple(
            self.start(
                replace(
                    order,
                    inputs={**order.inputs, name: value},
                    group=group,
                    session_id=session_id,
                    label=f"{number} of {len(values)}",
                )
            )
            for number, value in enumerate(values, 1)
        )

    def reseed(
        self, run: "TemplateRunModel", seeds: Mapping[str, int], *, group: str = "", label: str = ""
    ) -> "TemplateRunModel":
        """Take a finished run again.

        Args:
            seeds: by step: the old seed to keep it, a typed one; steps that are left out get new seeds.
        """
        before = run.state.value
        kept = replace(
            run.kept, seeds=dict(seeds), parent=run.id, parent_workflow=before.workflow_id, group=group, label=label,
            stages=[], pieces={}, scratch="", trouble="",
        )  # fmt: skip
        made = self._made(before.template_id, run.kind, run.inputs, before.session_id, kept, run.base_url)
        self._add(made, new=True)
        return made

    def matrix(self, run: "TemplateRunModel", step_id: str, count: int) -> str:
        """Take a run again *count* times with other seeds of one step, all others kept; returns their group."""
        import random

        group, rng = uuid4().hex, random.SystemRandom()
        old = {item.step_id: item.seed for item in run.state.value.items if item.seed is not None}
        for _ in range(count):
            seed = rng.randrange(1, 2**31 - 1)
            self.reseed(run, {**old, step_id: seed}, group=group, label=f"seed {seed}")
        return group

    async def close(self) -> None:
        """Nothing is followed any more; runs go on where they are."""
        self._closing = True

    # --- inside --------------------------------------------------------------------------------

    def note(self, run: "TemplateRunModel") -> None:
        """A run changed; one that waits may have its turn now."""
        self.run_changed.emit(run.id)
        self.changed.emit()
        self.let_in()

    def let_in(self) -> None:
        """Start runs that wait here, as many as there is room for."""
        room = MOST_ACTIVE - self.active
        for run in reversed(self.runs.value):
            if room <= 0 or self._closing:
                return
            if run.state.value.status == "waiting_here" and not run.is_held:
                run.go()
                room -= 1

    def _made(
        self,
        template_id: str,
        kind: ConnectionKind,
        inputs: dict[str, Any],
        session_id: str,
        kept: _Kept,
        base_url: str = "",
    ) -> "TemplateRunModel":
        document = Document(kept.document)
        state = RunState(
            uuid4().hex, template_id, document.name or "Untitled", "waiting_here", session_id=session_id,
            created_ms=int(time.time() * 1000), stages=run_state.first_stages(document), purpose=kept.purpose,
            group=kept.group, parent=kept.parent, label=kept.label,
        )  # fmt: skip
        return TemplateRunModel(self, state, kind, base_url, inputs, kept)

    def _add(self, run: "TemplateRunModel", *, new: bool) -> None:
        self.runs.value = (run, *self.runs.value)
        if new:
            run.keep(new=True)
        self.changed.emit()
        self.let_in()

    async def _load(self) -> None:
        rows = await self._desk.call(lambda lib: lib.templates.runs())
        found = []
        for row in rows:
            if self.get(row.id) is None:
                found.append(await self._from_row(row))
        self.runs.value = tuple(sorted((*self.runs.value, *found), key=lambda run: -run.state.value.created_ms))
        self.changed.emit()
        for run in found:
            state = run.state.value
            if state.status != "waiting_here" and not state.is_over:
                run.go()
        self.let_in()

    async def _from_row(self, row: "TemplateRun") -> "TemplateRunModel":
        import dataclasses

        names = {each.name for each in dataclasses.fields(_Kept)}
        kept = _Kept(**{name: value for name, value in row.body.items() if name in names})
        document = Document(kept.document)
        kind, _, base_url = row.place.partition(":")
        pieces = await self._desk.call(lambda lib: {step: lib.media.get_many(ids) for step, ids in kept.pieces.items()})
        state = RunState(
            row.id, row.template_id, document.name or "Untitled", row.status, row.workflow_id,  # type: ignore[arg-type]
            row.session_id, row.created_ms, run_state.first_stages(document), None, kept.trouble, kept.purpose,
            kept.group, kept.parent, kept.label,
        )  # fmt: skip
        run = TemplateRunModel(self, state, kind, base_url, row.inputs, kept)  # type: ignore[arg-type]
        run.take_kept(pieces)
        return run


class TemplateRunModel:
    """One run.

    Attributes:
        state: how it stands; every change is a new one.
        kind, base_url: the connection that it runs on.
        inputs: what the form held.
    """

    def __init__(
        self,
        runs: TemplateRuns,
        state: RunState,
        kind: ConnectionKind,
        base_url: str,
        inputs: dict[str, Any],
        kept: _Kept,
    ) -> None:
        self._runs = runs
        self._desk: Desk = runs._desk
        self.id = state.id
        self.state: Property[RunState] = Property(state)
        self.kind: ConnectionKind = kind
        self.base_url, self.inputs, self.kept = base_url, inputs, kept
        self.document = Document(kept.document)
        self.is_held = False
        self._pieces: dict[str, list[Piece]] = {}
        self._sources: dict[str, Piece] = {}
        self._answers: asyncio.Queue[dict[str, Any]] | None = None
        self._brought: set[str] = set()
        self._bringing: set[str] = set()
        self._lost: list[Exception] = []
        self._waits = False
        self._room: asyncio.Semaphore | None = None
        self.record: Workflow | None = None

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
        return tuple(piece for item in self.state.value.items for piece in self._pieces.get(item.step_id, []))

    @property
    def last_piece(self) -> Piece | None:
        """What stands for the whole run: the last thing that it made."""
        return next(reversed(self.pieces), None)

    def pieces_of(self, step_id: str) -> tuple[Piece, ...]:
        """What one step made."""
        return tuple(self._pieces.get(step_id, ()))

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
            self._desk.tasks.start(f"template-run.{self.id}", lambda: self._run({}))

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
        self.kept.pieces = {step: [piece.id for piece in pieces] for step, pieces in self._pieces.items()}
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
        self._pieces = pieces
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
                stage["passed"],
            )
            for stage in self.kept.stages
        )  # fmt: skip
        if stages:
            self.state.value = replace(self.state.value, stages=stages)

    # --- running -------------------------------------------------------------------------------

    async def _run(self, resume_with: dict[str, Any] | None = None) -> None:
        from studio.contract.errors import StudioError
        from studio.library.errors import LibraryError
        from studio.viewmodels.troubles import EngineDown, trouble_of

        await self._desk.warm()
        try:
            transport = await self._way()
            if not self.state.value.workflow_id and not await self._start(transport):
                return
            if resume_with is not None:
                await self._resume(await self._way(), resume_with)
            await self._follow()
        except (StudioError, LibraryError, EngineDown, OSError) as error:
            self._end("failed", trouble_of(error, self.kind).what)

    async def _start(self, transport: "Transport") -> bool:
        """Ask for the run; False when it waits here for room, or for consent."""
        from studio.contract.errors import Conflict
        from studio.service import workflows

        self.base_url = transport.connection.base_url if self.kind != "local" else ""
        await self._desk.call(self._begin_session)
        if self.kept.parent_workflow:
            taken = await workflows.reseed(
                transport, self.kept.parent_workflow, seed_overrides=self.kept.seeds, key=self.id
            )
            self._fold(taken.workflow)
            return True
        inputs = await self._sendable(transport)
        template = self.kept.known_id or await self._scratch(transport)
        body: dict[str, Any] = {"workflow_id": template, "inputs": inputs}
        if self.kept.ceiling is not None and self.kind != "local":
            body["max_estimated_capacity_units"] = self.kept.ceiling
        if self.kept.token_type:
            body["token_type"] = self.kept.token_type
        if self.kept.consented:
            body["confirm_cost"] = True
        try:
            started = await workflows.start(transport, body, key=self.id)
        except Conflict as error:
            details = error.details if isinstance(error.details, dict) else {}
            units = details.get("totalEstimatedCapacityUnits")
            if units is not None:
                message = f"This would cost about {float(units):g} units, more than the limit of {self.kept.ceiling:g}."
                pause = PauseState("cost", message, units=float(units))
                self._show(replace(self.state.value, status="waiting_for_user", pause=pause))
                await self._asked_before_start()
                return await self._start(transport) if self.kept.consented else False
            if "active" not in str(error).lower():
                raise
            self._wait_for_room()
            return False
        self._fold(started.workflow)
        self.keep()
        await self._drop_scratch(transport)
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

    async def _follow(self) -> None:
        """Follow until it is over, answering pauses as the person does."""
        from contextlib import aclosing

        from studio.service import events, workflows

        workflow_id = self.state.value.workflow_id
        while True:
            now = await workflows.get(await self._way(), workflow_id)
            self._fold(now)
            if now.status not in events.CLOSED:
                async with aclosing(workflows.follow(self._way, workflow_id, pace=self._runs._pace)) as items:
                    await self._listen(items)
                now = await workflows.get(await self._way(), workflow_id)
                self._fold(now)
            await self._home()
            settled = self._settled(now)
            if settled.status in events.TERMINAL:
                await self._finish(settled)
                return
            if settled.pause is not None:
                self._show(settled)
                self.keep()
                await self._decide(await self._next_answer())

    async def _listen(self, items: "AsyncGenerator[Item, None]") -> None:
        from studio.service import events, workflows

        async for item in items:
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

    async def _decide(self, words: dict[str, Any]) -> None:
        from studio.contract.errors import ApiError
        from studio.service import workflows

        pause = self.state.value.pause
        transport = await self._way()
        workflow_id = self.state.value.workflow_id
        self._show(replace(self.state.value, status="running", pause=None))
        try:
            if "_cost" in words:
                preview = pause.preview if pause is not None else None
                await workflows.decide(transport, workflow_id, words["_cost"], preview=preview)
            elif "_cancelled" not in words:
                if "_piece" in words:
                    stage = pause.stage_id if pause is not None else ""
                    url = await self._url_of(transport, await self._piece(words["_piece"]))
                    words = {"type": "interactive_complete", "stageId": stage, "result": url}
                await self._resume(transport, words)
        except ApiError as error:
            self._desk.notices.post("error", "The answer was not taken", str(error))

    async def _resume(self, transport: "Transport", words: dict[str, Any]) -> None:
        from studio.service import workflows

        await workflows.resume(transport, self.state.value.workflow_id, resume_input=words or None)

    async def _cancel(self) -> None:
        from studio.contract.errors import ApiError
        from studio.service import workflows

        try:
            done = await workflows.cancel(await self._way(), self.state.value.workflow_id)
        except ApiError as error:
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
            return await self._runs._line.transport()
        return await self._runs._line.transport_for(self.kind, self.base_url)

    # --- the template and its inputs -----------------------------------------------------------

    async def _scratch(self, transport: "Transport") -> str:
        """Save this very edition on the server for the start; a run keeps a frozen copy, so it goes right after."""
        from studio.contract.errors import Conflict
        from studio.service import templates

        content = {key: value for key, value in self.kept.document.items() if key not in _SERVER_MEMBERS}
        wanted = f"run-{self.id}"
        said = content.get("metadata")
        mark = {**(said if isinstance(said, dict) else {}), "studioRun": self.id}
        body = {**content, "id": wanted, "visibility": "private", "exposeToLLM": False, "metadata": mark}
        try:
            made = (await templates.create(transport, body)).id
        except Conflict:
            made = wanted  # an earlier try got so far
        self.kept.scratch = made
        self.keep()
        return made

    async def _drop_scratch(self, transport: "Transport") -> None:
        from contextlib import suppress

        from studio.contract.errors import ApiError, TransportError
        from studio.service import templates

        if self.kept.scratch:
            with suppress(ApiError, TransportError):  # one that is left is private and marked
                await templates.delete(transport, self.kept.scratch)
                self.kept.scratch = ""

    async def _sendable(self, transport: "Transport") -> dict[str, Any]:
        """Return the inputs with media as addresses that the server can read."""
        found: dict[str, Any] = {}
        media = {entry.name for entry in form_of(self.document) if entry.is_media}
        for name, value in self.inputs.items():
            if name in media and isinstance(value, list):
                found[name] = [await self._address(transport, each, name) for each in value]
            elif name in media and isinstance(value, str):
                found[name] = await self._address(transport, value, name)
            elif value is not None:
                found[name] = value
        self.keep()
        return found

    async def _address(self, transport: "Transport", value: str, name: str) -> str:
        if value.startswith(FILE):
            path, session_id = Path(value.removeprefix(FILE)), self.state.value.session_id
            piece = await self._desk.call(lambda lib: lib.media.import_file(session_id, path))
        elif value.startswith(PIECE):
            piece = await self._piece(value.removeprefix(PIECE))
        else:
            return value
        ids = self.kept.sources.setdefault(name, [])
        if piece.id not in ids:
            ids.append(piece.id)
        return await self._url_of(transport, piece)

    async def _url_of(self, transport: "Transport", piece: Piece) -> str:
        return await self._runs._uploader().url(transport, piece)

    async def _piece(self, piece_id: str) -> Piece:
        from studio.contract.errors import InvalidRequest

        found = await self._desk.call(lambda lib: lib.media.get(piece_id))
        if found is None:
            raise InvalidRequest("One of the chosen pieces is not in the library any more.")
        return found

    # --- results -------------------------------------------------------------------------------

    def _begin_session(self, lib: "Library") -> None:
        """Give results a session and a round in it, once."""
        from studio.library.errors import LibraryError

        state = self.state.value
        try:
            lib.sessions.get(state.session_id)
        except LibraryError:
            lib.sessions.create(state.name, session_id=state.session_id)
        try:
            lib.turns.get(self.id)
        except LibraryError:
            what = {"rehearsal": "Rehearsed", "test": "Tested"}.get(state.purpose, "Ran")
            more = f", {state.label}" if state.label else ""
            lib.turns.begin(state.session_id, f"{what} “{state.name}”{more}", turn_id=self.id)

    def _settled(self, workflow: "Workflow") -> RunState:
        """Return the state that the server's record tells."""
        here = self.kind == "local" or bool(workflow.record.get("recovery"))
        return run_state.folded(self.state.value, self.document, workflow, self._pieces, here=here)

    def _fold(self, workflow: "Workflow") -> None:
        """Take over the server's record, and bring home what is new in it. Its end is shown when all is here."""
        import asyncio

        self.record = workflow
        found = self._settled(workflow)
        if found.is_over or found.pause is not None:
            found = replace(found, status="running", pause=None, trouble="")
        self._show(found)
        if self._room is None:
            self._room = asyncio.Semaphore(_AT_ONCE)
        for step in workflow.steps:
            for number, artifact in enumerate(a for a in step.artifacts if a.url):
                key = f"{self.id}/{step.id}/{artifact.id or number}"
                if key in self._brought or key in self._bringing or artifact.partial:
                    continue
                self._bringing.add(key)
                self._desk.tasks.start(f"result.{key}", self._bringer(key, step, artifact))

    def _bringer(self, key: str, step: "Step", artifact: "Artifact") -> "Callable[[], Coroutine[Any, Any, object]]":
        async def run() -> None:
            try:
                await self._bring(key, step.id, step.tool, step.arguments, artifact)
                self._brought.add(key)
            except Exception as error:  # noqa: BLE001 - told once for all of them, when the run waits or ends
                self._lost.append(error)
            finally:
                self._bringing.discard(key)

        return run

    async def _home(self) -> None:
        """Wait until every result is kept; what could not be fetched is said once."""
        for key in list(self._bringing):
            await self._desk.tasks.wait(f"result.{key}")
        if self._lost:
            self._desk.report("bringing results home", self._lost[0])
            self._lost.clear()

    async def _bring(
        self, key: str, step_id: str, tool: str, arguments: Mapping[str, Any], artifact: "Artifact"
    ) -> None:
        from urllib.parse import urlsplit

        from studio.library.records import NewPiece
        from studio.service.media import download
        from studio.viewmodels.saving import kind_of

        assert self._room is not None
        session_id = self.state.value.session_id
        known = await self._desk.call(lambda lib: lib.media.by_origin(session_id, key))
        if known is None:
            async with self._room:
                suffix = Path(urlsplit(artifact.url).path).suffix
                target = await self._desk.call(lambda lib: lib.media.incoming_path(suffix))
                done = await download(await self._way(), artifact.url, target)
            said, about = artifact.body, artifact.body.get("metadata")
            about = about if isinstance(about, dict) else {}
            seed = about.get("seed", arguments.get("seed"))
            new = NewPiece(
                session_id=session_id,
                kind=kind_of(artifact.kind),
                mime_type=str(said.get("mimeType") or done.mime_type),
                turn_id=self.id,
                call_id=step_id,
                round=1,
                origin=key,
                title=str(about.get("title") or ""),
                width=_whole(said.get("width")),
                height=_whole(said.get("height")),
                duration_s=_real(said.get("durationSeconds", said.get("duration"))),
                prompt=self.state.value.name,
                used_prompt=str(about.get("prompt") or arguments.get("prompt") or ""),
                tool=tool,
                arguments=dict(arguments),
                seed=seed if isinstance(seed, int) else None,
                model=str(about.get("model") or ""),
                renderer=str(about.get("renderer") or ""),
                parents=self._parents(step_id),
                source_url=artifact.url,
            )
            known = await self._desk.call(lambda lib: lib.media.commit_file(target, new, done.sha256))
        pieces = self._pieces.setdefault(step_id, [])
        if all(piece.id != known.id for piece in pieces):
            pieces.append(known)
        if self.record is not None:
            state = self.state.value
            folded = run_state.folded(state, self.document, self.record, self._pieces, here=True)
            # Only the results are new: how it stands may have gone on since that record.
            self._show(replace(state, stages=folded.stages))
        self._runs.session_changed.emit(session_id)

    def _parents(self, step_id: str) -> tuple[str, ...]:
        """Return the pieces that a step worked on: what earlier steps made for it, and the inputs it reads."""
        record = self.record
        step = next((s for s in dicts_of(record) if s.get("id") == step_id), None)
        found: list[str] = []
        needs = step.get("dependsOn") if isinstance(step, dict) else None
        sent = [piece for ids in self.kept.sources.values() for piece in ids]
        for need in needs if isinstance(needs, list) else []:
            source, place = need.get("sourceStepId"), need.get("sourceArtifactIndex")
            place = place if isinstance(place, int) else 0
            ids = sent if source == "$input_media" else [piece.id for piece in self._pieces.get(str(source), [])]
            if ids:
                found.append(ids[place] if place < len(ids) else ids[0])
        return tuple(dict.fromkeys(found))

    async def _finish(self, state: RunState) -> None:
        """End the round in the session, with one card for each step."""
        from studio.library.records import ToolItem, Trouble

        record = self.record
        arguments = {step.id: step.arguments for step in record.steps} if record is not None else {}
        cards = [
            ToolItem(
                call_id=item.step_id,
                tool=item.tool,
                status={"completed": "done", "failed": "failed"}.get(item.status, "stopped"),  # type: ignore[arg-type]
                arguments=dict(arguments.get(item.step_id, {})),
                piece_ids=item.piece_ids,
                trouble=Trouble(item.error) if item.error else None,
            )
            for item in state.items
            if item.tool and item.status not in ("skipped", "pending")
        ]
        ended = {"completed": "done", "partial_failure": "done", "cancelled": "stopped"}.get(state.status, "failed")
        trouble = Trouble(state.trouble) if state.trouble else None

        def write(lib: "Library") -> None:
            lib.turns.put_items(self.id, list(cards))
            lib.turns.finish(self.id, ended, trouble=trouble)  # type: ignore[arg-type]

        await self._desk.call(write)
        self._show(state)
        self.keep()
        self._runs.session_changed.emit(state.session_id)
        self._runs.note(self)

    def _end(self, status: Any, trouble: str = "") -> None:
        self._show(replace(self.state.value, status=status, trouble=trouble, pause=None))
        self.keep()
        self._runs.note(self)

    def _show(self, state: RunState) -> None:
        if state != self.state.value:
            over = state.status in OVER and self.state.value.status not in OVER
            self.state.value = state
            self._runs.run_changed.emit(self.id)
            if over:
                self._runs.changed.emit()
                self._runs.let_in()


_SERVER_MEMBERS: Final = ("id", "author", "createdAt", "updatedAt", "version", "graph")


def dicts_of(workflow: "Workflow | None") -> list[dict[str, Any]]:
    """Return the steps of a record as they were sent."""
    steps = workflow.record.get("steps") if workflow is not None else None
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _kept_stage(stage: run_state.StageState) -> dict[str, Any]:
    return {
        "id": stage.id, "label": stage.label, "kind": stage.kind, "passed": stage.passed,
        "items": [
            {"step_id": item.step_id, "tool": item.tool, "status": item.status, "error": item.error,
             "seed": item.seed, "text": item.text}
            for item in stage.items
        ],
    }  # fmt: skip


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _real(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
