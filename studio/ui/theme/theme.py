"""The theme in use: one set of colours, a scale and a density, for everything that is painted.

Start with ``theme()``. ``apply_to`` dresses the application; ``choose`` changes it later.
"""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.ui.theme import fonts, tokens
from studio.ui.theme.tokens import ThemeName

Choice = Literal["system", "dark", "light", "high-contrast"]
Density = Literal["comfortable", "compact"]


class Theme(QObject):
    """Colours, lengths, fonts and durations of the present choice.

    Signals:
        changed(): theme, scale, density or motion is different; repaint and drop cached pictures.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self._name: ThemeName = "dark"
        self._scale = 1.0
        self._density: Density = "comfortable"
        self._reduced = False
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._app: QApplication | None = None

    @property
    def name(self) -> ThemeName:
        """The set of colours in use."""
        return self._name

    @property
    def choice(self) -> Choice:
        """What was chosen; ``system`` follows the system."""
        return self._choice

    @property
    def scale(self) -> float:
        """The interface scale, 0.9–2.0."""
        return self._scale

    @property
    def density(self) -> Density:
        """How tightly rows are set."""
        return self._density

    @property
    def is_dark(self) -> bool:
        """Whether the grounds are dark."""
        return self._name != "light"

    @property
    def is_high_contrast(self) -> bool:
        """Whether outlines replace fills and shadows."""
        return self._name == "highContrast"

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may move by itself."""
        return self._reduced

    def color(self, key: str, theme: ThemeName | None = None) -> QColor:
        """Return the colour *key* such as ``text.primary``; *theme* reads another set (badges are always dark)."""
        cached = f"{theme or ''}:{key}"
        found = self._colors.get(cached)
        if found is None:
            found = self._colors[cached] = QColor(tokens.argb(theme or self._name, key))
        return QColor(found)

    def px(self, length: str | float) -> int:
        """Return a length in scaled pixels: a token (``space.4``, ``size.header``) or a length at 100 %.

        A length above 0 never becomes 0.
        """
        base = tokens.value(length) if isinstance(length, str) else length
        scaled = round(base * self._scale)
        return max(1, scaled) if base > 0 else scaled

    def row_px(self, key: str) -> int:
        """Return the height of a kind of row (``session``, ``list`` …) at the present density."""
        base = tokens.value(f"size.row.{key}")
        return self.px(max(24, base - 8) if self._density == "compact" else base)

    def pane_padding_px(self) -> int:
        """Return the padding of panes at the present density."""
        return self.px("space.5" if self._density == "compact" else "space.6")

    def font(self, style: str) -> QFont:
        """Return the font of a text style: ``body``, ``title``, ``mono`` …"""
        found = self._fonts.get(style)
        if found is None:
            found = self._fonts[style] = fonts.make(style, self._scale)
        return QFont(found)

    def line_px(self, style: str) -> int:
        """Return the line height of a text style."""
        return self.px(f"font.scale.{style}.line")

    def duration_ms(self, name: str) -> int:
        """Return a duration (``fast``, ``base``, ``develop`` …); 0 for motion when it is reduced."""
        if self._reduced and name in tokens.value("motion.reduced"):
            return int(tokens.value(f"motion.reduced.{name}"))
        return int(tokens.value(f"motion.duration.{name}"))

    def apply_to(self, app: QApplication) -> None:
        """Dress *app* and follow the system from now on; dressing it again changes nothing."""
        if self._app is app:
            return
        self._app = app
        fonts.register()
        self._name = self._resolve()
        # One object, kept: PySide forgets the connection when the wrapper is collected.
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow_system)
        accessibility = getattr(self._hints, "accessibility", None)
        if accessibility is not None:
            self._accessibility = accessibility()
            for signal in ("contrastPreferenceChanged", "motionPreferenceChanged"):
                if hasattr(self._accessibility, signal):
                    getattr(self._accessibility, signal).connect(self._follow_system)
        self._dress()

    def choose(
        self,
        choice: Choice | None = None,
        *,
        scale: float | None = None,
        density: Density | None = None,
        reduced_motion: bool | None = None,
    ) -> None:
        """Change what is given; nothing happens when nothing is different."""
        before = (self._name, self._scale, self._density, self._reduced)
        self._choice = choice or self._choice
        self._scale = min(2.0, max(0.8, scale if scale is not None else self._scale))
        self._density = density or self._density
        self._reduced = self._reduced if reduced_motion is None else reduced_motion
        self._name = self._resolve()
        if before != (self._name, self._scale, self._density, self._reduced):
            self._forget()
            self._dress()
            self.changed.emit()

    def on_change(self, owner: QObject, call: Callable[[], object]) -> None:
        """Call *call* on every change while *owner* lives.

        Args:
            call: a bound method of *owner*; Qt holds it weakly and cuts it when the owner goes.
                  (A closure would keep the owner alive for ever.)
        """
        if getattr(call, "__self__", None) is not owner:
            raise TypeError("on_change wants a bound method of its owner")
        self.changed.connect(call)

    def _resolve(self) -> ThemeName:
        if self._choice == "high-contrast":
            return "highContrast"
        if self._choice in ("dark", "light"):
            return "light" if self._choice == "light" else "dark"
        if _system_wants_contrast():
            return "highContrast"
        scheme = QGuiApplication.styleHints().colorScheme() if QGuiApplication.instance() else Qt.ColorScheme.Unknown
        return "light" if scheme == Qt.ColorScheme.Light else "dark"

    def _follow_system(self) -> None:
        self.choose()

    def _forget(self) -> None:
        self._colors.clear()
        self._fonts.clear()

    def _dress(self) -> None:
        if self._app is None:
            return
        from studio.ui.theme import icons, palette, stylesheet

        icons.forget()
        self._app.setPalette(palette.make(self))
        self._app.setFont(self.font("body"))
        self._app.setStyleSheet(stylesheet.make(self))


def _system_wants_contrast() -> bool:
    if QGuiApplication.instance() is None:
        return False
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if accessibility is None:
        return False
    preference = getattr(Qt, "ContrastPreference", None)
    return preference is not None and accessibility().contrastPreference() == preference.HighContrast


_theme: list[Theme] = []


def theme() -> Theme:
    """Return the one theme of the program."""
    if not _theme:
        _theme.append(Theme())
    return _theme[0]
