"""The list of templates: the artist's own, the starters, and the ones that are open. Files come in and go out here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from studio.contract.editing import operations as ops
from studio.contract.editing.document import Document, EditError
from studio.contract.editing.files import MOST_BYTES, SUFFIX, from_bytes, from_json, to_text
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.templates.editor import EditorModel

if TYPE_CHECKING:
    from studio.library.templates import StoredTemplate, SyncState, TemplateVersion

Group = Literal["mine", "starter", "public"]
STARTER: Final = "starter:"
READ_ONLY: Final = "This one comes with the studio. Make it yours to change it."
FOREIGN: Final = "This one is somebody else's. Make it yours to change it."
_NEW_NAME: Final = "New template"


@dataclass(frozen=True)
class TemplateRow:
    """One row of the list.

    Attributes:
        id: the library's id, or ``starter:NAME``.
        facts: “6 stages · 2 checkpoints”.
        unsaved: an edition of it is open or was left unsaved.
    """

    id: str
    name: str
    group: Group
    facts: str
    state: "SyncState"
    unsaved: bool = False
    cover: Path | None = None
    updated_ms: int = 0


class TemplatesModel:
    """Everything that the Templates workspace lists and opens.

    Attributes:
        rows: those that match ``query``: mine by time, then starters by name, then public ones.
        current: the editor of the open template; None when none is.
        changed: rows are others.
        public: rows of a server's public templates; see ``show_public``.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.rows: tuple[TemplateRow, ...] = ()
        self.changed: Signal[()] = Signal()
        self.query: Property[str] = Property("")
        self.current: Property[EditorModel | None] = Property(None)
        self.public: Property[tuple[TemplateRow, ...]] = Property(())
        self._mine: dict[str, StoredTemplate] = {}
        self._starters: dict[str, Document] = {}
        self._public: dict[str, Document] = {}
        self._editors: dict[str, EditorModel] = {}
        self._covers: dict[str, Path] = {}
        self._loaded = False
        self.query.changed.connect(lambda _query: self._list())
        self.public.changed.connect(lambda _rows: self._list())

    # --- reading -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the templates, once; later calls read them again."""
        self._desk.tasks.start("templates.load", self._load, restart=True)

    def stored(self, template_id: str) -> "StoredTemplate | None":
        """Return one of the artist's own templates."""
        return self._mine.get(template_id)

    def document_of(self, template_id: str) -> Document | None:
        """Return the document of a row: the open edition, else the saved one."""
        editor = self._editors.get(template_id)
        if editor is not None:
            return editor.document.value
        if template_id in self._starters:
            return self._starters[template_id]
        if template_id in self._public:
            return self._public[template_id]
        stored = self._mine.get(template_id)
        return Document(stored.draft or stored.content) if stored is not None else None

    def editors(self) -> tuple[EditorModel, ...]:
        """Every editor that was opened."""
        return tuple(self._editors.values())

    async def _load(self) -> None:
        if not self._starters:
            self._starters = await self._desk.workers.pictures(_starters)
        found = await self._desk.call(lambda lib: lib.templates.all())
        self._mine = {stored.id: stored for stored in found}
        self._loaded = True
        self._list()

    # --- opening and making --------------------------------------------------------------------

    def open(self, template_id: str) -> EditorModel | None:
        """Open a template; one that is open already keeps its undo."""
        editor = self._editors.get(template_id)
        if editor is None:
            stored, read_only = self._mine.get(template_id), ""
            if stored is None and template_id in self._starters:
                stored, read_only = _as_stored(template_id, self._starters[template_id]), READ_ONLY
            elif stored is None and template_id in self._public:
                stored, read_only = _as_stored(template_id, self._public[template_id]), FOREIGN
            if stored is None:
                return None
            editor = EditorModel(self._desk, stored, read_only=read_only)
            editor.changed.connect(self._list)
            editor.saved.connect(lambda: self._note(editor.stored) if editor is not None else None)
            self._editors[template_id] = editor
        self.current.value = editor
        return editor

    def close(self) -> None:
        """Show none. Editions that are not saved stay open."""
        self._flush()
        self.current.value = None

    def add_empty(self) -> None:
        """Make an empty template and open it."""
        self.add(ops.new_template(ops.free_name(_NEW_NAME, {row.name for row in self.rows}, before=" ")))

    def add(self, document: Document, *, origin: str = "", then: Callable[[str], object] | None = None) -> None:
        """Keep a new template and open it."""

        async def run() -> None:
            stored = await self._desk.call(lambda lib: lib.templates.add(document.content, origin=origin))
            self._note(stored)
            self.open(stored.id)
            if then is not None:
                then(stored.id)

        self._desk.tasks.start(f"templates.add.{id(document)}", run)

    def duplicate(self, template_id: str) -> None:
        """Copy a template, a starter or a public one to the artist's own, and open it."""
        document = self.document_of(template_id)
        if document is None:
            return
        own = {key: value for key, value in document.content.items() if key not in _SERVER}
        name = document.name if template_id.startswith(STARTER) else f"{document.name} (2)"
        taken = {row.name for row in self.rows if row.group == "mine"}
        copy = Document({**own, "name": _free_title(name, taken), "visibility": "private"})
        self.add(copy, origin=template_id if template_id.startswith(STARTER) else f"fork:{template_id}")

    def delete(self, template_id: str) -> None:
        """Delete a template; the notice can undo it."""
        stored = self._mine.pop(template_id, None)
        if stored is None:
            return
        editor = self._editors.pop(template_id, None)
        if editor is not None:
            editor.flush()
        if self.current.value is editor:
            self.current.value = None
        self._desk.save("deleting the template", lambda lib: lib.templates.delete(template_id))
        self._list()
        name = Document(stored.content).name
        self._desk.notices.post("info", f"Deleted “{name}”.", action="Undo", run=lambda: self.restore(template_id))

    def restore(self, template_id: str) -> None:
        """Bring a deleted template back."""

        async def run() -> None:
            self._note(await self._desk.call(lambda lib: lib.templates.restore(template_id)))

        self._desk.tasks.start(f"templates.restore.{template_id}", run)

    def versions(self, template_id: str, then: "Callable[[str, list[TemplateVersion]], object]") -> None:
        """Read the saved versions of a template and hand them to *then*."""

        async def run() -> None:
            then(template_id, await self._desk.call(lambda lib: lib.templates.versions(template_id)))

        self._desk.tasks.start(f"templates.versions.{template_id}", run)

    # --- files ---------------------------------------------------------------------------------

    def import_file(self, path: Path) -> None:
        """Take a template from a file, and open it; a file that is none is said and changes nothing."""

        async def run() -> None:
            try:
                document = await self._desk.workers.pictures(lambda: _read(path))
            except EditError as error:
                self._desk.notices.post("error", f"“{path.name}” was not taken in", str(error))
                return
            self.add(document, origin="file")

        self._desk.tasks.start(f"templates.import.{path}", run)

    def export_file(self, template_id: str, path: Path) -> None:
        """Write a template to a file, whole or not at all."""
        document = self.document_of(template_id)
        if document is None:
            return
        text = to_text(document)

        async def run() -> None:
            from studio.library.errors import LibraryError

            try:
                await self._desk.workers.pictures(lambda: _write(path, text))
            except LibraryError as error:
                self._desk.notices.post("error", "The template was not exported", error.what)
                return
            self._desk.notices.post("success", f"Exported “{document.name}”", str(path))

        self._desk.tasks.start(f"templates.export.{template_id}", run)

    def add_json(self, body: object, *, origin: str = "") -> bool:
        """Take a template that came as JSON: a draft of the agent, a clipboard. Returns whether it was one."""
        try:
            self.add(from_json(body), origin=origin)
        except EditError as error:
            self._desk.notices.post("error", "That is no template", str(error))
            return False
        return True

    # --- lists ---------------------------------------------------------------------------------

    def note(self, stored: "StoredTemplate") -> None:
        """Take over a template that was changed in the library."""
        editor = self._editors.get(stored.id)
        if editor is not None:
            editor.note_stored(stored)
        self._note(stored)

    def show_public(self, found: Mapping[str, tuple[TemplateRow, Document]]) -> None:
        """Show a server's public templates: row and document by id."""
        self._public = {key: document for key, (_row, document) in found.items()}
        self.public.value = tuple(row for row, _document in found.values())

    def set_cover(self, template_id: str, path: Path) -> None:
        """Show a picture of the last run."""
        self._covers[template_id] = path
        self._list()

    def flush(self) -> None:
        """Keep every open edition now."""
        self._flush()

    def _note(self, stored: "StoredTemplate") -> None:
        self._mine = {**self._mine, stored.id: stored}
        self._list()

    def _flush(self) -> None:
        for editor in self._editors.values():
            editor.flush()

    def _list(self) -> None:
        words = self.query.value.lower().split()
        mine = [self._row(stored) for stored in self._mine.values()]
        mine.sort(key=lambda row: (-row.updated_ms, row.name))
        starters = [_starter_row(key, document, self._covers.get(key)) for key, document in self._starters.items()]
        every = (*mine, *starters, *self.public.value)
        rows = tuple(row for row in every if all(word in row.name.lower() for word in words))
        if rows != self.rows:
            self.rows = rows
            self.changed.emit()

    def _row(self, stored: "StoredTemplate") -> TemplateRow:
        editor = self._editors.get(stored.id)
        document = editor.document.value if editor is not None else Document(stored.draft or stored.content)
        unsaved = not editor.is_clean if editor is not None else stored.draft is not None
        state: SyncState = "changed" if unsaved and stored.state == "synced" else stored.state
        return TemplateRow(
            stored.id, document.name or "Untitled", "mine", facts_of(document), state, unsaved,
            self._covers.get(stored.id) or _cover_of(stored), stored.updated_ms,
        )  # fmt: skip


_SERVER: Final = ("id", "author", "createdAt", "updatedAt", "version")


def facts_of(document: Document) -> str:
    """Return “6 stages · 2 checkpoints”, or what is there instead."""
    stages = document.stages
    asks = sum(1 for stage in stages if stage.body.get("checkpointRequired") is True or stage.kind == "interactive")
    parts = [f"{len(stages)} stage" + "s" * (len(stages) != 1)]
    if asks:
        parts.append(f"{asks} checkpoint" + "s" * (asks != 1))
    elif any(stage.kind == "batch" for stage in stages):
        parts.append("batch")
    return " · ".join(parts)


def _starter_row(key: str, document: Document, cover: Path | None) -> TemplateRow:
    shown = cover or _bundled_cover(str(document.content.get("id", "")))
    return TemplateRow(key, document.name, "starter", facts_of(document), "synced", cover=shown)


@cache
def _bundled_cover(template_id: str) -> Path | None:
    from studio import resources

    path = resources.path("templates", "covers", f"{template_id}.jpg")
    return path if path.is_file() else None


def _cover_of(stored: "StoredTemplate") -> Path | None:
    """A template that began as a starter keeps its cover until it has a run of its own."""
    kind, _, name = stored.origin.partition(":")
    return _bundled_cover(name) if f"{kind}:" == STARTER else None


def _as_stored(key: str, document: Document) -> "StoredTemplate":
    from studio.library.templates import StoredTemplate

    return StoredTemplate(key, dict(document.content), 0, 0)


def _starters() -> dict[str, Document]:
    import msgspec

    from studio import resources

    found: list[dict[str, Any]] = [
        msgspec.json.decode(path.read_bytes()) for path in sorted(resources.path("templates").glob("*.json"))
    ]
    documents = [Document(body) for body in found]
    return {f"{STARTER}{each.content['id']}": each for each in sorted(documents, key=lambda each: each.name)}


def _free_title(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name.removesuffix(' (2)')} ({number})", number + 1
    return found


def _read(path: Path) -> Document:
    try:
        if not path.is_file():  # opening a pipe would wait for ever
            raise EditError("There is no such file.")
        with path.open("rb") as file:
            return from_bytes(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise EditError(f"It can't be read: {error.strerror}.") from error


def _write(path: Path, text: str) -> None:
    from studio.library.files import write_whole

    if not path.name.endswith(".json"):
        path = path.with_name(path.name + SUFFIX)
    write_whole(path, iter([text.encode()]))
