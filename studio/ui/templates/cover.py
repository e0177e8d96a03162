"""The cover of a template: a picture, or what it was given and what it made with a line between them to drag."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.theme import icons, theme
from studio.ui.widgets.painting import badge, focus_ring, rounded
from studio.ui.widgets.pointer import is_keyboard_focus

_HANDLE_PX: Final = 28
_MIDDLE: Final = 50


class Cover(QAbstractSlider):
    """A picture that fills its box, or the sign of templates; with a picture before, both and a line between them.

    A press or a drag moves the line; arrow keys by 1 %, with Shift by 10 %.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._before: Path | None = None
        self.setRange(0, 100)
        self.setSingleStep(1)
        self.setPageStep(10)
        self.setValue(_MIDDLE)
        self.setProperty("focusRing", "own")
        self.valueChanged.connect(self._moved)
        thumbnails().ready.connect(self._came)
        self.show_cover(None)

    @property
    def compares(self) -> bool:
        """Whether two pictures are shown."""
        return self._before is not None

    def show_cover(self, path: Path | None, before: Path | None = None) -> None:
        """Show a picture, and what it was made from."""
        before = before if path is not None else None
        if (path, before) != (self._path, self._before):
            self.setValue(_MIDDLE)
        self._path, self._before = path, before
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if before is not None else Qt.FocusPolicy.NoFocus)
        if before is not None:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()
        self._moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the line there."""
        self._move_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift makes large steps."""
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        side = sides.get(Qt.Key(event.key()))
        if self.compares and side is not None:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.setValue(self.value() + side * (self.pageStep() if shift else self.singleStep()))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, the line stays."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        shade, painter = theme(), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        after, before = self._picture(self._path), self._picture(self._before)
        if after is None:
            self._paint_sign(painter)
        else:
            painter.drawPixmap(self.rect(), after)
        if after is not None and before is not None:
            x = round(self.width() * self.value() / 100)
            painter.save()
            painter.setClipRect(QRect(0, 0, x, self.height()))
            painter.drawPixmap(self.rect(), before)
            painter.restore()
            self._paint_line(painter, x)
        if self.compares and is_keyboard_focus(self):
            focus_ring(painter, QRectF(self.rect()).adjusted(4, 4, -4, -4), shade.px("radius.picture"))

    def _picture(self, path: Path | None) -> QPixmap | None:
        return thumbnails().get(path, self.size(), self.devicePixelRatioF()) if path is not None else None

    def _paint_sign(self, painter: QPainter) -> None:
        shade = theme()
        box = QRectF(self.rect())
        rounded(painter, box, shade.px("radius.picture"), shade.color("bg.card"), shade.color("border.subtle"))
        edge = shade.px(24)
        mark = icons.pixmap("templates", 24, "text.muted", self.devicePixelRatioF())
        painter.drawPixmap((self.width() - edge) // 2, (self.height() - edge) // 2, mark)

    def _paint_line(self, painter: QPainter, x: int) -> None:
        """The line, its handle, and the names of both sides; a name makes room for the line."""
        shade = theme()
        pad, width, edge = shade.px("space.4"), shade.px(2), shade.px(_HANDLE_PX)
        low = self.height() - pad
        room = shade.px(64)
        if x > room:
            badge(painter, QPointF(pad, low), "Before", bottom=True)
        if self.width() - x > room:
            badge(painter, QPointF(self.width() - pad, low), "After", bottom=True, right=True)
        white = shade.color("overlay.badgeText")
        painter.fillRect(QRectF(x - width / 2, 0, width, self.height()), white)
        handle = QRectF(x - edge / 2, (self.height() - edge) / 2, edge, edge)
        rounded(painter, handle, edge / 2, shade.color("overlay.badge"), white)
        sign = icons.pixmap("compare", 14, "text.primary", self.devicePixelRatioF(), palette="dark")
        painter.drawPixmap(handle.center() - QPointF(shade.px(7), shade.px(7)), sign)

    def _move_to(self, event: QMouseEvent) -> None:
        if self.compares and self.width() > 0:
            self.setValue(round(100 * event.position().x() / self.width()))

    def _moved(self) -> None:
        self.setAccessibleName(f"Before and after, {self.value()} percent" if self.compares else "Cover")
        self.update()

    def _came(self, path: str) -> None:
        if path in (str(self._path), str(self._before)):
            self.update()
