"""What a run makes, brought home: downloaded once, kept as pieces with where they came from, shown as a round."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_orders import Kept
from studio.viewmodels.templates.run_state import RunState, is_text
from studio.viewmodels.words import done_sentence

if TYPE_CHECKING:
    import asyncio

    from studio.library.library import Library
    from studio.service.runs import Artifact
    from studio.service.transport import Transport
    from studio.service.workflows import Step, Workflow

_AT_ONCE: Final = 4
_TAKES_LATEST: Final = ("restore_photo",)
"""Tools that work on the newest picture and are never told which."""


class RunResults:
    """The results of one run.

    Attributes:
        pieces: what is kept, by step.
        record: the server's last record.
    """

    def __init__(
        self,
        desk: Desk,
        way: "Callable[[], Awaitable[Transport]]",
        state: RunState,
        kept: Kept,
        came: Callable[[], object],
    ) -> None:
        """*came* is called after each piece."""
        self._desk, self._way, self._kept, self._came = desk, way, kept, came
        self._run_id, self._session_id, self._name = state.id, state.session_id, state.name
        self.pieces: dict[str, list[Piece]] = {}
        self.record: Workflow | None = None
        self._brought: set[str] = set()
        self._bringing: set[str] = set()
        self._lost: list[Exception] = []
        self._room: asyncio.Semaphore | None = None

    def begin(self, lib: "Library", state: RunState) -> None:
        """Give results a session and a round in it, once."""
        from studio.library.errors import LibraryError

        try:
            lib.sessions.get(state.session_id)
        except LibraryError:
            lib.sessions.create(state.name, session_id=state.session_id)
        try:
            lib.turns.get(self._run_id)
        except LibraryError:
            what = {"rehearsal": "Rehearsed", "test": "Tested"}.get(state.purpose, "Ran")
            more = f", {state.label}" if state.label else ""
            lib.turns.begin(state.session_id, f"{what} “{state.name}”{more}", turn_id=self._run_id)

    def earlier(self, step_id: str) -> frozenset[str]:
        """Return the pieces of a step that were replaced when it was made again, as far as the record tells."""
        step = next((step for step in self.record.steps if step.id == step_id), None) if self.record else None
        pieces = self.pieces.get(step_id, [])
        now = sum(1 for artifact in step.artifacts if not is_text(artifact)) if step is not None else len(pieces)
        return frozenset(piece.id for piece in pieces[: len(pieces) - now]) if 0 < now < len(pieces) else frozenset()

    def collect(self, workflow: "Workflow") -> None:
        """Begin to bring home what is new in the server's record."""
        import asyncio

        self.record = workflow
        if self._room is None:
            self._room = asyncio.Semaphore(_AT_ONCE)
        for step in workflow.steps:
            for number, artifact in enumerate(a for a in step.artifacts if a.url and not is_text(a)):
                key = f"{self._run_id}/{step.id}/{artifact.id or number}"
                if key in self._brought or key in self._bringing or artifact.partial:
                    continue
                self._bringing.add(key)
                self._desk.tasks.start(f"result.{key}", self._bringer(key, step, artifact))

    async def home(self) -> None:
        """Wait until every result is kept; what could not be fetched is said once."""
        for key in list(self._bringing):
            await self._desk.tasks.wait(f"result.{key}")
        if self._lost:
            self._desk.report("bringing results home", self._lost[0])
            self._lost.clear()

    async def finish(self, state: RunState) -> None:
        """End the round in the session, with one card for each step and below it what it wrote."""
        from studio.library.records import TextItem, ToolItem, Trouble

        record = self.record
        arguments = {step.id: step.arguments for step in record.steps} if record is not None else {}
        took = {str(body.get("id")): _seconds_of(body) for body in dicts_of(record)}
        cards: list[TextItem | ToolItem] = []
        for stage in state.stages:
            for item in stage.items:
                if not item.tool or item.status in ("skipped", "pending"):
                    continue
                given, pieces = dict(arguments.get(item.step_id, {})), self.pieces.get(item.step_id, [])
                done = done_sentence(item.tool, given, len(pieces)) if item.status == "completed" else ""
                card = ToolItem(
                    call_id=item.step_id,
                    tool=item.tool,
                    sentence=" · ".join(filter(None, (stage.label, done))),
                    model=next((piece.model for piece in pieces if piece.model), ""),
                    seconds=took.get(item.step_id, 0.0),
                    status={"completed": "done", "failed": "failed"}.get(item.status, "stopped"),  # type: ignore[arg-type]
                    arguments=given,
                    piece_ids=item.piece_ids,
                    trouble=Trouble(item.error) if item.error else None,
                )
                cards.append(card)
                if item.text:
                    cards.append(TextItem(f"**{stage.label}**\n\n{item.text}"))
        ended = {"completed": "done", "partial_failure": "done", "cancelled": "stopped"}.get(state.status, "failed")
        trouble = Trouble(state.trouble) if state.trouble else None

        def write(lib: "Library") -> None:
            lib.turns.put_items(self._run_id, cards)
            lib.turns.finish(self._run_id, ended, trouble=trouble)  # type: ignore[arg-type]

        await self._desk.call(write)

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

    async def _bring(
        self, key: str, step_id: str, tool: str, arguments: Mapping[str, Any], artifact: "Artifact"
    ) -> None:
        from urllib.parse import urlsplit

        from studio.library.records import NewPiece
        from studio.service.media import download
        from studio.viewmodels.saving import kind_of

        assert self._room is not None
        session_id = self._session_id
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
                turn_id=self._run_id,
                call_id=step_id,
                round=1,
                origin=key,
                title=str(about.get("title") or ""),
                width=_whole(said.get("width")),
                height=_whole(said.get("height")),
                duration_s=_real(said.get("durationSeconds", said.get("duration"))),
                prompt=self._name,
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
        pieces = self.pieces.setdefault(step_id, [])
        if all(piece.id != known.id for piece in pieces):
            pieces.append(known)
        self._came()

    def _parents(self, step_id: str) -> tuple[str, ...]:
        """Return the pieces that a step worked on: what earlier steps made for it, and the inputs it reads."""
        record = self.record
        step = next((s for s in dicts_of(record) if s.get("id") == step_id), None)
        found: list[str] = []
        needs = step.get("dependsOn") if isinstance(step, dict) else None
        sent = [piece for ids in self._kept.sources.values() for piece in ids]
        for need in needs if isinstance(needs, list) else []:
            source, place = need.get("sourceStepId"), need.get("sourceArtifactIndex")
            place = place if isinstance(place, int) else 0
            ids = sent if source == "$input_media" else [piece.id for piece in self.pieces.get(str(source), [])]
            if ids:
                found.append(ids[place] if place < len(ids) else ids[0])
        if not found and len(sent) == 1 and step is not None and step.get("toolName") in _TAKES_LATEST:
            return (sent[0],)
        return tuple(dict.fromkeys(found))


def dicts_of(workflow: "Workflow | None") -> list[dict[str, Any]]:
    """Return the steps of a record as they were sent."""
    steps = workflow.record.get("steps") if workflow is not None else None
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _seconds_of(step: Mapping[str, Any]) -> float:
    """How long a step took; 0 where the server does not say."""
    from studio.service.reading import epoch_ms

    begun, ended = epoch_ms(step.get("startedAt")), epoch_ms(step.get("completedAt"))
    return max(0.0, (ended - begun) / 1000) if begun and ended else 0.0


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _real(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
