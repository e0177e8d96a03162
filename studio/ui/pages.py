"""Workspaces that are not built yet: an honest sentence and a way back to work."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.theme import theme
from studio.ui.widgets.labels import EmptyState, Label

WORDS = {
    "library": (
        "Library",
        "Nothing hangs here yet",
        "One wall for the pieces of all sessions comes in a later version. Until then they hang in their sessions.",
    ),
    "activity": (
        "Activity",
        "All quiet",
        "Runs that go on without you come in a later version. What is working now shows in Create.",
    ),
}


class EmptyPage(QWidget):
    """A workspace with only its title and an empty state."""

    def __init__(self, key: str, back: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("canvas")
        title, heading, sentence = WORDS[key]
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(shade.px("space.8"), 0, shade.px("space.8"), 0)
        name = Label(title, "title")
        name.setFixedHeight(shade.px("size.header"))
        column.addWidget(name)
        column.addStretch(2)
        self.empty = EmptyState(heading, sentence, "Make something", icon="create", run=back)
        column.addWidget(self.empty)
        column.addStretch(3)
