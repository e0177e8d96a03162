"""Over the transcript while files are dragged: three things to do with them."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from studio.ui.create import look
from studio.ui.create.drop_rules import MOST_IMAGES, Purpose, Sorted, sort_files
from studio.ui.create.pictures import Pictures, draw
from studio.ui.widgets.drops import take

_ZONES: tuple[tuple[Purpose, str, str, str], ...] = (
    ("reference", "reference", "Use as references", "Attach to your next message"),
    ("edit", "wand", "Edit these", "Start from them, keep the layout"),
    ("keep", "library", "Just keep them", "Add to this session, no message"),
)
_HEADINGS = {"reference": "Drop to use as references", "edit": "Drop to edit these", "keep": "Drop to just keep them"}
_ZONE_PX, _ZONE_HEIGHT_PX, _ZONE_GAP_PX = 208, 86, 12
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


def paths_in(data: QMimeData) -> list[Path]:
    """Local files of a drag."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Opaque, from the header to the composer; its zones are its own rectangles.

    Signals:
        dropped(list, str): usable paths and the purpose.
        refused(list): sentences about what was not used.
        picture_dropped(object): a QImage without a file, from a browser.
    """

    dropped = Signal(list, str)
    refused = Signal(list)
    picture_dropped = Signal(object)

    def __init__(self, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._sorted = Sorted((), ())
        self._free = MOST_IMAGES
        self._has_picture = False
        self.zone: Purpose = "reference"
        self.setAcceptDrops(True)
        self.setAccessibleName("Drop files")
        pictures.ready.connect(self._picture_came)
        self.hide()

    def open_for(self, data: QMimeData, free: int) -> bool:
        """Show what a drop of *data* would do; False when it holds nothing for us."""
        paths = paths_in(data)
        self._has_picture = not paths and data.hasImage()
        if not paths and not self._has_picture:
            return False
        self._free = free
        self._sorted = sort_files(paths, free)
        self.zone = "reference"
        self.raise_()
        self.show()
        self.update()
        return True

    def zone_rects(self) -> dict[Purpose, QRect]:
        """Where the zones lie."""
        gap = look.px(_ZONE_GAP_PX)
        width = min(look.px(_ZONE_PX), (self.width() - look.px(48) - 2 * gap) // 3)
        left = (self.width() - 3 * width - 2 * gap) // 2
        top = self._top() + look.px(262 if self._fan_shown() else 92)
        return {
            zone: QRect(left + n * (width + gap), top, width, look.px(_ZONE_HEIGHT_PX))
            for n, (zone, *_rest) in enumerate(_ZONES)
        }

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Keep the drag."""
        take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The zone under the pointer is hot; outside of all, the first is."""
        point = event.position().toPoint()
        zone: Purpose = next((z for z, rect in self.zone_rects().items() if rect.contains(point)), "reference")
        if zone != self.zone:
            self.zone = zone
            self.update()
        take(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """The drag has gone elsewhere or was cancelled."""
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what can be used and name the rest."""
        self.hide()
        take(event)
        if self._has_picture:
            self.picture_dropped.emit(event.mimeData().imageData())
            return
        chosen = sort_files(paths_in(event.mimeData()), self._free if self.zone != "keep" else 1 << 20)
        if chosen.usable:
            self.dropped.emit(list(chosen.usable), self.zone)
        sentences = list(chosen.refused)
        if chosen.beyond:
            sentences.append(f"There is no free place for {', '.join(chosen.beyond)}.")
        if sentences:
            self.refused.emit(sentences)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, dashed frame, fan, heading, zones, and what can't be used."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("bg.app"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.color("accent.base"), look.px(2))
        pen.setDashPattern([3.2, 2.4])
        painter.setPen(pen)
        painter.setBrush(look.color("overlay.drop"))
        inset = look.px(12)
        frame = QRectF(self.rect()).adjusted(inset + 1, look.px(4) + 1, -inset - 1, -look.px(4) - 1)
        painter.drawRoundedRect(frame, look.px(14), look.px(14))
        top = self._top()
        if self._fan_shown():
            self._paint_fan(painter, top)
            top += look.px(170)
        self._paint_words(painter, top)
        for zone, icon, title, words in _ZONES:
            self._paint_zone(painter, self.zone_rects()[zone], icon, (title, words), zone == self.zone)
        self._paint_notes(painter, self.zone_rects()["reference"].bottom() + look.px(20))

    def _picture_came(self, _path: str) -> None:
        self.update()

    def _fan_shown(self) -> bool:
        return self.height() >= look.px(440) and bool(self._sorted.usable)

    def _top(self) -> int:
        height = look.px(_ZONE_HEIGHT_PX + 92 + 80 + (170 if self._fan_shown() else 0))
        return max(look.px(20), (self.height() - height) // 2)

    def _paint_words(self, painter: QPainter, top: int) -> None:
        painter.setFont(look.font("display"))
        painter.setPen(look.color("text.primary"))
        painter.drawText(QRect(0, top, self.width(), look.px(36)), _CENTRE, _HEADINGS[self.zone])
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text.secondary"))
        words = "1 picture." if self._has_picture else self._sorted.summary(self._free)
        painter.drawText(QRect(0, top + look.px(44), self.width(), look.px(20)), _CENTRE, words)

    def _paint_zone(self, painter: QPainter, rect: QRect, icon: str, texts: tuple[str, str], hot: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen if hot else look.color("border.default"))
        painter.setBrush(look.color("accent.base" if hot else "bg.card"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), look.px(10), look.px(10))
        key = "accent.on" if hot else "text.primary"
        size, left = look.px(18), rect.left() + look.px(15)
        painter.drawPixmap(left, rect.top() + look.px(15), look.pixmap(icon, size, key, self.devicePixelRatioF()))
        font = look.font("bodyStrong")
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(look.color(key))
        line = QRect(left + look.px(26), rect.top() + look.px(15), rect.width(), look.px(18))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, texts[0])
        painter.setFont(look.font("small"))
        painter.setPen(look.color("accent.on" if hot else "text.muted"))
        room = QRect(left, rect.top() + look.px(38), rect.width() - look.px(30), look.px(40))
        painter.drawText(room, Qt.TextFlag.TextWordWrap.value, texts[1])

    def _paint_notes(self, painter: QPainter, top: int) -> None:
        painter.setFont(look.font("small"))
        metrics = QFontMetrics(painter.font())
        notes = list(self._sorted.refused[:2])
        if len(self._sorted.refused) > 2:
            notes.append(f"{len(self._sorted.refused) - 2} more files can't be used.")
        if self._sorted.beyond:
            notes.append(f"No free place for {', '.join(self._sorted.beyond[:3])}.")
        for note in notes:
            words = metrics.elidedText(note, Qt.TextElideMode.ElideMiddle, self.width() - look.px(80))
            width = metrics.horizontalAdvance(words) + look.px(22)
            left = (self.width() - width) // 2
            icon = look.pixmap("alert", look.px(14), "status.warning", self.devicePixelRatioF())
            painter.drawPixmap(left, top + look.px(2), icon)
            painter.setPen(look.color("status.warning"))
            line = QRect(left + look.px(22), top, width, look.px(18))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
            top += look.px(24)
        painter.setPen(look.color("text.muted"))
        painter.drawText(
            QRect(0, top, self.width(), look.px(18)), _CENTRE, "Your files stay where they are. Esc cancels."
        )

    def _paint_fan(self, painter: QPainter, top: int) -> None:
        """Up to three pictures, fanned, and how many more there are."""
        ratio = self.devicePixelRatioF()
        side = QSize(look.px(112), look.px(128))
        pictures = [self._pictures.get(path, side, ratio) for path in self._sorted.usable[:3]]
        middle = QPointF(self.width() / 2, top + look.px(76))
        places = {1: [(0, 0)], 2: [(-42, -7), (42, 6)], 3: [(-78, -7), (78, 6), (0, 0)]}[len(pictures)]
        order = [1, 2, 0] if len(pictures) == 3 else range(len(pictures))
        for place, number in zip(places, order, strict=True):
            painter.save()
            painter.translate(middle + QPointF(look.px(place[0]) if place[0] else 0, 0))
            painter.rotate(place[1])
            self._paint_card(painter, pictures[number], side)
            painter.restore()
        more = len(self._sorted.usable) - 3
        if more > 0:
            box = QRectF(middle.x() + look.px(38), middle.y() + look.px(36), look.px(34), look.px(24))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent.base"))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            painter.setFont(look.font("bodyStrong"))
            painter.setPen(look.color("accent.on"))
            painter.drawText(box, _CENTRE, f"+{more}")

    def _paint_card(self, painter: QPainter, picture: QPixmap | None, side: QSize) -> None:
        corner = QPoint(-side.width() // 2, -side.height() // 2)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            draw(painter, QRect(corner, side), picture)
            return
        painter.setPen(look.color("border.default"))
        painter.setBrush(look.color("fill.placeholder"))
        painter.drawRoundedRect(QRectF(QPointF(corner), side), look.px(4), look.px(4))
