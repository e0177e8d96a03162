"""The run form: what the template asks for at the left, what will happen at the right."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.contract.workflows import STEP_TOOLS
from studio.ui.forms.fields import ChoiceField
from studio.ui.forms.input_form import InputForm
from studio.ui.forms.media_field import MediaField
from studio.ui.guard import guarded
from studio.ui.templates.cover import Cover
from studio.ui.templates.dialog import Overlay
from studio.ui.templates.launcher_parts import (
    ROW_PX,
    EstimateBox,
    ForecastLine,
    LimitBox,
    ObstacleLine,
    PlaceRow,
    tiles_of,
)
from studio.ui.templates.piece_picker import PiecePicker
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.ui.widgets.popover import Popover
from studio.viewmodels.balance import amount_words
from studio.viewmodels.observable import Binding
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.launching import Forecast, LaunchModel
from studio.viewmodels.templates.looks import Look

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel

_SIDE: Final = 340
_WIDTH: Final = 900
_HEIGHT: Final = 660
_CONNECTIONS: Final = {
    "local": ("computer", "This computer"),
    "supernet": ("supernet", "Sogni Supernet"),
    "custom": ("plug", "Your own server"),
}
_COVER_PX: Final = (88, 166)
"""Least and most height of the cover."""
_FORECAST_MS: Final = 60
_TOKENS: Final = {"spark": "Spark", "sogni": "Sogni"}


class Launcher(Overlay):
    """The dialog.

    Signals:
        started(object): runs were started, as a list.
        tests_wanted(): the test bench is wanted.
    """

    started = Signal(object)
    tests_wanted = Signal()

    def __init__(
        self,
        window: QWidget,
        launch: LaunchModel,
        connection: "ConnectionModel",
        *,
        current_session: str = "",
        selected: Sequence[Piece] = (),
        look: Look | None = None,
        example: Path | None = None,
    ) -> None:
        """Show what can be typed.

        Args:
            selected: pieces that the person had selected; they are offered as a batch.
            look: what it made last.
            example: a picture of what it makes, for the time before.
        """
        name = launch.document.name or "Untitled"
        super().__init__(window, f"Run {name}", width=_WIDTH, height=_HEIGHT)
        self.launch, self._connection, self._session = launch, connection, current_session
        self._selected = tuple(selected)
        self._touched = False
        launch.know(self._selected)
        self._build()
        self._show_cover(look, example)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FORECAST_MS)
        self._timer.timeout.connect(self.refresh)
        self._bindings: list[Binding] = [
            launch.changed.connect(self._loaded),
            connection.kind.changed.connect(lambda _kind: self._place_changed()),
            launch.balance.amounts.changed.connect(lambda _amounts: self.refresh()),
        ]
        launch.load()
        launch.balance.look()
        self.refresh()

    # --- what it does --------------------------------------------------------------------------

    def run(self, *, rehearsal: bool = False) -> None:
        """Start, or go to the first field that keeps it from starting."""
        if not self.launch.obstacle:
            problems = self.form.show_problems()
            if problems:
                self.refresh()
                self.form.focus_field(next(iter(problems)))
                return
            values = self.form.values()
            self.launch.keep(self.form.typed())
            over = self._over_name()
            session_id = self._session if self.results.value() == "current" else ""
            if over:
                refs = [f"piece:{piece.id}" for piece in self._selected]
                runs = list(self.launch.run_over(values, over, refs, session_id=session_id))
            else:
                runs = [self.launch.run(values, session_id=session_id, rehearsal=rehearsal)]
            self.leave()
            self.started.emit(runs)

    def leave(self) -> None:
        """Keep what was typed, and go."""
        if self.isVisible():
            if self._touched:
                self.launch.keep(self.form.typed())
            for binding in self._bindings:
                binding.cut()
        super().leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()
        super().closeEvent(event)

    def refresh(self) -> None:
        """Show what will happen with what the form holds."""
        self.form.set_given({self._over_name()} - {""})
        self.batch_tiles.setVisible(bool(self._over_name()))
        values = self.form.values()
        forecast = self.launch.forecast(values)
        local = self._connection.kind.value == "local"
        self._show_rows(forecast, local)
        count = len(self._selected) if self._over_name() else 1
        self.estimate.show_forecast(forecast, local, count)
        limit = self.launch.limit(forecast)
        self.limit.setVisible(not local)
        self.limit.show_limit(limit, forecast.units.most)
        icon, words = _CONNECTIONS[self._connection.kind.value]
        self.place.show_place(icon, words, "keeps going when closed")
        self.pay.setVisible(self._connection.kind.value == "supernet" or bool(self.launch.balance.amounts.value))
        self.pay.show_place("coin", f"Pay with {_TOKENS[self.launch.token_type]}", self._left(self.launch.token_type))
        self._show_obstacle(count, forecast)
        self._fit_cover()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        shade = theme()
        self.presets = Button("Presets", icon="bookmark", kind="quiet")
        self.presets.clicked.connect(self._open_presets)
        self.tests = Button("Tests", icon="check-circle", kind="quiet")
        self.tests.clicked.connect(self.tests_wanted)
        self.head.insertWidget(1, self.tests)
        self.head.insertWidget(2, self.presets)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget()
        ground.setProperty("ground", "none")
        column = QVBoxLayout(ground)
        column.setContentsMargins(shade.px("space.7"), shade.px("space.2"), shade.px("space.7"), shade.px("space.7"))
        column.setSpacing(shade.px("space.5"))
        self.batch = ChoiceField([("", "")])
        self.batch_row = self._batch_row()
        column.addWidget(self.batch_row)
        self.form = InputForm(self.launch.document)
        self.form.set_library(self.launch.pieces.get, self._pick)
        self.form.changed.connect(self._edited)
        self.form.left.connect(lambda _name: self.refresh())
        self.form.refused.connect(self._say)
        self.results = ChoiceField([("new", "New session"), *([("current", "This session")] if self._session else [])])
        self.results.set_value("new")
        self.results.set_name("Results go to")
        extra = QWidget()
        extra.setProperty("ground", "none")
        lines = QVBoxLayout(extra)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(shade.px("space.3"))
        lines.addWidget(Label("Results go to", "small", "secondary"))
        lines.addWidget(self.results)
        self.form.add_extra(extra)
        if not self.launch.entries:
            column.addWidget(Label("It asks for nothing. Press Run.", "body", "muted"))
        column.addWidget(self.form, 1)
        area.setWidget(ground)
        self.area = area
        self.body.addWidget(area, 1)
        self.side = self._side()
        self.side.installEventFilter(self)
        self.body.addWidget(self.side)
        QShortcut(
            QKeySequence("Ctrl+Return"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        ).activated.connect(self.run)

    def _batch_row(self) -> QWidget:
        row = QWidget()
        row.setProperty("ground", "none")
        lines = QVBoxLayout(row)
        lines.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        lines.addLayout(line)
        self.batch_tiles = tiles_of(self._selected)
        lines.addWidget(self.batch_tiles)
        kinds = {"model3d": "model"}
        fits = [
            entry
            for entry in self.launch.batch_inputs
            if self._selected and all(kinds.get(p.kind, p.kind) == entry.shown for p in self._selected)
        ]
        row.setVisible(len(self._selected) > 1 and bool(fits))
        options: list[tuple[Any, str]] = [("", "Once")]
        options += [(entry.name, f"Once for each of {len(self._selected)} as {entry.label}") for entry in fits]
        self.batch = ChoiceField(options)
        self.batch.set_value(fits[0].name if fits and len(self._selected) > 1 else "")
        self.batch.set_name("How often it runs")
        self.batch.edited.connect(lambda _value: self.refresh())
        line.addWidget(Label("Run", "small", "secondary"))
        line.addWidget(self.batch, 1)
        return row

    def _side(self) -> QFrame:
        shade = theme()
        side = QFrame()
        side.setObjectName("dialogSide")
        side.setFixedWidth(shade.px(_SIDE))
        column = self._column = QVBoxLayout(side)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, shade.px("space.3"), pad, pad)
        column.setSpacing(shade.px("space.4"))
        self.cover = Cover()
        column.addWidget(self.cover)
        column.addWidget(Label("What will happen", "small", "secondary"))
        self.rows_area = QScrollArea()
        self.rows_area.setWidgetResizable(True)
        self.rows_area.setFrameShape(QFrame.Shape.NoFrame)
        self.rows_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        self.rows = QVBoxLayout(ground)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self.rows_area.setWidget(ground)
        column.addWidget(self.rows_area, 1)
        line = QFrame()
        line.setFixedHeight(theme().px("stroke.hairline"))
        line.setProperty("rule", True)
        column.addWidget(line)
        self.estimate = EstimateBox()
        column.addWidget(self.estimate)
        self.limit = LimitBox()
        self.limit.changed.connect(self._limit_typed)
        column.addWidget(self.limit)
        self.place = PlaceRow("Run somewhere else")
        self.place.clicked.connect(self._choose_place)
        column.addWidget(self.place)
        self.pay = PlaceRow("Pay with something else")
        self.pay.clicked.connect(self._choose_token)
        column.addWidget(self.pay)
        self.rehearse = Button("Rehearse on this computer first", kind="link")
        self.rehearse.setToolTip("The same steps with the tools of this computer; costs nothing")
        self.rehearse.clicked.connect(lambda: self.run(rehearsal=True))
        column.addWidget(self.rehearse, 0, Qt.AlignmentFlag.AlignLeft)
        self.obstacle = ObstacleLine()
        column.addWidget(self.obstacle)
        buttons = QHBoxLayout()
        buttons.setSpacing(shade.px("space.4"))
        self.go = Button("Run", icon="play", kind="primary")
        self.go.clicked.connect(lambda: self.run())
        self.save = Button("Save as preset")
        self.save.clicked.connect(self._ask_name)
        buttons.addWidget(self.go, 1)
        buttons.addWidget(self.save)
        column.addLayout(buttons)
        return side

    def _show_cover(self, look: Look | None, example: Path | None) -> None:
        before = look.before if look is not None else None
        self.cover.show_cover(look.after.path if look is not None else example, before.path if before else None)
        self.cover.setToolTip("Made last time" if look is not None else "An example of what it makes")
        self._covered = look is not None or example is not None

    def _fit_cover(self) -> None:
        """Give the cover the room that the rows leave; none where what will happen needs it all."""
        column = self._column
        margins = column.contentsMargins()
        rows = self.rows.count() - 1  # the last one is a stretch
        used = margins.top() + margins.bottom() + rows * theme().px(ROW_PX)
        for number in range(column.count()):
            item = column.itemAt(number)
            if item is not None and not item.isEmpty() and item.widget() not in (self.cover, self.rows_area):
                used += item.sizeHint().height() + column.spacing()
        height = min(theme().px(_COVER_PX[1]), self.side.height() - used - column.spacing())
        self.cover.setVisible(self._covered and height >= theme().px(_COVER_PX[0]))
        self.cover.setFixedHeight(max(1, height))

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the height of the side."""
        if watched is self.side and event.type() == QEvent.Type.Resize:
            self._fit_cover()
        return super().eventFilter(watched, event)

    def _show_rows(self, forecast: Forecast, local: bool) -> None:
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in forecast.rows:
            self.rows.addWidget(ForecastLine(row, local))
        self.rows.addStretch(1)

    def _show_obstacle(self, count: int, forecast: Forecast) -> None:
        problems, values = self.form.problems(), self.form.values()
        wrong = [entry for entry in self.launch.entries if entry.name in problems]
        words = self.launch.obstacle
        if not words and len(wrong) > 1:
            words = f"{len(wrong)} fields need you."
        elif not words and wrong:
            label, said = wrong[0].label, problems[wrong[0].name]
            empty = values.get(wrong[0].name) in (None, "", [])
            words = f"Fill in {_lower(label)} to run." if empty else f"{label}: {_lower(said)}."
        if not words:
            words = self._not_here() or self.launch.shortage(forecast, count)
        self.obstacle.set_words(words)
        self.go.set_words(f"Run {count} times" if count > 1 else "Run")
        blocked = bool(self.launch.obstacle)
        self.go.setEnabled(not blocked)
        self.go.setProperty("waiting", bool(wrong))
        self.rehearse.setVisible(self._connection.kind.value != "local" and not blocked)

    def _not_here(self) -> str:
        """Which stage the connection has no tool for, as far as it says what it has."""
        there = self._connection.available_tools.value
        for stage in self.launch.document.stages if there else ():
            if stage.tool and stage.tool in STEP_TOOLS and stage.tool not in there:
                _icon, place = _CONNECTIONS[self._connection.kind.value]
                return f"{place} cannot do “{stage.label}” at the moment."
        return ""

    def _left(self, token: str) -> str:
        """“1,284.6 left”, where the connection tells it."""
        amount = self.launch.balance.amounts.value.get(token)
        return f"{amount_words(amount)} left" if amount is not None else ""

    # --- events --------------------------------------------------------------------------------

    def _place_changed(self) -> None:
        self.launch.balance.look()
        self.refresh()

    def _edited(self) -> None:
        self._touched = True
        self._timer.start()

    def _loaded(self) -> None:
        if not self._touched:
            self.form.set_values(self.launch.values.value)
            self._fill_selected()
        self.form.refresh_media()
        self.presets.setEnabled(True)
        self.refresh()

    def _fill_selected(self) -> None:
        """Put one selected piece into the first field that takes it."""
        if len(self._selected) != 1:
            return
        piece = self._selected[0]
        kind = "model" if piece.kind == "model3d" else piece.kind
        entry = next((entry for entry in self.launch.entries if entry.shown == kind), None)
        if entry is not None:
            ref = f"piece:{piece.id}"
            self.form.set_values({**self.form.typed(), entry.name: [ref] if entry.many else ref})

    def _over_name(self) -> str:
        chosen = self.batch.value()
        return chosen if isinstance(chosen, str) and len(self._selected) > 1 else ""

    def _limit_typed(self, value: float) -> None:
        self.launch.ceiling = value
        self.refresh()

    def _say(self, words: str) -> None:
        self.obstacle.set_words(words)

    def _pick(self, anchor: QWidget, kind: str, take: Callable[[Sequence[Piece]], object]) -> None:
        picker = PiecePicker(self, kind)
        field = anchor.parentWidget()
        many = isinstance(field, MediaField) and field.takes_many
        picker.chosen.connect(lambda piece: take([piece]))
        picker.open_at(anchor)
        self.launch.pick_pieces(kind, lambda pieces: picker.show_pieces(pieces, many=many))

    def _choose_place(self) -> None:
        menu = QMenu(self)
        for kind in ("local", "supernet", "custom"):
            icon, words = _CONNECTIONS[kind]
            action = menu.addAction(icons.icon(icon, 16), words)
            action.setCheckable(True)
            action.setChecked(kind == self._connection.kind.value)
            action.triggered.connect(lambda _on=False, kind=kind: self._connection.switch(kind))
        menu.popup(self.place.mapToGlobal(QPoint(0, self.place.height())))

    def _choose_token(self) -> None:
        menu = QMenu(self)
        for token, words in _TOKENS.items():
            left = self._left(token)
            action = menu.addAction(f"{words} · {left}" if left else words)
            action.setCheckable(True)
            action.setChecked(token == self.launch.token_type)
            action.triggered.connect(lambda _on=False, token=token: self._pay_with(token))
        menu.popup(self.pay.mapToGlobal(QPoint(0, self.pay.height())))

    def _pay_with(self, token: str) -> None:
        self.launch.token_type = token
        self.refresh()

    def _open_presets(self) -> None:
        menu = QMenu(self)
        presets = self.launch.presets.value
        for name, values in presets.items():
            menu.addAction(name).triggered.connect(lambda _on=False, values=values: self._use(values))
        if not presets:
            menu.addAction("No presets yet").setEnabled(False)
        menu.addSeparator()
        menu.addAction("Start over with the defaults").triggered.connect(lambda _on=False: self._use({}))
        if presets:
            forget = menu.addMenu("Forget")
            for name in presets:
                forget.addAction(name).triggered.connect(lambda _on=False, name=name: self.launch.drop_preset(name))
        menu.popup(self.presets.mapToGlobal(QPoint(0, self.presets.height())))

    def _use(self, values: dict[str, Any]) -> None:
        self.form.forget_problems()
        self.form.set_values(values)
        self._touched = True
        self.refresh()

    def _ask_name(self) -> None:
        popover = Popover(self, name="Save as preset", width=260)
        popover.column().addWidget(Label("Name of the preset", "small", "secondary"))
        line = QLineEdit()
        line.setAccessibleName("Name of the preset")
        line.setMaxLength(80)
        keep = Button("Save", kind="primary")
        popover.column().addWidget(line)
        popover.column().addWidget(keep, 0, Qt.AlignmentFlag.AlignRight)

        def save() -> None:
            if line.text().strip():
                self.launch.save_preset(line.text(), self.form.typed())
                popover.close_popover()

        line.returnPressed.connect(save)
        keep.clicked.connect(save)
        popover.closed.connect(popover.deleteLater)
        popover.open_at(self.save, "above", "right")


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
