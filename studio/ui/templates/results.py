"""What runs made, on one sheet: by stage for one run, by seed for a matrix, by piece for a batch; and other seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.forms.fields import SeedField
from studio.ui.templates.dialog import Overlay
from studio.ui.templates.piece_picker import PieceTile
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.choices import Segmented
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_state import ItemState, has_seed
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_TILE: Final = (168, 126)
_COLUMNS: Final = 5
_MATRIX: Final = (4, 6, 9)
_TEXT_FILES: Final = "Markdown (*.md);;Text (*.txt)"
_TEXTS_STAY: Final = (
    "Texts stay with the run and are part of its round in the session. Copy or save them to use them elsewhere."
)


class ResultsSheet(Overlay):
    """A contact sheet of one run, or of all runs that were started together.

    Signals:
        session_wanted(str): the session with these pieces is wanted.
        reseed_wanted(object): other seeds of the run are wanted.
    """

    session_wanted = Signal(str)
    reseed_wanted = Signal(object)

    def __init__(self, window: QWidget, runs: "TemplateRuns", run: "TemplateRunModel") -> None:
        state = run.state.value
        super().__init__(window, state.name, width=980, height=700)
        self._runs, self._run = runs, run
        self.tiles: list[PieceTile] = []
        shade = theme()
        self.session = Button("Open the session", icon="create", size="default")
        self.session.clicked.connect(self._open)
        self.reseed = Button("Other seeds…", icon="dice", kind="quiet")
        self.reseed.clicked.connect(self._reseed)
        self.head.insertWidget(1, self.reseed)
        self.head.insertWidget(2, self.session)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        self._column = QVBoxLayout(ground)
        pad = shade.px("space.7")
        self._column.setContentsMargins(pad, 0, pad, pad)
        self._column.setSpacing(shade.px("space.5"))
        area.setWidget(ground)
        self.body.addWidget(area, 1)
        self._bindings: list[Binding] = [runs.run_changed.connect(self._changed)]
        self.texts: list[TextCard] = []
        self._shown: list[object] = []
        self.refresh()

    def refresh(self) -> None:
        """Show what is there."""
        group = self._runs.of_group(self._run.state.value.group) or (self._run,)
        sections = [(run, stage.label, stage.items) for run in group for stage in run.state.value.stages]
        states = [run.state.value for run in group]
        texts = [item.text for state in states for item in state.items if item.text]
        shown = [*(len(run.pieces) for run in group), *((state.status, state.trouble) for state in states), *texts]
        self.reseed.setVisible(self._run.can_reseed)
        if shown == self._shown:
            return
        self._shown = shown
        while (old := self._column.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tiles, self.texts = [], []
        self._say_trouble(group)
        if len(group) > 1:
            self._sheet(f"{len(group)} runs", [(run.state.value.label, run.last_piece) for run in group])
        else:
            for run, label, items in sections:
                pieces = [(_caption(item, piece), piece) for item in items for piece in run.pieces_of(item.step_id)]
                if pieces:
                    self._sheet(label, list(pieces))
                for item in items:
                    if item.text:
                        self.texts.append(TextCard(label, item.text))
                        self._column.addWidget(self.texts[-1])
        if self.texts:
            self._column.addWidget(Label(_TEXTS_STAY, "small", "muted", wrap=True))
        if not self.tiles and not self.texts:
            over = all(state.is_over for state in states)
            self._column.addWidget(Label("Nothing was made." if over else "Nothing was made yet.", "body", "muted"))
        self._column.addStretch(1)

    def leave(self) -> None:
        """Listen no more, and go."""
        for binding in self._bindings:
            binding.cut()
        super().leave()

    def _sheet(self, heading: str, entries: "list[tuple[str, Piece | None]]") -> None:
        shade = theme()
        box = QWidget()
        box.setProperty("ground", "none")
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(shade.px("space.4"))
        self._column.addWidget(Label(heading, "small", "secondary"))
        for number, (caption, piece) in enumerate(entries):
            cell = QVBoxLayout()
            cell.setSpacing(shade.px("space.1"))
            if piece is not None:
                tile = PieceTile(piece, *_TILE)
                tile.clicked.connect(self._open)
                cell.addWidget(tile)
                self.tiles.append(tile)
            else:
                empty = Label("Not there yet", "small", "muted")
                empty.setFixedSize(shade.px(_TILE[0]), shade.px(_TILE[1]))
                empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
                cell.addWidget(empty)
            words = ElidedLabel(caption, "small", "muted")
            words.setFixedWidth(shade.px(_TILE[0]))
            cell.addWidget(words)
            grid.addLayout(cell, number // _COLUMNS, number % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        self._column.addWidget(box)

    def _say_trouble(self, group: "tuple[TemplateRunModel, ...]") -> None:
        """Say what went wrong, each thing once."""
        told = dict.fromkeys(run.state.value.trouble for run in group if run.state.value.trouble)
        for words in told:
            self._column.addWidget(Label(words, "body", "warning", wrap=True))

    def _reseed(self) -> None:
        self.leave()
        self.reseed_wanted.emit(self._run)

    def _open(self) -> None:
        session_id = self._run.state.value.session_id
        self.leave()
        self.session_wanted.emit(session_id)

    def _changed(self, run_id: str) -> None:
        run = self._runs.get(run_id)
        if run is not None and (run is self._run or run.state.value.group == self._run.state.value.group != ""):
            self.refresh()


class TextCard(QFrame):
    """A text that a stage wrote: to read, to copy, and to save as a file."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self.heading, self.text = heading, text
        self.setProperty("card", True)
        shade = theme()
        column = QVBoxLayout(self)
        pad = shade.px("space.5")
        column.setContentsMargins(pad, shade.px("space.3"), pad, pad)
        column.setSpacing(shade.px("space.3"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.3"))
        self.copy = Button("Copy", icon="copy", size="compact", kind="quiet", name=f"Copy {heading}")
        self.save = Button("Save…", icon="save", size="compact", kind="quiet", name=f"Save {heading} as a file")
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        row.addWidget(Label(heading, "bodyStrong"), 1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column.addLayout(row)
        words = Label(text, "reading", wrap=True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(words)

    def write(self, path: Path) -> None:
        """Write the text to *path*.

        Raises:
            OSError: it cannot be written there.
        """
        path.write_text(self.text.rstrip() + "\n", encoding="utf-8")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text)
        self.copy.set_words("Copied")

    def _save(self) -> None:
        name = "".join(letter for letter in self.heading if letter.isalnum() or letter in " -_").strip() or "text"
        chosen, _filter = QFileDialog.getSaveFileName(self, "Save the text", f"{name}.md", _TEXT_FILES)
        if not chosen:
            return
        try:
            self.write(Path(chosen))
        except OSError as error:
            self.save.set_words("It can't be written there")
            self.save.setToolTip(error.strerror or "")
        else:
            self.save.set_words("Saved")


class ReseedDialog(Overlay):
    """Other seeds: for each step keep the seed, take a new one, or type one; or a matrix of one step.

    Signals:
        started(object): runs were started, as a list.
    """

    started = Signal(object)

    def __init__(self, window: QWidget, runs: "TemplateRuns", run: "TemplateRunModel") -> None:
        steps = [item for item in run.state.value.items if has_seed(item.tool)]
        super().__init__(window, "Other seeds", width=600, height=190 + 40 * max(1, min(8, len(steps))))
        self._runs, self._run = runs, run
        shade = theme()
        pad = shade.px("space.7")
        column = QVBoxLayout()
        column.setContentsMargins(pad, 0, pad, pad)
        column.setSpacing(shade.px("space.4"))
        self.body.addLayout(column, 1)
        column.addWidget(Label("What is kept looks as before; everything that follows from it is made again.",
                               "small", "muted", wrap=True))  # fmt: skip
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        lines = QVBoxLayout(ground)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(shade.px("space.3"))
        self.rows = [SeedRow(item, run.label_of(item.step_id)) for item in steps]
        for row in self.rows:
            row.matrix_wanted.connect(self._matrix)
            lines.addWidget(row)
        lines.addStretch(1)
        area.setWidget(ground)
        column.addWidget(area, 1)
        low = QHBoxLayout()
        low.addStretch(1)
        self.go = Button("Run again", icon="dice", kind="primary")
        self.go.clicked.connect(self._start)
        low.addWidget(self.go)
        column.addLayout(low)

    def _start(self) -> None:
        seeds = {row.step_id: seed for row in self.rows if (seed := row.seed()) is not None}
        made = self._runs.reseed(self._run, seeds)
        self.leave()
        self.started.emit([made])

    def _matrix(self, step_id: str, count: int) -> None:
        group = self._runs.matrix(self._run, step_id, count)
        self.leave()
        self.started.emit(list(self._runs.of_group(group)))


class SeedRow(QWidget):
    """One step: keep, new, or typed.

    Signals:
        matrix_wanted(str, int): many takes of this step.
    """

    matrix_wanted = Signal(str, int)

    def __init__(self, item: ItemState, label: str) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self.step_id, self._old = item.step_id, item.seed
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(shade.px("space.4"))
        words = ElidedLabel(label, "body")
        words.setToolTip(tool_title(item.tool))
        self.choice = Segmented((("new", "New"), ("keep", "Keep"), ("typed", "Typed")), name=f"Seed of {label}")
        if item.seed is None:
            self.choice.set_available("keep", False, "Its seed is not known.")
        self.field = SeedField()
        self.field.set_name(f"Seed of {label}")
        self.field.setFixedWidth(shade.px(150))
        if item.seed is not None:
            self.field.set_value(item.seed)
        self.many = Button("Sheet of 6", size="compact", kind="quiet", name=f"Six takes of {label} on one sheet")
        self.many.setToolTip("Six takes with other seeds of this step, on one sheet")
        self.many.clicked.connect(lambda: self.matrix_wanted.emit(self.step_id, _MATRIX[1]))
        row.addWidget(words, 1)
        row.addWidget(self.choice)
        row.addWidget(self.field)
        row.addWidget(self.many)
        self.choice.chosen.connect(lambda _id: self._show())
        self.field.edited.connect(lambda _value: self._typed())
        self._show()

    def seed(self) -> int | None:
        """The seed to send; None for a new one."""
        if self.choice.current == "keep":
            return self._old
        value = self.field.value()
        return value if self.choice.current == "typed" and isinstance(value, int) else None

    def _typed(self) -> None:
        self.choice.set_current("typed")

    def _show(self) -> None:
        for line in self.field.findChildren(QLineEdit):
            line.setReadOnly(self.choice.current == "keep")
        self.field.setEnabled(self.choice.current != "new")


def _caption(item: ItemState, piece: Piece) -> str:
    seed = piece.seed if piece.seed is not None else item.seed
    return f"seed {seed}" if seed is not None else tool_title(item.tool)
