"""Runs of templates: started from the form, followed, answered, taken again; their results are kept as pieces.

A run is noted in the library before it is asked for, with the key that makes asking twice harmless, so that it is
found again after any crash of the window or the engine.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from studio.contract.editing.document import Document
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.state import ConnectionKind
from studio.viewmodels.templates import run_state
from studio.viewmodels.templates.run_model import TemplateRunModel
from studio.viewmodels.templates.run_orders import Kept, Line, Order
from studio.viewmodels.templates.run_state import RunState

if TYPE_CHECKING:
    from studio.library.templates import TemplateRun
    from studio.service.events import Pace
    from studio.viewmodels.uploading import Uploader

__all__ = ["MOST_ACTIVE", "Line", "Order", "TemplateRunModel", "TemplateRuns"]

MOST_ACTIVE: Final = 10
"""A server runs so many workflows of one owner at once; ours wait here until there is room."""


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
        self._desk, self.line, self.uploader, self.pace = desk, line, uploader, pace
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
        kept = Kept(
            dict(order.document.content), order.ceiling, order.token_type, order.known_id, purpose=order.purpose,
            group=order.group, label=order.label,
        )  # fmt: skip
        kind: ConnectionKind = "local" if order.local else self.line.kind_now()
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
            group: one of several takes of one step: what the person answered then is answered again by itself.
        """
        before = run.state.value
        kept = replace(
            run.kept, seeds=dict(seeds), parent=run.id, parent_workflow=before.workflow_id, group=group, label=label,
            stages=[], pieces={}, scratch="", trouble="", answers={}, replay=dict(run.kept.answers) if group else {},
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
        kept: Kept,
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

        names = {each.name for each in dataclasses.fields(Kept)}
        kept = Kept(**{name: value for name, value in row.body.items() if name in names})
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
