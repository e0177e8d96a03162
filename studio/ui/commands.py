"""The command palette: every command of the window, found by typing a few of its letters."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui.command import Command
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.painting import ratio_of, rounded
from studio.ui.widgets.popover import add_shadow

_ROWS = 10
COMMAND_ROLE = Qt.ItemDataRole.UserRole + 1


def hits(words: str, query: str) -> list[int] | None:
    """Return the positions in *words* that the letters of *query* match in order; None when they do not.

    Starts of words are preferred, so that "ng" finds "New session, Gallery" by its capitals.
    """
    found: list[int] = []
    lower, at = words.lower(), 0
    for letter in query.lower().replace(" ", ""):
        starts = [i for i in range(at, len(lower)) if lower[i] == letter and (i == 0 or not lower[i - 1].isalnum())]
        place = lower.find(letter, at)
        if place < 0:
            return None
        # A start of a word wins when it does not leave the rest unmatched.
        found.append(place if place == at or not starts else starts[0])
        at = found[-1] + 1
    return found


def matching(commands: Sequence[Command], query: str) -> list[Command]:
    """Return the commands that match, best first: by closeness of the letters, then by order."""
    scored = []
    for number, command in enumerate(commands):
        places = hits(command.title, query)
        if places is not None:
            spread = places[-1] - places[0] + places[0] if places else 0
            scored.append((spread, number, command))
    return [command for _, _, command in sorted(scored, key=lambda row: row[:2])]


class _Rows(QStyledItemDelegate):
    """Rows of 40 px: icon, title with its hit letters in accent, group and shortcut."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.query = ""

    @guarded(QSize(100, 40))
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme().px(100), theme().px("size.palette.row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        command: Command = index.data(COMMAND_ROLE)
        shade, box = theme(), QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, QRectF(box), shade.px("radius.control"), shade.color("fill.pressed"))
        edge = shade.px(16)
        picture = icons.pixmap(command.icon, 16, "text.secondary", ratio_of(painter))
        painter.drawPixmap(box.left() + shade.px("space.5"), box.center().y() - edge // 2, picture)
        x = box.left() + shade.px(40)
        painter.setFont(shade.font("body"))
        places = set(hits(command.title, self.query) or [])
        for number, letter in enumerate(command.title):
            painter.setPen(shade.color("accent.text" if number in places else "text.primary"))
            width = painter.fontMetrics().horizontalAdvance(letter)
            painter.drawText(QRect(x, box.top(), width + 2, box.height()), Qt.AlignmentFlag.AlignVCenter, letter)
            x += width
        keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.muted"))
        right = box.adjusted(0, 0, -shade.px("space.5"), 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys or command.group)


class Palette(QWidget):
    """A field and a list over a scrim; Enter does it, Esc or a press outside leaves."""

    def __init__(self, window: QWidget, commands: Sequence[Command], before: QWidget | None) -> None:
        super().__init__(window)
        self._commands, self._before, self._over = list(commands), before, window
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self._frame = QFrame(self)
        self._frame.setObjectName("palette")
        add_shadow(self._frame, "modal")
        shade = theme()
        pad = shade.px("space.3")
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(pad, pad, pad, pad)
        self.field = SearchField("Do anything", name="Find a command")
        self.field.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._rows = _Rows(self.list)
        self.list.setItemDelegate(self._rows)
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._show)
        self.list.clicked.connect(lambda _index: self._do())
        self._show("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> list[str]:
        """What the list shows now."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that belong to the list; the window's size."""
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self.setGeometry(self._over.rect())
            self._place()
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = event.key()  # type: ignore[attr-defined]
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            count = self._model.rowCount()
            if count:
                self.list.setCurrentIndex(self._model.index((self.list.currentIndex().row() + step) % count, 0))
        else:
            return False
        return True

    def leave(self) -> None:
        """Go away and give focus back."""
        self.hide()
        self.deleteLater()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press outside leaves."""
        if not self._frame.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the scrim."""
        QPainter(self).fillRect(self.rect(), theme().color("overlay.scrim"))

    def _show(self, query: str) -> None:
        self._rows.query = query
        self._model.clear()
        for command in matching(self._commands, query):
            item = QStandardItem(command.title)
            item.setData(command, COMMAND_ROLE)
            item.setData(f"{command.title} {command.shortcut}".strip(), Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        if self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(0, 0))
        self._place()

    def _place(self) -> None:
        shade = theme()
        width = min(shade.px("size.palette.width"), self.width() - shade.px("space.10"))
        rows = max(1, min(_ROWS, self._model.rowCount()))
        height = shade.px(56) + rows * shade.px("size.palette.row") + shade.px("space.5")
        top = min(shade.px("size.palette.top"), max(0, self.height() - height))
        self._frame.setGeometry((self.width() - width) // 2, top, width, height)

    def _do(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            command: Command = index.data(COMMAND_ROLE)
            self.leave()
            command.run()
