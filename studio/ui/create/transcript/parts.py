"""What a turn is made of, each laid out and painted without widgets.

Coordinates are logical pixels relative to the part's top left corner; parts are as wide as the
column. A part that shows text lists its documents, so that the transcript can select across them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPalette,
    QTextCursor,
    QTextDocument,
)

from studio.ui.create import look
from studio.ui.create.pictures import Pictures
from studio.viewmodels.state import Piece

Range = tuple[int, int]


@dataclass
class PaintState:
    """What painting depends on beside the part itself."""

    pictures: Pictures
    ratio: float
    selected: frozenset[str]
    """Ids of the selected pieces."""
    hovered: str = ""
    """Id of the piece under the pointer."""
    inside: str = ""
    """Id of the piece that has the keyboard."""
    ranges: Callable[[int], Range | None] = field(default=lambda _text: None)
    """Selected characters of the part's n-th document."""


@dataclass
class TextSpot:
    """A document and where it lies in its part."""

    document: QTextDocument
    corner: QPoint
    height_px: int

    def position_at(self, point: QPointF, exact: bool = False) -> int:
        """Character position under *point*; -1 when *exact* and there is no text."""
        accuracy = Qt.HitTestAccuracy.ExactHit if exact else Qt.HitTestAccuracy.FuzzyHit
        return self.document.documentLayout().hitTest(point - QPointF(self.corner), accuracy)

    def link_at(self, point: QPointF) -> str:
        """Address of the link under *point*; empty for none."""
        return self.document.documentLayout().anchorAt(point - QPointF(self.corner))

    def paint(self, painter: QPainter, visible: QRectF, chosen: Range | None, color_key: str = "text.primary") -> None:
        """Draw the part of the document that lies in *visible*."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, look.color(color_key))
        context.clip = visible.translated(-QPointF(self.corner))
        if chosen is not None:
            selection = QAbstractTextDocumentLayout.Selection()
            cursor = QTextCursor(self.document)
            cursor.setPosition(min(chosen[0], self.document.characterCount() - 1))
            cursor.setPosition(min(chosen[1], self.document.characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selection.format.setBackground(look.color("accent.border"))
            selection.format.setForeground(look.color("text.primary"))
            context.selections = [selection]
        painter.save()
        painter.translate(self.corner)
        painter.setClipRect(context.clip, Qt.ClipOperation.IntersectClip)
        self.document.documentLayout().draw(painter, context)
        painter.restore()


class Part:
    """Base of all parts: nothing, of no height."""

    gap_px = 16
    """Space above the part, at 100 %."""
    widget_key = ""
    """Key of the child widget that lies over the part; empty for a painted one."""

    def __init__(self) -> None:
        self.y = 0
        self.height = 0

    def layout(self, width_px: int) -> None:
        """Compute ``height`` for a column of *width_px*."""

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        """Draw what lies in *visible*."""

    def texts(self) -> list[TextSpot]:
        """Documents from top to bottom."""
        return []

    def texts_between(self, _top_px: float, _bottom_px: float) -> Iterator[tuple[int, TextSpot]]:
        """Documents that cover any of these lines, with their number."""
        yield from enumerate(self.texts())

    def piece_at(self, _point: QPointF) -> str:
        """Id of the piece under *point*; empty for none."""
        return ""

    def pieces(self) -> list[tuple[str, QRect]]:
        """Pieces shown here, with their rectangles."""
        return []

    def words(self) -> str:
        """What a screen reader says."""
        return ""


class DividerPart(Part):
    """Hairline, ``Round 2``, hairline."""

    gap_px = 16

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self._width = 0

    def layout(self, width_px: int) -> None:
        self._width, self.height = width_px, look.px(14)

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        text = f"Round {self.number}"
        painter.setFont(look.font("caption"))
        half = QFontMetrics(painter.font()).horizontalAdvance(text) // 2 + look.px(12)
        middle, y = self._width // 2, self.height // 2
        painter.setPen(look.color("border.subtle"))
        painter.drawLine(0, y, middle - half, y)
        painter.drawLine(middle + half, y, self._width, y)
        painter.setPen(look.color("text.muted"))
        painter.drawText(QRect(0, 0, self._width, self.height), Qt.AlignmentFlag.AlignCenter, text)

    def words(self) -> str:
        return f"Round {self.number}"


class NotePart(Part):
    """One muted line: a notice, or by whom the turn was answered."""

    gap_px = 10

    def __init__(self, text: str, icon: str = "", color_key: str = "text.muted") -> None:
        super().__init__()
        self._text, self._icon, self._color = text, icon, color_key
        self._width = 0

    def layout(self, width_px: int) -> None:
        self._width = width_px
        metrics = QFontMetrics(look.font("small"))
        flags = Qt.TextFlag.TextWordWrap.value
        self.height = metrics.boundingRect(0, 0, width_px - self._indent(), 10_000, flags, self._text).height()

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        if self._icon:
            painter.drawPixmap(0, look.px(1), look.pixmap(self._icon, look.px(14), self._color, state.ratio))
        painter.setFont(look.font("small"))
        painter.setPen(look.color(self._color))
        room = QRect(self._indent(), 0, self._width - self._indent(), self.height)
        painter.drawText(room, Qt.TextFlag.TextWordWrap.value, self._text)

    def words(self) -> str:
        return self._text

    def _indent(self) -> int:
        return look.px(20) if self._icon else 0


class WidgetPart(Part):
    """Room for a child widget that the transcript keeps over it."""

    def __init__(self, key: str, height_for: Callable[[int], int], words: Callable[[], str]) -> None:
        super().__init__()
        self.widget_key = key
        self._height_for = height_for
        self._words = words

    def layout(self, width_px: int) -> None:
        self.height = self._height_for(width_px)

    def words(self) -> str:
        return self._words()


def spoken(piece: Piece) -> str:
    """Accessible name of a piece: ``Image 3, The keeper's hour, image``."""
    kind = {"model3d": "3D model", "audio": "sound"}.get(piece.kind, piece.kind)
    return ", ".join(word for word in (piece.badge, piece.title, kind) if word)


def paint_card(painter: QPainter, card: QRect, stale: QRect, header_px: int, status: str) -> None:
    """Paint the ground and frame of a card whose header has the colour of a *status*."""
    painter.fillRect(stale, look.color("bg.app"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), look.px(10), look.px(10))
    painter.fillPath(frame, look.color("bg.card"))
    painter.save()
    painter.setClipPath(frame)
    painter.fillRect(QRect(0, 0, card.width(), header_px), look.color(f"status.{status}Fill"))
    painter.restore()
    painter.setPen(look.color(f"status.{status}Border"))
    painter.drawPath(frame)
