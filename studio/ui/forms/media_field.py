"""The field for pieces: tiles of what was chosen, and a place to drop files on or to pick from the library."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QMenu, QSizePolicy, QWidget

from studio.contract.editing.form import FILE, PIECE
from studio.ui.create.drop_rules import kind_of
from studio.ui.forms.fields import UNSET, Field
from studio.ui.gallery.actions import PIECES_MIME, piece_ids_of
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.drops import take
from studio.ui.widgets.painting import focus_ring, ring, rounded
from studio.ui.widgets.pointer import is_keyboard_focus
from studio.viewmodels.state import Piece

_TILE: Final = (92, 62)
_ICONS: Final = {"image": "image", "video": "video", "audio": "audio", "model": "cube"}
_WORDS: Final = {
    "image": ("picture", "pictures", "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif *.heic)"),
    "video": ("video", "videos", "Videos (*.mp4 *.mov *.webm)"),
    "audio": ("sound", "sounds", "Sounds (*.wav *.mp3 *.m4a *.ogg *.flac)"),
    "model": ("3D model", "3D models", "3D models (*.glb)"),
}
FindPiece = Callable[[str], Piece | None]
Pick = Callable[[QWidget, str, Callable[[Sequence[Piece]], object]], object]
"""Lets the person choose pieces of a kind: anchor, kind, what takes them."""


class MediaField(Field):
    """One medium or several, as texts: ``piece:ID``, ``file:PATH`` or an address.

    Signals:
        refused(str): something dropped cannot be used; why.
    """

    refused = Signal(str)

    def __init__(self, kind: str, *, many: bool = False, most: int = 1) -> None:
        super().__init__()
        self._kind, self._many, self._most = kind, many, most if many else 1
        self._values: list[str] = []
        self.find_piece: FindPiece | None = None
        self.pick: Pick | None = None
        self.setAcceptDrops(True)
        one, more, _filter = _WORDS[kind]
        self.place = _DropPlace(f"Drop {more if many else f'a {one}'} or pick from the library")
        self.place.clicked.connect(self.choose)
        self.place.setParent(self)
        self.tiles: list[_Tile] = []
        self._arrange()

    @property
    def takes_many(self) -> bool:
        """Whether several fit."""
        return self._many

    def value(self) -> Any:
        """What was chosen: a text, or a list of them for several."""
        if not self._values:
            return UNSET
        return list(self._values) if self._many else self._values[0]

    def set_value(self, value: Any) -> None:
        """Show what was chosen."""
        found = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
        self._values = [each for each in found if isinstance(each, str)][: self._most]
        self._show()

    def set_wrong(self, wrong: bool) -> None:
        """Outline the place in red, or not."""
        self.place.wrong = wrong
        self.place.update()

    def set_name(self, name: str) -> None:
        """Name the parts for screen readers."""
        self.place.setAccessibleName(f"{name}: {self.place.words}")

    def take_pieces(self, pieces: Sequence[Piece]) -> None:
        """Add pieces of the library."""
        kind = "model3d" if self._kind == "model" else self._kind
        fit = [f"{PIECE}{piece.id}" for piece in pieces if piece.kind == kind]
        if len(fit) < len(pieces):
            self.refused.emit(f"Only {_WORDS[self._kind][1]} fit here.")
        self._add(fit)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Add files of this kind."""
        fit = [path for path in paths if _kind_of(path) == self._kind]
        if len(fit) < len(paths):
            odd = next(path for path in paths if path not in fit)
            self.refused.emit(f"{odd.name} can't be used here. Only {_WORDS[self._kind][1]} fit.")
        self._add([f"{FILE}{path}" for path in fit])

    def choose(self) -> None:
        """Offer the library and the files."""
        if self.pick is None:
            self.choose_files()
            return
        menu = QMenu(self)
        menu.addAction("From the library…").triggered.connect(self._from_library)
        menu.addAction("Files…").triggered.connect(self.choose_files)
        menu.popup(self.place.mapToGlobal(QPoint(0, self.place.height())))

    def choose_files(self) -> None:
        """Ask for files."""
        one, more, suffixes = _WORDS[self._kind]
        title = f"Choose {more}" if self._many else f"Choose a {one}"
        if self._many:
            names, _ = QFileDialog.getOpenFileNames(self, title, "", suffixes)
        else:
            name, _ = QFileDialog.getOpenFileName(self, title, "", suffixes)
            names = [name] if name else []
        self.take_files([Path(name) for name in names])

    def path_of(self, value: str) -> Path | None:
        """Return the file of a value, if it is on this computer."""
        if value.startswith(FILE):
            return Path(value.removeprefix(FILE))
        if value.startswith(PIECE) and self.find_piece is not None:
            piece = self.find_piece(value.removeprefix(PIECE))
            return piece.path if piece is not None else None
        return None

    def refresh(self) -> None:
        """Show the tiles anew: pieces are known now."""
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pieces."""
        data = event.mimeData()
        if data.hasFormat(PIECES_MIME) or any(url.isLocalFile() for url in data.urls()):
            self.place.set_open(True)
            take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The same while it moves."""
        take(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It went away."""
        self.place.set_open(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        self.place.set_open(False)
        data = event.mimeData()
        take(event)
        if data.hasFormat(PIECES_MIME):
            ids = piece_ids_of(data)
            found = [piece for each in ids if self.find_piece and (piece := self.find_piece(each)) is not None]
            self.take_pieces(found)
            return
        self.take_files([Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put tiles and place into rows again."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        gap, width, line = theme().px("space.3"), theme().px(_TILE[0]), theme().px(_TILE[1])
        x, y, right = 0, 0, max(self.width(), theme().px(120))
        before: QWidget | None = None
        for tile in self.tiles:
            if x > 0 and x + width > right:
                x, y = 0, y + line + gap
            tile.move(x, y)
            x += width + gap
            if before is not None:
                QWidget.setTabOrder(before, tile)
            before = tile
        if not self.place.isHidden():
            if x > 0 and x + theme().px(120) > right:
                x, y = 0, y + line + gap
            self.place.setGeometry(x, y, right - x, line)
            if before is not None:
                QWidget.setTabOrder(before, self.place)
        self.setFixedHeight(y + line)

    def _from_library(self) -> None:
        if self.pick is not None:
            self.pick(self.place, "model3d" if self._kind == "model" else self._kind, self.take_pieces)

    def _add(self, values: Sequence[str]) -> None:
        if not values:
            return
        if self._many:
            fresh = [value for value in values if value not in self._values]
            if len(self._values) + len(fresh) > self._most:
                self.refused.emit(f"At most {self._most} fit here.")
            self._values = [*self._values, *fresh][: self._most]
        else:
            self._values = [values[0]]
        self._changed()

    def _remove(self, value: str) -> None:
        self._values = [each for each in self._values if each != value]
        self._changed()
        self.place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self) -> None:
        self._show()
        self.edited.emit(self.value())
        self.finished.emit()

    def _show(self) -> None:
        for tile in self.tiles:
            tile.hide()
            tile.deleteLater()
        self.tiles = []
        for value in self._values:
            tile = _Tile(self._kind, value, self._name_of(value), self.path_of(value))
            tile.removed.connect(self._remove)
            tile.setParent(self)
            tile.show()
            self.tiles.append(tile)
        self.place.setVisible(len(self._values) < self._most or not self._many)
        self.place.set_short(bool(self._values) and not self._many)
        self._arrange()

    def _name_of(self, value: str) -> str:
        if value.startswith(PIECE):
            piece = self.find_piece(value.removeprefix(PIECE)) if self.find_piece is not None else None
            return (piece.title or piece.badge) if piece is not None else "A piece of the library"
        return Path(urlsplit(value.removeprefix(FILE)).path).name or value


class _Tile(QWidget):
    """One chosen medium; its cross, Delete and Backspace take it out."""

    removed = Signal(str)

    def __init__(self, kind: str, value: str, name: str, path: Path | None) -> None:
        super().__init__()
        self._kind, self._value, self._path, self._words = kind, value, path, name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{name}, remove with Delete")
        self.setToolTip(name)
        self.setFixedSize(theme().px(_TILE[0]), theme().px(_TILE[1]))
        thumbnails().ready.connect(self._came)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, or icon and name."""
        shade, painter = theme(), QPainter(self)
        box, radius = QRectF(self.rect()), shade.px("radius.picture")
        path = self._path if self._kind == "image" else None
        picture = thumbnails().get(path, self.size(), self.devicePixelRatioF()) if path is not None else None
        if picture is not None:
            painter.drawPixmap(self.rect(), picture)
        else:
            rounded(painter, box, radius, shade.color("fill.placeholder"), shade.color("border.subtle"))
            edge = shade.px(18)
            icon = icons.pixmap(_ICONS[self._kind], 18, "text.secondary", self.devicePixelRatioF())
            painter.drawPixmap(QPoint((self.width() - edge) // 2, shade.px("space.5")), icon)
            painter.setFont(shade.font("caption"))
            painter.setPen(shade.color("text.secondary"))
            words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, self.width() - 8)
            low = box.adjusted(4, 0, -4, -shade.px("space.3"))
            painter.drawText(low, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, words)
        if self.underMouse() or self.hasFocus():
            cross = self._cross()
            rounded(painter, QRectF(cross), cross.width() / 2, shade.color("overlay.badge"))
            icon = icons.pixmap("close", 12, "text.primary", self.devicePixelRatioF(), palette="dark")
            painter.drawPixmap(cross.center() - QPoint(shade.px(6), shade.px(6)) + QPoint(1, 1), icon)
        if self.hasFocus() and is_keyboard_focus(self):
            focus_ring(painter, box.adjusted(3, 3, -3, -3), radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the cross removes."""
        if self._cross().contains(event.position().toPoint()):
            self.removed.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self._value)
        else:
            super().keyPressEvent(event)

    def _cross(self) -> QRect:
        edge, pad = theme().px(20), theme().px("space.2")
        return QRect(self.width() - edge - pad, pad, edge, edge)

    def _came(self, path: str) -> None:
        if self._path is not None and path == str(self._path):
            self.update()


class _DropPlace(QWidget):
    """The dashed place; Enter, Space and a click choose."""

    clicked = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.wrong = False
        self._open = self._short = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().on_change(self, self.updateGeometry)

    def set_open(self, is_open: bool) -> None:
        """Something is held over it."""
        self._open = is_open
        self.update()

    def set_short(self, short: bool) -> None:
        """Say only “Another one”."""
        self._short = short
        self.update()

    @guarded(QSize(180, 62))
    def sizeHint(self) -> QSize:
        """As high as a tile."""
        return QSize(theme().px(180), theme().px(_TILE[1]))

    @guarded(QSize(120, 62))
    def minimumSizeHint(self) -> QSize:
        """Room for a few words."""
        return QSize(theme().px(120), theme().px(_TILE[1]))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dashes and the words."""
        shade, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = shade.px("radius.picture")
        box = QRectF(self.rect())
        if self._open:
            rounded(painter, box, radius, shade.color("accent.fill"))
        elif self.underMouse():
            rounded(painter, box, radius, shade.color("fill.hover"))
        key = "status.danger" if self.wrong else "accent.base" if self._open else "border.strong"
        pen = QPen(shade.color(key), shade.px("stroke.hairline"), Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(shade.font("small"))
        metrics = painter.fontMetrics()
        edge, gap = shade.px(14), shade.px("space.3")
        room = self.width() - edge - gap - shade.px(16)
        words = "Another one" if self._short else self.words
        if metrics.horizontalAdvance(words) > room:
            words = "Drop or pick"
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        left = (self.width() - edge - gap - metrics.horizontalAdvance(words)) / 2
        icon = icons.pixmap("plus", 14, "text.muted", self.devicePixelRatioF())
        painter.drawPixmap(QPoint(round(left), (self.height() - edge) // 2), icon)
        painter.setPen(shade.color("text.muted"))
        painter.drawText(box.adjusted(left + edge + gap, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        if self.hasFocus() and is_keyboard_focus(self):
            ring(painter, box.adjusted(2, 2, -2, -2), radius, shade.color("focus.ring"), shade.px("stroke.focus"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space choose."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


def _kind_of(path: Path) -> str:
    return "model" if path.suffix.lower() == ".glb" else kind_of(path)
