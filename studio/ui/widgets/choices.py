"""Choices: segmented control, filter chip, radio mark, switch. Painted, so that every theme is exact."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.painting import focus_ring, rounded
from studio.ui.widgets.pointer import is_keyboard_focus

_OFF_OPACITY = 0.45
_MARK_PX = 14


class Segmented(QWidget):
    """One of a few choices in a row; one Tab stop, arrows move.

    Signals:
        chosen(str): the person chose the option with this id.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        name: str,
        height: float = 26,
        marks: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """*options* are pairs of id and words, *marks* the icons before the words."""
        super().__init__(parent)
        self._options, self._marks = list(options), tuple(marks)
        self._current = self._options[0][0] if self._options else ""
        self._height = height
        self._name = name
        self._off: dict[str, str] = {}
        self.setProperty("focusRing", "own")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._tell()
        theme().on_change(self, self.updateGeometry)

    @property
    def current(self) -> str:
        """Id of the chosen option."""
        return self._current

    def set_current(self, option: str) -> None:
        """Show *option* as chosen, without a signal."""
        if option != self._current:
            self._current = option
            self._tell()
            self.update()

    def set_available(self, option: str, available: bool, reason: str = "") -> None:
        """Switch one option on or off."""
        self._off.pop(option, None)
        if not available:
            self._off[option] = reason
        self.update()

    @guarded(QSize(120, 26))
    def sizeHint(self) -> QSize:
        """As wide as the words need."""
        pad = theme().px("space.1")
        return QSize(sum(self._widths(marks=bool(self._marks))) + 2 * pad, theme().px(self._height))

    @guarded(QSize(120, 26))
    def minimumSizeHint(self) -> QSize:
        """Words are never cut; icons are left out where there is no room."""
        pad, spare = theme().px("space.1"), theme().px(8) * len(self._options)
        return QSize(sum(self._widths(marks=False)) + 2 * pad - spare, theme().px(self._height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, the chosen segment and the words."""
        shade, painter = theme(), QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(_OFF_OPACITY)
        radius = shade.px("radius.control")
        rounded(painter, QRectF(self.rect()), radius, shade.color("bg.input"), shade.color("border.default"))
        painter.setFont(shade.font("small"))
        for number, ((option, words), box) in enumerate(zip(self._options, self._boxes(), strict=True)):
            on = option == self._current
            if on:
                rounded(painter, QRectF(box), radius - 2, shade.color("bg.raised"), shade.color("border.strong"))
                if is_keyboard_focus(self):
                    inner = QRectF(box).adjusted(2, 2, -2, -2)
                    rounded(painter, inner, radius - 3, None, shade.color("focus.ring"))
            key = "text.disabled" if option in self._off else "text.primary" if on else "text.secondary"
            painter.setPen(shade.color(key))
            if self._marked:
                mark, gap = self._marks[number], shade.px("space.2")
                edge = shade.px(_MARK_PX)
                left = box.center().x() - (painter.fontMetrics().horizontalAdvance(words) + edge + gap) / 2 + 0.5
                picture = icons.pixmap(mark, _MARK_PX, key, self.devicePixelRatioF())
                painter.drawPixmap(QPointF(left, box.center().y() - edge / 2 + 0.5), picture)
                box = box.adjusted(edge + gap, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the segment under the pointer."""
        for (option, _), box in zip(self._options, self._boxes(), strict=True):
            if box.contains(event.position().toPoint()):
                self._choose(option)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose the neighbour."""
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        step = keys.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        ids = [option for option, _ in self._options if option not in self._off]
        if self._current in ids:
            self._choose(ids[(ids.index(self._current) + step) % len(ids)])

    def _choose(self, option: str) -> None:
        if option not in self._off and option != self._current:
            self.set_current(option)
            self.chosen.emit(option)

    def _tell(self) -> None:
        words = dict(self._options).get(self._current, "")
        self.setAccessibleName(f"{self._name}: {words}")

    @property
    def _marked(self) -> bool:
        return bool(self._marks) and self.width() >= self.sizeHint().width()

    def _widths(self, *, marks: bool) -> list[int]:
        metrics = QFontMetrics(theme().font("small"))
        more = theme().px(20) + (theme().px(_MARK_PX) + theme().px("space.2") if marks else 0)
        return [metrics.horizontalAdvance(words) + more for _, words in self._options]

    def _boxes(self) -> list[QRect]:
        pad = theme().px("space.1")
        widths = self._widths(marks=self._marked)
        spare = self.width() - 2 * pad - sum(widths)
        boxes, left = [], pad
        for position, width in enumerate(widths):
            share = spare * (position + 1) // len(widths) - spare * position // len(widths)
            boxes.append(QRect(left, pad, width + share, self.height() - 2 * pad))
            left += width + share
        return boxes


class Chip(QAbstractButton):
    """A filter chip: an icon and words or a number; checkable."""

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        icon_key: str = "text.secondary",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._icon_key = icon, icon_key
        self._dim = False
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(name or text)
        self.setToolTip(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().on_change(self, self.updateGeometry)

    def set_count(self, text: str, name: str, dim: bool) -> None:
        """Show another number; *dim* marks an empty group, which stays focusable."""
        self.setText(text)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._dim = dim
        self.updateGeometry()
        self.update()

    @property
    def is_dim(self) -> bool:
        """Whether its group is empty."""
        return self._dim

    @guarded(QSize(40, 24))
    def sizeHint(self) -> QSize:
        """As wide as icon and words need."""
        shade = theme()
        words = QFontMetrics(shade.font("small")).horizontalAdvance(self.text())
        mark = shade.px(14) + (shade.px("space.2") if self.text() else 0) if self._icon_name else 0
        return QSize(words + mark + shade.px(16), shade.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon and words."""
        shade, painter = theme(), QPainter(self)
        box = QRectF(self.rect())
        ground, line = ("accent.fill", "accent.border") if self.isChecked() else ("", "border.default")
        if self.isDown():
            ground = "fill.pressed"
        elif self.underMouse() and not self.isChecked():
            ground = "fill.hover"
        painter.setOpacity(0.55 if (self._dim and not self.isChecked()) or not self.isEnabled() else 1.0)
        rounded(painter, box, shade.px("radius.chip"), shade.color(ground) if ground else None, shade.color(line))
        left = shade.px("space.4")
        if self._icon_name:
            edge = shade.px(14)
            picture = icons.pixmap(self._icon_name, 14, self._icon_key, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, (self.height() - edge) / 2), picture)
            left += edge + shade.px("space.2")
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.primary" if self.isChecked() else "text.secondary"))
        painter.drawText(box.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class Radio(QAbstractButton):
    """A radio mark of 16 px; exclusivity is the owner's."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().on_change(self, self.updateGeometry)

    @guarded(QSize(28, 28))
    def sizeHint(self) -> QSize:
        """A hit area of 28 px around the mark."""
        return QSize(theme().px("size.hitTarget"), theme().px("size.hitTarget"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ring and dot."""
        shade, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center, radius = QRectF(self.rect()).center(), 7.5 * shade.scale
        if self.underMouse():
            painter.setBrush(shade.color("fill.hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(center, radius + shade.px(4), radius + shade.px(4))
        on = self.isChecked()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(shade.color("accent.base" if on else "border.control"), 1.5 * shade.scale))
        painter.drawEllipse(center, radius, radius)
        if on:
            painter.setBrush(shade.color("accent.base"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(center, radius - shade.px(3), radius - shade.px(3))
        if is_keyboard_focus(self):
            box = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
            focus_ring(painter, box, radius)


class Tick(QAbstractButton):
    """A box to tick."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @guarded(QSize(22, 22))
    def sizeHint(self) -> QSize:
        """The box and its focus ring."""
        return QSize(theme().px(22), theme().px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box and tick."""
        shade, painter = theme(), QPainter(self)
        edge = shade.px(16)
        box = QRectF((self.width() - edge) / 2, (self.height() - edge) / 2, edge, edge)
        radius = shade.px(4)
        if self.isChecked():
            rounded(painter, box, radius, shade.color("accent.base"))
            mark = icons.pixmap("check", 12, "accent.on", self.devicePixelRatioF())
            inset = (edge - shade.px(12)) / 2
            painter.drawPixmap(QPointF(box.left() + inset, box.top() + inset), mark)
        else:
            line = "border.control" if not self.underMouse() else "text.secondary"
            rounded(painter, box, radius, shade.color("bg.input"), shade.color(line))
        if is_keyboard_focus(self):
            focus_ring(painter, box, radius)


class Switch(QAbstractButton):
    """An on/off switch of 30 × 18."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().on_change(self, self.updateGeometry)

    @guarded(QSize(42, 30))
    def sizeHint(self) -> QSize:
        """The switch with room for its ring."""
        return QSize(theme().px(42), theme().px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and knob."""
        shade, painter = theme(), QPainter(self)
        width, height = shade.px(30), shade.px(18)
        box = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        on = self.isChecked()
        painter.setOpacity(1.0 if self.isEnabled() else _OFF_OPACITY)
        track, line = ("accent.base", None) if on else ("fill.track", shade.color("border.control"))
        rounded(painter, box, height / 2, shade.color(track), line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        knob = shade.px(6)
        x = box.right() - height / 2 if on else box.left() + height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade.color("accent.on" if on else "border.control"))
        painter.drawEllipse(QPointF(x, box.center().y()), knob, knob)
        if is_keyboard_focus(self):
            focus_ring(painter, box, height / 2)
