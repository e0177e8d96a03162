"""Labels in the text styles; status pill; heading, sentence and action of an empty place."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme, tokens
from studio.ui.widgets.buttons import Button, set_property
from studio.ui.widgets.painting import rounded


class Label(QLabel):
    """Words in a text style (``body``, ``title`` …) and a tone: primary, secondary, muted, danger …"""

    def __init__(
        self,
        text: str = "",
        style: str = "body",
        tone: str = "primary",
        *,
        wrap: bool = False,
        semibold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._style, self._semibold = style, semibold
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._restyle()
        theme().on_change(self, self._restyle)

    def set_tone(self, tone: str) -> None:
        """Change the tone."""
        set_property(self, "tone", tone)

    def _restyle(self) -> None:
        font = theme().font(self._style)
        if self._semibold:
            font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        if not self.wordWrap():
            self.setMinimumHeight(theme().line_px(self._style))


class ElidedLabel(Label):
    """A label of one line that is shortened at the end; the whole text is its tooltip."""

    def __init__(
        self, text: str = "", style: str = "body", tone: str = "primary", *, parent: QWidget | None = None
    ) -> None:
        super().__init__("", style, tone, parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_words(text)

    def set_words(self, text: str) -> None:
        """Show *text*."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()
        self.updateGeometry()

    def words(self) -> str:
        """The whole text."""
        return self._whole

    @guarded(QSize(40, 18))
    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        width = QFontMetrics(self.font()).horizontalAdvance(self._whole) + 2
        return QSize(width, theme().line_px(self._style))

    @guarded(QSize(20, 18))
    def minimumSizeHint(self) -> QSize:
        """Hardly anything: the text gives way."""
        return QSize(min(theme().px(20), self.sizeHint().width()), theme().line_px(self._style))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, max(1, self.width()))
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class StatusPill(QWidget):
    """A pill of 20 px: icon and word on a tinted ground; colour is never the only sign."""

    def __init__(self, status: str = "queued", words: str = "", parent: QWidget | None = None) -> None:
        """*status* is a key of the token file's ``statusMap``, or ``success``, ``info``, ``warning``, ``danger``."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_status(status, words)
        theme().on_change(self, self.updateGeometry)

    def set_status(self, status: str, words: str = "") -> None:
        """Show another status; *words* replace its usual label."""
        facts = tokens.value("statusMap").get(status)
        self._color: str = facts["color"] if facts else status
        self._icon: str = facts["icon"] if facts and not words else ""
        self._words: str = words or (facts["label"] if facts else status)
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    @guarded(QSize(60, 20))
    def sizeHint(self) -> QSize:
        """As wide as icon and word need."""
        shade = theme()
        words = QFontMetrics(self._font()).horizontalAdvance(self._words)
        return QSize(words + shade.px(16) + (shade.px(16) if self._icon else 0), shade.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon and word."""
        shade, painter = theme(), QPainter(self)
        color = f"status.{self._color}"
        line = shade.color(color) if shade.is_high_contrast else None
        rounded(painter, QRectF(self.rect()), shade.px("radius.badge"), shade.color(f"{color}Fill"), line)
        left = shade.px("space.4")
        if self._icon:
            edge = shade.px(12)
            picture = icons.pixmap(self._icon, 12, color, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, (self.height() - edge) / 2), picture)
            left += shade.px(16)
        painter.setFont(self._font())
        painter.setPen(shade.color(color))
        painter.drawText(QRectF(self.rect()).adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)

    def _font(self) -> QFont:
        font = theme().font("caption")
        font.setWeight(font.Weight.DemiBold)
        return font


class EmptyState(QWidget):
    """An empty place: a label heading, one sentence, one action."""

    def __init__(
        self,
        heading: str,
        sentence: str,
        action: str = "",
        icon: str = "",
        run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px("space.3"))
        self.heading = Label(heading, "label")
        self.heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sentence = Label(sentence, "small", "muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._fit()
        theme().on_change(self, self._fit)
        layout.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button: Button | None = None
        if action:
            self.button = Button(action, icon=icon, size="compact")
            layout.addSpacing(theme().px("space.4"))
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
            if run is not None:
                self.button.clicked.connect(lambda: run())
        self.setAccessibleName(f"{heading}. {sentence}")

    def _fit(self) -> None:
        """Give the sentence all the lines that it needs; a centred label gets no more than its hint."""
        width = theme().px(250)
        self.sentence.setFixedWidth(width)
        self.sentence.setMinimumHeight(self.sentence.heightForWidth(width))
