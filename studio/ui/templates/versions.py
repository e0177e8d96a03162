"""The saved editions of a template: what changed in each, and a way back."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.contract.editing.comparing import changes
from studio.contract.editing.document import Document
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.viewmodels.words import relative_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.library.templates import TemplateVersion
    from studio.viewmodels.templates.editor import EditorModel


class VersionsDialog(QDialog):
    """A list at the left, what differs from now at the right.

    Signals:
        restored(): an edition was taken back, as one step that can be undone.
    """

    restored = Signal()

    def __init__(self, editor: "EditorModel", versions: "Sequence[TemplateVersion]", parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._versions = editor, list(versions)
        shade = theme()
        self.setWindowTitle(f"Versions of {editor.name}")
        self.resize(shade.px(760), shade.px(480))
        column = QVBoxLayout(self)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(shade.px("space.5"))
        column.addWidget(Label("Versions", "heading"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.6"))
        self.list = QListWidget()
        self.list.setAccessibleName("Saved versions, the newest first")
        for version in self._versions:
            when = relative_date(version.created_ms)
            clock = datetime.fromtimestamp(version.created_ms / 1000).strftime("%H:%M")
            self.list.addItem(QListWidgetItem(f"{when}, {clock}\n{version.words}"))
        row.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.addWidget(Label("What would change now", "small", "muted"))
        self.words = Label("", "body", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.words, 1)
        row.addLayout(right, 1)
        column.addLayout(row, 1)
        buttons = QHBoxLayout()
        self.restore = Button("Go back to this one", kind="primary")
        close = Button("Close", kind="quiet")
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.restore)
        column.addLayout(buttons)
        self.list.currentRowChanged.connect(self._chosen)
        self.restore.clicked.connect(self._restore)
        close.clicked.connect(self.reject)
        self.list.setCurrentRow(0)

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
        self.accept()
