"""The ground of the canvas: its colour and its dots, as one picture that is painted once per zoom."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from studio.ui.templates.graph.facts import GRID
from studio.ui.theme import theme

_FINE_FROM: Final = 0.75
_DOT_PX: Final = 1.4


class Ground:
    """A picture of dots that is one step larger than what is seen, so that it can be shifted under it."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._key: tuple[int, int, float, float] | None = None
        self.step = GRID

    def forget(self) -> None:
        """The colours are others."""
        self._key = self._picture = None

    def picture(self, size: QSize, scale: float, ratio: float) -> QPixmap:
        """Return the picture for what is seen.

        Args:
            scale: pixels per unit of the graph.
            ratio: device pixels per pixel.
        """
        key = (size.width(), size.height(), scale, ratio)
        if self._picture is None or key != self._key:
            self.step = GRID if scale >= _FINE_FROM * theme().scale else 2 * GRID
            self._picture, self._key = self._paint(size, self.step * scale, ratio), key
        return self._picture

    @staticmethod
    def _paint(size: QSize, step: float, ratio: float) -> QPixmap:
        shade = theme()
        wide, tall = size.width() + 2 * math.ceil(step), size.height() + 2 * math.ceil(step)
        ground = shade.color("bg.canvas")
        key = "text.disabled" if shade.is_high_contrast else "border.subtle" if shade.is_dark else "border.default"
        row = QPixmap(math.ceil(wide * ratio), max(1, math.ceil(3 * ratio)))
        row.setDevicePixelRatio(ratio)
        row.fill(ground)
        painter = QPainter(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade.color(key), _DOT_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(column * step + 0.5, 1.5) for column in range(int(wide / step) + 1)])
        painter.end()
        whole = QPixmap(math.ceil(wide * ratio), math.ceil(tall * ratio))
        whole.setDevicePixelRatio(ratio)
        whole.fill(ground)
        painter = QPainter(whole)
        for line in range(int(tall / step) + 1):
            painter.drawPixmap(QPointF(0, round(line * step) - 1), row)
        painter.end()
        return whole
