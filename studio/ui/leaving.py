"""The one question before quitting: what happens to work in progress."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label


class LeaveDialog(QDialog):
    """Shown only while something is being made; accepted means leave."""

    def __init__(self, parent: QWidget, *, goes_on: bool = False) -> None:
        """*goes_on*: what is being made does not need the window."""
        super().__init__(parent)
        self.setWindowTitle("Studio")
        self.setModal(True)
        shade = theme()
        pad = shade.px("space.7")
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(shade.px("space.4"))
        column.addWidget(Label("Something is still being made", "heading"))
        words = Label(
            "It goes on without the window. When you come back, the session shows how far it is, "
            "or what was made meanwhile."
            if goes_on
            else "Closing now stops it. Your message, the settings and every finished piece are kept, "
            "and the session offers to try again.",
            "body",
            "secondary",
            wrap=True,
        )
        words.setFixedWidth(shade.px(380))
        column.addWidget(words)
        row = QHBoxLayout()
        row.setContentsMargins(0, shade.px("space.4"), 0, 0)
        row.addStretch(1)
        self.stay = Button("Keep working", kind="primary")
        self.leave = Button("Close" if goes_on else "Close anyway")
        self.leave.clicked.connect(self.accept)
        self.stay.clicked.connect(self.reject)
        row.addWidget(self.leave)
        row.addWidget(self.stay)
        column.addLayout(row)
        self.stay.setFocus()
