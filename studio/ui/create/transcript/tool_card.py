"""An open tool call: what it does, how far it is, from what and with what."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton
from studio.ui.create.pictures import Pictures, draw
from studio.ui.create.transcript import tool_facts
from studio.ui.create.transcript.tiles import aspect_of, paint_badge
from studio.ui.gallery.entries import PICTURED
from studio.viewmodels.state import Piece, ToolItem

_HEADER_PX, _PREVIEW_PX, _PREVIEW_HEIGHT_PX, _PAD_PX = 40, 388, 218, 14
_FOLDED_PX = 57
_PLAIN_BODY_PX = 96
_PILLS = {
    "queued": ("Waiting", "status.queued", "status.queuedFill"),
    "working": ("Working", "status.running", "status.runningFill"),
}


class ToolCard(QWidget):
    """One call that is waiting or working.

    Signals:
        stop_wanted: the person pressed Stop, which ends the turn.
        fold_wanted(bool): the person folded or opened the card.
    """

    stop_wanted = Signal()
    fold_wanted = Signal(bool)

    def __init__(
        self,
        item: ToolItem,
        pictures: Pictures,
        piece: Callable[[str], Piece | None],
        by_index: Callable[[int], Piece | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._item = item
        self._pictures = pictures
        self._piece = piece
        self._by_index = by_index
        self._folded = False
        self._told = 0
        self._painted: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._stop = CardButton("Stop", kind="quiet", height_px=26, parent=self)
        self._stop.clicked.connect(self.stop_wanted)
        self._fold = CardButton(icon="chevron-up", kind="icon", name="Fold", height_px=26, parent=self)
        self._fold.clicked.connect(lambda: self.fold_wanted.emit(not self._folded))
        pictures.ready.connect(self._picture_came)
        self.show_item(item, False)

    def show_item(self, item: ToolItem, folded: bool) -> None:
        """Show the present state of the call."""
        self._item = item
        if folded != self._folded:
            self._folded = folded
            self._fold.set_icon_name("chevron-down" if folded else "chevron-up")
            self._fold.setAccessibleName("Open" if folded else "Fold")
            self._fold.setToolTip("Open" if folded else "Fold")
            self._place()
        self.setAccessibleName(self._words())
        self._announce()
        seen = (folded, item.status, item.progress, item.eta_s, item.step, item.piece_ids, item.sentence, item.saving)
        if seen != self._painted:
            self._painted = seen
            self.update()

    @staticmethod
    def height_for(item: ToolItem, folded: bool, width_px: int) -> int:
        """Height of the card of *item* in a column of *width_px*."""
        if folded:
            return look.px(_FOLDED_PX)
        if not tool_facts.makes_media(item.tool):
            return look.px(_HEADER_PX + _PLAIN_BODY_PX)
        return look.px(_HEADER_PX) + _preview_size(width_px).height() + look.px(_PAD_PX)

    def resizeEvent(self, _event: object) -> None:
        """Keep the buttons at the right end of the header."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint everything but the two buttons."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.color("bg.app"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.default"))
        painter.setBrush(look.color("bg.card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(10), look.px(10))
        self._paint_header(painter)
        if self._folded:
            bar = QRect(look.px(_PAD_PX), look.px(_HEADER_PX), self.width() - 2 * look.px(_PAD_PX), look.px(4))
            self._paint_bar(painter, bar)
        elif tool_facts.makes_media(self._item.tool):
            box = QRect(QPoint(look.px(_PAD_PX), look.px(_HEADER_PX)), self._preview_size())
            self._paint_preview(painter, box)
            self._paint_side(painter, box.right() + 1 + look.px(16))
        else:
            bar = QRect(look.px(_PAD_PX), self.height() - look.px(18), self.width() - 2 * look.px(_PAD_PX), look.px(4))
            self._paint_side(painter, look.px(_PAD_PX))
            self._paint_bar(painter, bar)

    def _picture_came(self, _path: str) -> None:
        self.update()

    def _place(self) -> None:
        y = look.px(7)
        right = self.width() - look.px(8)
        for button in (self._fold, self._stop):
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(right, y, size.width(), size.height())
            right -= look.px(8)

    def _paint_header(self, painter: QPainter) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        height, left = look.px(_HEADER_PX), look.px(_PAD_PX)
        kind = tool_facts.media_of(self._item.tool)
        icon = look.pixmap(tool_facts.MEDIA_ICONS[kind], look.px(16), f"media.{kind}", self.devicePixelRatioF())
        painter.drawPixmap(left, (height - look.px(16)) // 2, icon)
        left += look.px(24)
        right = self._stop.x() - look.px(8)
        right = self._paint_summary(painter, right) if self._folded else self._paint_pill(painter, right)
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("text.primary"))
        metrics = QFontMetrics(painter.font())
        sentence = metrics.elidedText(self._item.sentence, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, 0, right - left, height), middle, sentence)
        left += metrics.horizontalAdvance(sentence) + look.px(8)
        painter.setFont(look.font("monoSmall"))
        painter.setPen(look.color("text.muted"))
        if QFontMetrics(painter.font()).horizontalAdvance(self._item.tool) <= right - left:
            painter.drawText(QRect(left, look.px(1), right - left, height), middle, self._item.tool)

    def _paint_pill(self, painter: QPainter, right: int) -> int:
        words, color_key, fill_key = _PILLS.get(self._item.status, _PILLS["working"])
        if self._item.saving:
            words = "Saving"
        font = look.font("caption")
        font.setWeight(font.Weight.DemiBold)
        width = QFontMetrics(font).horizontalAdvance(words) + look.px(16)
        box = QRect(right - width, look.px(10), width, look.px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(fill_key))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        painter.setFont(font)
        painter.setPen(look.color(color_key))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        return box.left() - look.px(10)

    def _paint_summary(self, painter: QPainter, right: int) -> int:
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted"))
        words = tool_facts.summary(self._item)
        width = min(QFontMetrics(painter.font()).horizontalAdvance(words), self.width() // 2)
        box = QRect(right - width, 0, width, look.px(_HEADER_PX))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        return box.left() - look.px(10)

    def _paint_bar(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("fill.track"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if self._item.status == "queued":
            return
        done = QRectF(box)
        # How long it takes may not be known: then a still segment stands beside the word "starting".
        part = 0.28 if self._item.progress is None else min(1.0, max(0.0, self._item.progress))
        done.setWidth(box.width() * part)
        painter.setBrush(look.color("accent.base"))
        painter.drawRoundedRect(done, box.height() / 2, box.height() / 2)

    def _shown(self) -> tuple[Piece | None, Piece | None]:
        """The newest result of the call, and what it works on."""
        item = self._item
        made = self._piece(item.piece_ids[-1]) if item.piece_ids else None
        return made, tool_facts.source_of(item, self._by_index)

    def _preview_size(self) -> QSize:
        """The place of the preview in the shape of what is to be seen there."""
        made, source = self._shown()
        known = made or source
        shape = aspect_of(known) if known is not None else tool_facts.shape_of(self._item)
        place = _preview_size(self.width())
        width = round(place.height() * max(0.5, min(3.0, shape)))
        return QSize(min(place.width(), width), place.height())

    def _paint_preview(self, painter: QPainter, box: QRect) -> None:
        item, ratio = self._item, self.devicePixelRatioF()
        made, source = self._shown()
        shown = made or source
        picture = None
        if shown is not None and shown.kind in PICTURED and not shown.missing:
            fit = aspect_of(shown) > 1.2 * box.width() / box.height()
            picture = self._pictures.get(shown.path, box.size(), ratio, radius_px=look.px(4), fit=fit)
        if picture is not None:
            draw(painter, box, picture)
            if made is None:
                painter.fillRect(box, QColor(0, 0, 0, 90))
        else:
            self._paint_developing(painter, box)
        kind = tool_facts.media_of(item.tool)
        words = made.badge if made is not None else {"model3d": "3D", "image": "Image"}.get(kind, kind.capitalize())
        inset = look.px(6)
        paint_badge(painter, box.topLeft() + QPoint(inset, inset), words, tool_facts.MEDIA_ICONS[kind], ratio)
        self._paint_bar(painter, QRect(box.left(), box.bottom() - look.px(3), box.width(), look.px(4)))

    def _paint_developing(self, painter: QPainter, box: QRect) -> None:
        """A still gradient of the prompt's colours."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("fill.placeholder"))
        colors = tool_facts.ground_of(self._item)
        if colors is not None:
            gradient = QLinearGradient(box.topLeft(), box.bottomRight())
            for at, name in enumerate(colors):
                tint, ground = QColor(name), look.color("fill.placeholder")
                mixed = QColor(*((a + b) // 2 for a, b in zip(_rgb(tint), _rgb(ground), strict=True)))
                gradient.setColorAt(at, mixed)
            painter.setBrush(gradient)
        painter.drawRoundedRect(box, look.px(4), look.px(4))

    def _paint_side(self, painter: QPainter, left: int) -> None:
        item = self._item
        top, room = look.px(_HEADER_PX), self.width() - left - look.px(_PAD_PX)
        base = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        number = look.font("bodyStrong")
        number.setPixelSize(look.px(30))
        x = left
        if percent := tool_facts.percentage(item):
            painter.setFont(number)
            painter.setPen(look.color("text.primary"))
            painter.drawText(QRect(x, top - look.px(2), room, look.px(36)), base, percent)
            x += QFontMetrics(number).horizontalAdvance(percent) + look.px(9)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text.secondary"))
        left_words = f"saving {item.saving}" if item.saving else tool_facts.time_left(item)
        painter.drawText(QRect(x, top - look.px(2), room, look.px(32)), base, left_words)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted"))
        if item.step:
            step = QFontMetrics(painter.font()).elidedText(item.step, Qt.TextElideMode.ElideRight, room)
            line = QRect(left, top + look.px(37), room, look.px(16))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, step)
        if tool_facts.makes_media(item.tool):
            self._paint_facts(painter, left, top + look.px(66), room)

    def _paint_facts(self, painter: QPainter, left: int, top: int, room: int) -> None:
        rows = tool_facts.facts(self._item)
        source = tool_facts.source_of(self._item, self._by_index)
        if source is not None:
            rows = [("From", source.badge), *rows]
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        value_left = left + look.px(64)
        for label, value in rows:
            if top + look.px(20) > self.height() - look.px(8):
                break
            painter.setFont(look.font("small"))
            painter.setPen(look.color("text.muted"))
            painter.drawText(QRect(left, top, look.px(60), look.px(20)), middle, label)
            painter.setFont(look.font("small"))
            width = room - look.px(64)
            if label == "From" and source is not None:
                self._paint_mention(painter, QPoint(value_left, top), source)
            else:
                painter.setPen(look.color("text.primary"))
                words = QFontMetrics(painter.font()).elidedText(value, Qt.TextElideMode.ElideRight, width)
                painter.drawText(QRect(value_left, top, width, look.px(20)), middle, words)
            top += look.px(24)

    def _paint_mention(self, painter: QPainter, corner: QPoint, piece: Piece) -> None:
        words = QFontMetrics(look.font("body")).horizontalAdvance(piece.badge)
        chip = QRect(corner, QSize(words + look.px(36), look.px(20)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent.fill"))
        painter.drawRoundedRect(chip, look.px(4), look.px(4))
        thumb = QSize(look.px(22), look.px(16))
        picture = self._pictures.get(piece.path, thumb, self.devicePixelRatioF(), radius_px=look.px(2))
        if picture is not None:
            draw(painter, QRect(corner + QPoint(look.px(2), look.px(2)), thumb), picture)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("accent.text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(chip.adjusted(look.px(29), 0, 0, 0), middle, piece.badge)

    def _words(self) -> str:
        item = self._item
        state = {"queued": "waiting", "working": "working"}.get(item.status, item.status)
        percent = tool_facts.percentage(item).replace("%", " percent")
        return ", ".join(word for word in (item.sentence, state, percent, tool_facts.time_left(item)) if word)

    def _announce(self) -> None:
        """Tell screen readers at 25, 50 and 75 percent."""
        quarter = int((self._item.progress or 0) * 4)
        if 0 < quarter < 4 and quarter > self._told:
            self._told = quarter
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))


def _preview_size(width_px: int) -> QSize:
    """Size of the preview in a card of *width_px*; 388 × 218 in the full column."""
    width = min(look.px(_PREVIEW_PX), max(look.px(200), round(width_px * 0.45) if width_px < look.px(700) else 10_000))
    return QSize(width, round(width * _PREVIEW_HEIGHT_PX / _PREVIEW_PX))


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
