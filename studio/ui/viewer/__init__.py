"""One piece over the whole window."""

from PySide6.QtWidgets import QWidget


def open_piece(source: QWidget, piece_id: str) -> None:
    """Open *piece_id* full size in the main window that *source* lies in; nothing happens elsewhere."""
    show = getattr(source.window(), "open_viewer", None)
    if callable(show):
        show(piece_id)
