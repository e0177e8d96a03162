"""Taking what is dropped."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent


def take(event: QDropEvent) -> None:
    """Accept a drag or drop; what comes from elsewhere is always copied.

    A file manager that proposes to move, and hears that it was moved, deletes the original.
    """
    if event.source() is None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    else:
        event.acceptProposedAction()
