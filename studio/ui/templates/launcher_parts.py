"""The parts at the right of the run form: what will happen, what it costs, its limit, where it runs."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.forms.fields import NumberField
from studio.ui.guard import guarded
from studio.ui.templates.piece_picker import PieceTile
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.painting import rounded
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.launching import Forecast, ForecastRow

ROW_PX: Final = 28
_TILE_PX: Final = (60, 44)
_MOST_TILES: Final = 6
_STOPS: Final = {"checkpoint": "flag", "interactive": "hand"}
_ICONS: Final = {"image": "image", "video": "video", "audio": "audio", "model": "cube", "text": "text"}


class ForecastLine(QWidget):
    """A stage with its cost, or a moment at which it stops."""

    def __init__(self, row: ForecastRow, local: bool) -> None:
        super().__init__()
        shade = theme()
        self.setProperty("ground", "none")
        self.setFixedHeight(shade.px(ROW_PX))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(shade.px("space.4"))
        stop = row.is_stop
        icon = _STOPS.get(row.kind) or _ICONS[row.kind]
        key = "status.warning" if stop else f"media.{'model3d' if row.kind == 'model' else row.kind}"
        line.addWidget(SmallIcon(icon, key))
        words = ElidedLabel(row.words, "body", "warning" if stop else "primary")
        line.addWidget(words, 1)
        said = ""
        if row.units is not None and not local:
            said = _range(row.units.least, row.units.most)
        elif not row.certain:
            said = "perhaps"
        if said:
            line.addWidget(Label(said, "body", "primary" if row.certain else "muted"))
        self.setAccessibleName(f"{row.words}{', stops for you' if stop else ''}{f', {said}' if said else ''}")


class SmallIcon(QWidget):
    """An icon in one colour."""

    def __init__(self, name: str, color_key: str, edge: int = 16) -> None:
        super().__init__()
        self._name, self._key, self._edge = name, color_key, edge
        self.setFixedSize(theme().px(edge), theme().px(edge))

    def set_icon(self, name: str) -> None:
        """Show another one."""
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        picture = icons.pixmap(self._name, self._edge, self._key, self.devicePixelRatioF())
        QPainter(self).drawPixmap(QPointF(0, 0), picture)


class EstimateBox(QWidget):
    """What the whole run costs and takes."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        shade = theme()
        grid = QVBoxLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        top, low = QHBoxLayout(), QHBoxLayout()
        self.words = Label("Estimate", "bodyStrong")
        self.coin = SmallIcon("spark", "currency.spark", 14)
        self.cost = Label("", "heading")
        top.addWidget(self.words)
        top.addStretch(1)
        top.addWidget(self.coin)
        top.addSpacing(shade.px("space.2"))
        top.addWidget(self.cost)
        self.time = Label("", "small", "muted")
        self.usd = Label("", "small", "muted")
        low.addWidget(self.time, 1)
        low.addWidget(self.usd)
        grid.addLayout(top)
        grid.addLayout(low)

    def show_forecast(self, forecast: Forecast, local: bool, count: int) -> None:
        """Show cost and time."""
        self.coin.setVisible(not local)
        least, most = forecast.units.least * count, forecast.units.most * count
        self.cost.setText("Free" if local else _range(least, most))
        self.time.setText(forecast.time_words + (f", {count} times" if count > 1 else ""))
        self.usd.setText("" if local else f"${forecast.usd * count:.2f}")
        self.setAccessibleName(f"Estimate: {self.cost.text()}, {self.time.text()}")


class LimitBox(QFrame):
    """“Stop and ask above”: a number, and how near the estimate comes to it."""

    changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("limitBox")
        shade = theme()
        column = QVBoxLayout(self)
        pad = shade.px("space.5")
        column.setContentsMargins(pad, shade.px("space.3"), pad, shade.px("space.4"))
        column.setSpacing(shade.px("space.2"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.3"))
        row.addWidget(SmallIcon("gauge", "text.muted", 16))
        row.addWidget(Label("Stop and ask above", "body"))
        row.addStretch(1)
        row.addWidget(SmallIcon("spark", "currency.spark", 14))
        self.number = NumberField(low=0)
        self.number.set_name("Stop and ask above")
        self.number.line.setFixedWidth(shade.px(64))
        self.number.finished.connect(self._typed)
        row.addWidget(self.number)
        self.bar = _Bar()
        column.addLayout(row)
        column.addWidget(self.bar)

    def show_limit(self, limit: float, most: float) -> None:
        """Show the limit and the part of it that the estimate takes."""
        if not self.number.line.hasFocus():
            self.number.set_value(limit)
        self.bar.set_part(most / limit if limit else 0.0)

    def _typed(self) -> None:
        value = self.number.value()
        if isinstance(value, int | float):
            self.changed.emit(float(value))


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._part = 0.0
        self.setFixedHeight(theme().px(3))

    def set_part(self, part: float) -> None:
        """Fill so much."""
        self._part = min(1.0, max(0.0, part))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar."""
        shade, painter = theme(), QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, box.height() / 2, shade.color("fill.track"))
        key = "accent.base" if self._part < 1 else "status.warning"
        rounded(painter, QRectF(0, 0, box.width() * self._part, box.height()), box.height() / 2, shade.color(key))


class PlaceRow(QWidget):
    """Where it runs, or what it is paid with; the button chooses another."""

    clicked = Signal()

    def __init__(self, other: str) -> None:
        """*other* is what the button offers."""
        super().__init__()
        self._other = other
        self.setProperty("ground", "none")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px("space.4"))
        self.icon = SmallIcon("computer", "text.secondary")
        self.words = Label("", "body")
        self.detail = Label("", "small", "muted")
        self.more = IconButton("chevron-down", other, size=24, icon_size=14)
        self.more.clicked.connect(self.clicked)
        line.addWidget(self.icon)
        line.addWidget(self.words)
        line.addStretch(1)
        line.addWidget(self.detail)
        line.addWidget(self.more)

    def show_place(self, icon: str, words: str, detail: str) -> None:
        """Show a connection."""
        self.icon.set_icon(icon)
        self.words.setText(words)
        self.detail.setText(detail)
        self.more.setAccessibleName(f"{words}; {self._other[:1].lower()}{self._other[1:]}")


class ObstacleLine(QWidget):
    """Why it does not run yet."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px("space.3"))
        self.icon = SmallIcon("info", "text.secondary", 14)
        self.words = Label("", "small", "secondary", wrap=True)
        line.addWidget(self.icon)
        line.addWidget(self.words, 1)

    def set_words(self, words: str) -> None:
        """Say it; nothing for none."""
        self.words.setText(words)
        self.icon.setVisible(bool(words))

    @guarded(QSize(100, 20))
    def sizeHint(self) -> QSize:
        """A line, even when empty, so that nothing jumps."""
        return QSize(theme().px(100), max(theme().px(20), super().sizeHint().height()))


def tiles_of(pieces: Sequence[Piece]) -> QWidget:
    """The pieces that it runs over, in a row; of many the first ones."""
    box = QWidget()
    box.setProperty("ground", "none")
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme().px("space.3"))
    for piece in pieces[:_MOST_TILES]:
        tile = PieceTile(piece, *_TILE_PX)
        tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tile.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(tile)
    if len(pieces) > _MOST_TILES:
        row.addWidget(Label(f"and {len(pieces) - _MOST_TILES} more", "small", "muted"))
    row.addStretch(1)
    return box


def _range(least: float, most: float) -> str:
    return f"{most:.1f}" if abs(least - most) < 0.05 else f"{least:.1f}–{most:.1f}"
