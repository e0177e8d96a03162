"""The model picker: a popover with what each model can do."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.create import look
from studio.ui.guard import guarded
from studio.ui.widgets.popover import Popover
from studio.viewmodels.state import ModelChoice

_WIDTH_PX, _ROW_PX, _MOST_ROWS, _SEARCH_FROM = 360, 48, 7, 4
_NOTHING: Any = None
_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
CHOICE_ROLE = _ROLE.UserRole + 1


class ModelChoices(QAbstractListModel):
    """The models of the connection that match a search."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: tuple[ModelChoice, ...] = ()
        self._rows: list[ModelChoice] = []
        self.chosen = ""

    def show_choices(self, choices: Sequence[ModelChoice], chosen: str, query: str = "") -> None:
        """Show these; those that can't be used stay, at the end."""
        self.beginResetModel()
        self._all, self.chosen = tuple(choices), chosen
        wanted = query.strip().lower()
        found = [c for c in self._all if wanted in f"{c.title} {c.detail} {c.id}".lower()]
        self._rows = sorted(found, key=lambda choice: not choice.available)
        self.endResetModel()

    def search(self, query: str) -> None:
        """Show only what contains *query*."""
        self.show_choices(self._all, self.chosen, query)

    def row_of(self, choice_id: str) -> int:
        """Row of a model; -1 when it isn't shown."""
        return next((row for row, choice in enumerate(self._rows) if choice.id == choice_id), -1)

    @guarded(0)
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of models."""
        return 0 if parent.isValid() else len(self._rows)

    @guarded(_NOTHING)
    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Title, accessible name, and the choice itself."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        choice = self._rows[index.row()]
        if role == _ROLE.DisplayRole:
            return choice.title
        if role in (_ROLE.AccessibleTextRole, _ROLE.ToolTipRole):
            state = "chosen" if choice.id == self.chosen else "" if choice.available else "not available"
            sees = "sees pictures" if choice.vision else ""
            return ", ".join(word for word in (choice.title, choice.detail, sees, state) if word)
        return choice if role == CHOICE_ROLE else None

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Only available models can be chosen."""
        choice = self.data(index, CHOICE_ROLE)
        if isinstance(choice, ModelChoice) and choice.available:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags


class _ChoiceRows(QStyledItemDelegate):
    @guarded(QSize(10, 10))
    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(look.px(100), look.px(_ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice = index.data(CHOICE_ROLE)
        model = index.model()
        if not isinstance(choice, ModelChoice) or not isinstance(model, ModelChoices):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if choice.available and state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill.pressed"))
            painter.drawRoundedRect(rect, look.px(7), look.px(7))
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        left = rect.left() + look.px(34)
        if choice.id == model.chosen:
            mark = look.pixmap("check", look.px(16), "accent.text", ratio)
            painter.drawPixmap(rect.left() + look.px(10), rect.center().y() - look.px(8), mark)
        right = rect.right() - look.px(10)
        for shown, icon in ((choice.vision, "eye"),):
            if shown:
                right -= look.px(16)
                pixmap = look.pixmap(icon, look.px(14), "text.muted", ratio)
                painter.drawPixmap(right, rect.center().y() - look.px(7), pixmap)
                right -= look.px(8)
        self._paint_words(painter, QRect(left, rect.top(), right - left, rect.height()), choice)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, choice: ModelChoice) -> None:
        left_middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("text.primary" if choice.available else "text.disabled"))
        top = QRect(room.left(), room.top() + look.px(6), room.width(), look.px(18))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(top, left_middle, QFontMetrics(painter.font()).elidedText(choice.title, elide, room.width()))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted"))
        below = QRect(room.left(), room.top() + look.px(24), room.width(), look.px(16))
        painter.drawText(
            below, left_middle, QFontMetrics(painter.font()).elidedText(choice.detail, elide, room.width())
        )


class _SearchField(QLineEdit):
    """A search field whose arrow keys move in the list.

    Signals:
        moved(int): one row down or up.
    """

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down belong to the list, Enter to the popover."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ModelPicker(Popover):
    """The popover.

    Signals:
        chosen(str): id of the model.
    """

    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, name="Model", width=_WIDTH_PX)
        self._search = _SearchField()
        self._search.setPlaceholderText("Find a model")
        self._search.setAccessibleName("Find a model")
        self._search.moved.connect(self._move)
        self._model = ModelChoices(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_ChoiceRows(self._list))
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setAccessibleName("Models")
        self._list.clicked.connect(self._choose)
        self._answered = QLabel()
        self._answered.setWordWrap(True)
        self._answered.setContentsMargins(look.px(8), 0, look.px(8), look.px(4))
        for widget in (self._search, self._list, self._answered):
            self.column().addWidget(widget)
        self._search.textChanged.connect(self._find)

    def open_for(self, anchor: QWidget, choices: Sequence[ModelChoice], chosen: str, answered_by: str) -> None:
        """Open above *anchor*."""
        self._search.clear()
        self._search.setVisible(len(choices) > _SEARCH_FROM)
        self._model.show_choices(choices, chosen)
        self._answered.setText(f"Answers now: {answered_by}" if answered_by else "")
        self._answered.setVisible(bool(answered_by))
        self._answered.setFont(look.font("small"))
        self._answered.setStyleSheet(f"color: {look.color('text.muted').name()}; background: transparent;")
        self._list.setFixedHeight(look.px(_ROW_PX) * max(1, min(_MOST_ROWS, len(choices))) + look.px(2))
        self.open_at(anchor, "above")
        self._list.setCurrentIndex(self._model.index(max(0, self._model.row_of(chosen)), 0))
        (self._search if self._search.isVisible() else self._list).setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; the rest is the popover's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._list.currentIndex())
        else:
            super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        row = max(0, min(self._model.rowCount() - 1, self._list.currentIndex().row() + step))
        self._list.setCurrentIndex(self._model.index(row, 0))

    def _find(self, query: str) -> None:
        self._model.search(query)
        self._list.setCurrentIndex(self._model.index(0, 0))

    def _choose(self, index: _Index) -> None:
        choice = index.data(CHOICE_ROLE) if index.isValid() else None
        if isinstance(choice, ModelChoice) and choice.available:
            self.close_popover()
            self.chosen.emit(choice.id)
