"""The empty session: an invitation, and six ways to begin that this connection can do."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QWidget

from studio import resources
from studio.ui.create import look
from studio.ui.create.pictures import Pictures, draw

_CARDS, _COLUMNS, _GAP_X_PX, _GAP_Y_PX = 6, 3, 10, 20
_PICTURE_PX = (236, 146)
_TEXT_PX = 48


@dataclass(frozen=True)
class Starter:
    """One way to begin. The words between braces in ``sentence`` are meant to be changed."""

    picture: str
    title: str
    line: str
    sentence: str
    tools: tuple[str, ...]
    media: str = "image"
    needs_picture: bool = False

    def message(self) -> tuple[str, tuple[int, int]]:
        """The sentence, and which of its characters are to be selected."""
        before, _, rest = self.sentence.partition("{")
        changeable, _, after = rest.partition("}")
        return f"{before}{changeable}{after}", (len(before), len(before) + len(changeable))


STARTERS = (
    Starter("place", "A place that doesn’t exist", "Four pictures from one sentence",
            "Paint four pictures of {hot-air balloons over misty hills at dawn}", ("generate_image",)),
    Starter("ink", "A scene, restyled", "A picture, then an ink drawing of it",
            "Paint {an aurora over a still mountain lake}, then restyle it as an ink drawing",
            ("generate_image", "apply_style")),
    Starter("glass", "Four times larger", "Enough detail for a poster",
            "Paint {a stained-glass window of a rising sun} and make it four times larger",
            ("generate_image", "upscale_image")),
    Starter("cutout", "Cut out and free", "The subject alone, ready to place",
            "Paint {a green fern, botanical plate}, then cut it out", ("generate_image", "remove_background")),
    Starter("describe", "Words for a picture", "It looks, and says what it sees",
            "Paint {koi in a dark green pond} and tell me what you see in it", ("generate_image", "analyze_image")),
    Starter("restore", "An old photo, brought back", "Drop a scan; scratches and haze go",
            "Restore this photo: {remove the scratches and give it back its contrast}", ("restore_photo",),
            needs_picture=True),
    Starter("lighthouse", "One light, four hours", "Dawn, noon, dusk and night",
            "Paint four pictures of {a lighthouse above a sea of clouds}, one for each time of day",
            ("generate_image",)),
    Starter("planet", "Somewhere far out", "Worlds, rings, nebulae",
            "Paint {a ringed planet over an icy moon}, wide, 16:9", ("generate_image",)),
    Starter("pattern", "A pattern to wrap", "Tiles, knots, flow fields",
            "Make three variations of {a woven knot pattern in gold and indigo}", ("generate_image",)),
    Starter("city", "Rain and neon", "A city after midnight",
            "Paint {a rainy neon city street at night}, tall, 2:3", ("generate_image",)),
    Starter("forest", "Layers of paper", "A forest, cut and stacked",
            "Paint {a paper-cut forest in autumn colours}", ("generate_image",)),
    Starter("jellyfish", "Light under water", "Glowing, drifting, deep",
            "Paint {glowing jellyfish in deep blue water}, then make it larger", ("generate_image", "upscale_image")),
)  # fmt: skip


def choose(tools: frozenset[str], seed: str = "") -> list[Starter]:
    """Six starters whose tools are all in *tools*; the first six when *seed* is empty, else shuffled by it.

    No tools means that the connection has not answered yet: then all are offered, as this computer has them all.
    """
    fitting = [starter for starter in STARTERS if not tools or set(starter.tools) <= tools]
    if seed:
        random.Random(seed).shuffle(fitting)
    return fitting[:_CARDS]


class StarterCard(QAbstractButton):
    """Picture, title with its medium, one line."""

    def __init__(self, starter: Starter, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.starter = starter
        self._pictures = pictures
        self._path = resources.path("starters", f"{starter.picture}.jpg")
        self.setAccessibleName(f"{starter.title}. {starter.line}")
        self.setAccessibleDescription(starter.message()[0])
        self.setToolTip(starter.message()[0])
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        pictures.ready.connect(self._picture_came)

    def sizeHint(self) -> QSize:
        """Picture and two lines."""
        return QSize(look.px(_PICTURE_PX[0]), look.px(_PICTURE_PX[1] + _TEXT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        box = QRect(0, 0, self.width(), self.height() - look.px(_TEXT_PX))
        picture = self._pictures.get(self._path, box.size(), ratio)
        if picture is not None:
            draw(painter, box, picture)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill.placeholder"))
            painter.drawRoundedRect(box, look.px(4), look.px(4))
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(look.color("focus.ring" if self.hasFocus() else "border.strong"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), look.px(4), look.px(4))
        size, top = look.px(14), box.bottom() + look.px(9)
        icon = look.pixmap(self.starter.media, size, f"media.{self.starter.media}", ratio)
        painter.drawPixmap(0, top + look.px(2), icon)
        left, elide = look.px(20), Qt.TextElideMode.ElideRight
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        room = self.width() - left
        for style, key, words, y, height in (
            ("bodyStrong", "text.primary", self.starter.title, top, 18),
            ("small", "text.muted", self.starter.line, top + look.px(18), 16),
        ):
            painter.setFont(look.font(style))
            painter.setPen(look.color(key))
            text = QFontMetrics(painter.font()).elidedText(words, elide, room)
            painter.drawText(QRect(left, y, room, look.px(height)), middle, text)

    def _picture_came(self, _path: str) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses too; arrows go to the neighbours."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: _COLUMNS, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -_COLUMNS}
        step = steps.get(Qt.Key(event.key()))
        parent = self.parent()
        if step is None or not isinstance(parent, _Column):
            super().keyPressEvent(event)
            return
        at = parent.cards.index(self) + step
        if 0 <= at < len(parent.cards):
            parent.cards[at].setFocus(Qt.FocusReason.TabFocusReason)


class _Column(QWidget):
    """Invitation and cards, laid out by hand to the transcript's column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[StarterCard] = []
        self._left = 0

    def arrange(self, width: int, height: int, margin_px: int) -> None:
        """Place the cards in a viewport of this size."""
        column = min(look.px(728), width - 2 * look.px(margin_px))
        self._left = (width - column) // 2
        columns = _COLUMNS if column >= look.px(560) else 2
        gap_x, gap_y = look.px(_GAP_X_PX), look.px(_GAP_Y_PX)
        card = (column - (columns - 1) * gap_x) // columns
        picture = round(card * _PICTURE_PX[1] / _PICTURE_PX[0])
        top = self._top() + look.px(136)
        bottom = top
        for number, button in enumerate(self.cards):
            row, place = divmod(number, columns)
            y = top + row * (picture + look.px(_TEXT_PX) + gap_y - look.px(5))
            button.setGeometry(self._left + place * (card + gap_x), y, card, picture + look.px(_TEXT_PX))
            bottom = y + button.height()
        self.resize(width, max(height, bottom + look.px(16)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The invitation in two lines, the second in italics."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("bg.app"))
        font = look.font("hero")
        line, top = look.line_px("hero"), self._top()
        for number, (words, italic, key) in enumerate(
            (("Make me something beautiful,", False, "text.primary"), ("use your imagination!", True, "text.secondary"))
        ):
            styled = QFont(font)
            styled.setItalic(italic)
            painter.setFont(styled)
            painter.setPen(look.color(key))
            room = QRect(self._left, top + number * line, self.width() - self._left, line + look.px(8))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)

    def _top(self) -> int:
        return look.px(44)


class EmptySession(QScrollArea):
    """What stands in place of the transcript until something was said.

    Signals:
        chosen(object): a Starter was pressed; nothing has been sent.
    """

    chosen = Signal(object)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._shown: list[Starter] = []
        self.margin_px = 24
        """Space at both sides of the column, at 100 %."""
        self.column = _Column()
        self.setWidget(self.column)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Ways to begin")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        look.on_theme_changed(self, self._arrange)

    @property
    def cards(self) -> list[StarterCard]:
        """The cards that are shown."""
        return self.column.cards

    def show_starters(self, starters: Sequence[Starter]) -> None:
        """Show these cards; the same ones again change nothing."""
        if list(starters) == self._shown:
            return
        self._shown = list(starters)
        for card in self.column.cards:
            card.hide()
            card.deleteLater()
        self.column.cards = [StarterCard(starter, self._pictures, self.column) for starter in starters]
        for card in self.column.cards:
            card.clicked.connect(lambda _on=False, starter=card.starter: self.chosen.emit(starter))
            card.show()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.column.arrange(self.viewport().width(), self.viewport().height(), self.margin_px)
        self.column.update()
