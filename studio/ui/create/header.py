"""The header over the transcript: title, what the session holds, what it costs, the two folds."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from studio.ui.create import look
from studio.ui.create.bindings import cut_with
from studio.ui.create.buttons import CardButton
from studio.viewmodels.words import session_title

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.create import CreateModel


class BalanceChip(QWidget):
    """``Free on this computer``; no currency is shown while working here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._icon = "", "computer"
        self._narrow = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, short: str, icon: str, narrow: bool) -> None:
        """Show *words*, or *short* when there is little room."""
        self._words, self._icon, self._narrow = short if narrow else words, icon, narrow
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Icon and words, 28 high."""
        words = QFontMetrics(look.font("small")).horizontalAdvance(self._words)
        return QSize(words + look.px(40 if self._words else 32), look.px(28))

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Outline, icon, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.default"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(6), look.px(6))
        size = look.px(14)
        icon = look.pixmap(self._icon, size, "text.secondary", self.devicePixelRatioF())
        painter.drawPixmap(look.px(9), (self.height() - size) // 2, icon)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.primary"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(look.px(29), 0, 0, 0), middle, self._words)


class PaletteField(QAbstractButton):
    """Looks like a field and opens the command palette; an icon when there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrow = False
        self.setAccessibleName("Do anything (Ctrl+K)")
        self.setToolTip("Do anything (Ctrl+K)")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Show only the icon."""
        self._narrow = narrow
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """170 × 28, or 32 × 28."""
        return QSize(look.px(32 if self._narrow else 170), look.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Field, glass, words, key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        size, ratio = look.px(14), self.devicePixelRatioF()
        key = "text.secondary" if self._narrow else "text.muted"
        left = (self.width() - size) // 2 if self._narrow else look.px(10)
        if not self._narrow or self.underMouse() or self.hasFocus():
            painter.setPen(look.color("focus.ring" if self.hasFocus() else "border.default"))
            painter.setBrush(look.color("fill.hover" if self.underMouse() else "bg.input"))
            painter.drawRoundedRect(box, look.px(6), look.px(6))
        painter.drawPixmap(left, (self.height() - size) // 2, look.pixmap("search", size, key, ratio))
        if self._narrow:
            return
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.placeholder"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(look.px(31), 0, 0, 0), middle, "Do anything")
        painter.setFont(look.font("caption"))
        width = QFontMetrics(painter.font()).horizontalAdvance("Ctrl K") + look.px(10)
        cap = QRectF(self.width() - width - look.px(7), (self.height() - look.px(18)) / 2, width, look.px(18))
        painter.setPen(look.color("border.default"))
        painter.setBrush(look.color("bg.card"))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        painter.setPen(look.color("text.secondary"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, "Ctrl K")


class _TitleWords(QWidget):
    """Title and facts, painted so that the title elides and the facts follow it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.facts = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(look.px(60))

    def show_words(self, title: str, facts: str) -> None:
        """Show both."""
        self.title, self.facts = title, facts
        self.setAccessibleName(f"{title}, {facts}" if facts else title)
        self.setToolTip(title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title strong, facts muted."""
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(look.font("title"))
        metrics = QFontMetrics(painter.font())
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(look.color("text.primary"))
        painter.drawText(self.rect(), middle, title)
        left = metrics.horizontalAdvance(title) + look.px(8)
        painter.setFont(look.font("small"))
        metrics = QFontMetrics(painter.font())
        # What there is room for: all facts, or the first.
        for facts in (self.facts, self.facts.partition(" · ")[0]):
            if metrics.horizontalAdvance(facts) <= self.width() - left:
                painter.setPen(look.color("text.muted"))
                painter.drawText(self.rect().adjusted(left, look.px(1), 0, 0), middle, facts)
                break


class CreateHeader(QWidget):
    """52 high; a hairline fades in below it once the transcript is scrolled.

    Signals:
        sessions_toggled, gallery_toggled: a fold button was pressed.
        palette_requested: the palette field was pressed.
    """

    sessions_toggled = Signal()
    gallery_toggled = Signal()
    palette_requested = Signal()

    def __init__(self, model: "CreateModel", connection: "ConnectionModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._connection = model, connection
        self._narrow = self._scrolled = False
        self.setFixedHeight(look.px(52))
        self.left = CardButton(icon="sidebar-left", kind="icon", name="Sessions (Ctrl+B)", height_px=32)
        self.right = CardButton(icon="sidebar-right", kind="icon", name="Gallery (Ctrl+Shift+B)", height_px=32)
        self.words = _TitleWords()
        self.balance = BalanceChip()
        self.palette_field = PaletteField()
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(12), 0, look.px(16), 0)
        row.setSpacing(look.px(8))
        for widget in (self.left, self.words, self.balance, self.palette_field, self.right):
            row.addWidget(widget)
        self.left.clicked.connect(self.sessions_toggled)
        self.right.clicked.connect(self.gallery_toggled)
        self.palette_field.clicked.connect(self.palette_requested)
        bindings = [
            model.title.changed.connect(lambda _title: self.show_present()),
            model.reset.connect(self.show_present),
            model.turn_added.connect(lambda _index: self.show_present()),
            model.pieces_changed.connect(self.show_present),
            connection.kind.changed.connect(lambda _kind: self.show_present()),
        ]
        cut_with(self, bindings)
        look.on_theme_changed(self, self._restyle)
        self.show_present()

    def set_narrow(self, narrow: bool) -> None:
        """Below 1180 wide: short words."""
        self._narrow = narrow
        self.palette_field.set_narrow(narrow)
        self.show_present()

    def set_scrolled(self, scrolled: bool) -> None:
        """Show or hide the hairline below."""
        if scrolled != self._scrolled:
            self._scrolled = scrolled
            self.update()

    def show_present(self) -> None:
        """Show the present session and connection."""
        model = self._model
        made = sum(not piece.uploaded for piece in model.pieces)
        rounds = len(model.turns)
        facts = [_count(rounds, "round"), _count(made, "piece")] if rounds else []
        self.words.show_words(session_title(model.title.value), " · ".join(word for word in facts if word))
        kind = self._connection.kind.value
        if kind == "local":
            self.balance.show_words("Free on this computer", "Free", "computer", self._narrow)
        else:
            self.balance.show_words("", "", "computer", self._narrow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, and the hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("bg.app"))
        if self._scrolled:
            painter.setPen(look.color("border.subtle"))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _restyle(self) -> None:
        self.setFixedHeight(look.px(52))
        self.update()


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
