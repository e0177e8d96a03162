"""One look for the whole window: colours, lengths, fonts and icons, all from ``resources/theme/tokens.json``.

``theme()`` is the one ``Theme`` of the process. Painted code asks it for every colour, length
and font, and repaints on ``changed``; widgets are styled by the style sheet that it installs.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio import resources
from studio.ui.theme import tokens
from studio.ui.theme.fonts import text_font
from studio.ui.theme.tokens import ThemeName

_CHOICES: dict[str, ThemeName] = {"dark": "dark", "light": "light", "high-contrast": "highContrast"}
_COMPACT_ROW_PX = 8


class Theme(QObject):
    """The present theme, scale and density.

    Signals:
        changed: something looks different now; repaint.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = "system"
        self.name: ThemeName = "dark"
        self.scale = 1.0
        self.compact = False
        self.reduced_motion = False
        self._applied: tuple[object, ...] = ()
        self._following = False

    # -- values ---------------------------------------------------------------------------------------------------
    def color(self, key: str) -> QColor:
        """The colour of a token such as ``text.primary``."""
        return QColor(tokens.color(self.name, key))

    def dark_color(self, key: str) -> QColor:
        """The dark theme's colour: badges on pictures are dark in every theme."""
        return QColor(tokens.color("highContrast" if self.name == "highContrast" else "dark", key))

    def px(self, length: float | str) -> int:
        """A length in logical pixels, or the path of one (``radius.card``), at the present scale."""
        value = tokens.number(length) if isinstance(length, str) else length
        return round(value * self.scale)

    def row_px(self, path: str) -> int:
        """The height of a list row (``size.row.session``); compact density takes a little off."""
        height = tokens.number(path) - (_COMPACT_ROW_PX if self.compact else 0)
        return round(max(24, height) * self.scale)

    def font(self, style: str) -> QFont:
        """The font of a text style such as ``reading``."""
        return text_font(style, self.scale)

    def line_px(self, style: str) -> int:
        """The line height of a text style."""
        return self.px(f"font.scale.{style}.line")

    def duration_ms(self, name: str) -> int:
        """The duration of a motion; 0 with reduced motion."""
        return 0 if self.reduced_motion else round(tokens.number(f"motion.duration.{name}"))

    @property
    def is_dark(self) -> bool:
        """Whether surfaces are dark."""
        return self.name != "light"

    # -- changes --------------------------------------------------------------------------------------------------
    def choose(self, choice: str, *, scale: float = 1.0, compact: bool = False, reduced_motion: bool = False) -> None:
        """Take over the artist's choice (``system``, ``dark``, ``light``, ``high-contrast``) and apply it."""
        self._choice, self.scale, self.compact, self.reduced_motion = choice, scale, compact, reduced_motion
        self._follow_system()
        self.apply()

    def apply(self) -> None:
        """Install palette and style sheet, if anything changed since the last time."""
        self.name = _CHOICES.get(self._choice) or self._system_theme()
        state = (self.name, self.scale, self.compact, self.reduced_motion)
        app = QApplication.instance()
        if state == self._applied or not isinstance(app, QApplication):
            return
        self._applied = state
        app.setPalette(self._palette())
        app.setFont(self.font("body"))
        template = resources.path("theme", "studio.qss").read_text(encoding="utf-8")
        app.setStyleSheet(tokens.fill_template(template, self.name, self.scale))
        self.changed.emit()

    def _follow_system(self) -> None:
        if self._following or QGuiApplication.instance() is None:
            return
        self._following = True
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.apply())
        accessibility = _accessibility_of(hints)
        if accessibility is not None:
            accessibility.contrastPreferenceChanged.connect(lambda _: self.apply())

    def _system_theme(self) -> ThemeName:
        hints = QGuiApplication.styleHints()
        accessibility = _accessibility_of(hints)
        if accessibility is not None and "High" in str(accessibility.contrastPreference()):
            return "highContrast"
        return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "bg.app",
            QPalette.ColorRole.WindowText: "text.primary",
            QPalette.ColorRole.Base: "bg.input",
            QPalette.ColorRole.AlternateBase: "bg.card",
            QPalette.ColorRole.Text: "text.primary",
            QPalette.ColorRole.Button: "bg.card",
            QPalette.ColorRole.ButtonText: "text.primary",
            QPalette.ColorRole.BrightText: "status.danger",
            QPalette.ColorRole.Highlight: "accent.base",
            QPalette.ColorRole.HighlightedText: "accent.on",
            QPalette.ColorRole.Link: "accent.text",
            QPalette.ColorRole.LinkVisited: "accent.text",
            QPalette.ColorRole.ToolTipBase: "bg.raised",
            QPalette.ColorRole.ToolTipText: "text.primary",
            QPalette.ColorRole.PlaceholderText: "text.placeholder",
            QPalette.ColorRole.Light: "border.strong",
            QPalette.ColorRole.Mid: "border.default",
            QPalette.ColorRole.Dark: "border.subtle",
            QPalette.ColorRole.Shadow: "bg.rail",
            QPalette.ColorRole.Accent: "accent.base",
        }
        for role, key in roles.items():
            palette.setColor(role, self.color(key))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text.disabled"))
        return palette


def _accessibility_of(hints: Any) -> Any:
    # Qt before 6.10 has no accessibility hints: probe.
    return hints.accessibility() if hasattr(hints, "accessibility") else None


_theme: list[Theme] = []


def theme() -> Theme:
    """Return the one theme of the process."""
    if not _theme:
        _theme.append(Theme())
    return _theme[0]


def on_theme_changed(owner: QObject, call: Callable[[], object]) -> None:
    """Call *call* on every change of the look while *owner* lives."""
    connection = theme().changed.connect(lambda: call())
    owner.destroyed.connect(lambda: theme().changed.disconnect(connection))
