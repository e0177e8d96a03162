"""Appearance: theme with live pictures of it, scale, density, motion."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout

from studio.ui.guard import guarded
from studio.ui.settings.parts import Card, Page, Row, Rule
from studio.ui.theme import theme, tokens
from studio.ui.theme.tokens import ThemeName
from studio.ui.widgets.choices import Segmented, Switch
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import ring, rounded
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.settings import SettingsModel

_THEMES: tuple[tuple[str, str, tuple[ThemeName, ...]], ...] = (
    ("system", "Follow the system", ("dark", "light")),
    ("dark", "Dark", ("dark",)),
    ("light", "Light", ("light",)),
    ("high-contrast", "High contrast", ("highContrast",)),
)


class ThemePicture(QAbstractButton):
    """A small window in the colours of a theme, and its name."""

    def __init__(self, words: str, names: tuple[ThemeName, ...]) -> None:
        super().__init__()
        self._names = names
        self.setText(words)
        self.setAccessibleName(f"Theme: {words}")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @guarded(QSize(160, 120))
    def sizeHint(self) -> QSize:
        """A picture of 3:2 over a line of text."""
        return QSize(theme().px(160), theme().px(128))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the little window, half and half for two themes."""
        shade, painter = theme(), QPainter(self)
        inset = shade.px("space.2")
        radius = shade.px("radius.control")
        box = QRectF(inset, inset, self.width() - 2 * inset, self.height() - shade.px(30))
        width = box.width() / len(self._names)
        for number, name in enumerate(self._names):
            painter.save()
            outline = QPainterPath()
            outline.addRoundedRect(box, radius, radius)
            half = QRectF(box.left() + number * width, box.top(), width, box.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(outline)
            painter.setClipRect(half, Qt.ClipOperation.IntersectClip)
            self._paint_window(painter, box, name)
            painter.restore()
        if self.isChecked():
            ring(painter, box, radius, shade.color("accent.base"), shade.px("stroke.selected"))
        painter.setFont(shade.font("bodyStrong" if self.isChecked() else "body"))
        painter.setPen(shade.color("text.primary" if self.isChecked() or self.underMouse() else "text.secondary"))
        words = QRectF(0, box.bottom() + shade.px("space.3"), self.width(), shade.line_px("body"))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())

    def _paint_window(self, painter: QPainter, box: QRectF, name: ThemeName) -> None:
        shade = theme()

        def color(key: str) -> QColor:
            return shade.color(key, name)

        rounded(painter, box, shade.px("radius.control"), color("bg.app"), color("border.default"))
        unit = box.width() / 16
        rail = QRectF(box.left() + 1, box.top() + 1, unit, box.height() - 2)
        painter.fillRect(rail, color("bg.rail"))
        painter.fillRect(QRectF(rail.right(), rail.top(), 3 * unit, rail.height()), color("bg.panel"))
        wall = QRectF(box.right() - 4 * unit, rail.top(), 4 * unit - 1, rail.height())
        painter.fillRect(wall, color("bg.canvas"))
        painter.fillRect(QRectF(wall.left(), wall.top(), 1, wall.height()), color("border.subtle"))
        for row, key in enumerate(("image", "video", "audio")):
            tile = QRectF(wall.left() + 0.6 * unit, wall.top() + (0.6 + 2.6 * row) * unit, 2.8 * unit, 2 * unit)
            rounded(painter, tile, 2, color(f"media.{key}"))
        for row in range(3):
            line = QRectF(box.left() + 5 * unit, box.top() + (1.2 + row) * unit, (5 - row) * unit, 0.4 * unit)
            rounded(painter, line, 1, color("text.secondary"))
        composer = QRectF(box.left() + 5 * unit, box.bottom() - 3 * unit, 6 * unit, 2 * unit)
        rounded(painter, composer, 3, color("bg.card"), color("border.strong"))


class AppearancePage(Page):
    """How the window looks."""

    def __init__(self, settings: "SettingsModel") -> None:
        super().__init__("How it looks", "Everything applies at once.")
        self._settings = settings
        card = Card()
        card.column.addWidget(Label("Theme", "bodyStrong"))
        row = QHBoxLayout()
        self.themes: dict[str, ThemePicture] = {}
        for key, words, names in _THEMES:
            picture = ThemePicture(words, names)
            picture.clicked.connect(lambda _on=False, key=key: self._choose(key))
            self.themes[key] = picture
            row.addWidget(picture)
        row.addStretch(1)
        card.column.addLayout(row)
        self.add(card)
        steps = tokens.value("font.scaleSteps")
        self.scale = Segmented([(str(s), f"{round(100 * s)} %") for s in steps], name="Interface scale", height=32)
        self.scale.chosen.connect(self._set_scale)
        self.density = Segmented([("comfortable", "Comfortable"), ("compact", "Compact")], name="Density", height=32)
        self.density.chosen.connect(self._set_density)
        self.motion = Switch("Reduce motion")
        self.motion.toggled.connect(self._set_motion)
        rows = Card()
        rows.column.addWidget(Row("Interface scale", "On top of the screen's own scaling.", self.scale))
        rows.column.addWidget(Rule())
        rows.column.addWidget(Row("Density", "Compact sets rows closer together.", self.density))
        rows.column.addWidget(Rule())
        rows.column.addWidget(Row("Reduce motion", "Nothing slides, fades or turns; messages stay.", self.motion))
        self.add(rows)
        self.finish()
        self._bindings: list[Binding] = [
            settings.theme.changed.connect(self.refresh),
            settings.scale.changed.connect(self.refresh),
            settings.density.changed.connect(self.refresh),
            settings.reduced_motion.changed.connect(self.refresh),
        ]
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Show what is chosen."""
        for key, picture in self.themes.items():
            picture.setChecked(key == self._settings.theme.value)
        self.scale.set_current(str(self._settings.scale.value))
        self.density.set_current(self._settings.density.value)
        self.motion.setChecked(self._settings.reduced_motion.value)

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _choose(self, key: str) -> None:
        self._settings.theme.value = key  # type: ignore[assignment]
        self.refresh()

    def _set_scale(self, words: str) -> None:
        self._settings.scale.value = float(words)

    def _set_density(self, density: str) -> None:
        self._settings.density.value = density  # type: ignore[assignment]

    def _set_motion(self, reduced: bool) -> None:
        self._settings.reduced_motion.value = reduced
