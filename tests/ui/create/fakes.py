"""Models in memory with the interface of the view models, which record what the window asks of them."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.viewmodels.conversation import Conversation
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.state import Attachment, ModelChoice, Notice, Piece, SessionRow, TextItem, ToolItem, Turn

NOW_MS = 1_780_000_000_000


class Recorder:
    """Remembers calls: ``asked`` is a list of (name, arguments)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def ask(self, name: str, *arguments: Any) -> None:
        self.asked.append((name, arguments))

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


class FakeComposer(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.text = Property("")
        self.attachments: list[Attachment] = []
        self.attachments_changed: Signal[()] = Signal()
        self.tools: Property[Any] = Property("creative-tools")
        self.model = Property("auto")
        self.models: Property[tuple[ModelChoice, ...]] = Property(
            (
                ModelChoice("auto", "Automatic", "Chooses the best that is there", vision=True),
                ModelChoice("director", "Built-in director", "No language model needed"),
                ModelChoice("qwen3:14b", "Qwen3 14B", "Ollama on this computer", available=False),
            )
        )
        self.can_send = Property(False)
        self.blocked_reason = Property("")
        self.queued = Property("")
        self.text.changed.connect(lambda text: self._judge())

    def _judge(self) -> None:
        self.can_send.value = bool(self.text.value.strip()) or any(a.status == "ready" for a in self.attachments)

    def set_attachments(self, attachments: list[Attachment]) -> None:
        self.attachments = attachments
        self.attachments_changed.emit()
        self._judge()

    def attach_paths(self, paths: list[Path]) -> None:
        self.ask("attach_paths", paths)

    def attach_bytes(self, data: bytes, name: str) -> None:
        self.ask("attach_bytes", data, name)

    def attach_piece(self, piece_id: str) -> None:
        self.ask("attach_piece", piece_id)

    def retry_upload(self, attachment_id: str) -> None:
        self.ask("retry_upload", attachment_id)

    def remove(self, attachment_id: str) -> None:
        self.ask("remove", attachment_id)
        self.set_attachments([a for a in self.attachments if a.id != attachment_id])

    def send_queued_now(self) -> None:
        self.ask("send_queued_now")

    def drop_queued(self) -> None:
        self.ask("drop_queued")
        self.queued.value = ""

    def history_previous(self) -> None:
        self.ask("history_previous")
        self.text.value = "an earlier message"

    def history_next(self) -> None:
        self.ask("history_next")
        self.text.value = ""


class FakeCreate(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.title = Property("New session")
        self.turns: list[Turn] = []
        self.reset: Signal[()] = Signal()
        self.turn_added: Signal[int] = Signal()
        self.turn_changed: Signal[int] = Signal()
        self.pieces: list[Piece] = []
        self.pieces_changed: Signal[()] = Signal()
        self.selection: Property[tuple[str, ...]] = Property(())
        self.working = Property(False)
        self.goes_on = False
        self.composer = FakeComposer()
        self.conversation = Conversation("s1", kept=True)

    def piece(self, piece_id: str) -> Piece | None:
        return next((piece for piece in self.pieces if piece.id == piece_id), None)

    def show(self, turns: list[Turn], pieces: list[Piece] | None = None) -> None:
        self.turns = turns
        self.pieces = pieces if pieces is not None else self.pieces
        self.reset.emit()
        self.pieces_changed.emit()

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.turn_added.emit(len(self.turns) - 1)

    def send(self) -> None:
        self.ask("send", self.composer.text.value)
        self.composer.text.value = ""

    def stop(self) -> None:
        self.ask("stop")

    def approve(self, turn_id: str, overrides: dict[str, Any] | None = None, quiet: bool = False) -> None:
        self.ask("approve", turn_id, overrides, quiet)

    def decline(self, turn_id: str) -> None:
        self.ask("decline", turn_id)

    def answer(self, turn_id: str, text: str) -> None:
        self.ask("answer", turn_id, text)

    def retry(self, turn_id: str) -> None:
        self.ask("retry", turn_id)

    def run_action(self, action: str, piece_ids: tuple[str, ...]) -> None:
        self.ask("run_action", action, tuple(piece_ids))

    def use_as_reference(self, piece_id: str) -> None:
        self.ask("use_as_reference", piece_id)

    def import_files(self, paths: list[Path], purpose: str) -> None:
        self.ask("import_files", paths, purpose)

    def set_favourite(self, piece_id: str, favourite: bool) -> None:
        self.ask("set_favourite", piece_id, favourite)

    def delete_pieces(self, piece_ids: tuple[str, ...]) -> None:
        self.ask("delete_pieces", tuple(piece_ids))

    def save_as(self, piece_id: str, target: Path) -> None:
        self.ask("save_as", piece_id, target)

    def round_summary(self, number: int) -> tuple[str, int]:
        turn = next((turn for turn in self.turns if turn.round == number), None)
        return (turn.user_text, turn.created_ms) if turn else ("", 0)


class FakeSessions(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.all: list[SessionRow] = []
        self.rows: list[SessionRow] = []
        self.changed: Signal[()] = Signal()
        self.query = Property("")
        self.current_id = Property("")
        self.query.changed.connect(lambda _query: self.apply())

    def set_rows(self, rows: list[SessionRow]) -> None:
        self.all = rows
        self.apply()

    def apply(self) -> None:
        wanted = self.query.value.lower()
        found = [row for row in self.all if wanted in row.title.lower()]
        self.rows = sorted(found, key=lambda row: (not row.pinned, -row.updated_ms))
        self.changed.emit()

    def new(self) -> str:
        self.ask("new")
        self.set_rows([SessionRow(f"s{len(self.all)}", "New session", 0, NOW_MS), *self.all])
        self.current_id.value = self.all[0].id
        return self.all[0].id

    def open(self, session_id: str) -> None:
        self.ask("open", session_id)
        self.current_id.value = session_id

    def rename(self, session_id: str, title: str) -> None:
        self.ask("rename", session_id, title)
        self.set_rows([replace(r, title=title) if r.id == session_id else r for r in self.all])

    def set_pinned(self, session_id: str, pinned: bool) -> None:
        self.ask("set_pinned", session_id, pinned)
        self.set_rows([replace(r, pinned=pinned) if r.id == session_id else r for r in self.all])

    def delete(self, session_id: str) -> None:
        self.ask("delete", session_id)
        self.set_rows([r for r in self.all if r.id != session_id])

    def restore(self, session_id: str) -> None:
        self.ask("restore", session_id)


class FakeConnection(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.kind: Property[Any] = Property("local")
        self.reachability: Property[Any] = Property("reachable")
        self.words = Property("Answered in 8 ms")
        self.answered_by = Property("Built-in director")
        self.available_tools: Property[frozenset[str]] = Property(
            frozenset(
                {
                    "generate_image",
                    "apply_style",
                    "upscale_image",
                    "remove_background",
                    "restore_photo",
                    "analyze_image",
                    "extract_metadata",
                    "enhance_prompt",
                }
            )
        )

    def look_again(self) -> None:
        self.ask("look_again")

    def switch(self, kind: str) -> None:
        self.ask("switch", kind)
        self.kind.value = kind

    async def test(self, kind: str) -> str:
        self.ask("test", kind)
        return "Answered in 8 ms"


class FakeSettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.reduced_motion = Property(False)
        self.theme: Property[Any] = Property("dark")
        self.scale = Property(1.0)
        self.density: Property[Any] = Property("comfortable")

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        self.values[key] = value


class FakeNotices(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.posted: Signal[Notice] = Signal()
        self.dismissed: Signal[str] = Signal()

    def post(self, kind: str, title: str, text: str = "", **more: Any) -> str:
        self.ask("post", kind, title, text)
        return "n"


@dataclass
class FakeStudio:
    sessions: FakeSessions = field(default_factory=FakeSessions)
    create: FakeCreate = field(default_factory=FakeCreate)
    connection: FakeConnection = field(default_factory=FakeConnection)
    settings: FakeSettings = field(default_factory=FakeSettings)
    notices: FakeNotices = field(default_factory=FakeNotices)


def piece(number: int, path: Path, width: int = 768, height: int = 512, **more: Any) -> Piece:
    """An image with the index *number* − 1."""
    return Piece(
        id=f"p{number}",
        session_id="s",
        kind="image",
        badge=f"Image {number}",
        index=number - 1,
        path=path,
        mime_type="image/png",
        byte_length=1000,
        round=1,
        created_ms=NOW_MS,
        width=width,
        height=height,
        name=f"picture-{number}.png",
        **more,
    )


def talk(number: int, words: str = "", user: str = "Tell me more", **more: Any) -> Turn:
    """A turn of words alone."""
    items: list[TextItem | ToolItem] = [TextItem(words)] if words else []
    values: dict[str, Any] = {"status": "done", "created_ms": NOW_MS, **more}
    return Turn(id=f"t{number}", round=number, user_text=user, items=items, **values)
