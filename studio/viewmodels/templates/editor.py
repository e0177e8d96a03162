"""One open template: its document, undo, selection, problems and estimate. Edits are kept within a moment."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from studio.contract.editing.comparing import changes
from studio.contract.editing.document import INPUTS, Document, EditError
from studio.contract.editing.estimating import TemplateEstimate, estimate_of
from studio.contract.editing.problems import Problem, Problems, Repair, problems_of
from studio.contract.editing.wires import Wire, wires_of
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.templates.undo import History

if TYPE_CHECKING:
    import asyncio

    from studio.library.library import Library
    from studio.library.templates import StoredTemplate

Edit = Callable[[Document], Document]
_KEEP_AFTER_S: Final = 0.3
_MOST_WORDS: Final = 3


class EditorModel:
    """An open edition of one template.

    Attributes:
        document: what is edited; every change is a new one.
        selection: ids of the chosen stages, and ``INPUTS`` for the node of the inputs.
        focus: the node and member that the inspector shows first; ("", "") for none.
        problems, estimate: of the present document.
        changed: the document, its undo or its clean state changed.
        refused: an edit could not be done; why.
        saved: it was saved.
        read_only: it can be looked at only (a starter, somebody else's): edits are refused with a sentence.
    """

    def __init__(self, desk: Desk, stored: "StoredTemplate", *, read_only: str = "") -> None:
        """*read_only* is the sentence with which edits are refused; empty to allow them."""
        self._desk = desk
        self.id = stored.id
        self.read_only = read_only
        self.stored = stored
        first = Document(stored.content)
        self._history: History[Document] = History(first)
        if stored.draft is not None:
            # The draft is a step of its own, so that undo leads back to what was saved.
            self._history.push(stored.draft_step or "What was not saved", Document(stored.draft))
        self.document: Property[Document] = Property(self._history.value)
        self.selection: Property[tuple[str, ...]] = Property(())
        self.focus: Property[tuple[str, str]] = Property(("", ""))
        self.problems: Property[Problems] = Property(problems_of(self.document.value))
        self.estimate: Property[TemplateEstimate] = Property(estimate_of(self.document.value))
        self.changed: Signal[()] = Signal()
        self.refused: Signal[str] = Signal()
        self.saved: Signal[()] = Signal()
        self._timer: asyncio.TimerHandle | None = None
        self._unkept = ""

    # --- what it shows -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What the template is called now."""
        return self.document.value.name or "Untitled"

    @property
    def wires(self) -> tuple[Wire, ...]:
        """The wires of the present document."""
        return wires_of(self.document.value)

    @property
    def is_clean(self) -> bool:
        """Whether everything is saved."""
        return self._history.is_clean

    @property
    def undo_words(self) -> str:
        """“Undo: connect Score to Assemble”; empty when there is nothing to undo."""
        name = self._history.undo_name
        return f"Undo: {_lower(name)}" if name else ""

    @property
    def redo_words(self) -> str:
        """As ``undo_words``."""
        name = self._history.redo_name
        return f"Redo: {_lower(name)}" if name else ""

    # --- edits ---------------------------------------------------------------------------------

    def apply(self, step: str, edit: Edit, *, gesture: str = "", select: Sequence[str] | None = None) -> bool:
        """Do one edit and return whether it was done.

        Args:
            step: its name for undo, “Connect Score to Assemble”.
            gesture: edits of one gesture (a drag, typing into one field) become one step.
            select: what is selected afterwards.
        """
        if self.read_only:
            self.refused.emit(self.read_only)
            return False
        before = self.document.value
        try:
            after = edit(before)
        except EditError as error:
            self.refused.emit(str(error))
            return False
        if after.same_as(before):
            return False
        self._history.push(step, after, gesture)
        self._show(after, step)
        if select is not None:
            self.select(select)
        return True

    def end_gesture(self) -> None:
        """The mouse was let go, or the field was left: the next edit is a step of its own."""
        self._history.end_gesture()

    def undo(self) -> None:
        """Take the last step back."""
        name = self._history.undo_name
        if name and not self.read_only:
            self._show(self._history.undo(), f"Undo: {_lower(name)}")

    def redo(self) -> None:
        """Do the last undone step again."""
        name = self._history.redo_name
        if name and not self.read_only:
            self._show(self._history.redo(), name)

    def repair(self, repair: Repair) -> bool:
        """Put a problem right."""
        return self.apply(repair.title, repair.apply)

    def select(self, nodes: Sequence[str]) -> None:
        """Select nodes; what is not there is left out."""
        document = self.document.value
        self.selection.value = tuple(
            node for node in dict.fromkeys(nodes) if node == INPUTS or document.has_stage(node)
        )

    def show_problem(self, problem: Problem) -> None:
        """Select the node of a problem and lead to its member."""
        if problem.node:
            self.select([problem.node])
        self.focus.value = ("", "")
        self.focus.value = (problem.node, problem.member)

    def fill_form(self, name: str, value: str | list[str]) -> None:
        """Let the run form begin with *value* for an input, as if it had been typed there last."""
        template_id = self.id

        def keep(lib: "Library") -> None:
            lib.templates.keep_values(template_id, {**lib.templates.values(template_id), name: value})

        self._desk.save("keeping the form", keep)

    # --- keeping -------------------------------------------------------------------------------

    def save(self, words: str = "") -> bool:
        """Save the edition as a version and return whether there was something to save.

        *words* say what changed; without them the changes are told.
        """
        if self.read_only or self.is_clean:
            return False
        self._cancel_timer()
        content, template_id = self.document.value.content, self.id
        said = words or words_of_changes(Document(self.stored.content), self.document.value)
        self._history.set_clean()
        self._history.end_gesture()
        self._unkept = ""

        def keep(lib: "Library") -> None:
            self._tell(self._was_saved, lib.templates.save(template_id, content, said))

        # Handed over at once rather than by a task: closing the window cancels tasks, and nothing may be lost.
        self._hand_over("saving the template", keep, said, saving=True)
        self.changed.emit()
        return True

    def _hand_over(self, what: str, work: "Callable[[Library], object]", step: str, *, saving: bool = False) -> None:
        """Have the library do *work*; where it cannot, the edition is as unkept and unsaved as before."""

        def keep(lib: "Library") -> None:
            try:
                work(lib)
            except Exception:
                self._tell(self._was_refused, step, saving)
                raise

        self._desk.save(what, keep)

    def _tell(self, callback: "Callable[..., None]", *args: object) -> None:
        """Call *callback* on the loop, from the library's thread."""
        loop = self._desk.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(callback, *args)

    def _was_refused(self, step: str, saving: bool) -> None:
        """Keep it with the next edit, the next save or at the end: by then there may be room on the disk."""
        self._unkept = self._unkept or step
        if saving:
            self._history.set_unclean()
            self.changed.emit()

    def _was_saved(self, stored: "StoredTemplate") -> None:
        self.stored = stored
        self.saved.emit()
        self.changed.emit()

    def revert(self) -> bool:
        """Go back to what was saved, as one step that can be undone."""
        return self.apply("Back to what was saved", lambda _document: Document(self.stored.content))

    def take_content(self, step: str, content: Document) -> bool:
        """Replace the whole document in one step: an older version, an edit of the JSON, a merge."""
        return self.apply(step, lambda _document: content)

    def note_stored(self, stored: "StoredTemplate") -> None:
        """Take over how the template stands in the library; what is open here stays."""
        clean = self.is_clean
        self.stored = stored
        if clean and not Document(stored.content).same_as(self.document.value):
            self._history.push("Taken from the server", Document(stored.content))
            self._history.set_clean()
            self._show(self._history.value, "", keep=False)
        else:
            self.changed.emit()

    def flush(self) -> None:
        """Keep the edition now."""
        self._cancel_timer()
        if not self._unkept:
            return
        step, self._unkept = self._unkept, ""
        template_id, content, clean = self.id, self.document.value.content, self.is_clean

        def keep(lib: "Library") -> None:
            if clean:
                lib.templates.drop_draft(template_id)
            else:
                lib.templates.keep_draft(template_id, content, step)

        self._hand_over("keeping the template", keep, step)

    def _show(self, document: Document, step: str, *, keep: bool = True) -> None:
        left = self.document.value
        self.document.value = document
        if left is not document:
            left.forget()  # undo keeps a thousand of them
        self.select(self.selection.value)
        self.problems.value = problems_of(document)
        self.estimate.value = estimate_of(document)
        if keep:
            self._unkept = step
            self._keep_soon()
        self.changed.emit()

    def _keep_soon(self) -> None:
        loop = self._desk.loop
        if loop is None:
            self.flush()
        elif self._timer is None:  # not put off again: at most a moment is lost however fast the edits come
            self._timer = loop.call_later(_KEEP_AFTER_S, self.flush)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def words_of_changes(before: Document, after: Document) -> str:
    """Return the changes of an edition in words, the first few of them."""
    said = [change.words for change in changes(before, after)]
    more = len(said) - _MOST_WORDS
    return "; ".join(said[:_MOST_WORDS]) + (f"; {more} more" if more > 0 else "") or "Layout"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
