"""The strip of pieces under the viewer's stage."""

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.gallery.entries import ICONS, PICTURED
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.theme import icons, theme
from studio.ui.widgets.painting import ring, rounded
from studio.viewmodels.state import Piece

_HEIGHT_PX, _PICTURE_PX = 96, 60
_OTHERS_OPACITY = 0.62


class Filmstrip(QWidget):
    """Pieces 60 high; the present one has the accent ring, the others step back.

    Signals:
        chosen(str): a piece was clicked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[Piece] = []
        self._current = ""
        self._shift = 0
        self.setAccessibleName("Pieces")
        self.setFixedHeight(theme().px(_HEIGHT_PX))
        thumbnails().ready.connect(self._picture_came)

    def show_pieces(self, pieces: list[Piece], current: str) -> None:
        """Show *pieces* with *current* in the middle where possible."""
        self._pieces, self._current = pieces, current
        here = next((box for piece, box in self._boxes(0) if piece.id == current), None)
        total = self._total()
        if here is not None:
            wanted = here.center().x() - self.width() // 2
            self._shift = max(0, min(wanted, total - self.width()))
        if total <= self.width():
            self._shift = -(self.width() - total) // 2
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the piece under the pointer."""
        for piece, box in self._boxes(self._shift):
            if box.contains(event.position().toPoint()):
                self.chosen.emit(piece.id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the strip."""
        delta = event.angleDelta().x() or event.angleDelta().y()
        if self._total() > self.width():
            self._shift = max(0, min(self._shift - delta, self._total() - self.width()))
            self.update()

    def resizeEvent(self, event: object) -> None:
        """Keep the present piece in the middle."""
        self.show_pieces(self._pieces, self._current)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pieces that are in view."""
        shade, painter = theme(), QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, shade.color("border.subtle"))
        for piece, box in self._boxes(self._shift):
            if not box.intersects(self.rect()):
                continue
            current = piece.id == self._current
            painter.setOpacity(1.0 if current else _OTHERS_OPACITY)
            has_picture = piece.kind in PICTURED and not thumbnails().is_broken(piece.path)
            picture = thumbnails().get(piece.path, box.size(), self.devicePixelRatioF()) if has_picture else None
            if picture is None:
                rounded(painter, box.toRectF(), shade.px("radius.picture"), shade.color("fill.placeholder"))
                if not has_picture:
                    edge = shade.px(18)
                    mark = icons.pixmap(ICONS[piece.kind], 18, f"media.{piece.kind}", self.devicePixelRatioF())
                    painter.drawPixmap(box.center() - QRect(0, 0, edge, edge).center(), mark)
            else:
                painter.drawPixmap(box, picture)
            if current:
                gap = shade.px("stroke.focusGap")
                outer = box.adjusted(-gap, -gap, gap, gap).toRectF()
                color = shade.color("accent.base")
                ring(painter, outer, shade.px("radius.picture") + gap, color, shade.px("stroke.selected"))

    def _boxes(self, shift: int) -> list[tuple[Piece, QRect]]:
        height, gap, x = theme().px(_PICTURE_PX), theme().px("space.4"), theme().px("space.5") - shift
        top, found = (self.height() - height) // 2, []
        for piece in self._pieces:
            size = self._size(piece, height)
            found.append((piece, QRect(x, top, size.width(), size.height())))
            x += size.width() + gap
        return found

    def _total(self) -> int:
        boxes = self._boxes(0)
        return boxes[-1][1].right() + 1 + theme().px("space.5") if boxes else 0

    @staticmethod
    def _size(piece: Piece, height: int) -> QSize:
        aspect = piece.width / piece.height if piece.width and piece.height else 1.5
        return QSize(round(height * min(2.0, max(0.6, aspect))), height)

    def _picture_came(self, _path: str) -> None:
        self.update()
