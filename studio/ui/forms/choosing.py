"""Fields in which something is chosen: from a list, from pictures, yes or no, a colour, a seed."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIntValidator,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QColorDialog,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QStyledItemDelegate,
    QVBoxLayout,
)

from studio.ui.forms.base import UNSET, Field, row_of
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.guard import guarded
from studio.ui.settings.parts import IconLabel
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.choices import Chip, Segmented, Switch
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.painting import focus_ring, ring, rounded

_SEEDS: Final = 2**31 - 1


class _Combo(QComboBox):
    """A list to choose from, with a chevron of the theme; the wheel does not change it by accident."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setItemDelegate(QStyledItemDelegate(self))  # the usual one knows nothing of the style sheet

    def showPopup(self) -> None:
        """The list is as wide as its words, however narrow the field is."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * theme().px("space.4"))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        edge = theme().px(14)
        mark = icons.pixmap("chevron-down", 14, "text.secondary", self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - edge - theme().px("space.4"), (self.height() - edge) // 2, mark)


class ChoiceField(Field):
    """One of several; *options* are pairs of value and words."""

    def __init__(self, options: Sequence[tuple[Any, str]], *, none: str = "") -> None:
        """*none* are the words for “not given”; empty when something must be chosen."""
        super().__init__()
        self.combo = _Combo()
        if none:
            self.combo.addItem(none, UNSET)
        self._add(options)
        row_of(self).addWidget(self.combo)
        self.combo.activated.connect(self._chosen)

    def set_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Offer others; nothing is chosen."""
        self.combo.clear()
        self._add(options)
        self.combo.setCurrentIndex(-1)

    def _add(self, options: Sequence[tuple[Any, str]]) -> None:
        for value, words in options:
            self.combo.addItem(words, value)

    def value(self) -> Any:
        """The chosen value."""
        return self.combo.currentData()

    def set_value(self, value: Any) -> None:
        """Show a value; one that is no option is shown as it is."""
        for place in range(self.combo.count()):
            data = self.combo.itemData(place)
            if data is value or (value is not UNSET and data is not UNSET and data == value):
                self.combo.setCurrentIndex(place)
                return
        if value is UNSET:
            self.combo.setCurrentIndex(-1)
            return
        self.combo.addItem(str(value), value)
        self.combo.setCurrentIndex(self.combo.count() - 1)

    def _chosen(self, _place: int) -> None:
        self.edited.emit(self.value())
        self.finished.emit()


class _Card(QAbstractButton):
    """A picture with words below it."""

    def __init__(self, words: str, picture: Path | None) -> None:
        super().__init__()
        self._picture = picture
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        thumbnails().ready.connect(self._came)

    def _came(self, _path: str) -> None:
        self.update()

    @guarded(QSize(92, 86))
    def sizeHint(self) -> QSize:
        """Three in a row of the side pane."""
        return QSize(theme().px(92), theme().px(86))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, words and ring."""
        shade, painter = theme(), QPainter(self)
        line = shade.line_px("small")
        box = QRectF(2, 2, self.width() - 4, self.height() - line - shade.px("space.3"))
        size = box.toRect().size()
        picture = thumbnails().get(self._picture, size, self.devicePixelRatioF()) if self._picture else None
        radius = shade.px("radius.picture")
        if picture is not None:
            painter.drawPixmap(box.toRect(), picture)
        else:
            rounded(painter, box, radius, shade.color("fill.placeholder"))
        if self.isChecked():
            ring(painter, box, radius, shade.color("accent.base"), shade.px("stroke.selected"))
        if self.hasFocus():
            focus_ring(painter, box.adjusted(2, 2, -2, -2), radius)
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.primary" if self.isChecked() else "text.secondary"))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QRectF(2, self.height() - line, self.width() - 4, line), Qt.AlignmentFlag.AlignLeft, words)


class PictureChoiceField(Field):
    """One of several, each with a picture; *options* are value, words and picture."""

    def __init__(self, options: Sequence[tuple[Any, str, Path | None]], columns: int = 3) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme().px("space.3"))
        self.cards: list[tuple[Any, _Card]] = []
        for number, (value, words, picture) in enumerate(options):
            card = _Card(words, picture)
            card.clicked.connect(lambda _on=False, value=value: self._chosen(value))
            grid.addWidget(card, number // columns, number % columns)
            self.cards.append((value, card))
        grid.setColumnStretch(columns, 1)

    def value(self) -> Any:
        """The chosen value."""
        return next((value for value, card in self.cards if card.isChecked()), UNSET)

    def set_value(self, value: Any) -> None:
        """Show a value."""
        for each, card in self.cards:
            card.setChecked(value is not UNSET and each == value)

    def _chosen(self, value: Any) -> None:
        self.set_value(value)
        self.edited.emit(value)
        self.finished.emit()


class SwitchField(Field):
    """Yes or no, with words beside the switch."""

    def __init__(self, words: str, detail: str = "", *, strong: bool = False, icon: str = "") -> None:
        """*strong* where the words are the name of the field; with an *icon* the switch stands at the right."""
        super().__init__()
        self.switch = Switch(words)
        row = row_of(self)
        if icon:
            row.addWidget(IconLabel(icon, 16, "status.warning"))
            said = QVBoxLayout()
            said.setSpacing(0)
            said.addWidget(ElidedLabel(words, "body"))
            said.addWidget(ElidedLabel(detail, "small", "muted"))
            row.addLayout(said, 1)
            row.addWidget(self.switch)
        else:
            row.addWidget(self.switch)
            row.addWidget(Label(words, "body", semibold=True) if strong else ElidedLabel(words, "body"))
            if detail:
                row.addWidget(ElidedLabel(detail, "small", "muted"), 1)
            row.addStretch(1)
        self.switch.toggled.connect(self._toggled)
        self._quiet = False

    def value(self) -> Any:
        """Whether it is on."""
        return self.switch.isChecked()

    def set_value(self, value: Any) -> None:
        """Show yes or no."""
        self._quiet = True
        self.switch.setChecked(value is True)
        self._quiet = False

    def _toggled(self, on: bool) -> None:
        if not self._quiet:
            self.edited.emit(on)
            self.finished.emit()


class SegmentField(Field):
    """One of a few short words."""

    def __init__(self, options: list[tuple[str, str]], name: str) -> None:
        super().__init__()
        self.segments = Segmented(options, name=name, height=32)
        row = row_of(self)
        row.addWidget(self.segments)
        row.addStretch(1)
        self._none = True
        self.segments.chosen.connect(self._chosen)

    def value(self) -> Any:
        """The chosen value."""
        return UNSET if self._none else self.segments.current

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self._none = not isinstance(value, str)
        self.segments.set_current("" if self._none else value)

    def _chosen(self, value: str) -> None:
        self._none = False
        self.edited.emit(value)
        self.finished.emit()


class ChoicesField(Field):
    """Several of a list, as chips; values come in the order of the list."""

    def __init__(self, options: list[tuple[str, str]]) -> None:
        super().__init__()
        row = row_of(self)
        self.chips: list[tuple[str, Chip]] = []
        for value, words in options:
            chip = Chip(words)
            chip.clicked.connect(self._chosen)
            row.addWidget(chip)
            self.chips.append((value, chip))
        row.addStretch(1)

    def value(self) -> Any:
        """The chosen values."""
        return [value for value, chip in self.chips if chip.isChecked()] or UNSET

    def set_value(self, value: Any) -> None:
        """Show values."""
        chosen = value if isinstance(value, list) else []
        for each, chip in self.chips:
            chip.setChecked(each in chosen)

    def _chosen(self) -> None:
        self.edited.emit(self.value())
        self.finished.emit()


class _Swatch(Button):
    """A button that shows the colour it chooses."""

    def __init__(self) -> None:
        super().__init__("", size="default", name="Choose a colour")
        self._colour: QColor | None = None

    def show_colour(self, colour: QColor | None) -> None:
        """Show *colour*; the plain button where there is none."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the colour inside it."""
        super().paintEvent(event)
        shade, painter = theme(), QPainter(self)
        if self._colour is not None:
            inset = shade.px("space.1")
            box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            rounded(painter, box, shade.px("radius.chip"), self._colour)
        else:
            edge = shade.px(16)
            icon = icons.pixmap("palette", 16, "text.muted", self.devicePixelRatioF())
            painter.drawPixmap((self.width() - edge) // 2, (self.height() - edge) // 2, icon)


class ColourField(Field):
    """A colour as ``#rrggbb``."""

    def __init__(self) -> None:
        super().__init__()
        row = row_of(self)
        self.swatch = _Swatch()
        self.swatch.setFixedWidth(theme().px(44))
        self.line = QLineEdit()
        self.line.setProperty("mono", True)
        self.line.setPlaceholderText("#rrggbb")
        row.addWidget(self.swatch)
        row.addWidget(self.line, 1)
        self.swatch.clicked.connect(self._choose)
        self.line.textEdited.connect(lambda _text: self._typed())
        self.line.editingFinished.connect(self.finished)

    def value(self) -> Any:
        """The colour."""
        colour = QColor(self.line.text().strip())
        return colour.name() if colour.isValid() else UNSET

    def set_value(self, value: Any) -> None:
        """Show a colour."""
        wanted: Any = value if isinstance(value, str) and value else UNSET
        if wanted != self.value():  # “#ab”, “#abc” and “tomato” stay while they are typed
            self.line.setText("" if wanted is UNSET else wanted)
        self._show()

    def _typed(self) -> None:
        self._show()
        self.edited.emit(self.value())

    def _choose(self) -> None:
        value = self.value()
        dialog = QColorDialog(QColor("white" if value is UNSET else value), self)
        dialog.setWindowTitle("Choose a colour")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, colour: QColor) -> None:
        self.line.setText(colour.name())
        self._typed()
        self.finished.emit()

    def _show(self) -> None:
        value = self.value()
        self.swatch.show_colour(None if value is UNSET else QColor(value))


class SeedField(Field):
    """A seed; empty is a new one each run."""

    def __init__(self) -> None:
        super().__init__()
        row = row_of(self)
        self.line = QLineEdit()
        self.line.setPlaceholderText("New each run")
        self.line.setValidator(QIntValidator(0, _SEEDS, self))
        self.dice = IconButton("dice", "Another seed", size=32, icon_size=16)
        row.addWidget(self.line, 1)
        row.addWidget(self.dice)
        self.line.textEdited.connect(lambda _text: self.edited.emit(self.value()))
        self.line.editingFinished.connect(self.finished)
        self.dice.clicked.connect(self._roll)

    def value(self) -> Any:
        """The seed."""
        return int(self.line.text()) if self.line.text().isdigit() else UNSET

    def set_value(self, value: Any) -> None:
        """Show a seed."""
        known = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        text = str(value) if known else ""
        if text != self.line.text():
            self.line.setText(text)

    def _roll(self) -> None:
        self.set_value(random.SystemRandom().randrange(1, _SEEDS))
        self.edited.emit(self.value())
        self.finished.emit()
