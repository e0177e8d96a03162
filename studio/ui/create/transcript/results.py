"""A finished tool: one line of what it did, over what it made."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from studio.ui.create import look
from studio.ui.create.transcript.parts import PaintState, Part, spoken
from studio.ui.create.transcript.strip import SHOWN, Cell, height_of, justify
from studio.ui.create.transcript.tiles import aspect_of, paint_more, paint_tile
from studio.ui.theme import theme
from studio.viewmodels.state import Piece, ToolItem

_MARKS = {"done": ("check", "status.success"), "stopped": ("stop", "text.muted"), "failed": ("alert", "status.warning")}


def seconds_words(seconds: float) -> str:
    """``2.1 s`` or ``1:05``."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _scaled(cell: Cell, scale: float) -> Cell:
    """*cell* at the interface scale; edges are rounded, so that gaps stay even."""
    left, top = round(cell.x * scale), round(cell.y * scale)
    right, bottom = round((cell.x + cell.width) * scale), round((cell.y + cell.height) * scale)
    return Cell(left, top, right - left, bottom - top)


class ResultsPart(Part):
    """``Made 4 images · Built-in painter · 2.1 s`` and the strip below it."""

    def __init__(self, item: ToolItem, piece: Callable[[str], Piece | None]) -> None:
        super().__init__()
        self._item = item
        self._piece = piece
        self._width = 0
        self._shown: list[tuple[Piece, Cell]] = []
        self._more: tuple[int, Cell] | None = None

    def layout(self, width_px: int) -> None:
        self._width = width_px
        found = [piece for piece in map(self._piece, self._item.piece_ids) if piece is not None]
        line = look.px(20)
        self.height = line
        self._shown, self._more = [], None
        if not found:
            return
        aspects = [aspect_of(piece) for piece in found]
        hidden = len(found) - SHOWN if len(found) > SHOWN else 0
        if hidden:
            aspects = [*aspects[:SHOWN], 1.5]
        scale = theme().scale
        cells = [_scaled(cell, scale) for cell in justify(aspects, round(width_px / scale), found[0].width or 0)]
        self._shown = list(zip(found, cells[: len(found)], strict=False))[:SHOWN]
        self._more = (hidden, cells[-1]) if hidden else None
        self.height = line + look.px(8) + height_of(cells)

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        if visible.top() < look.px(20):
            self._paint_line(painter, state)
        for piece, rect in self._rects():
            if visible.intersects(QRectF(rect).adjusted(-4, -4, 4, 4)):
                paint_tile(painter, rect, piece, state)
        if self._more is not None:
            paint_more(painter, self._rect(self._more[1]), self._more[0])

    def piece_at(self, point: QPointF) -> str:
        return next((piece.id for piece, rect in self._rects() if rect.contains(point.toPoint())), "")

    def pieces(self) -> list[tuple[str, QRect]]:
        return [(piece.id, rect) for piece, rect in self._rects()]

    def more_at(self, point: QPointF) -> bool:
        """Whether *point* lies on the tile that stands for the rest."""
        return self._more is not None and self._rect(self._more[1]).contains(point.toPoint())

    def words(self) -> str:
        return ". ".join([self._facts()[0], *(spoken(piece) for piece, _ in self._shown)])

    def _rects(self) -> list[tuple[Piece, QRect]]:
        return [(piece, self._rect(cell)) for piece, cell in self._shown]

    def _rect(self, cell: Cell) -> QRect:
        return QRect(cell.x, cell.y + look.px(28), cell.width, cell.height)

    def _facts(self) -> tuple[str, str]:
        item = self._item
        sentence = item.sentence if item.status != "stopped" else item.message or "You stopped this"
        facts = [item.model, seconds_words(item.seconds) if item.seconds > 0 else ""]
        if item.status == "done" and not self._shown and item.message:
            facts.append(item.message)
        return sentence, " · ".join(fact for fact in facts if fact)

    def _paint_line(self, painter: QPainter, state: PaintState) -> None:
        sentence, facts = self._facts()
        icon, color_key = _MARKS.get(self._item.status, _MARKS["done"])
        painter.drawPixmap(0, look.px(2), look.pixmap(icon, look.px(16), color_key, state.ratio))
        font = look.font("bodyStrong")
        painter.setFont(font)
        painter.setPen(look.color("text.primary"))
        left, line = look.px(24), look.px(20)
        metrics = QFontMetrics(font)
        sentence = metrics.elidedText(sentence, Qt.TextElideMode.ElideRight, self._width - left)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(left, 0, self._width - left, line), middle, sentence)
        left += metrics.horizontalAdvance(sentence) + look.px(8)
        room = self._width - left
        if room > look.px(40):
            painter.setFont(look.font("small"))
            painter.setPen(look.color("text.muted"))
            facts = QFontMetrics(painter.font()).elidedText(facts, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, 0, room, line), middle, facts)
