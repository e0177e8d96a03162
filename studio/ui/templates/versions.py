"""The saved editions of a template: what changed in each, and a way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.contract.editing.comparing import changes
from studio.contract.editing.document import Document
from studio.ui.guard import guarded
from studio.ui.templates.dialog import Overlay
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import elided, rounded
from studio.viewmodels.words import relative_date

if TYPE_CHECKING:
    from studio.library.templates import TemplateVersion
    from studio.viewmodels.templates.editor import EditorModel

_ROW_PX = 52


class _Row(QStyledItemDelegate):
    """Paints when it was saved over what changed."""

    @guarded(QSize(100, 52))
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines."""
        return QSize(theme().px(100), theme().px(_ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one edition."""
        shade, box = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            key = "fill.pressed" if chosen else "fill.hover"
            rounded(painter, QRectF(box), shade.px("radius.control"), shade.color(key))
        when, _, words = str(index.data()).partition("\n")
        inner = box.adjusted(shade.px("space.5"), shade.px("space.3"), -shade.px("space.5"), -shade.px("space.3"))
        half = inner.height() // 2
        for text, style, key, top in (
            (when, "bodyStrong", "text.primary", inner.top()),
            (words, "small", "text.muted", inner.top() + half),
        ):
            painter.setFont(shade.font(style))
            painter.setPen(shade.color(key))
            elided(painter, QRect(inner.left(), top, inner.width(), half), text)


class VersionsDialog(Overlay):
    """A list at the left, what differs from now at the right.

    Signals:
        restored(): an edition was taken back, as one step that can be undone.
    """

    restored = Signal()

    def __init__(self, editor: "EditorModel", versions: "Sequence[TemplateVersion]", window: QWidget) -> None:
        super().__init__(window, f"Versions of {editor.name}", width=760, height=480)
        self._editor, self._versions = editor, list(versions)
        shade = theme()
        pad = shade.px("space.7")
        self.body.setContentsMargins(shade.px("space.5"), 0, pad, pad)
        self.body.setSpacing(shade.px("space.7"))
        self.list = QListWidget()
        self.list.setAccessibleName("Saved versions, the newest first")
        self.list.setItemDelegate(_Row(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for version in self._versions:
            when = relative_date(version.created_ms)
            clock = datetime.fromtimestamp(version.created_ms / 1000).strftime("%H:%M")
            item = QListWidgetItem(f"{when}, {clock}\n{version.words}")
            item.setToolTip(version.words)
            self.list.addItem(item)
        self.body.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.setSpacing(shade.px("space.5"))
        right.addWidget(Label("What would change now", "small", "muted"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        self.words = Label("", "body", wrap=True)
        self.words.setProperty("ground", "none")
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        area.setWidget(self.words)
        right.addWidget(area, 1)
        buttons = QHBoxLayout()
        self.restore = Button("Go back to this one", kind="primary")
        buttons.addStretch(1)
        buttons.addWidget(self.restore)
        right.addLayout(buttons)
        self.body.addLayout(right, 1)
        self.list.currentRowChanged.connect(self._chosen)
        self.restore.clicked.connect(self._restore)
        self.list.setCurrentRow(0)

    def open(self) -> None:
        """Show it, with the keyboard on the newest."""
        super().open()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _chosen(self, number: int) -> None:
        if not 0 <= number < len(self._versions):
            self.restore.setEnabled(False)
            return
        found = changes(self._editor.document.value, Document(self._versions[number].content))
        self.words.setText("\n".join(f"• {change.words}" for change in found) or "Nothing: it is what you have now.")
        self.restore.setEnabled(bool(found) and not self._editor.read_only)

    def _restore(self) -> None:
        version = self._versions[self.list.currentRow()]
        if self._editor.take_content(f"Go back to {version.words or 'an older version'}", Document(version.content)):
            self.restored.emit()
        self.leave()
