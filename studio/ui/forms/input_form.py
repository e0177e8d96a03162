"""The form of a template: what its inputs ask for, built from the document. Launcher and preview show the same."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio import resources
from studio.contract.editing.document import Document
from studio.contract.editing.form import FormEntry, form_of, form_problems, hint_of
from studio.ui.forms.fields import (
    UNSET,
    ChoiceField,
    ChoicesField,
    ColourField,
    Field,
    ListField,
    LongTextField,
    NumberField,
    NumbersField,
    PictureChoiceField,
    SeedField,
    SegmentField,
    SwitchField,
    TextField,
)
from studio.ui.forms.media_field import FindPiece, MediaField, Pick
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.painting import focus_ring
from studio.ui.widgets.pointer import is_keyboard_focus

_HALF_FROM: Final = 400
_THIRDS_FROM: Final = 460
_SEGMENTS: Final = 4
_SEGMENT_CHARS: Final = 22


class InputForm(QWidget):
    """The fields of a template. What was typed stays when another document is shown.

    Signals:
        changed(): the person changed a value.
        left(str): the field of this name was left; its problem may be shown now.
        refused(str): something dropped cannot be used; why.
    """

    changed = Signal()
    left = Signal(str)
    refused = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "none")
        self._entries: tuple[FormEntry, ...] = ()
        self._typed: dict[str, Any] = {}
        self._shown_problems: dict[str, str] = {}
        self._touched: set[str] = set()
        self._given: frozenset[str] = frozenset()
        self.cells: dict[str, Cell] = {}
        self.find_piece: FindPiece | None = None
        self.pick: Pick | None = None
        self._columns = 1
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme().px("space.6"))
        self._rows: list[QWidget] = []
        self.more = _Fold("More settings")
        self.more.toggled.connect(lambda _on: self._arrange())
        self.more.setParent(self)
        self.more.hide()
        self.extra: list[QWidget] = []
        """Widgets that stand under “More settings” after the fields."""
        self.show_document(document)

    @property
    def entries(self) -> tuple[FormEntry, ...]:
        """What is asked for."""
        return self._entries

    def values(self) -> dict[str, Any]:
        """What would be sent: what was typed, else defaults; names without a value are left out."""
        found = {}
        for entry in self._entries:
            value = self._typed.get(entry.name, UNSET)
            if value is UNSET and entry.name not in self._typed and entry.default is not None:
                value = entry.default
            if value is not UNSET:
                found[entry.name] = value
        return found

    def typed(self) -> dict[str, Any]:
        """Only what the person changed; what is kept as the last values. Emptied fields are null."""
        known = {entry.name for entry in self._entries}
        return {name: None if value is UNSET else value for name, value in self._typed.items() if name in known}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show *values* as if they had been typed; others get their defaults."""
        self._typed = {name: UNSET if value is None else value for name, value in values.items()}
        for entry in self._entries:
            self._fill(entry)
        self._show_problems()

    def problems(self) -> dict[str, str]:
        """Return one sentence for each field that cannot be sent."""
        found = form_problems(self._entries, self.values())
        return {name: words for name, words in found.items() if name not in self._given}

    def set_given(self, names: Collection[str]) -> None:
        """Leave out the fields whose values come from elsewhere."""
        if frozenset(names) != self._given:
            self._given = frozenset(names)
            self._show_problems()
            self._arrange()

    def show_problems(self) -> dict[str, str]:
        """Show the problems of every field, and return them."""
        self._touched = {entry.name for entry in self._entries}
        self._show_problems()
        return dict(self._shown_problems)

    def forget_problems(self) -> None:
        """Show none until fields are left again."""
        self._touched.clear()
        self._show_problems()

    def focus_field(self, name: str) -> None:
        """Go to a field; “More settings” opens for it."""
        cell = self.cells.get(name)
        if cell is None:
            return
        if cell.entry.advanced and not self.more.isChecked():
            self.more.setChecked(True)
        cell.focus()

    def show_document(self, document: Document) -> None:
        """Ask for the inputs of *document*; what was typed stays where the kind of the input did."""
        entries = form_of(document)
        if entries == self._entries and self.cells:
            return
        before = {entry.name: entry for entry in self._entries}
        for entry in entries:
            old = before.get(entry.name)
            if old is not None and (old.shown, old.many) != (entry.shown, entry.many):
                self._typed.pop(entry.name, None)
        self._entries = entries
        cells: dict[str, Cell] = {}
        for entry in entries:
            cell = self.cells.pop(entry.name, None)
            if cell is None or cell.entry != entry:
                if cell is not None:
                    _drop(cell)
                cell = self._cell(entry)
            cells[entry.name] = cell
        for cell in self.cells.values():
            _drop(cell)
        self.cells = cells
        for entry in entries:
            self._fill(entry)
        self._touched &= set(cells)
        self._show_problems()
        self._arrange()

    def add_extra(self, widget: QWidget) -> None:
        """Put a widget under “More settings”."""
        self.extra.append(widget)
        widget.setParent(self)
        self._arrange()

    def refresh_media(self) -> None:
        """Show media again: pieces are known now."""
        for cell in self.cells.values():
            if isinstance(cell.field, MediaField):
                cell.field.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two or three fields in a row where there is room."""
        super().resizeEvent(event)
        width = self.width()
        columns = 3 if width >= theme().px(_THIRDS_FROM) else 2 if width >= theme().px(_HALF_FROM) else 1
        if columns != self._columns:
            self._columns = columns
            self._arrange()

    # --- building ------------------------------------------------------------------------------

    def _cell(self, entry: FormEntry) -> "Cell":
        field = _field(entry)
        cell = Cell(entry, field)
        cell.setParent(self)
        if isinstance(field, MediaField):
            field.find_piece = lambda piece_id: self.find_piece(piece_id) if self.find_piece else None
            if self.pick is not None:
                field.pick = self.pick
            field.refused.connect(self.refused)
        field.edited.connect(lambda value, name=entry.name: self._edited(name, value))
        field.finished.connect(lambda name=entry.name: self._left(name))
        return cell

    def set_library(self, find_piece: FindPiece, pick: Pick) -> None:
        """Let media fields show and offer pieces of the library."""
        self.find_piece, self.pick = find_piece, pick
        for cell in self.cells.values():
            if isinstance(cell.field, MediaField):
                cell.field.pick = pick
                cell.field.refresh()

    def _fill(self, entry: FormEntry) -> None:
        value = self._typed.get(entry.name, entry.default if entry.default is not None else UNSET)
        cell = self.cells[entry.name]
        cell.field.set_value(value)
        cell.show_hint(None if value is UNSET else value)

    def _edited(self, name: str, value: Any) -> None:
        self._typed[name] = value
        self.cells[name].show_hint(None if value is UNSET else value)
        if name in self._touched:
            self._show_problems()
        self.changed.emit()

    def _left(self, name: str) -> None:
        if name not in self.cells:
            return
        self._touched.add(name)
        self._show_problems()
        self.left.emit(name)

    def _show_problems(self) -> None:
        every = self.problems()
        self._shown_problems = {name: words for name, words in every.items() if name in self._touched}
        for name, cell in self.cells.items():
            cell.show_problem(self._shown_problems.get(name, ""))

    def _arrange(self) -> None:
        """Put the cells into rows: wide ones alone, narrow ones beside each other."""
        for row in self._rows:
            self._column.removeWidget(row)
        for cell in self.cells.values():
            cell.setParent(self)
            cell.hide()
        for extra in self.extra:
            extra.setParent(self)
            extra.hide()
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._column.removeWidget(self.more)
        while self._column.count():
            self._column.takeAt(0)
        self._rows = []
        asked = [cell for cell in self.cells.values() if cell.entry.name not in self._given]
        plain = [cell for cell in asked if not cell.entry.advanced]
        more: list[QWidget] = [cell for cell in asked if cell.entry.advanced]
        more += self.extra
        self._add_rows(list(plain), 2)
        self.more.setVisible(bool(more))
        if more:
            self._column.addWidget(self.more)
            if self.more.isChecked():
                self._add_rows(more, 3)
        self._column.addStretch(1)
        before: QWidget | None = None
        for part in [*plain, self.more, *more]:
            if before is not None:
                QWidget.setTabOrder(before, part)
            before = part

    def _add_rows(self, parts: list[QWidget], most: int) -> None:
        waiting: list[QWidget] = []
        most = min(most, self._columns)
        for part in parts:
            if isinstance(part, Cell) and part.is_wide:
                self._add_row(waiting, most)
                self._add_row([part], 1)
                waiting = []
                continue
            waiting.append(part)
            if len(waiting) == most:
                self._add_row(waiting, most)
                waiting = []
        self._add_row(waiting, most)

    def _add_row(self, parts: list[QWidget], columns: int) -> None:
        if not parts:
            return
        row = QWidget(self)
        row.setProperty("ground", "none")
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().px("space.6"))
        # One narrow field alone keeps half of the row only when others are beside it elsewhere.
        for number, part in enumerate(parts):
            grid.addWidget(part, 0, number, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(number, 1)
            part.show()
        for number in range(len(parts), columns):
            grid.setColumnStretch(number, 1)
        self._column.addWidget(row)
        row.show()
        self._rows.append(row)


class Cell(QWidget):
    """Label, hint, field and problem of one input."""

    def __init__(self, entry: FormEntry, field: Field) -> None:
        super().__init__()
        self.entry, self.field = entry, field
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(shade.px("space.3"))
        self.hint = Label("", "small", "muted")
        if isinstance(field, SwitchField):
            row = QHBoxLayout()
            row.setSpacing(shade.px("space.4"))
            row.addWidget(field, 1)
            row.addWidget(self.hint)
            column.addLayout(row)
        else:
            head = QHBoxLayout()
            head.setSpacing(shade.px("space.3"))
            self.label = ElidedLabel(entry.label, "small", "secondary")
            head.addWidget(self.label)
            if entry.required:
                head.addWidget(Label("required", "small", "muted"))
            head.addStretch(1)
            head.addWidget(self.hint)
            column.addLayout(head)
            column.addWidget(field)
            if entry.description and not isinstance(field, TextField | LongTextField):
                self.label.setToolTip(entry.description)
        self.problem = _Problem()
        self.problem.hide()
        column.addWidget(self.problem)
        words = f"{entry.label}, required" if entry.required else entry.label
        field.set_name(f"{words}. {entry.description}" if entry.description else words)
        self.show_hint(None)

    @property
    def is_wide(self) -> bool:
        """Whether it takes a whole row."""
        return self.entry.is_media or isinstance(
            self.field, LongTextField | PictureChoiceField | SwitchField | ChoicesField
        )

    def focus(self) -> None:
        """Put the focus into the field."""
        parts = [self.field, *self.field.findChildren(QWidget)]
        first = next((part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_hint(self, value: Any) -> None:
        """Say what kind of field it is, and how much is in it."""
        self.hint.setText(hint_of(self.entry, value))

    def show_problem(self, words: str) -> None:
        """Show what is wrong; empty for nothing."""
        self.problem.set_words(words)
        self.field.set_wrong(bool(words))


class _Problem(QWidget):
    """What is wrong with a field: an icon and a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().on_change(self, self.updateGeometry)

    def set_words(self, words: str) -> None:
        """Show *words*; hide for none."""
        self._words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.update()

    def words(self) -> str:
        """What is shown."""
        return self._words

    @guarded(QSize(80, 18))
    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(theme().px(80), theme().line_px("small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon and words."""
        shade, painter = theme(), QPainter(self)
        edge = shade.px(14)
        icon = icons.pixmap("error", 14, "status.danger", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (self.height() - edge) / 2), icon)
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("status.danger"))
        left = edge + shade.px("space.2")
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - left)
        painter.drawText(QRectF(self.rect()).adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)


class _Fold(QAbstractButton):
    """“More settings”: opens and closes what is below."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @guarded(QSize(140, 24))
    def sizeHint(self) -> QSize:
        """Chevron and words."""
        shade = theme()
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + shade.px(32), shade.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint chevron and words."""
        shade, painter = theme(), QPainter(self)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        icon = icons.pixmap(name, 14, "text.secondary", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (self.height() - shade.px(14)) / 2), icon)
        painter.setFont(shade.font("body"))
        painter.setPen(shade.color("text.primary" if self.underMouse() else "text.secondary"))
        painter.drawText(
            QRectF(self.rect()).adjusted(shade.px(20), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if is_keyboard_focus(self):
            focus_ring(painter, QRectF(self.rect()).adjusted(4, 4, -4, -4), shade.px("radius.badge"))


def _field(entry: FormEntry) -> Field:
    if entry.is_media:
        return MediaField(entry.shown, many=entry.many, most=entry.most)
    if entry.shown == "choice":
        options = [(option.value, option.label) for option in entry.options]
        if entry.many:
            return ChoicesField(options)
        if any(option.picture for option in entry.options):
            cards = [(option.value, option.label, picture_path(option.picture)) for option in entry.options]
            return PictureChoiceField(cards, columns=5)
        needs = entry.required or entry.default is not None
        short = sum(len(words) for _value, words in options) <= _SEGMENT_CHARS
        if needs and len(options) <= _SEGMENTS and short:
            return SegmentField(options, entry.label)
        return ChoiceField(options, none="" if needs else "None")
    if entry.many:
        if entry.shown in ("number", "seed"):
            return NumbersField("One in each line", lines=2)
        return ListField(entry.description or "One in each line", lines=2)
    if entry.shown == "boolean":
        detail = entry.description if entry.description != entry.label else ""
        return SwitchField(entry.label, detail, strong=True)
    if entry.shown == "seed":
        return SeedField()
    if entry.shown == "number":
        return NumberField(low=entry.low, high=entry.high, step=entry.step, whole=entry.step == 1.0, unit=entry.unit)
    if entry.shown == "colour":
        return ColourField()
    if entry.shown == "long":
        return LongTextField(entry.description, lines=2)
    return TextField(entry.description)


def picture_path(picture: str) -> Path | None:
    """Return the file of an option's picture: a path, a ``file:`` address, or a name among the program's covers."""
    if not picture:
        return None
    if picture.startswith("file:"):
        return Path(urlsplit(picture).path)
    if picture.startswith(("http://", "https://", "data:")):
        return None
    path = Path(picture)
    return path if path.is_absolute() else resources.path("templates", *path.parts)


def _drop(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
