"""A splitter whose line is a hairline with a wide grab area, and whose side panes keep their widths."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import theme, tokens


class Splitter(QSplitter):
    """Panes side by side; ``add_side`` panes have a kept width and fold, the others share the rest.

    Args:
        load, save: read and keep a JSON value under a key such as ``pane.gallery``.
    """

    def __init__(
        self, load: Callable[[str], Any], save: Callable[[str, Any], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._load, self._save = load, save
        self._sides: dict[str, tuple[QWidget, str]] = {}
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.splitterMoved.connect(lambda *_: self.remember())

    def add_side(self, key: str, pane: QWidget, size_key: str) -> None:
        """Add a side pane with the widths of the token *size_key* (``size.gallery``: min, default, max)."""
        self.addWidget(pane)
        self.setStretchFactor(self.indexOf(pane), 0)
        self._sides[key] = (pane, size_key)
        self._bound(key)
        folded = self._load(f"pane.{key}.folded")
        pane.setVisible(folded is not True)

    def add_main(self, pane: QWidget) -> None:
        """Add the pane that takes the rest."""
        self.addWidget(pane)
        self.setStretchFactor(self.indexOf(pane), 1)

    def restore(self) -> None:
        """Give every side pane its kept width; call once the panes are there, and after a change of scale."""
        sizes = [0] * self.count()
        for key, (pane, size_key) in self._sides.items():
            self._bound(key)
            kept = self._load(f"pane.{key}.width")
            wanted = kept if isinstance(kept, int) else tokens.value(f"{size_key}.default")
            sizes[self.indexOf(pane)] = theme().px(wanted) if pane.isVisibleTo(self) else 0
        taken = sum(sizes) + self.count()
        for position in range(self.count()):
            if all(self.indexOf(pane) != position for pane, _ in self._sides.values()):
                sizes[position] = max(1, self.width() - taken)
        self.setSizes(sizes)

    def remember(self) -> None:
        """Keep the present widths, in lengths at 100 % scale."""
        for key, (pane, _) in self._sides.items():
            if pane.isVisible():
                self._save(f"pane.{key}.width", round(pane.width() / theme().scale))

    def set_folded(self, key: str, folded: bool, *, keep: bool = True) -> None:
        """Fold or unfold a side pane; *keep* remembers it."""
        pane, _ = self._sides[key]
        pane.setVisible(not folded)
        if keep:
            self._save(f"pane.{key}.folded", folded)
        self.restore()

    def is_folded(self, key: str) -> bool:
        """Whether the side pane is folded."""
        return not self._sides[key][0].isVisibleTo(self)

    def reset(self, handle_index: int) -> None:
        """Give the panes beside a handle their default width."""
        for key, (pane, size_key) in self._sides.items():
            if self.indexOf(pane) in (handle_index, handle_index - 1):
                self._save(f"pane.{key}.width", tokens.value(f"{size_key}.default"))
        self.restore()

    @guarded(None)
    def createHandle(self) -> QSplitterHandle:  # type: ignore[override]
        """The hairline."""
        return _Handle(self.orientation(), self)

    def _bound(self, key: str) -> None:
        pane, size_key = self._sides[key]
        pane.setMinimumWidth(theme().px(f"{size_key}.min"))
        pane.setMaximumWidth(theme().px(f"{size_key}.max"))


class _Handle(QSplitterHandle):
    """One logical pixel of line; an overlay of 8 px takes the mouse, so that it can be grabbed."""

    def __init__(self, orientation: Qt.Orientation, parent: Splitter) -> None:
        super().__init__(orientation, parent)
        self._splitter = parent
        self._dragging = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._grab = _Grab(self, parent)

    @guarded(QSize(1, 1))
    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().color(self._grab.line_key()))

    def moveEvent(self, event: Any) -> None:
        super().moveEvent(event)
        self._grab.follow()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._grab.follow()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._grab.show()
        self._grab.raise_()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._grab.hide()


class _Grab(QWidget):
    """The grab area over a handle; paints the wider line while hovered or dragged."""

    def __init__(self, handle: _Handle, splitter: Splitter) -> None:
        super().__init__(splitter)
        self._handle, self._splitter = handle, splitter
        self._dragging = False
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.hide()

    def line_key(self) -> str:
        """Colour of the line in the present state."""
        return "accent.base" if self._dragging else "border.strong" if self.underMouse() else "border.subtle"

    def follow(self) -> None:
        """Lie over the handle."""
        width = theme().px("space.4")
        box = self._handle.geometry()
        self.setGeometry(QRect(box.center().x() - width // 2, box.top(), width, box.height()))
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._dragging or self.underMouse():
            middle = self.width() // 2
            QPainter(self).fillRect(middle - 1, 0, 2, self.height(), theme().color(self.line_key()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging = event.button() == Qt.MouseButton.LeftButton
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            at = self.mapTo(self._splitter, event.position().toPoint()).x()
            self._handle.moveSplitter(at)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragging = False
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        for position in range(self._splitter.count()):
            if self._splitter.handle(position) is self._handle:
                self._splitter.reset(position)
