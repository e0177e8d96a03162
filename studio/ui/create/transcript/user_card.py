"""What the person said: a card on the right, with the attached pictures above the words."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QTextDocument

from studio.ui.create import look
from studio.ui.create.transcript import markdown
from studio.ui.create.transcript.parts import PaintState, Part, TextSpot, spoken
from studio.ui.create.transcript.tiles import paint_tile
from studio.viewmodels.state import Piece

_WIDEST_PX, _PAD_X_PX, _PAD_Y_PX = 560, 15, 10
_THUMB_PX, _THUMB_GAP_PX = 64, 6


class UserPart(Part):
    """The user's card."""

    def __init__(
        self,
        text: str,
        attachments: Sequence[str],
        piece: Callable[[str], Piece | None],
        decorate: Callable[[QTextDocument], bool],
    ) -> None:
        super().__init__()
        self._text = text
        self._attachments = tuple(attachments)
        self._piece = piece
        self._decorate = decorate
        self._document: QTextDocument | None = None
        self._spot: TextSpot | None = None
        self._card = QRect()
        self._thumbs: list[tuple[Piece, QRect]] = []

    @property
    def card(self) -> QRect:
        """The card's rectangle in the part."""
        return self._card

    def layout(self, width_px: int) -> None:
        widest = min(look.px(_WIDEST_PX), width_px)
        pad_x, pad_y = look.px(_PAD_X_PX), look.px(_PAD_Y_PX)
        room = widest - 2 * pad_x
        found = [piece for piece in map(self._piece, self._attachments) if piece is not None]
        size, gap = look.px(_THUMB_PX), look.px(_THUMB_GAP_PX)
        in_row = max(1, (room + gap) // (size + gap))
        rows = -(-len(found) // in_row)
        thumbs_width = min(len(found), in_row) * (size + gap) - gap if found else 0
        thumbs_height = rows * (size + gap) - gap if found else 0
        text_width = text_height = 0
        if self._text:
            document = self._laid_document(room)
            text_width, text_height = int(document.idealWidth()) + 1, round(document.size().height())
        between = look.px(8) if found and self._text else 0
        width = max(text_width, thumbs_width, look.px(24)) + 2 * pad_x
        self.height = thumbs_height + between + text_height + 2 * pad_y
        self._card = QRect(width_px - width, 0, width, self.height)
        left = self._card.left() + pad_x
        self._thumbs = [
            (piece, QRect(left + n % in_row * (size + gap), pad_y + n // in_row * (size + gap), size, size))
            for n, piece in enumerate(found)
        ]
        if self._document is not None:
            self._spot = TextSpot(self._document, QPoint(left, pad_y + thumbs_height + between), text_height)

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.subtle"))
        painter.setBrush(look.color("bg.card"))
        painter.drawPath(_bubble(QRectF(self._card).adjusted(0.5, 0.5, -0.5, -0.5), look.px(12), look.px(4)))
        painter.restore()
        for piece, rect in self._thumbs:
            paint_tile(painter, rect, piece, state)
        if self._spot is not None:
            self._spot.paint(painter, visible, state.ranges(0))

    def texts(self) -> list[TextSpot]:
        return [self._spot] if self._spot is not None else []

    def piece_at(self, point: QPointF) -> str:
        return next((piece.id for piece, rect in self._thumbs if rect.contains(point.toPoint())), "")

    def pieces(self) -> list[tuple[str, QRect]]:
        return [(piece.id, rect) for piece, rect in self._thumbs]

    def words(self) -> str:
        attached = [spoken(piece) for piece, _ in self._thumbs]
        return ". ".join(["You: " + self._text, *attached])

    def _laid_document(self, room: int) -> QTextDocument:
        if self._document is None:
            self._document = markdown.new_document()
            markdown.fill_plain(self._document, self._text)
            self._decorate(self._document)
        self._document.setTextWidth(room)
        return self._document


def _bubble(box: QRectF, radius: float, corner: float) -> QPainterPath:
    """A rounded rectangle with a smaller bottom right corner."""
    path = QPainterPath(QPointF(box.left() + radius, box.top()))
    path.lineTo(box.right() - radius, box.top())
    path.arcTo(QRectF(box.right() - 2 * radius, box.top(), 2 * radius, 2 * radius), 90, -90)
    path.lineTo(box.right(), box.bottom() - corner)
    path.arcTo(QRectF(box.right() - 2 * corner, box.bottom() - 2 * corner, 2 * corner, 2 * corner), 0, -90)
    path.lineTo(box.left() + radius, box.bottom())
    path.arcTo(QRectF(box.left(), box.bottom() - 2 * radius, 2 * radius, 2 * radius), 270, -90)
    path.lineTo(box.left(), box.top() + radius)
    path.arcTo(QRectF(box.left(), box.top(), 2 * radius, 2 * radius), 180, -90)
    path.closeSubpath()
    return path
