"""The list of sessions: searched, renamed, pinned, thrown away and brought back."""

from dataclasses import replace
from typing import Literal
from uuid import uuid4

from studio.viewmodels.create import CreateModel
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.settings import SettingsModel
from studio.viewmodels.state import SessionRow

CURRENT = "sessions.current"


class SessionsModel:
    """Rows of the sessions pane.

    Attributes:
        rows: those that match ``query``; pinned first, then newest.
        changed: ``rows`` is another list.
        query: what is searched for, in titles, prompts and replies; the view writes it.
        current_id: the open session. One that holds nothing yet has no row.
    """

    def __init__(self, desk: Desk, create: CreateModel, settings: SettingsModel) -> None:
        self._desk = desk
        self._create = create
        self._settings = settings
        self.rows: list[SessionRow] = []
        self.changed: Signal[()] = Signal()
        self.query: Property[str] = Property("")
        self.current_id: Property[str] = Property(create.conversation.id)
        self.query.changed.connect(lambda _query: self.refresh())
        create.session_changed.connect(lambda _id: self.refresh())

    def load(self, rows: list[SessionRow]) -> None:
        """Show what first paint read, and open the session that was open last."""
        self._show(rows)
        last = self._settings.get(CURRENT)
        row = next((row for row in rows if row.id == last), None)
        if row is not None:
            self._open(row)

    def new(self) -> str:
        """Open a new session and return its id; one that is still empty is used again."""
        shown = self._create.conversation
        if not shown.kept and not shown.turns:
            return shown.id
        session_id = uuid4().hex
        self._create.show(session_id, "", kept=False)
        self.current_id.value = session_id
        self._settings.set(CURRENT, "")
        return session_id

    def open(self, session_id: str) -> None:
        """Open a session of the list."""
        row = next((row for row in self.rows if row.id == session_id), None)
        if row is not None:
            self._open(row)

    def rename(self, session_id: str, title: str) -> None:
        """Give a session a title of its own, for good; an empty one hands naming back."""
        title = " ".join(title.split())
        self._change(session_id, title=title)
        shown = self._create.conversation
        if shown.id == session_id:
            shown.title.value = title
        self._desk.save("renaming a session", lambda lib: lib.sessions.rename(session_id, title))
        self.refresh()

    def set_pinned(self, session_id: str, pinned: bool) -> None:
        """Keep a session at the top, or let it go."""
        self._change(session_id, pinned=pinned)
        self._desk.save("pinning a session", lambda lib: lib.sessions.pin(session_id, pinned))
        self.refresh()

    def delete(self, session_id: str) -> None:
        """Move a session to the bin; what runs in it ends, and the notice can undo it."""
        row = next((row for row in self.rows if row.id == session_id), None)
        if row is None:
            return
        self._create.stop_session(session_id)
        place = self.rows.index(row)
        self._show([other for other in self.rows if other.id != session_id])
        self._desk.save("moving a session to the bin", lambda lib: lib.sessions.bin(session_id))
        if session_id == self.current_id.value:
            if self.rows:
                self._open(self.rows[min(place, len(self.rows) - 1)])
            else:
                self.new()
        title = f"Moved “{row.title}” to the bin." if row.title else "Moved the session to the bin."
        self._desk.notices.post("info", title, action="Undo", run=lambda: self.restore(session_id))

    def restore(self, session_id: str) -> None:
        """Take a session out of the bin and open it."""

        async def run() -> None:
            row = await self._desk.call(lambda lib: lib.sessions.restore(session_id))
            await self._read()
            self._open(row)

        self._desk.tasks.start(f"sessions.restore.{session_id}", run)

    def refresh(self) -> None:
        """Read the list again, in the background."""
        self._desk.tasks.start("sessions.read", self._read, restart=True)

    async def _read(self) -> None:
        query = self.query.value
        rows = await self._desk.call(lambda lib: lib.sessions.search(query) if query.strip() else lib.sessions.list())
        if query == self.query.value:
            self._show([row for row in rows if row.deleted_ms is None])

    def _open(self, row: SessionRow) -> None:
        self._create.show(row.id, row.title, kept=True)
        self.current_id.value = row.id
        self._settings.set(CURRENT, row.id)

    def _change(self, session_id: str, **values: object) -> None:
        self._show([replace(row, **values) if row.id == session_id else row for row in self.rows])  # type: ignore[arg-type]

    def _state_of(self, session_id: str) -> Literal["idle", "working", "needs_you"]:
        if self._create.needs_you(session_id):
            return "needs_you"
        return "working" if self._create.is_working(session_id) else "idle"

    def _show(self, rows: list[SessionRow]) -> None:
        rows = [replace(row, state=self._state_of(row.id)) for row in rows]
        if not self.query.value.strip():
            rows.sort(key=lambda row: (not row.pinned, -row.updated_ms))
        if rows != self.rows:
            self.rows = rows
            self.changed.emit()
