"""“Made with it” on a template's page: each run as a card of its pictures, with its progress while it works."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.gallery.entries import ICONS, PICTURED
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.gallery.tile import paint_play
from studio.ui.guard import guarded
from studio.ui.templates.page import Row
from studio.ui.templates.running_view import progress_words
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import badge, elided, focus_ring, ring, rounded
from studio.ui.widgets.pointer import is_keyboard_focus
from studio.ui.widgets.progress import State, paint_bar
from studio.viewmodels.observable import Binding
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_state import RunState
from studio.viewmodels.words import relative_date

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_CARD_PX: Final = (328, 126)
_MOST_RUNS: Final = 6
_MOST_TILES: Final = 3
_MARKS: Final = {
    "waiting_for_user": ("hand", "status.warning"), "failed": ("error", "status.danger"),
    "partial_failure": ("alert", "status.warning"), "cancelled": ("stop", "text.secondary"),
}  # fmt: skip
_BARS: Final[dict[str, State]] = {"running": "working", "starting": "working", "waiting_for_user": "needs_you"}


class RunsSection(QWidget):
    """The runs of a template, the newest first; the first six until all are wanted.

    Signals:
        opened(object): results of a run are wanted.
    """

    opened = Signal(object)

    def __init__(self, runs: "TemplateRuns") -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._runs, self._template_id, self._every = runs, "", False
        self._shown: list[str] = []
        self.cards: list[RunCard] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px("space.3"))
        head = QHBoxLayout()
        self.all = Button("", kind="link")
        self.all.clicked.connect(self._show_all)
        head.addWidget(Label("Made with it", "small", "secondary"))
        head.addStretch(1)
        head.addWidget(self.all)
        column.addLayout(head)
        self.row = Row()
        column.addWidget(self.row)
        self._bindings: list[Binding] = [
            runs.changed.connect(self.refresh),
            runs.run_changed.connect(self._run_changed),
        ]

    def show_template(self, template_id: str) -> None:
        """Show the runs of a template."""
        if template_id != self._template_id:
            self._template_id, self._every = template_id, False
        self.refresh()

    def refresh(self) -> None:
        """Show them anew, if they are others."""
        found = self._runs.of_template(self._template_id) if self._template_id else ()
        shown = found if self._every else found[:_MOST_RUNS]
        self.setVisible(bool(found))
        self.all.setVisible(len(found) > len(shown))
        self.all.set_words(f"All {len(found)} runs")
        if [run.id for run in shown] != self._shown:
            self._shown = [run.id for run in shown]
            self.cards = [RunCard(run) for run in shown]
            for card in self.cards:
                card.clicked.connect(lambda _on=False, run=card.run: self.opened.emit(run))
            self.row.show_cards(self.cards)

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _show_all(self) -> None:
        self._every = True
        self.refresh()

    def _run_changed(self, run_id: str) -> None:
        card = next((card for card in self.cards if card.run.id == run_id), None)
        if card is not None:
            card.refresh()


class RunCard(QAbstractButton):
    """One run: up to three of its pictures, how it stands, what it was about and when."""

    def __init__(self, run: "TemplateRunModel") -> None:
        super().__init__()
        self.run = run
        self._tiles: list[Piece] = []
        self.setProperty("focusRing", "own")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        thumbnails().ready.connect(self._came)
        self.refresh()

    def refresh(self) -> None:
        """Show how the run stands now."""
        run, state = self.run, self.run.state.value
        pieces = run.pieces
        pictured = [piece for piece in pieces if piece.kind in PICTURED and not piece.missing]
        self._tiles = (pictured[-_MOST_TILES:] or list(pieces[-_MOST_TILES:]))[:_MOST_TILES]
        when = relative_date(state.created_ms)
        count = f"{len(pieces)} piece{'s' * (len(pieces) != 1)}" if pieces else ""
        self.setAccessibleName(", ".join(filter(None, (run.title or state.name, when, progress_words(state), count))))
        self.setToolTip(" · ".join(filter(None, (run.title, state.trouble))))
        self.update()

    @guarded(QSize(*_CARD_PX))
    def sizeHint(self) -> QSize:
        """Pictures over a line of words."""
        shade = theme()
        return QSize(shade.px(_CARD_PX[0]), shade.px(_CARD_PX[1]) + shade.px("space.2") + shade.line_px("small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        shade, painter, state = theme(), QPainter(self), self.run.state.value
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRect(0, 0, self.width(), shade.px(_CARD_PX[1]))
        radius = shade.px("radius.picture")
        if self._tiles:
            self._paint_tiles(painter, box)
        else:
            rounded(painter, QRectF(box), radius, shade.color("bg.card"), shade.color("border.subtle"))
            self._paint_trouble(painter, box, state)
        self._paint_state(painter, box, state)
        if self.underMouse():
            ring(painter, QRectF(box).adjusted(1, 1, -1, -1), radius, shade.color("border.strong"), 1)
        if is_keyboard_focus(self):
            focus_ring(painter, QRectF(box).adjusted(4, 4, -4, -4), radius)
        self._paint_words(painter, QRect(0, box.bottom() + shade.px("space.2"), self.width(), shade.line_px("small")))

    def _paint_tiles(self, painter: QPainter, box: QRect) -> None:
        shade = theme()
        gap, count = shade.px(2), len(self._tiles)
        width = (box.width() - (count - 1) * gap) / count
        for number, piece in enumerate(self._tiles):
            left = round(number * (width + gap))
            tile = QRect(left, box.top(), round((number + 1) * width + number * gap) - left, box.height())
            picture = None
            if piece.kind in PICTURED:
                picture = thumbnails().get(piece.path, tile.size(), self.devicePixelRatioF())
            if picture is not None:
                painter.drawPixmap(tile, picture)
                if piece.kind == "video":
                    paint_play(painter, tile)
                continue
            rounded(painter, QRectF(tile), shade.px("radius.picture"), shade.color("fill.placeholder"))
            sign = icons.pixmap(ICONS[piece.kind], 24, f"media.{piece.kind}", self.devicePixelRatioF())
            painter.drawPixmap(QRectF(tile).center() - QPointF(shade.px(12), shade.px(12)), sign)

    def _paint_trouble(self, painter: QPainter, box: QRect, state: RunState) -> None:
        shade, pad = theme(), theme().px("space.5")
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.secondary"))
        painter.drawText(box.adjusted(pad, pad, -pad, -pad), Qt.TextFlag.TextWordWrap, state.trouble)

    def _paint_state(self, painter: QPainter, box: QRect, state: RunState) -> None:
        """A badge and a bar while it is under way; a badge where it did not end well."""
        shade = theme()
        if state.status == "completed" and self._tiles:
            return
        pad, tall = shade.px("space.3"), shade.px(4)
        under_way = not state.is_over
        low = box.bottom() - pad - (tall if under_way else 0)
        mark, key = _MARKS.get(state.status, ("", ""))
        badge(painter, QPointF(box.left() + pad, low), progress_words(state), mark, key, bottom=True)
        if under_way:
            bar = QRectF(box.left(), box.bottom() + 1 - tall, box.width(), tall)
            fraction = state.fraction if state.status in ("running", "waiting_for_user") else 0.0
            paint_bar(painter, bar, fraction or 0.0, _BARS.get(state.status, "waiting"))

    def _paint_words(self, painter: QPainter, line: QRect) -> None:
        shade, state = theme(), self.run.state.value
        kind = {"rehearsal": "rehearsal", "test": "test"}.get(state.purpose, "")
        when = " · ".join(filter(None, (kind, relative_date(state.created_ms))))
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.muted"))
        wide = painter.fontMetrics().horizontalAdvance(when)
        title = self.run.title
        side = Qt.AlignmentFlag.AlignRight if title else Qt.AlignmentFlag.AlignLeft
        elided(painter, line, when, side | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(shade.color("text.primary"))
        room = line.adjusted(0, 0, -wide - shade.px("space.4"), 0)
        elided(painter, room, title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _came(self, path: str) -> None:
        if any(str(piece.path) == path for piece in self._tiles):
            self.update()
