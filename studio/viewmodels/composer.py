"""The message that is being written: text, attachments, tools, model, drafts and history."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.viewmodels.conversation import Conversation
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Binding, Property, Signal
from studio.viewmodels.state import Attachment, ModelChoice, Piece, ToolsChoice

if TYPE_CHECKING:
    import asyncio

    from studio.library.library import Library
    from studio.library.records import Draft, Purpose

    UploadAhead = Callable[[Piece, Callable[[float], object]], Awaitable[object]]

MAX_ATTACHMENTS = 20
DRAFT_DELAY_S = 0.4
_HISTORY = 200
_PROGRESS_STEP = 0.02


class ComposerModel:
    """State of the composer of the open session.

    Attributes:
        text: what is typed; the view writes it on every edit.
        attachments: chips, in order; ``attachments_changed`` says when they did.
        tools, model, models: what the message will use and what can be chosen ("" is automatic).
        can_send: whether ``CreateModel.send`` would do something now (while working: let it wait as the next one).
        blocked_reason: why not, as a short sentence; empty when nothing is in the way.
        queued: text of the message that waits as the next one; empty for none.
    """

    def __init__(self, desk: Desk) -> None:
        self.text: Property[str] = Property("")
        self.attachments: list[Attachment] = []
        self.attachments_changed: Signal[()] = Signal()
        self.tools: Property[ToolsChoice] = Property("creative-tools")
        self.model: Property[str] = Property("")
        self.models: Property[tuple[ModelChoice, ...]] = Property(())
        self.can_send: Property[bool] = Property(False)
        self.blocked_reason: Property[str] = Property("")
        self.queued: Property[str] = Property("")
        self.queued_attachments: tuple[str, ...] = ()
        self.on_send_queued: Callable[[], object] = lambda: None
        self.upload_ahead: UploadAhead | None = None
        """Sends a piece to the connection before the message needs it; set by ``CreateModel``."""
        self._desk = desk
        self._conversation = Conversation("")
        self._waiting: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._obstacle = ""
        self._ids = count(1)
        self._draft_timer: asyncio.TimerHandle | None = None
        self._draft_dirty = False
        self._loading = False
        self._edited = False
        self._history: list[str] = []
        self._history_at: int | None = None
        self._unsent = ""
        self._working: Binding | None = None
        self.text.changed.connect(lambda _text: self._text_changed())

    # --- attachments ---------------------------------------------------------------------------

    def attach_paths(self, paths: Sequence[Path]) -> None:
        """Attach files; each shows as a chip at once and is copied into the session in the background."""
        for path in paths:
            self._import(path.name, path, partial(_import_file, path))

    def attach_bytes(self, data: bytes, name: str) -> None:
        """Attach pasted or dropped bytes."""
        self._import(name, None, lambda lib, session: lib.media.import_bytes(session, data, name), len(data))

    def attach_piece(self, piece_id: str) -> None:
        """Attach a piece of this session; one that is attached already stays where it is."""
        piece = self._conversation.piece(piece_id)
        if piece is None or any(a.piece_id == piece_id for a in self.attachments) or not self._room():
            return
        self._set_attachments([*self.attachments, self._chip(piece)])

    def remove(self, attachment_id: str) -> None:
        """Take a chip out and stop sending its file; the piece stays in the session."""
        self._desk.tasks.cancel(f"upload.{attachment_id}")
        self._set_attachments([a for a in self.attachments if a.id != attachment_id])

    def retry_upload(self, attachment_id: str) -> None:
        """Try again to send the file of a chip."""
        chip = next((a for a in self.attachments if a.id == attachment_id), None)
        piece = self._conversation.piece(chip.piece_id) if chip is not None and chip.piece_id else None
        if chip is not None and piece is not None and chip.status == "failed":
            self._upload(chip.id, piece, self._conversation)

    # --- the message that waits ----------------------------------------------------------------

    def queue(self) -> None:
        """Let the present message wait as the next one, behind one that waits already."""
        text, attachments = self.take()
        joined = "\n\n".join(part for part in (self.queued.value, text) if part)
        self.queued_attachments = tuple(dict.fromkeys((*self.queued_attachments, *attachments)))
        self.queued.value = joined or "Pictures"

    def send_queued_now(self) -> None:
        """Stop what is going on and send the waiting message."""
        self.on_send_queued()

    def drop_queued(self) -> None:
        """Forget the waiting message."""
        self.queued_attachments = ()
        self.queued.value = ""

    def take_queued(self) -> tuple[str, tuple[str, ...]]:
        """Return the waiting message and its piece ids, and forget it."""
        taken = ("" if self.queued.value == "Pictures" else self.queued.value), self.queued_attachments
        self.drop_queued()
        return taken

    # --- history -------------------------------------------------------------------------------

    def history_previous(self) -> None:
        """Show the message sent before the one that is shown."""
        if not self._history:
            return
        if self._history_at is None:
            self._unsent, self._history_at = self.text.value, len(self._history)
        if self._history_at > 0:
            self._history_at -= 1
            self._show_history(self._history[self._history_at])

    def history_next(self) -> None:
        """Show the message sent after the one that is shown; after the last, what was being written."""
        if self._history_at is None:
            return
        at = self._history_at + 1
        if at >= len(self._history):
            self._show_history(self._unsent)
            self._history_at = None
        else:
            self._show_history(self._history[at])
            self._history_at = at

    def _show_history(self, text: str) -> None:
        at = self._history_at
        self.text.value = text
        self._history_at = at

    # --- for CreateModel -----------------------------------------------------------------------

    def open(self, conversation: Conversation) -> None:
        """Show the composer of another session: its draft, its history, its waiting message."""
        self.flush_draft()
        if self.queued.value:
            self._waiting[self._conversation.id] = self.take_queued()
        if self._working is not None:
            self._working.cut()
        self._conversation = conversation
        self._working = conversation.working.changed.connect(lambda _on: self._judge())
        self._history = [turn.user_text for turn in conversation.turns if turn.user_text][-_HISTORY:]
        self._history_at = None
        self._edited = False
        self._show("", [])
        queued, self.queued_attachments = self._waiting.pop(conversation.id, ("", ()))
        self.queued.value = queued or ("Pictures" if self.queued_attachments else "")

    def waiting_of(self, session_id: str) -> tuple[str, tuple[str, ...]]:
        """Return and forget the waiting message of a session that is not open."""
        return self._waiting.pop(session_id, ("", ()))

    def set_history(self, texts: Sequence[str]) -> None:
        """Take over what was sent in this session so far."""
        self._history = [text for text in texts if text][-_HISTORY:]

    async def load_draft(self) -> None:
        """Bring back what was being written, unless something is being written by now."""
        conversation = self._conversation
        key = self._draft_key()

        def read(lib: "Library") -> "tuple[Draft, dict[str, Piece]]":
            draft = lib.drafts.get(key)
            ids = [a["piece_id"] for a in draft.attachments if isinstance(a.get("piece_id"), str)]
            return draft, {piece.id: piece for piece in lib.media.get_many(ids) if piece.deleted_ms is None}

        draft, pieces = await self._desk.call(read)
        if conversation is self._conversation and not self._edited:
            self._show(draft.text, [self._chip(piece) for piece in pieces.values()])

    def take(self) -> tuple[str, tuple[str, ...]]:
        """Return text and piece ids of the message, remember it in the history, and clear the composer."""
        text = self.text.value.strip()
        ids = tuple(a.piece_id for a in self.attachments if a.piece_id)
        if text and (not self._history or self._history[-1] != text):
            self._history.append(text)
        self._history_at = None
        self._show("", [])
        self._draft_changed()
        self.flush_draft()
        return text, ids

    def set_obstacle(self, why: str) -> None:
        """Say why nothing can be sent at all, for example a missing key; empty for no reason."""
        self._obstacle = why
        self._judge()

    def flush_draft(self) -> None:
        """Keep the draft now."""
        if self._draft_timer is not None:
            self._draft_timer.cancel()
            self._draft_timer = None
        if not self._draft_dirty:
            return
        self._draft_dirty = False
        key, text = self._draft_key(), self.text.value
        attachments: list[dict[str, Any]] = [
            {"piece_id": a.piece_id, "name": a.name} for a in self.attachments if a.piece_id
        ]

        def keep(lib: "Library") -> None:
            lib.drafts.put(key, text, attachments)
            if key:
                lib.drafts.drop("")

        self._desk.save("keeping the draft", keep)

    # --- inside --------------------------------------------------------------------------------

    def _import(
        self, name: str, path: Path | None, work: "Callable[[Library, str], Piece]", byte_length: int = 0
    ) -> None:
        if not self._room():
            return
        conversation = self._conversation
        chip = Attachment(f"attachment-{next(self._ids)}", name, "importing", path=path, byte_length=byte_length)
        self._set_attachments([*self.attachments, chip])

        async def run() -> None:
            from studio.viewmodels.troubles import trouble_of

            try:
                async with conversation.in_order():
                    await conversation.ensure_kept(self._desk)
                    piece = await self._desk.call(lambda lib: work(lib, conversation.id))
            except Exception as error:  # noqa: BLE001 - the chip says it
                trouble = trouble_of(error)
                self._replace(chip.id, Attachment(chip.id, name, "failed", path=path, trouble=trouble.what))
                return
            conversation.put_piece(piece)
            if conversation is self._conversation:
                again = any(a.piece_id == piece.id for a in self.attachments)
                if again or all(a.id != chip.id for a in self.attachments):
                    self._replace(chip.id, None)
                else:
                    self._replace(chip.id, self._chip(piece, chip.id))
                    self._upload(chip.id, piece, conversation)

        self._desk.tasks.start(f"import.{chip.id}", run)

    def _upload(self, chip_id: str, piece: Piece, conversation: Conversation) -> None:
        """Send the file of a chip to the connection, showing how far it is; a message may need it at once."""
        if self.upload_ahead is None or self.tools.value == "none" or piece.kind not in ("image", "video", "audio"):
            return
        upload, shown = self.upload_ahead, -1.0

        def show(**members: Any) -> None:
            chip = next((a for a in self.attachments if a.id == chip_id), None)
            if chip is not None and conversation is self._conversation:
                self._replace(chip_id, replace(chip, **members), keep_draft=False)

        def progress(part: float) -> None:
            nonlocal shown
            if part - shown >= _PROGRESS_STEP or part >= 1.0 > shown:
                shown = part
                show(status="uploading", progress=part, trouble="")

        async def run() -> None:
            from studio.viewmodels.troubles import trouble_of

            try:
                await upload(piece, progress)
            except Exception as error:  # noqa: BLE001 - the chip says it, and the message tries again
                show(status="failed", trouble=trouble_of(error).what)
                return
            if shown >= 0:
                show(status="ready", progress=1.0)

        self._desk.tasks.start(f"upload.{chip_id}", run, restart=True)

    def _replace(self, attachment_id: str, by: Attachment | None, *, keep_draft: bool = True) -> None:
        kept = [by if a.id == attachment_id else a for a in self.attachments]
        self._set_attachments([a for a in kept if a is not None], keep_draft=keep_draft)

    def _chip(self, piece: Piece, chip_id: str = "") -> Attachment:
        chip_id = chip_id or f"attachment-{next(self._ids)}"
        return Attachment(
            chip_id,
            piece.name or piece.badge,
            "ready",
            piece.id,
            piece.path,
            piece.byte_length,
            kind=piece.kind,
            badge=piece.badge,
            duration_s=piece.duration_s,
        )

    def _room(self) -> bool:
        if len(self.attachments) < MAX_ATTACHMENTS:
            return True
        self._desk.notices.post("warning", f"{MAX_ATTACHMENTS} files fit into one message.", "The rest was left out.")
        return False

    def _set_attachments(self, attachments: list[Attachment], *, keep_draft: bool = True) -> None:
        self.attachments = attachments
        self.attachments_changed.emit()
        if keep_draft:
            self._edited = True
            self._draft_changed()
        self._judge()

    def _show(self, text: str, attachments: list[Attachment]) -> None:
        self._loading = True
        try:
            self.text.value = text
            self.attachments = attachments
            self.attachments_changed.emit()
        finally:
            self._loading = False
        self._judge()

    def _text_changed(self) -> None:
        if not self._loading:
            self._edited = True
            self._history_at = None
            self._draft_changed()
        self._judge()

    def _draft_changed(self) -> None:
        self._draft_dirty = True
        if self._draft_timer is None and (loop := self._desk.loop) is not None:
            self._draft_timer = loop.call_later(DRAFT_DELAY_S, self._draft_due)

    def _draft_due(self) -> None:
        self._draft_timer = None
        self.flush_draft()

    def _draft_key(self) -> str:
        return self._conversation.id if self._conversation.kept else ""

    def _judge(self) -> None:
        importing = any(a.status == "importing" for a in self.attachments)
        uploading = any(a.status == "uploading" for a in self.attachments)
        ready = any(a.piece_id for a in self.attachments)
        written = bool(self.text.value.strip()) or ready
        reason = self._obstacle if written else ""
        if importing:
            reason = "One moment, the files are still being read in."
        elif uploading:
            reason = "One moment, the files are still on their way."
        elif not written and any(a.status == "failed" for a in self.attachments):
            reason = "This file can't be used. Remove it, or write something."
        self.blocked_reason.value = reason
        self.can_send.value = written and not reason


def _import_file(path: Path, lib: "Library", session_id: str) -> Piece:
    return lib.media.import_file(session_id, path)


def purpose_words(purpose: "Purpose", badges: str) -> str:
    """Return the beginning of a message about dropped files; the artist writes the rest."""
    return f"Edit {badges}: " if purpose == "edit" else ""
