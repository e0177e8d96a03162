"""The pane at the right of the editor: inspector, or how the run form will look."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.ui.theme import theme

_NARROW_PX = 1180


class SidePane(QFrame):
    """A pane that is narrower in a narrow window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.fit()

    def fit(self) -> None:
        """Take the width for the present window."""
        narrow = self.window().width() < theme().px(_NARROW_PX)
        self.setFixedWidth(theme().px(f"size.inspector.{'min' if narrow else 'default'}"))
