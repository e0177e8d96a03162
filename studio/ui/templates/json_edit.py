"""The text of the JSON tab: line numbers, colours, marks in the gutter, and parts that fold away."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme

_FOLD_KEYS: Final = "Ctrl+Shift+["
_OPEN_KEYS: Final = "Ctrl+Shift+]"
_ENTRY_INDENT: Final = 4
"""Spaces before a stage or an input."""
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_TOKENS: Final = (
    (r"\$(?:inputs|artifacts|item|runtime|run)(?:\.[A-Za-z_]\w*|\[\d+\]|\[\*\])*", "media.video"),
    (r"(?<![\w.\"])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b", "media.model3d"),
    (r"\b(?:true|false|null)\b", "media.text"),
)


class _Colours(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._string = QRegularExpression(_STRING)
        self._rules = [(QRegularExpression(pattern), key) for pattern, key in _TOKENS]

    def highlightBlock(self, text: str) -> None:
        """Colour one line: names, texts, then what stands outside or inside them."""
        inside = [False] * len(text)
        strings = self._string.globalMatch(text)
        while strings.hasNext():
            match = strings.next()
            start, end = match.capturedStart(), match.capturedEnd()
            is_name = text[end:].lstrip().startswith(":")
            self.setFormat(start, end - start, _coloured("accent.text" if is_name else "media.audio"))
            inside[start:end] = [True] * (end - start)
        for number, (rule, key) in enumerate(self._rules):
            matches = rule.globalMatch(text)
            while matches.hasNext():
                match = matches.next()
                start = match.capturedStart()
                if number == 0 or not inside[start]:  # references live in texts, numbers and words do not
                    self.setFormat(start, match.capturedLength(), _coloured(key))


def _coloured(key: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(theme().color(key))
    return form


class _Gutter(QWidget):
    """Line numbers, and marks where problems are."""

    def __init__(self, edit: "JsonEdit") -> None:
        super().__init__(edit)
        self._edit = edit

    @guarded(QSize(40, 0))
    def sizeHint(self) -> QSize:
        """As wide as the longest number."""
        return QSize(self._edit.gutter_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines in view."""
        self._edit.paint_gutter(QPainter(self), event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or open what begins there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._edit.toggle(self._edit.block_at(event.position().toPoint().y()))


def opens(block: QTextBlock) -> bool:
    """Whether a part begins in a line."""
    return block.text().rstrip().endswith(("{", "[")) and block.next().isValid()


def is_folded(block: QTextBlock) -> bool:
    """Whether the part that begins in a line is hidden."""
    return block.isVisible() and block.next().isValid() and not block.next().isVisible()


def end_of(block: QTextBlock) -> QTextBlock | None:
    """Return the line in which a part ends: the next that stands as far left. None where none begins."""
    if not opens(block):
        return None
    within, after = _indent(block.text()), block.next()
    while after.isValid() and (not after.text().strip() or _indent(after.text()) > within):
        after = after.next()
    return after if after.isValid() else None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


class JsonEdit(QPlainTextEdit):
    """A text with line numbers, whose parts fold.

    Signals:
        framed(): the place of the text has another size.
    """

    framed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jsonEdit")
        self.setProperty("mono", True)
        self.setAccessibleName("The template as JSON")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(2 * QFontMetricsF(theme().font("mono")).horizontalAdvance(" "))
        self.marks: dict[int, bool] = {}
        """Lines (from 0) with problems, and whether one of them blocks."""
        self._colours = _Colours(self.document())
        self._gutter = _Gutter(self)
        context = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence(_FOLD_KEYS), self, context=context).activated.connect(lambda: self.fold_here(True))
        QShortcut(QKeySequence(_OPEN_KEYS), self, context=context).activated.connect(lambda: self.fold_here(False))
        self.cursorPositionChanged.connect(self._open_at_caret)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._scrolled)
        theme().on_change(self, self._restyle)
        self._make_room()

    def gutter_px(self) -> int:
        """Width of the numbers and marks."""
        digits = len(str(max(100, self.blockCount())))
        return round(QFontMetricsF(theme().font("monoSmall")).horizontalAdvance("9") * digits) + theme().px(40)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Paint the numbers of the lines inside *area*."""
        shade = theme()
        painter.setFont(shade.font("monoSmall"))
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= area.bottom():
            height = round(self.blockBoundingRect(block).height())
            if block.isVisible() and top + height >= area.top():
                number = block.blockNumber()
                here = number == self.textCursor().blockNumber()
                painter.setPen(shade.color("text.secondary" if here else "text.muted"))
                box = QRect(0, top, self._gutter.width() - shade.px(22), height)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))
                if number in self.marks:
                    color = shade.color("status.danger" if self.marks[number] else "status.warning")
                    edge = shade.px(6)
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(color)
                    painter.drawEllipse(shade.px(6), top + (height - edge) // 2, edge, edge)
                if opens(block):
                    name = "chevron-right" if is_folded(block) else "chevron-down"
                    icon = icons.pixmap(name, 12, "text.muted", self.devicePixelRatioF())
                    edge = shade.px(12)
                    painter.drawPixmap(self._gutter.width() - edge - shade.px(4), top + (height - edge) // 2, icon)
            top += height
            block = block.next()

    def set_marks(self, marks: dict[int, bool]) -> None:
        """Show where problems are."""
        self.marks = marks
        self._gutter.update()

    # --- folding -------------------------------------------------------------------------------

    def block_at(self, y_px: int) -> QTextBlock:
        """Return the line at a height of the gutter."""
        return self.cursorForPosition(QPoint(0, y_px)).block()

    def toggle(self, block: QTextBlock) -> None:
        """Fold what begins in a line, or open it."""
        self.set_folded(block, not is_folded(block))

    def set_folded(self, block: QTextBlock, folded: bool) -> None:
        """Hide the lines between a bracket and its end, or show them. Folds inside stay open."""
        last = end_of(block)
        if last is None:
            return
        inner = block.next()
        while inner.isValid() and inner.blockNumber() < last.blockNumber():
            inner.setVisible(not folded)
            inner.setLineCount(0 if folded else 1)
            inner = inner.next()
        caret = self.textCursor().blockNumber()
        if folded and block.blockNumber() < caret < last.blockNumber():
            self.setTextCursor(QTextCursor(block))
        self.document().markContentsDirty(block.position(), last.position() - block.position())
        layout = self.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self.viewport().update()
        self._gutter.update()

    def fold_here(self, folded: bool) -> None:
        """Fold the innermost part at the caret, or open it."""
        block = self.textCursor().block()
        end = end_of(block)
        if end is None or (folded and is_folded(block)):
            within, block = _indent(block.text()), block.previous()
            while block.isValid() and not (opens(block) and _indent(block.text()) < within):
                block = block.previous()
        if block.isValid():
            self.set_folded(block, folded)

    def fold_stages(self) -> None:
        """Fold every stage and input, so that each is one line."""
        block = self.document().firstBlock()
        while block.isValid():
            if _indent(block.text()) == _ENTRY_INDENT and opens(block) and not is_folded(block):
                self.set_folded(block, True)
            block = block.next()

    def open_all(self) -> None:
        """Show every line."""
        block = self.document().firstBlock()
        while block.isValid():
            if is_folded(block):
                self.set_folded(block, False)
            block = block.next()

    def _open_at_caret(self) -> None:
        """The caret is never where nobody sees it."""
        block = self.textCursor().block()
        while not block.isVisible():
            before = block.previous()
            while before.isValid() and not before.isVisible():
                before = before.previous()
            self.set_folded(before, False)
            if not block.isVisible():  # brackets that do not match
                self.open_all()
                return

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What a text offers, and folding."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        fold = menu.addAction("Fold")
        fold.setShortcut(QKeySequence(_FOLD_KEYS))
        fold.triggered.connect(lambda: self.fold_here(True))
        unfold = menu.addAction("Open the fold")
        unfold.setShortcut(QKeySequence(_OPEN_KEYS))
        unfold.triggered.connect(lambda: self.fold_here(False))
        menu.addAction("Fold every stage and input").triggered.connect(self.fold_stages)
        menu.addAction("Open every fold").triggered.connect(self.open_all)
        menu.popup(event.globalPos())

    def show_text(self, text: str, *, undoable: bool = False) -> None:
        """Show another text; lines that are the same stay as they are, with their folds and the caret.

        Args:
            undoable: undo leads back to what was there; otherwise it is undone in the template, not here.
        """
        old, new = self.toPlainText().split("\n"), text.split("\n")
        if new == old:
            return
        first, most = 0, min(len(old), len(new))
        while first < most and old[first] == new[first]:
            first += 1
        same = 0
        while same < most - first and old[-1 - same] == new[-1 - same]:
            same += 1
        # Whole lines, with the break before or behind them.
        cursor = QTextCursor(self.document().findBlockByNumber(first if first < len(old) else first - 1))
        middle = "\n".join(new[first : len(new) - same])
        if first == len(old):
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            middle = f"\n{middle}"
        elif same:
            end = self.document().findBlockByNumber(len(old) - same)
            cursor.setPosition(end.position(), QTextCursor.MoveMode.KeepAnchor)
            middle += "\n" if first < len(new) - same else ""
        else:
            if first == len(new):
                cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(middle)
        if not undoable:
            self.document().clearUndoRedoStacks()

    def go_to_line(self, line: int, column: int = 0) -> None:
        """Put the caret there, counted from 0."""
        block = self.document().findBlockByNumber(max(0, line))
        cursor = QTextCursor(block)
        units = len(block.text()[:column].encode("utf-16-le")) // 2  # as Qt counts
        cursor.setPosition(block.position() + units)
        self.setTextCursor(cursor)
        self.centerCursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter is as high as the text."""
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._gutter.setGeometry(QRect(inner.left(), inner.top(), self.gutter_px(), inner.height()))
        self.framed.emit()

    def _restyle(self) -> None:
        self._colours.rehighlight()

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_px(), 0, 0, 0)

    def _scrolled(self, area: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())
