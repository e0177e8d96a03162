"""A failure: what happened, what was kept, what to do, in that order."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton
from studio.ui.create.transcript.parts import paint_card
from studio.viewmodels.state import Trouble

_HEADER_PX, _PAD_PX, _GAP_PX = 40, 14, 12
_FLAGS = Qt.TextFlag.TextWordWrap.value
_ACTION_ICONS = {"retry": "retry", "settings": "settings", "find": "folder", "remove": "trash", "install": "plus"}


class TroubleCard(QWidget):
    """Shows one Trouble with its buttons.

    Signals:
        action_wanted(str, str): the first button was pressed; its ``action_id`` and subject.
    """

    action_wanted = Signal(str, str)

    def __init__(self, title: str, tool: str, trouble: Trouble, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._tool, self._trouble = title, tool, trouble
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(". ".join(word for word in (title, trouble.what, trouble.kept) if word))
        self._buttons: list[CardButton] = []
        if trouble.action and trouble.action_id:
            act = CardButton(
                trouble.action,
                icon=_ACTION_ICONS.get(trouble.action_id, ""),
                kind="primary",
                height_px=32,
                parent=self,
            )
            act.clicked.connect(lambda: self.action_wanted.emit(trouble.action_id, trouble.subject))
            self._buttons.append(act)
        copy = CardButton("Copy details", icon="copy", kind="quiet", height_px=32, parent=self)
        copy.clicked.connect(self._copy)
        self._buttons.append(copy)

    @staticmethod
    def height_for(trouble: Trouble, width_px: int) -> int:
        """Height of a card in a column of *width_px*."""
        text = max(_text_heights(trouble, width_px))
        return look.px(_HEADER_PX + _GAP_PX + 20) + text + look.px(_GAP_PX + 32 + _PAD_PX)

    def resizeEvent(self, _event: object) -> None:
        """Keep the buttons in the bottom row."""
        x, y = look.px(_PAD_PX), self.height() - look.px(32 + _PAD_PX)
        for button in self._buttons:
            size = button.sizeHint()
            button.setGeometry(x, y, size.width(), size.height())
            x += size.width() + look.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, header and the two columns."""
        painter = QPainter(self)
        paint_card(painter, self.rect(), event.rect(), look.px(_HEADER_PX), "danger")
        self._paint_header(painter)
        self._paint_columns(painter)

    def _paint_header(self, painter: QPainter) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        left, height = look.px(_PAD_PX), look.px(_HEADER_PX)
        icon = look.pixmap("error", look.px(16), "status.danger", self.devicePixelRatioF())
        painter.drawPixmap(left, (height - look.px(16)) // 2, icon)
        left += look.px(24)
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("status.danger"))
        painter.drawText(QRect(left, 0, self.width() - left, height), middle, self._title)
        left += QFontMetrics(painter.font()).horizontalAdvance(self._title) + look.px(8)
        painter.setFont(look.font("monoSmall"))
        painter.setPen(look.color("text.secondary"))
        painter.drawText(QRect(left, look.px(1), self.width() - left, height), middle, self._tool)

    def _paint_columns(self, painter: QPainter) -> None:
        top = look.px(_HEADER_PX + _GAP_PX)
        column = _column_px(self._trouble, self.width())
        left = look.px(_PAD_PX)
        second = "Its terms" if self._trouble.action_id == "install" else "What was kept"
        for label, text in (("What happened", self._trouble.what), (second, self._trouble.kept)):
            if not text:
                continue
            painter.setFont(look.font("small"))
            painter.setPen(look.color("text.muted"))
            painter.drawText(QRect(left, top, column, look.px(16)), Qt.AlignmentFlag.AlignLeft.value, label)
            painter.setFont(look.font("body"))
            painter.setPen(look.color("text.primary"))
            painter.drawText(QRect(left, top + look.px(20), column, 4_000), _FLAGS, text)
            left += column + look.px(24)

    def _copy(self) -> None:
        lines = [self._title, self._trouble.what, self._trouble.kept, self._trouble.details]
        QGuiApplication.clipboard().setText("\n".join(line for line in lines if line))


def _column_px(trouble: Trouble, width_px: int) -> int:
    room = width_px - 2 * look.px(_PAD_PX)
    return (room - look.px(24)) // 2 if trouble.kept and trouble.what else room


def _text_heights(trouble: Trouble, width_px: int) -> tuple[int, int]:
    metrics = QFontMetrics(look.font("body"))
    column = _column_px(trouble, width_px)
    heights = [
        metrics.boundingRect(0, 0, column, 10_000, _FLAGS, text).height() if text else 0
        for text in (trouble.what, trouble.kept)
    ]
    return heights[0], heights[1]
