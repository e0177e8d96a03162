"""A popover with the newest pieces of the library, to put into a form."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QScrollArea, QWidget

from studio.ui.gallery.entries import PICTURED
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.gallery.tile import paint_play
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import focus_ring, ring, rounded
from studio.ui.widgets.popover import Popover
from studio.viewmodels.state import Piece

_COLUMNS = 4
_ICONS = {"image": "image", "video": "video", "audio": "audio", "model3d": "cube", "text": "text"}
_WORDS = {"image": "pictures", "video": "videos", "audio": "sounds", "model3d": "3D models", "text": "texts"}


class PiecePicker(Popover):
    """Choose one piece after the other; a press outside ends it.

    Signals:
        chosen(object): a piece.
    """

    chosen = Signal(object)

    def __init__(self, window: QWidget, kind: str) -> None:
        super().__init__(window, name="Pieces of the library", width=424)
        self._kind = kind
        self.words = Label("Looking…", "small", "muted")
        self.column().addWidget(self.words)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFixedHeight(theme().px(250))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        self.grid = QGridLayout(ground)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(theme().px("space.3"))
        self.area.setWidget(ground)
        self.column().addWidget(self.area)
        self.tiles: list[PieceTile] = []
        self.closed.connect(self.deleteLater)

    def show_pieces(self, pieces: Sequence[Piece], *, many: bool = False) -> None:
        """Show what there is; with *many* it stays open after a choice."""
        name = _WORDS.get(self._kind, "pieces")
        self.words.setText(f"The newest {name} of your library" if pieces else f"There are no {name} yet.")
        for number, piece in enumerate(pieces):
            tile = PieceTile(piece)
            tile.clicked.connect(lambda _on=False, piece=piece: self._choose(piece, many))
            self.grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS)
            self.tiles.append(tile)
        self.grid.setRowStretch(len(pieces) // _COLUMNS + 1, 1)
        self.grid.setColumnStretch(_COLUMNS, 1)
        if self.tiles:
            self.tiles[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, piece: Piece, many: bool) -> None:
        self.chosen.emit(piece)
        if not many:
            self.close_popover()


class PieceTile(QAbstractButton):
    """A piece as a button."""

    def __init__(self, piece: Piece, width: float = 92, height: float = 70, *, whole: bool = False) -> None:
        """*whole*: show all of the picture instead of filling the tile with it."""
        super().__init__()
        self.piece, self._whole = piece, whole
        self._size = QSize(theme().px(width), theme().px(height))
        self.setText(piece.title or piece.badge)
        self.setAccessibleName(f"{piece.badge} {piece.title}".strip())
        self.setToolTip(self.accessibleName())
        self.setProperty("focusRing", "own")
        self.setFixedSize(self._size)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        thumbnails().ready.connect(self._came)

    @guarded(QSize(92, 70))
    def sizeHint(self) -> QSize:
        """Fixed."""
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, or its icon and name."""
        shade, painter = theme(), QPainter(self)
        box, radius = QRectF(self.rect()), shade.px("radius.picture")
        picture = None
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.piece.kind in PICTURED:
            picture = thumbnails().get(self.piece.path, self.size(), self.devicePixelRatioF(), fit=self._whole)
        if picture is not None:
            painter.drawPixmap(self.rect(), picture)
            if self.piece.kind == "video":
                paint_play(painter, self.rect())
        else:
            rounded(painter, box, radius, shade.color("fill.placeholder"))
            edge = shade.px(20)
            icon = icons.pixmap(_ICONS[self.piece.kind], 20, "text.secondary", self.devicePixelRatioF())
            painter.drawPixmap((self.width() - edge) // 2, self.height() // 2 - edge, icon)
            painter.setFont(shade.font("caption"))
            painter.setPen(shade.color("text.secondary"))
            words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
            low = box.adjusted(4, self.height() / 2, -4, 0)
            painter.drawText(low, Qt.AlignmentFlag.AlignCenter, words)
        if self.isChecked():
            ring(painter, box.adjusted(2, 2, -2, -2), radius, shade.color("accent.base"), shade.px("stroke.selected"))
        elif self.underMouse():
            ring(painter, box.adjusted(1, 1, -1, -1), radius, shade.color("border.strong"), 1)
        if self.hasFocus():
            focus_ring(painter, box.adjusted(4, 4, -4, -4), radius)

    def _came(self, path: str) -> None:
        if path == str(self.piece.path):
            self.update()
