"""What the pages of Settings are made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import set_property
from studio.ui.widgets.labels import Label

_STRIP_ICONS = {"success": "check-circle", "danger": "error", "info": "info"}


class Page(QScrollArea):
    """A heading in the display face, a sentence, and a column of 800 px."""

    def __init__(self, heading: str, sentence: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(heading)
        self.viewport().setAutoFillBackground(False)
        shade = theme()
        ground = QWidget()
        ground.setProperty("ground", "none")
        outer = QHBoxLayout(ground)
        pad = shade.px("space.8")
        outer.setContentsMargins(pad, pad, pad, pad)
        inner = QWidget()
        inner.setMaximumWidth(shade.px("size.settingsColumn"))
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(shade.px("space.5"))
        outer.addStretch(1)
        outer.addWidget(inner, 100)
        outer.addStretch(1)
        head = QVBoxLayout()
        head.setSpacing(shade.px("space.2"))
        head.addWidget(Label(heading, "display"))
        head.addWidget(Label(sentence, "body", "secondary", wrap=True))
        self.column.addLayout(head)
        self.column.addSpacing(shade.px("space.2"))
        self.setWidget(ground)

    def add(self, widget: QWidget) -> None:
        """Add a card or a row."""
        self.column.addWidget(widget)

    def finish(self) -> None:
        """Let the rest of the column be empty."""
        self.column.addStretch(1)


class Card(QFrame):
    """A framed group; *on* gives it the accent outline."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        shade = theme()
        self.column = QVBoxLayout(self)
        pad = shade.px("space.6")
        self.column.setContentsMargins(pad, pad, pad, pad)
        self.column.setSpacing(shade.px("space.5"))

    def set_on(self, on: bool) -> None:
        """Mark as the one in use."""
        set_property(self, "on", on)


class Row(QWidget):
    """A name, a sentence about it, and a control at the right."""

    def __init__(self, name: str, sentence: str, control: QWidget | None = None) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px("space.6"))
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = Label(name, "bodyStrong")
        self.sentence = Label(sentence, "small", "secondary", wrap=True)
        words.addWidget(self.name)
        words.addWidget(self.sentence)
        row.addLayout(words, 1)
        if control is not None:
            control.setAccessibleDescription(sentence)
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)


class Strip(QFrame):
    """A tinted line with an icon and a sentence; kinds: success, danger, info."""

    def __init__(self) -> None:
        super().__init__()
        shade = theme()
        self.row = QHBoxLayout(self)
        pad = shade.px("space.5")
        self.row.setContentsMargins(pad, shade.px("space.3"), shade.px("space.3"), shade.px("space.3"))
        self.row.setSpacing(shade.px("space.4"))
        self._icon = Label()
        self.words = Label("", "body", wrap=True)
        self.row.addWidget(self._icon)
        self.row.addWidget(self.words, 1)
        self.setMinimumHeight(shade.px(36))
        self.kind = "info"
        self.hide()

    def say(self, kind: str, sentence: str) -> None:
        """Show *sentence* on the ground of *kind*."""
        self.kind = kind
        set_property(self, "strip", kind)
        self._icon.setPixmap(icons.pixmap(_STRIP_ICONS[kind], 16, f"status.{kind}", self.devicePixelRatioF()))
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()


class Rule(QFrame):
    """A hairline."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("rule", True)


class IconLabel(Label):
    """An icon that follows the theme."""

    def __init__(self, icon: str, size: float = 18, color_key: str = "text.secondary") -> None:
        self._icon_name, self._icon_size, self._color_key = icon, size, color_key
        super().__init__()
        self.setFixedWidth(theme().px(size))
        self._show()
        theme().on_change(self, self._show)

    def _show(self) -> None:
        self.setPixmap(icons.pixmap(self._icon_name, self._icon_size, self._color_key, self.devicePixelRatioF()))
