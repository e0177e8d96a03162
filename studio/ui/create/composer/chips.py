"""Attachments of the message as chips, each with its picture, size or trouble, and a way to take it off."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton
from studio.ui.create.pictures import Pictures, draw
from studio.viewmodels.state import Attachment
from studio.viewmodels.words import clock, size_words

_WIDTH_PX, _HEIGHT_PX, _THUMB_PX, _GAP_PX = 166, 50, 40, 6
_ROWS = 2
_ICONS = {
    **dict.fromkeys((".wav", ".mp3", ".flac", ".m4a", ".ogg"), "audio"),
    **dict.fromkeys((".mp4", ".webm", ".mov"), "video"),
}


class AttachmentChip(QWidget):
    """One attachment.

    Signals:
        removed(str): its × was pressed; the attachment's id.
        retry_wanted(str): its file is to be sent again.
    """

    removed = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, attachment: Attachment, badge: str, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._attachment = attachment
        self._badge = badge
        self._pictures = pictures
        self._retry = CardButton(
            icon="retry", kind="icon", name=f"Send {attachment.name} again", height_px=24, icon_px=12, parent=self
        )
        self._retry.clicked.connect(lambda: self.retry_wanted.emit(attachment.id))
        self._close = CardButton(
            icon="close", kind="icon", name=f"Remove {attachment.name}", height_px=24, icon_px=12, parent=self
        )
        self._close.clicked.connect(lambda: self.removed.emit(attachment.id))
        self._tell()
        pictures.ready.connect(self._picture_ready)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_attachment(self, attachment: Attachment, badge: str) -> bool:
        """Show another state of the same attachment; return whether it needs another width."""
        if (attachment, badge) == (self._attachment, self._badge):
            return False
        before = self.sizeHint()
        self._attachment, self._badge = attachment, badge
        self._tell()
        self._place()
        self.update()
        return self.sizeHint() != before

    def _tell(self) -> None:
        item = self._attachment
        words = {"importing": "being read in", "uploading": f"sending, {round(100 * item.progress)} percent"}.get(
            item.status, self._words()
        )
        self.setAccessibleName(f"{item.name}, {words}")
        self.setToolTip(f"{item.name}\n{words}")
        self._retry.setVisible(self._can_retry())

    def _words(self) -> str:
        item = self._attachment
        length = clock(item.duration_s) if item.duration_s else ""
        return item.trouble or " · ".join(filter(None, (self._badge, length))) or size_words(item.byte_length)

    def sizeHint(self) -> QSize:
        """166 × 50, wider when a reason has to be read."""
        width = look.px(_WIDTH_PX)
        if self._attachment.trouble:
            words = QFontMetrics(look.font("small")).horizontalAdvance(self._attachment.trouble)
            width = max(width, min(look.px(300), words + look.px(_THUMB_PX + 50 + (24 if self._can_retry() else 0))))
        return QSize(width, look.px(_HEIGHT_PX))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the buttons at the right."""
        self._place()

    def _place(self) -> None:
        size = self._close.sizeHint()
        right = self.width() - size.width() - look.px(3)
        self._close.setGeometry(right, look.px(13), size.width(), size.height())
        self._retry.setGeometry(right - size.width(), look.px(13), size.width(), size.height())

    def _can_retry(self) -> bool:
        return self._attachment.status == "failed" and bool(self._attachment.piece_id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, name, and what is known of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        failed = self._attachment.status == "failed"
        border = "status.danger" if failed else "border.strong" if self.underMouse() else "border.default"
        painter.setPen(look.color(border))
        painter.setBrush(look.color("bg.card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))
        self._paint_thumb(painter, QRect(QPoint(look.px(5), look.px(5)), QSize(look.px(_THUMB_PX), look.px(_THUMB_PX))))
        left = look.px(_THUMB_PX + 13)
        room = (self._retry if self._can_retry() else self._close).x() - left
        font = look.font("bodyStrong")
        font.setPixelSize(look.px(12))
        painter.setFont(font)
        painter.setPen(look.color("text.primary"))
        name = QFontMetrics(painter.font()).elidedText(self._attachment.name, Qt.TextElideMode.ElideMiddle, room)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(left, look.px(8), room, look.px(16)), middle, name)
        line = QRect(left, look.px(26), room, look.px(15))
        if self._attachment.status in ("importing", "uploading"):
            # How long reading in takes is not known: then a still segment.
            part = self._attachment.progress if self._attachment.status == "uploading" else 0.28
            bar = QRectF(left, look.px(32), room, look.px(3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill.track"))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            painter.setBrush(look.color("accent.base"))
            bar.setWidth(bar.width() * max(0.02, part))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            return
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("status.danger" if failed else "text.muted"))
        words = self._words()
        words = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, middle, words)

    def _paint_thumb(self, painter: QPainter, box: QRect) -> None:
        path = self._attachment.path
        picture = None
        if path is not None and self._attachment.kind in ("image", "video") and not self._is_unread():
            picture = self._pictures.get(path, box.size(), self.devicePixelRatioF())
        if picture is not None:
            draw(painter, box, picture)
            return
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("fill.placeholder"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        kind = self._attachment.kind if self._attachment.piece_id else self._kind_by_name()
        size = look.px(16)
        icon = look.pixmap({"model3d": "cube"}.get(kind, kind), size, f"media.{kind}", self.devicePixelRatioF())
        painter.drawPixmap(box.center() - QPoint(size // 2, size // 2), icon)
        painter.restore()

    def _is_unread(self) -> bool:
        """Not (yet) a picture that could be shown."""
        item = self._attachment
        return not item.piece_id and (item.status == "failed" or self._kind_by_name() != "image")

    def _kind_by_name(self) -> str:
        return _ICONS.get(Path(self._attachment.name).suffix.lower(), "image")

    def _picture_ready(self, path: str) -> None:
        if str(self._attachment.path) == path:
            self.update()


class ChipRows(QScrollArea):
    """The chips in rows; more than two rows scroll.

    Signals:
        removed(str): id of the attachment to take off.
        retry_wanted(str): id of the attachment whose file is to be sent again.
    """

    removed = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._chips: list[AttachmentChip] = []
        self._ids: list[str] = []
        self._inner = QWidget()
        self.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Attachments")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("QScrollArea { background: transparent; border: none; }")
        self.hide()

    def show_attachments(self, attachments: Sequence[tuple[Attachment, str]]) -> None:
        """Show these attachments, each with its badge."""
        ids = [item.id for item, _ in attachments]
        if ids == self._ids:
            # Progress comes often: the chips stay, with the keyboard and the pointer where they are.
            wider = [chip.show_attachment(*given) for chip, given in zip(self._chips, attachments, strict=True)]
            if any(wider):
                self._arrange()
            return
        known = dict(zip(self._ids, self._chips, strict=True))
        self._ids, self._chips = ids, []
        for item, badge in attachments:
            chip = known.pop(item.id, None)
            if chip is None:
                chip = AttachmentChip(item, badge, self._pictures, self._inner)
                chip.removed.connect(self.removed)
                chip.retry_wanted.connect(self.retry_wanted)
            else:
                chip.show_attachment(item, badge)
            self._chips.append(chip)
            chip.show()
        for gone in known.values():
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self._chips))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the rows anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        gap, height = look.px(_GAP_PX), look.px(_HEIGHT_PX)
        x = y = 0
        room = max(self.viewport().width(), look.px(_WIDTH_PX))
        for chip in self._chips:
            width = min(chip.sizeHint().width(), room)
            if x and x + width > room:
                x, y = 0, y + height + gap
            chip.setGeometry(x, y, width, height)
            x += width + gap
        self._inner.resize(room, y + height)
        rows = min(_ROWS, y // (height + gap) + 1)
        wanted = rows * (height + gap) - gap
        if self.height() != wanted or self.maximumHeight() != wanted:
            self.setFixedHeight(wanted)
