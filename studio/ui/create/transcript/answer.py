"""The assistant's words: a stack of chunks of which only the last is ever laid out again."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QPainter, QTextDocument

from studio.ui.create import look
from studio.ui.create.transcript import markdown
from studio.ui.create.transcript.blocks import BlockSplitter, Chunk
from studio.ui.create.transcript.parts import PaintState, Part, TextSpot

_GAPS_PX = {"heading": 18, "rule": 14}
_GAP_PX = 10


@dataclass
class _Laid:
    chunk: Chunk
    document: QTextDocument
    top: int
    height: int
    spot: TextSpot


class AnswerPart(Part):
    """Markdown that may still grow."""

    def __init__(self, decorate: Callable[[QTextDocument], bool]) -> None:
        """*decorate* is called once for each chunk that is complete; it adds mention chips and says whether it did."""
        super().__init__()
        self.streaming = False
        self._decorate = decorate
        self._width = 0
        self._taken = 0
        self._ended = False
        self._head = ""
        self._splitter = BlockSplitter()
        self._done: list[_Laid] = []
        self._tops: list[int] = []
        self._tail: _Laid | None = None

    def set_text(self, text: str) -> int:
        """Show *text* and return the y from which the part has changed; -1 when nothing did.

        Text that continues what is shown costs only what was added.
        """
        if len(text) < self._taken or not text.startswith(self._head):
            self._start_over()
        if len(text) == self._taken:
            return -1
        self._splitter.feed(text[self._taken :] if self._taken else text)
        self._taken = len(text)
        self._ended = False
        self._head = text[:64]
        changed = self._tail.top if self._tail is not None else self._bottom()
        if self._width:
            self._take()
        return changed

    def layout(self, width_px: int) -> None:
        if width_px == self._width and (self._done or self._tail):
            return
        chunks = [laid.chunk for laid in self._done]
        self._width = width_px
        self._done, self._tops, self._tail = [], [], None
        for chunk in chunks:
            self._add(chunk)
        self._take()
        if self._ended:
            self._ended = False
            self.end()

    def end(self) -> None:
        """The text is complete: its last chunk gets its mention chips too."""
        if self._tail is not None and self._width and not self._ended and self._decorate(self._tail.document):
            self._measure(self._tail)
            self.height = self._bottom()
        self._ended = True
        self.streaming = False

    def decorate_again(self) -> None:
        """Give names of pieces that have become known their chips."""
        laid_out = self._done if not self._ended else self._all()
        changed = [laid for laid in laid_out if self._decorate(laid.document)]
        if not changed:
            return
        for number, laid in enumerate(self._all()):
            laid.top = self._top_after(number, laid.chunk)
            self._measure(laid)
        self._tops = [laid.top for laid in self._done]
        self.height = self._bottom()

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState) -> None:
        for number, laid in self._between(visible.top(), visible.bottom()):
            if laid.chunk.kind == "code":
                self._paint_code_ground(painter, laid)
            elif laid.chunk.kind == "quote":
                bar = QRectF(0, laid.top, look.px(3), laid.height)
                painter.fillRect(bar, look.color("border.strong"))
            elif laid.chunk.kind == "rule":
                y = laid.top + laid.height // 2
                painter.setPen(look.color("border.default"))
                painter.drawLine(0, y, self._width, y)
                continue
            laid.spot.paint(painter, visible, state.ranges(number), _color_of(laid.chunk))
        if self.streaming:
            self._paint_caret(painter)

    def texts(self) -> list[TextSpot]:
        return [laid.spot for laid in self._all()]

    def texts_between(self, top_px: float, bottom_px: float) -> Iterator[tuple[int, TextSpot]]:
        return ((number, laid.spot) for number, laid in self._between(top_px, bottom_px))

    def words(self) -> str:
        return "\n".join(markdown.text_of(laid.document) for laid in self._all())

    def source(self) -> str:
        """The Markdown, joined again."""
        return "\n\n".join(laid.chunk.source for laid in self._all())

    def _start_over(self) -> None:
        self._splitter = BlockSplitter()
        self._done, self._tops, self._tail, self._taken, self._head = [], [], None, 0, ""

    def _take(self) -> None:
        """Lay out what the splitter has finished, then the tail."""
        for chunk in self._splitter.take_finished():
            if self._tail is not None and _continues(self._tail.chunk, chunk):
                laid, self._tail = self._tail, None
                markdown.fill(laid.document, chunk)
                laid.chunk = chunk
                self._measure(laid)
                self._keep(laid)
            else:
                self._tail = None
                self._add(chunk)
        tail = self._splitter.tail
        if tail is None:
            self._tail = None
        elif self._tail is not None and _continues(self._tail.chunk, tail):
            if self._tail.chunk.source != tail.source:
                markdown.fill(self._tail.document, tail)
                self._tail.chunk = tail
                self._measure(self._tail)
        else:
            self._tail = self._lay(tail)
        self.height = self._bottom()

    def _add(self, chunk: Chunk) -> None:
        self._keep(self._lay(chunk))

    def _keep(self, laid: _Laid) -> None:
        if self._decorate(laid.document):
            self._measure(laid)
        self._done.append(laid)
        self._tops.append(laid.top)

    def _lay(self, chunk: Chunk) -> _Laid:
        document = markdown.new_document()
        markdown.fill(document, chunk)
        top = self._top_after(len(self._done), chunk)
        laid = _Laid(chunk, document, top, 0, TextSpot(document, QPoint(0, top), 0))
        self._measure(laid)
        return laid

    def _top_after(self, number: int, chunk: Chunk) -> int:
        """Where the chunk with this number begins, below the one before it."""
        if not number:
            return 0
        above = self._done[number - 1]
        gap = 0 if chunk.joined else look.px(_GAPS_PX.get(chunk.kind, _GAP_PX))
        if chunk.joined and chunk.kind == "list":
            gap = look.px(4)
        return above.top + above.height + gap

    def _measure(self, laid: _Laid) -> None:
        inset = look.px({"code": 12, "quote": 15}.get(laid.chunk.kind, 0))
        pad = look.px(10) if laid.chunk.kind == "code" else 0
        laid.document.setTextWidth(max(40, self._width - inset - (inset if pad else 0)))
        height = look.px(16) if laid.chunk.kind == "rule" else round(laid.document.size().height()) + 2 * pad
        laid.height = height
        laid.spot = TextSpot(laid.document, QPoint(inset, laid.top + pad), height - 2 * pad)

    def _all(self) -> list[_Laid]:
        return [*self._done, self._tail] if self._tail is not None else self._done

    def _between(self, top_px: float, bottom_px: float) -> Iterator[tuple[int, _Laid]]:
        number = max(0, bisect_right(self._tops, top_px) - 1)
        while number < len(self._done) and self._done[number].top <= bottom_px:
            yield number, self._done[number]
            number += 1
        if self._tail is not None and self._tail.top <= bottom_px:
            yield len(self._done), self._tail

    def _bottom(self) -> int:
        last = self._tail or (self._done[-1] if self._done else None)
        return last.top + last.height if last is not None else 0

    def _paint_code_ground(self, painter: QPainter, laid: _Laid) -> None:
        painter.save()
        painter.setPen(look.color("border.subtle"))
        painter.setBrush(look.color("fill.code"))
        painter.drawRoundedRect(QRectF(0.5, laid.top + 0.5, self._width - 1, laid.height - 1), look.px(7), look.px(7))
        painter.restore()

    def _paint_caret(self, painter: QPainter) -> None:
        last = self._tail or (self._done[-1] if self._done else None)
        if last is None or last.chunk.kind == "rule":
            return
        block = last.document.lastBlock()
        line = block.layout().lineForTextPosition(max(0, block.length() - 1))
        corner = QPointF(last.spot.corner)
        if line.isValid():
            where = last.document.documentLayout().blockBoundingRect(block).topLeft()
            at: Any = line.cursorToX(max(0, block.length() - 1))
            x = at[0] if isinstance(at, tuple) else at
            corner += where + QPointF(x + look.px(2), line.y() + look.px(3))
        painter.fillRect(QRectF(corner.x(), corner.y(), look.px(2), look.px(16)), look.color("accent.base"))


def _continues(shown: Chunk, grown: Chunk) -> bool:
    """Whether *grown* is the chunk *shown*, further on: its document can be used again."""
    return (shown.kind == grown.kind or "code" not in (shown.kind, grown.kind)) and shown.joined == grown.joined


def _color_of(chunk: Chunk) -> str:
    return "text.secondary" if chunk.kind == "quote" else "text.primary"
