"""What runs made, on one sheet: by stage for one run, by seed for a matrix, by piece for a batch."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.templates.closer_look import CloserLook, Shown
from studio.ui.templates.dialog import Overlay
from studio.ui.templates.piece_picker import PieceTile
from studio.ui.templates.running_view import Ask
from studio.ui.templates.text_card import TextCard
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_state import ItemState, PauseState, stage_of_step
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_TILES: Final = ((4, ((300, 225), 3)), (8, ((222, 166), 4)), (10**6, ((168, 126), 5)))
"""Up to so many pieces on the sheet: the size of tiles, and how many stand in a row."""
_Entry = tuple[str, Piece | None, str]
"""Caption, piece, and the step that can be made again."""
_TEXTS_STAY: Final = (
    "Texts stay with the run and are part of its round in the session. Copy or save them to use them elsewhere."
)


class ResultsSheet(Overlay):
    """A contact sheet of one run, or of all runs that were started together.

    Signals:
        session_wanted(str): the session with these pieces is wanted.
        reseed_wanted(object): other seeds of the run are wanted.
        piece_wanted(object, QWidget): a piece of the library is wanted as the answer of the run.
    """

    session_wanted = Signal(str)
    reseed_wanted = Signal(object)
    piece_wanted = Signal(object, QWidget)

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
        below = QVBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(area, 1)
        self.ask = Ask()
        self.ask.setContentsMargins(pad, shade.px("space.4"), pad, shade.px("space.6"))
        self.ask.serve(lambda: self._run)
        self.ask.piece_wanted.connect(lambda anchor: self.piece_wanted.emit(self._run, anchor))
        below.addWidget(self.ask)
        self.body.addLayout(below, 1)
        self._asked: PauseState | None = None
        self.ask.show_pause(None)
        self._bindings: list[Binding] = [runs.run_changed.connect(self._changed)]
        self.texts: list[TextCard] = []
        self._large: list[Shown] = []
        self._tile = _TILES[-1][1]
        self._shown: list[object] = []
        self.refresh()

    def refresh(self) -> None:
        """Show what is there."""
        run, group = self._run, self._runs.of_group(self._run.state.value.group) or (self._run,)
        states = [each.state.value for each in group]
        pause = run.state.value.pause
        self.reseed.setVisible(run.can_reseed)
        if pause != self._asked:
            self._asked = pause
            self.ask.show_pause(pause)
        counts, ends = [len(each.pieces) for each in group], [(state.status, state.trouble) for state in states]
        shown: list[object] = [pause, *counts, *ends, *(item.text for item in run.state.value.items)]
        if shown == self._shown:
            return
        self._shown = shown
        while (old := self._column.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tiles, self.texts, self._large = [], [], []
        self._say_trouble(group)
        count = len(run.pieces) + (len(group) if len(group) > 1 else 0)
        self._tile = next(tile for most, tile in _TILES if count <= most)
        if len(group) > 1:
            self._sheet(f"{len(group)} runs", [(each.state.value.label, each.last_piece, "") for each in group])
            self._column.addWidget(Label(run.state.value.label, "title"))
        self._show_stages(run)
        if self.texts:
            self._column.addWidget(Label(_TEXTS_STAY, "small", "muted", wrap=True))
        if not self.tiles and not self.texts:
            over = all(state.is_over for state in states)
            self._column.addWidget(Label("Nothing was made." if over else "Nothing was made yet.", "body", "muted"))
        self._column.addStretch(1)

    def _show_stages(self, run: "TemplateRunModel") -> None:
        """What each stage of a run made; the last one first, because what it came to matters most."""
        for stage in reversed(run.state.value.stages):
            made = [(item, piece) for item in stage.items for piece in run.pieces_of(item.step_id)]
            several = len({piece.used_prompt for _item, piece in made}) > 1
            entries: list[_Entry] = []
            for item, piece in made:
                earlier = run.is_earlier(item.step_id, piece.id)
                caption = "an earlier take" if earlier else _caption(item, piece, several)
                entries.append((caption, piece, "" if earlier else self._redoable(item, stage.items)))
            if entries:
                self._sheet(stage.label, entries)
            for text in (item.text for item in stage.items if item.text):
                self.texts.append(TextCard(stage.label, text))
                self._column.addWidget(self.texts[-1])

    def look_closer(self, place: int) -> CloserLook:
        """Show one piece large, over the sheet."""
        look = CloserLook(self._over, self._large, place)
        look.again_wanted.connect(self._run.redo_item)
        look.open()
        look.setFocus()
        return look

    def leave(self) -> None:
        """Listen no more, and go."""
        for binding in self._bindings:
            binding.cut()
        super().leave()

    def _redoable(self, item: ItemState, items: "tuple[ItemState, ...]") -> str:
        """The step of one of several items that can be made again before the run goes on; empty for others."""
        pause = self._run.state.value.pause
        if pause is None or not pause.here or pause.kind != "checkpoint" or len(items) < 2:
            return ""
        stage_id = stage_of_step(self._run.document, item.step_id)
        return item.step_id if stage_id == pause.stage_id else ""

    def _sheet(self, heading: str, entries: "list[_Entry]") -> None:
        shade = theme()
        tile_px, columns = self._tile
        box = QWidget()
        box.setProperty("ground", "none")
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(shade.px("space.4"))
        self._column.addWidget(Label(heading, "small", "secondary"))
        for number, (caption, piece, step_id) in enumerate(entries):
            cell = QVBoxLayout()
            cell.setSpacing(shade.px("space.1"))
            if piece is not None:
                tile = PieceTile(piece, *tile_px, whole=True)
                place = len(self._large)
                tile.clicked.connect(lambda _on=False, place=place: self.look_closer(place))
                cell.addWidget(tile)
                self.tiles.append(tile)
                self._large.append(Shown(caption, piece, step_id))
            else:
                empty = Label("Not there yet", "small", "muted")
                empty.setFixedSize(shade.px(tile_px[0]), shade.px(tile_px[1]))
                empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
                cell.addWidget(empty)
            words = ElidedLabel(caption, "small", "muted")
            words.setFixedWidth(shade.px(tile_px[0]))
            cell.addWidget(words)
            grid.addLayout(cell, number // columns, number % columns)
        grid.setColumnStretch(columns, 1)
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


def _caption(item: ItemState, piece: Piece, several: bool) -> str:
    """What tells a piece from its neighbours: its words where they differ, else its seed."""
    if several and piece.used_prompt:
        return piece.used_prompt
    seed = piece.seed if piece.seed is not None else item.seed
    return f"seed {seed}" if seed is not None else tool_title(item.tool)
