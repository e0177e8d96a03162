"""Names of pieces in a text (``Image 3``) shown as small chips with their picture."""

import re
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from studio.ui.create import look
from studio.ui.create.pictures import Pictures, draw
from studio.ui.gallery.entries import PICTURED
from studio.viewmodels.state import Piece

MENTION_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_BADGE = QTextFormat.Property.UserProperty.value + 1
_PIECE = QTextFormat.Property.UserProperty.value + 2
_NAME = re.compile(r"\b(Image|Upload|Video|Audio|3D|Text)(?: (?:video|sound))? \d+\b")
_OBJECT = "\ufffc"

Finder = Callable[[str], Piece | None]


class MentionObject(QPyTextObject):
    """Paints the chips of one document."""

    def __init__(self, pictures: Pictures, pieces: Mapping[str, Piece], parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._pieces = pieces

    def intrinsicSize(self, _document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        """Width of picture and words; the height of a line."""
        words = QFontMetricsF(look.font("reading")).horizontalAdvance(str(form.property(_BADGE)))
        return QSizeF(words + look.px(36), look.px(15))

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        """Paint the chip."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(rect)
        baseline = rect.bottom()
        chip = QRectF(rect.left(), baseline - look.px(15), rect.width(), look.px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent.fill"))
        painter.drawRoundedRect(chip, look.px(4), look.px(4))
        thumb = QSize(look.px(22), look.px(16))
        corner = QPointF(chip.left() + look.px(2), chip.center().y() - thumb.height() / 2)
        piece = self._pieces.get(str(form.property(_PIECE)))
        picture = None
        if piece is not None and piece.kind in PICTURED:
            ratio = painter.device().devicePixelRatioF()
            picture = self._pictures.get(piece.path, thumb, ratio, radius_px=look.px(2))
        if picture is not None:
            draw(painter, QRectF(corner, QSizeF(thumb)), picture)
        else:
            painter.setBrush(look.color("fill.placeholder"))
            painter.drawRoundedRect(QRectF(corner, QSizeF(thumb)), look.px(2), look.px(2))
            if piece is not None and piece.kind not in PICTURED:
                mark = look.px(12)
                icon = look.pixmap(piece.kind, mark, f"media.{piece.kind}", painter.device().devicePixelRatioF())
                left, top = corner.x() + (thumb.width() - mark) / 2, corner.y() + (thumb.height() - mark) / 2
                painter.drawPixmap(QPointF(left, top), icon)
        painter.setFont(look.font("reading"))
        painter.setPen(look.color("accent.text"))
        painter.drawText(QPointF(chip.left() + look.px(29), baseline), str(form.property(_BADGE)))
        painter.restore()


def insert_mentions(document: QTextDocument, find: Finder, handler: MentionObject) -> bool:
    """Replace the names of known pieces in *document* by chips and return whether there were any."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    text = cursor.selectedText()
    found = [(match, piece) for match in _NAME.finditer(text) if (piece := find(match[0])) is not None]
    if found:
        document.documentLayout().registerHandler(MENTION_TYPE, handler)
    for match, piece in reversed(found):
        cursor.setPosition(match.start())
        cursor.setPosition(match.end(), QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setObjectType(MENTION_TYPE)
        form.setProperty(_BADGE, piece.badge)
        form.setProperty(_PIECE, piece.id)
        cursor.insertText(_OBJECT, form)
    return bool(found)


def mention_at(document: QTextDocument, position: int) -> str:
    """Id of the piece mentioned at *position*; empty for none."""
    cursor = QTextCursor(document)
    cursor.setPosition(min(position + 1, document.characterCount() - 1))
    form = cursor.charFormat()
    return str(form.property(_PIECE)) if form.objectType() == MENTION_TYPE else ""


def with_names(document: QTextDocument, text: str, start: int) -> str:
    """Put the names back into *text* copied from *document* at *start*."""
    parts = []
    for offset, letter in enumerate(text):
        if letter == _OBJECT:
            cursor = QTextCursor(document)
            cursor.setPosition(start + offset + 1)
            parts.append(str(cursor.charFormat().property(_BADGE) or ""))
        else:
            parts.append(letter)
    return "".join(parts)
