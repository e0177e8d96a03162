"""Ready pictures of pieces, drawn into a box, from the one thumbnail service."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

from studio.ui.gallery.thumbnails import Thumbnails as Pictures

__all__ = ["Pictures", "draw"]


def draw(painter: QPainter, box: QRect | QRectF, picture: QPixmap) -> None:
    """Draw *picture* into *box*; scaled only while the one of the right size is still being made."""
    target = QRectF(box)
    if picture.deviceIndependentSize().toSize() == target.size().toSize():
        painter.drawPixmap(target.topLeft(), picture)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target.toRect(), picture)
