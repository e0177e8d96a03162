"""The sessions pane: search, new, and the list with rename, pin and delete."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from studio.ui.create import look
from studio.ui.create.bindings import cut_with
from studio.ui.create.buttons import CardButton
from studio.ui.create.pictures import Pictures
from studio.ui.create.sessions.delegate import SessionDelegate, action_rects
from studio.ui.create.sessions.model import SessionsListModel
from studio.ui.widgets.grouped_rows import GroupedList
from studio.viewmodels.state import SessionRow

if TYPE_CHECKING:
    from studio.viewmodels.sessions import SessionsModel

_SPIN_MS, _SPIN_STEP = 33, 0.033


class SessionList(GroupedList):
    """The list; one Tab stop.

    Signals:
        pin_wanted(str, bool): from row actions or the menu.
    """

    pin_wanted = Signal(str, bool)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__("Sessions", parent)
        self.rows = SessionDelegate(pictures, self)
        self.setItemDelegate(self.rows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        pictures.ready.connect(self._picture_came)

    def row_at(self, point: QPoint) -> SessionRow | None:
        """The session under *point*."""
        row: SessionRow | None = self.row_of(self.indexAt(point))
        return row

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Row actions first, then open."""
        row = self.row_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            action = self._action_at(event.position().toPoint())
            if action == "pin":
                self.pin_wanted.emit(row.id, not row.pinned)
                return
            if action == "more":
                self._menu(row, event.globalPosition().toPoint())
                return
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.opened.emit(row.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the action under the pointer."""
        action = self._action_at(event.position().toPoint())
        if action != self.rows.action:
            self.rows.action = action
            self.viewport().update()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self.rows.action = ""
        self.viewport().update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Menu of the row under the pointer, or of the current one."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        row = self.row_of(self.currentIndex()) if keyboard else self.row_at(event.pos())
        if row is not None:
            self._menu(row, event.globalPos())

    def rename(self, index: QModelIndex) -> None:
        """Edit a title in place."""
        if index.isValid():
            self.setCurrentIndex(index)
            self.edit(index)

    def menu_for(self, row: SessionRow) -> QMenu:
        """Rename, Pin, Delete."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        model = self.model()
        rename = menu.addAction(look.icon("pencil"), "Rename")
        rename.setShortcut(QKeySequence("F2"))
        if isinstance(model, SessionsListModel):
            rename.triggered.connect(lambda: self.rename(model.index_of(row.id)))
        pin = menu.addAction(look.icon("pin"), "Unpin" if row.pinned else "Pin")
        pin.triggered.connect(lambda: self.pin_wanted.emit(row.id, not row.pinned))
        menu.addSeparator()
        delete = menu.addAction(look.icon("trash", "status.danger"), "Delete")
        delete.setShortcut(QKeySequence("Del"))
        delete.triggered.connect(lambda: self.delete_wanted.emit(row.id))
        return menu

    def _picture_came(self, _path: str) -> None:
        self.viewport().update()

    def _menu(self, row: SessionRow, at: QPoint) -> None:
        self.menu_for(row).popup(at)

    def _action_at(self, point: QPoint) -> str:
        row = self.row_at(point)
        if row is None or row.state != "idle":
            return ""
        rects = action_rects(self.visualRect(self.indexAt(point)))
        return next((name for name, rect in rects.items() if rect.contains(point)), "")


class SessionsPane(QWidget):
    """Header, search field and list."""

    def __init__(self, model: "SessionsModel", pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("panel")
        self.setAccessibleName("Sessions")
        self.title = QLabel("Sessions")
        self.new = CardButton(icon="plus", kind="icon", name="New session (Ctrl+N)", height_px=28)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a session")
        self.search.setAccessibleName("Find a session")
        self.search.setClearButtonEnabled(False)
        self._glass = self.search.addAction(look.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = SessionList(pictures)
        self.rows = SessionsListModel(self)
        self.list.setModel(self.rows)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._spin = QTimer(self)
        self._spin.setInterval(_SPIN_MS)
        self._spin.timeout.connect(self._turn_rings)
        self._lay_out()
        self._connect()
        look.on_theme_changed(self, self._restyle)
        self._restyle()
        self._show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pane's ground."""
        QPainter(self).fillRect(self.rect(), look.color("bg.panel"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the list out anew."""
        super().resizeEvent(event)
        self.list.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        """248 wide."""
        return QSize(look.px(248), look.px(400))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, look.px(8))
        column.setSpacing(0)
        header = QWidget()
        header.setFixedHeight(look.px(52))
        row = QHBoxLayout(header)
        row.setContentsMargins(look.px(16), 0, look.px(18), 0)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.new)
        column.addWidget(header)
        field = QHBoxLayout()
        field.setContentsMargins(look.px(12), 0, look.px(12), look.px(4))
        field.addWidget(self.search)
        column.addLayout(field)
        rows = QHBoxLayout()
        rows.setContentsMargins(look.px(8), 0, look.px(8), 0)
        rows.addWidget(self.list)
        column.addLayout(rows, 1)
        column.addWidget(self.empty, 3, Qt.AlignmentFlag.AlignTop)

    def _connect(self) -> None:
        model = self._model
        self.new.clicked.connect(lambda: model.new())
        self.search.textChanged.connect(lambda text: setattr(model.query, "value", text))
        self.list.opened.connect(self._open)
        self.list.pin_wanted.connect(model.set_pinned)
        self.list.delete_wanted.connect(model.delete)
        self.rows.renamed.connect(model.rename)
        bindings = [
            model.changed.connect(self._show),
            model.current_id.changed.connect(lambda _id: self._show_current()),
        ]
        cut_with(self, bindings)
        rename = QShortcut(QKeySequence("F2"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        rename.activated.connect(lambda: self.list.rename(self.list.currentIndex()))

    def leave_search(self) -> bool:
        """Esc in the search field: empty it; return whether that was so."""
        if self.search.hasFocus() and self.search.text():
            self.search.clear()
            return True
        return False

    def _open(self, session_id: str) -> None:
        if session_id != self._model.current_id.value:
            self._model.open(session_id)

    def _show(self) -> None:
        self.rows.show_rows(self._model.rows)
        self._show_current()
        none = not self._model.rows
        self.list.setVisible(not none)
        self.empty.setVisible(none)
        self.empty.setText("Nothing like that" if self._model.query.value else "A clean table")
        working = any(row.state == "working" for row in self._model.rows)
        (self._spin.start if working and self.isVisible() else self._spin.stop)()

    def _show_current(self) -> None:
        self.list.rows.current_id = self._model.current_id.value
        index = self.rows.index_of(self._model.current_id.value)
        if index.isValid() and index != self.list.currentIndex():
            self.list.setCurrentIndex(index)
        self.list.viewport().update()

    def showEvent(self, event: object) -> None:
        """Rings turn only while they can be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._show()

    def hideEvent(self, event: object) -> None:
        """No timer while hidden."""
        self._spin.stop()
        super().hideEvent(event)  # type: ignore[arg-type]

    def _turn_rings(self) -> None:
        self.list.rows.spin = (self.list.rows.spin + _SPIN_STEP) % 1.0
        for number, row in enumerate(self._model.rows):
            if row.state == "working":
                self.list.update(self.rows.index_of(self._model.rows[number].id))

    def _restyle(self) -> None:
        self.title.setFont(look.font("title"))
        self.empty.setFont(look.font("label"))
        self.empty.setStyleSheet(f"color: {look.color('text.secondary').name()};")
        self.list.setStyleSheet("QListView { background: transparent; border: none; }")
        self.list.scheduleDelayedItemsLayout()
