"""Other seeds: which steps of a run keep theirs, and many takes of one step."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from studio.ui.forms.fields import SeedField
from studio.ui.templates.dialog import Overlay
from studio.ui.templates.piece_picker import PieceTile
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.choices import Segmented
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_state import ItemState, has_seed
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_MATRIX: Final = (4, 6, 9)
_TILE: Final = (44, 30)


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
        words = "New makes another one, Keep makes the same one again. What follows from it is made anew."
        column.addWidget(Label(words, "small", "muted", wrap=True))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        lines = QVBoxLayout(ground)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(shade.px("space.3"))
        made = {item.step_id: next(reversed(run.pieces_of(item.step_id)), None) for item in steps}
        self.rows = [SeedRow(item, run.label_of(item.step_id), made[item.step_id]) for item in steps]
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

    def __init__(self, item: ItemState, label: str, piece: Piece | None) -> None:
        """*piece* is what it made."""
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
        if piece is not None and piece.kind == "image":
            tile = PieceTile(piece, *_TILE)
            tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tile.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(tile)
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
