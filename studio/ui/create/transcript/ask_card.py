"""What a run asks of the person: a price to approve, or a question to answer. Nothing here is decided by Enter."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QPlainTextEdit, QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton
from studio.ui.create.pictures import Pictures, draw
from studio.ui.create.transcript.parts import paint_card
from studio.ui.create.transcript.tiles import paint_badge
from studio.ui.guard import guarded
from studio.ui.widgets.pointer import is_keyboard_focus
from studio.viewmodels.state import Piece, Waiting
from studio.viewmodels.words import round_up_usd, tool_title

_HEADER_PX, _PAD_PX, _GAP_PX, _ROW_PX, _BUTTON_PX, _EDIT_PX = 40, 14, 12, 54, 32, 76
_THUMB = QSize(118, 79)
_MOST_THUMBS = 3
_WRAP = Qt.TextFlag.TextWordWrap.value
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_CURRENCY = {"spark": ("Spark", "spark", "currency.spark"), "sogni": ("Sogni", "coin", "currency.sogni")}


def amount(waiting: Waiting) -> str:
    """The price for a button: ``296 Spark``; empty when it is not known."""
    if waiting.cost is None:
        return _dollars(waiting.usd)
    words = _CURRENCY.get(waiting.token_type, ("", "", ""))[0]
    number = f"{waiting.cost:,.1f}".removesuffix(".0")
    return f"{number} {words}".strip()


class ChoiceRow(QAbstractButton):
    """One way to make it: a radio mark, what it is, and what it costs. Arrows move between rows; Enter does nothing."""

    def __init__(self, title: str, facts: str, cost: tuple[str, str, str], override: dict[str, Any], parent: QWidget):
        """*cost* is the icon's name, the estimate and the line below it."""
        super().__init__(parent)
        self._title, self._facts, self._cost = title, facts, cost
        self.override = override
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(", ".join(word for word in (title, facts, cost[1], cost[2]) if word))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter must never decide, not even to choose."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    @guarded(QSize(200, _ROW_PX))
    def sizeHint(self) -> QSize:
        """As high as two lines."""
        return QSize(look.px(200), look.px(_ROW_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, mark, words and estimate."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        ground = "accent.fill" if on else "fill.hover" if self.underMouse() else "bg.card"
        painter.setPen(look.color("accent.border" if on else "border.default"))
        painter.setBrush(look.color(ground))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, look.px(7), look.px(7))
        if is_keyboard_focus(self):
            painter.setPen(QPen(look.color("focus.ring"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), look.px(6), look.px(6))
        middle, radius = self.height() / 2, look.px(7)
        center = QRectF(look.px(14), middle - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("accent.base" if on else "border.control"), 1.5))
        painter.drawEllipse(center)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent.base"))
            painter.drawEllipse(center.adjusted(4, 4, -4, -4))
        self._paint_words(painter, look.px(40))

    def _paint_words(self, painter: QPainter, left: int) -> None:
        icon, estimate, below = self._cost
        right = self.width() - look.px(13)
        top, bottom = look.px(9), look.px(28)
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("text.primary"))
        width = QFontMetrics(painter.font()).horizontalAdvance(estimate)
        painter.drawText(QRect(right - width, top, width, look.px(18)), _RIGHT, estimate)
        if icon:
            size = look.px(12)
            key = next(key for _words, name, key in _CURRENCY.values() if name == icon)
            pixmap = look.pixmap(icon, size, key, self.devicePixelRatioF())
            painter.drawPixmap(right - width - size - look.px(5), top + look.px(3), pixmap)
        room = right - width - look.px(30) - left
        title = QFontMetrics(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, top, room, look.px(18)), _LEFT, title)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.secondary"))
        facts = QFontMetrics(painter.font()).elidedText(self._facts, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, bottom, room, look.px(16)), _LEFT, facts)
        painter.setPen(look.color("text.muted"))
        painter.drawText(QRect(right - look.px(160), bottom, look.px(160), look.px(16)), _RIGHT, below)


class QuietBox(QAbstractButton):
    """A tick box with words, painted as everything on the card."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @guarded(QSize(160, 32))
    def sizeHint(self) -> QSize:
        """Box, gap, words."""
        words = QFontMetrics(look.font("small")).horizontalAdvance(self.text())
        return QSize(words + look.px(26), look.px(_BUTTON_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks; Enter is left to the card."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, tick and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, on = look.px(16), self.isChecked()
        box = QRectF(1.5, (self.height() - edge) / 2, edge, edge)
        painter.setPen(QPen(look.color("accent.base" if on else "border.control"), 1.5))
        painter.setBrush(look.color("accent.base" if on else "fill.hover" if self.underMouse() else "bg.card"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        if on:
            size = look.px(12)
            mark = look.pixmap("check", size, "accent.on", self.devicePixelRatioF())
            painter.drawPixmap(round(box.left()) + (edge - size) // 2, round(box.top()) + (edge - size) // 2, mark)
        if is_keyboard_focus(self):
            painter.setPen(QPen(look.color("focus.ring"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), look.px(5), look.px(5))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.secondary"))
        painter.drawText(self.rect().adjusted(look.px(25), 0, 0, 0), _LEFT, self.text())


class AskCard(QWidget):
    """Shows one ``Waiting``.

    Signals:
        approved(object, bool): go on with these overrides; whether not to ask for as little again in this session.
        declined: go on without it.
        answered(str): one of the answers was chosen.
        edit_wanted(bool): the words are to be changed first, or not any more; the card needs another height.
    """

    approved = Signal(object, bool)
    declined = Signal()
    answered = Signal(str)
    edit_wanted = Signal(bool)

    def __init__(
        self, waiting: Waiting, pictures: Pictures, by_index: Callable[[int], Piece | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._by_index = by_index
        self._waiting = waiting
        self._editing = False
        self._rows: list[ChoiceRow] = []
        self._answers: list[CardButton] = []
        self._field: QPlainTextEdit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._approve = CardButton("Approve", kind="primary", height_px=_BUTTON_PX, parent=self)
        self._edit = CardButton("Edit…", icon="sliders", height_px=_BUTTON_PX, parent=self)
        self._decline = CardButton("Decline", kind="quiet", height_px=_BUTTON_PX, parent=self)
        self._quiet = QuietBox(self)
        self._approve.clicked.connect(self._approve_now)
        self._decline.clicked.connect(self.declined)
        self._edit.clicked.connect(lambda: self.edit_wanted.emit(not self._editing))
        pictures.ready.connect(self._picture_came)
        look.on_theme_changed(self, self._restyle)
        self._build()
        self._restyle()

    @staticmethod
    def height_for(waiting: Waiting, editing: bool, width_px: int, thumbs: int = 0) -> int:
        """Height of the card in a column of *width_px*."""
        return _Places(waiting, editing, width_px, thumbs).height

    @property
    def rows(self) -> list[ChoiceRow]:
        """The ways to make it; empty for a question."""
        return self._rows

    @property
    def answers(self) -> list[CardButton]:
        """The answers to choose from; empty for a price."""
        return self._answers

    def show_waiting(self, waiting: Waiting, editing: bool) -> None:
        """Show the present state of what is asked."""
        if waiting == self._waiting and editing == self._editing:
            return
        rebuild = (waiting.cost, waiting.usd, waiting.options, waiting.message) != (
            self._waiting.cost, self._waiting.usd, self._waiting.options, self._waiting.message,
        )  # fmt: skip
        self._waiting, self._editing = waiting, editing
        if rebuild:
            self._build()
        self._show_state()
        self._place()
        self.update()

    def take_focus(self) -> None:
        """Give the keyboard to the chosen row, or the first answer."""
        first: QWidget | None = self._rows[0] if self._rows else self._answers[0] if self._answers else None
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter approves; Esc leaves the card without deciding."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._approve.isEnabled():
                self._approve_now()
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, _event: object) -> None:
        """Keep rows and buttons in place."""
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Words in the window's font follow the theme."""
        super().changeEvent(event)

    # Building

    def _build(self) -> None:
        for widget in (*self._rows, *self._answers):
            widget.hide()
            widget.deleteLater()
        self._rows, self._answers = [], []
        waiting = self._waiting
        if waiting.is_approval:
            self._rows = [ChoiceRow(*row, self) for row in _ways(waiting)]
            self._rows[0].setChecked(True)
            for row in self._rows:
                row.toggled.connect(lambda _on: self._show_state())
                row.show()
        else:
            for words in waiting.options:
                button = CardButton(words, height_px=_BUTTON_PX, parent=self)
                button.clicked.connect(lambda _on=False, words=words: self.answered.emit(words))
                button.show()
                self._answers.append(button)
        self._show_state()
        self._place()

    def _show_state(self) -> None:
        waiting = self._waiting
        approval = waiting.is_approval
        busy = bool(waiting.deciding)
        for button in (self._approve, self._decline):
            button.setVisible(approval)
        price = amount(waiting)
        words = "Approving…" if waiting.deciding == "approve" else f"Approve {price}".strip()
        if words != self._approve.text():
            self._approve.setText(words)
            self._approve.setAccessibleName(words)
        self._approve.setEnabled(not busy and waiting.preview is not None)
        self._decline.setText("Declining…" if waiting.deciding == "decline" else "Decline")
        self._decline.setEnabled(not busy)
        self._edit.setVisible(approval and isinstance(waiting.arguments.get("prompt"), str))
        self._edit.setText("Undo edit" if self._editing else "Edit…")
        self._edit.setEnabled(not busy)
        self._quiet.setVisible(approval and bool(waiting.usd))
        self._quiet.setText(f"Don’t ask below ${round_up_usd(waiting.usd or 0):.2f} this session")
        self._quiet.setAccessibleName(self._quiet.text())
        for row in self._rows:
            row.setEnabled(not busy)
        self._show_field()
        question = waiting.message or "It needs your answer"
        told = f"Paused before spending. {price}. {waiting.message}" if approval else f"Needs your answer. {question}"
        self.setAccessibleName(" ".join(filter(None, (told, waiting.trouble))))

    def _show_field(self) -> None:
        if self._editing and self._field is None:
            self._field = QPlainTextEdit(str(self._waiting.arguments.get("prompt", "")), self)
            self._field.setAccessibleName("What is to be made")
            self._field.setTabChangesFocus(True)
            self._field.setFrameShape(QFrame.Shape.NoFrame)
            self._style_field()
            self._field.show()
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._editing and self._field is not None:
            self._field.hide()
            self._field.deleteLater()
            self._field = None

    def _style_field(self) -> None:
        if self._field is None:
            return
        self._field.setFont(look.font("body"))
        ground, words, line, ring = (
            look.color(key).name() for key in ("bg.input", "text.primary", "border.default", "focus.ring")
        )
        self._field.setStyleSheet(
            f"QPlainTextEdit {{ background: {ground}; color: {words}; border: 1px solid {line};"
            f" border-radius: {look.px(7)}px; padding: {look.px(4)}px; }}"
            f" QPlainTextEdit:focus {{ border: 2px solid {ring}; }}"
        )

    def _approve_now(self) -> None:
        if not self._waiting.is_approval or not self._approve.isEnabled():
            return
        chosen = next((row for row in self._rows if row.isChecked()), None)
        overrides = dict(chosen.override) if chosen is not None else {}
        if self._field is not None:
            words = self._field.toPlainText().strip()
            if words and words != self._waiting.arguments.get("prompt"):
                overrides["prompt"] = words
        self.approved.emit(overrides, self._quiet.isVisible() and self._quiet.isChecked())

    # Placing and painting

    def _thumbs(self) -> list[Piece]:
        return pieces_of(self._waiting, self._by_index)

    def _place(self) -> None:
        places = _Places(self._waiting, self._editing, self.width(), len(self._thumbs()))
        pad, width = look.px(_PAD_PX), self.width() - 2 * look.px(_PAD_PX)
        y = places.rows_top
        for row in self._rows:
            row.setGeometry(pad, y, width, look.px(_ROW_PX))
            y += look.px(_ROW_PX + 6)
        if self._field is not None:
            self._field.setGeometry(pad, places.field_top, width, look.px(_EDIT_PX))
        for button, box in zip(self._answers, places.answers(self._answers), strict=True):
            button.setGeometry(box)
        x, y = pad, places.buttons_top
        for button in (self._approve, self._edit, self._decline):
            if button.isHidden():
                continue
            size = button.sizeHint()
            x += look.px(86) if button is self._edit and self._keys_fit() else 0
            button.setGeometry(x, y, size.width(), size.height())
            x += size.width() + look.px(8)
        size = self._quiet.sizeHint()
        fits = x + size.width() + pad <= self.width()
        self._quiet.setGeometry(self.width() - pad - size.width(), y, size.width(), look.px(_BUTTON_PX))
        if self._waiting.is_approval and self._waiting.usd:
            self._quiet.setVisible(fits)

    def _keys_fit(self) -> bool:
        return self.width() >= look.px(640)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, header, and the words."""
        painter = QPainter(self)
        paint_card(painter, self.rect(), event.rect(), look.px(_HEADER_PX), "warning")
        approval = self._waiting.is_approval
        self._paint_header(painter, "Paused before spending" if approval else "Needs your answer")
        (self._paint_price if approval else self._paint_question)(painter)

    def _paint_header(self, painter: QPainter, words: str) -> None:
        left, height = look.px(_PAD_PX), look.px(_HEADER_PX)
        icon = look.pixmap("hand", look.px(16), "status.warning", self.devicePixelRatioF())
        painter.drawPixmap(left, (height - look.px(16)) // 2, icon)
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("status.warning"))
        painter.drawText(QRect(left + look.px(24), 0, self.width(), height), _LEFT, words)
        note = "Nothing is charged yet" if self._waiting.is_approval else ""
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.secondary"))
        painter.drawText(QRect(0, 0, self.width() - left, height), _RIGHT, note)

    def _paint_price(self, painter: QPainter) -> None:
        waiting, pad = self._waiting, look.px(_PAD_PX)
        thumbs = self._thumbs()
        places = _Places(waiting, self._editing, self.width(), len(thumbs))
        x, top = pad, places.body_top
        for piece in thumbs:
            rect = QRect(QPoint(x, top), QSize(look.px(_THUMB.width()), look.px(_THUMB.height())))
            picture = self._pictures.get(piece.path, rect.size(), self.devicePixelRatioF(), radius_px=look.px(4))
            if picture is not None:
                draw(painter, rect, picture)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("fill.placeholder"))
                painter.drawRoundedRect(rect, look.px(4), look.px(4))
            inset = QPoint(look.px(6), look.px(6))
            paint_badge(painter, rect.topLeft() + inset, piece.badge, "image", self.devicePixelRatioF())
            x += rect.width() + look.px(6)
        x += look.px(10) if thumbs else 0
        room = self.width() - x - pad
        painter.setFont(look.font("title"))
        painter.setPen(look.color("text.primary"))
        painter.drawText(QRect(x, top, room, look.px(20)), _LEFT, tool_title(waiting.tool))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.secondary"))
        painter.drawText(QRect(x, top + look.px(24), room, places.message_px), _WRAP, waiting.message)
        painter.setFont(look.font("monoSmall"))
        painter.setPen(look.color("text.muted"))
        line = QRect(x, top + look.px(24) + places.message_px + look.px(6), room, look.px(16))
        painter.drawText(line, _LEFT, waiting.tool)
        painter.setFont(look.font("small"))
        caption = QRect(pad, places.rows_top - look.px(22), self.width() - 2 * pad, look.px(18))
        painter.drawText(caption, _LEFT, "Choose how to make it" if len(self._rows) > 1 else "What it takes")
        painter.drawText(caption, _RIGHT, "Estimate")
        self._paint_trouble(painter, places)
        if self._keys_fit():
            self._paint_keys(painter, QPoint(self._approve.geometry().right() + look.px(9), places.buttons_top))

    def _paint_trouble(self, painter: QPainter, places: "_Places") -> None:
        words = trouble_of(self._waiting)
        if not words:
            return
        left = look.px(_PAD_PX)
        icon = look.pixmap("alert", look.px(14), "status.warning", self.devicePixelRatioF())
        painter.drawPixmap(left, places.trouble_top + look.px(1), icon)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.primary"))
        room = QRect(left + look.px(21), places.trouble_top, self.width() - 2 * left - look.px(21), places.trouble_px)
        painter.drawText(room, _WRAP, words)

    def _paint_keys(self, painter: QPainter, corner: QPoint) -> None:
        """The two keys that approve."""
        painter.setFont(look.font("caption"))
        x = corner.x()
        for words in ("Ctrl", "Enter"):
            width = QFontMetrics(painter.font()).horizontalAdvance(words) + look.px(10)
            key = QRectF(x + 0.5, corner.y() + look.px(7) + 0.5, width, look.px(18))
            painter.setPen(look.color("border.default"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(key, look.px(4), look.px(4))
            painter.setPen(look.color("text.muted"))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, words)
            x += width + look.px(4)

    def _paint_question(self, painter: QPainter) -> None:
        pad = look.px(_PAD_PX)
        places = _Places(self._waiting, False, self.width(), 0)
        painter.setFont(look.font("reading"))
        painter.setPen(look.color("text.primary"))
        room = QRect(pad, places.body_top, self.width() - 2 * pad, places.message_px)
        painter.drawText(room, _WRAP, _question(self._waiting))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted"))
        hint = "Or answer in your own words below." if self._answers else "Answer in the message field below."
        line = QRect(pad, self.height() - pad - look.px(16), self.width() - 2 * pad, look.px(16))
        painter.drawText(line, _LEFT, hint)

    def _picture_came(self, _path: str) -> None:
        self.update()

    def _restyle(self) -> None:
        self._style_field()
        self._place()
        self.update()


class _Places:
    """Where everything of a card lies, for a width."""

    def __init__(self, waiting: Waiting, editing: bool, width_px: int, thumbs: int) -> None:
        pad, gap = look.px(_PAD_PX), look.px(_GAP_PX)
        self._width, self._waiting = width_px, waiting
        self.body_top = look.px(_HEADER_PX) + gap
        taken = thumbs * look.px(_THUMB.width() + 6) + (look.px(10) if thumbs else 0)
        room = max(look.px(120), width_px - 2 * pad - taken)
        self.rows_top = self.field_top = self.trouble_top = self.trouble_px = self.buttons_top = 0
        if not waiting.is_approval:
            self.message_px = _text_px("reading", _question(waiting), width_px - 2 * pad)
            y = self.body_top + self.message_px + gap
            boxes = self._flow([_button_px(words) for words in waiting.options], y)
            self._boxes = boxes
            y = boxes[-1].bottom() + 1 + gap if boxes else y - gap + look.px(6)
            self.height = y + look.px(16) + pad
            return
        self._boxes = []
        self.message_px = _text_px("small", waiting.message, room) if waiting.message else 0
        words = look.px(24) + self.message_px + look.px(22)
        y = self.body_top + max(words, look.px(_THUMB.height()) if thumbs else 0) + look.px(34)
        self.rows_top = y
        y += len(_ways(waiting)) * look.px(_ROW_PX + 6) - look.px(6) + gap
        if editing:
            self.field_top = y
            y += look.px(_EDIT_PX) + gap
        trouble = trouble_of(waiting)
        if trouble:
            self.trouble_top, self.trouble_px = y, _text_px("small", trouble, width_px - 2 * pad - look.px(21))
            y += self.trouble_px + gap
        self.buttons_top = y
        self.height = y + look.px(_BUTTON_PX) + pad

    def answers(self, buttons: list[CardButton]) -> list[QRect]:
        """Return the boxes of the answers."""
        return self._boxes[: len(buttons)]

    def _flow(self, widths: list[int], top: int) -> list[QRect]:
        pad, gap, height = look.px(_PAD_PX), look.px(8), look.px(_BUTTON_PX)
        boxes: list[QRect] = []
        x, y = pad, top
        for width in widths:
            width = min(width, self._width - 2 * pad)
            if x > pad and x + width > self._width - pad:
                x, y = pad, y + height + gap
            boxes.append(QRect(x, y, width, height))
            x += width + gap
        return boxes


def pieces_of(waiting: Waiting, by_index: Callable[[int], Piece | None]) -> list[Piece]:
    """The pictures that a held call works on, at most three."""
    found: list[Piece] = []
    for key, value in waiting.arguments.items():
        lower = key.lower()
        if ("index" not in lower and "indices" not in lower) or "video" in lower or "audio" in lower:
            continue
        for index in value if isinstance(value, list) else [value]:
            piece = by_index(index) if isinstance(index, int) and not isinstance(index, bool) else None
            if piece is not None and piece not in found:
                found.append(piece)
    return found[:_MOST_THUMBS]


def trouble_of(waiting: Waiting) -> str:
    """What stands in the way of a decision."""
    if waiting.is_approval and waiting.preview is None and not waiting.trouble:
        return "This can’t be paid for just now. Decline it, or stop."
    return waiting.trouble


def _ways(waiting: Waiting) -> list[tuple[str, str, tuple[str, str, str], dict[str, Any]]]:
    icon = _CURRENCY.get(waiting.token_type, ("", "", ""))[1] if waiting.cost is not None else ""
    number = f"{waiting.cost:,.1f}" if waiting.cost is not None else ""
    dollars = _dollars(waiting.usd)
    ways: list[tuple[str, str, tuple[str, str, str], dict[str, Any]]] = [
        (waiting.model or "As asked", _facts(waiting) or "As you asked for it", (icon, number, dollars), {})
    ]
    if waiting.preview is not None:
        ways.append(
            ("Faster", "Quicker, with less detail", (icon, number or dollars, "or less"), {"qualityTier": "fast"})
        )
    return ways


def _dollars(usd: float | None) -> str:
    if usd is None:
        return ""
    return f"${usd:,.2f}" if usd >= 0.005 else "under $0.01"


def _facts(waiting: Waiting) -> str:
    arguments = waiting.arguments
    width, height = arguments.get("width"), arguments.get("height")
    size = f"{width} × {height}" if isinstance(width, int) and isinstance(height, int) else ""
    seconds = arguments.get("duration")
    length = f"{seconds:g} s" if isinstance(seconds, int | float) and not isinstance(seconds, bool) else ""
    count = next((arguments[k] for k in ("numberOfVariations", "number_of_variations") if k in arguments), None)
    several = f"{count} of them" if isinstance(count, int) and count > 1 else ""
    return " · ".join(filter(None, (size, length, several)))


def _question(waiting: Waiting) -> str:
    return waiting.message or "It needs something from you to go on."


def _text_px(style: str, text: str, width_px: int) -> int:
    return QFontMetrics(look.font(style)).boundingRect(0, 0, width_px, 10_000, _WRAP, text).height()


def _button_px(words: str) -> int:
    return QFontMetrics(look.font("bodyStrong")).horizontalAdvance(words) + look.px(24)
