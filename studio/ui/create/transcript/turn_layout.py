"""One turn laid out: its parts from top to bottom, kept and reused while it changes."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextDocument

from studio.ui.create import look
from studio.ui.create.transcript.answer import AnswerPart
from studio.ui.create.transcript.ask_card import AskCard, pieces_of
from studio.ui.create.transcript.draft_card import DraftCard
from studio.ui.create.transcript.parts import DividerPart, NotePart, PaintState, Part, WidgetPart
from studio.ui.create.transcript.results import ResultsPart
from studio.ui.create.transcript.strip import height_of, justify
from studio.ui.create.transcript.tiles import aspect_of
from studio.ui.create.transcript.tool_card import ToolCard
from studio.ui.create.transcript.trouble_card import TroubleCard
from studio.ui.create.transcript.user_card import UserPart
from studio.viewmodels.state import Piece, TextItem, ToolItem, Trouble, Turn, Waiting

TOP_PX = 16
"""Space above each turn, at 100 %."""
_OPEN = ("queued", "working")
_PHASES = {"uploading": ("Sending your files…", "upload"), "reconnecting": ("Catching up…", "progress")}


@dataclass
class Surroundings:
    """What every turn of the session needs to be laid out."""

    piece: Callable[[str], Piece | None]
    by_index: Callable[[int], Piece | None]
    decorate: Callable[[QTextDocument], bool]
    """Adds the mention chips to a finished document."""
    editing: set[str] = field(default_factory=set)
    """Turns whose held call is being changed before it is approved."""
    folded: dict[str, bool] = field(default_factory=dict)
    """Tool cards that the person folded or opened, by call id; their choice wins."""


@dataclass(frozen=True)
class WidgetSpec:
    """A child widget that a turn needs, by key."""

    item: ToolItem | None = None
    trouble: Trouble | None = None
    title: str = ""
    folded: bool = False
    waiting: Waiting | None = None
    editing: bool = False
    draft: bool = False


class TurnLayout:
    """Parts of one turn. ``height`` includes the space above it."""

    def __init__(self, turn: Turn, around: Surroundings, width_px: int) -> None:
        self.turn = turn
        self.parts: list[Part] = []
        self.specs: dict[str, WidgetSpec] = {}
        self.height = 0
        self._around = around
        self._width = width_px
        self._by_key: dict[Hashable, Part] = {}
        self.refresh(turn)

    def refresh(self, turn: Turn, width_px: int | None = None) -> int:
        """Lay out the turn's present state and return the y from which it changed; -1 for nothing."""
        self.turn = turn
        wider = width_px is not None and width_px != self._width
        self._width = width_px if width_px is not None else self._width
        old, self._by_key, self.parts, self.specs = self._by_key, {}, [], {}
        y = look.px(TOP_PX)
        changed = -1
        for key, make in self._wanted():
            part = old.get(key)
            fresh = part is None
            part = part or make()
            top = -1
            if isinstance(part, AnswerPart):
                top = self._show_text(part, key)
            if fresh or wider or part.widget_key:
                part.layout(self._width)
            above = 0 if not self.parts else look.px(part.gap_px)
            moved = part.y != y + above
            part.y = y + above
            y = part.y + part.height
            if changed < 0 and (fresh or moved or wider):
                changed = part.y
            elif changed < 0 and top >= 0:
                changed = part.y + top
            self._by_key[key] = part
            self.parts.append(part)
        if changed < 0 and len(old) != len(self._by_key):
            changed = 0
        self.height = y
        return changed

    def paint(self, painter: QPainter, visible: QRectF, state: PaintState, ranges: "Ranges") -> None:
        """Draw what lies in *visible*, in turn coordinates."""
        for number, part in enumerate(self.parts):
            if part.y > visible.bottom() + 4 or part.y + part.height < visible.top() - 4 or part.widget_key:
                continue
            painter.save()
            painter.translate(0, part.y)
            state.ranges = ranges(number)
            part.paint(painter, visible.translated(0, -part.y), state)
            painter.restore()

    def decorate_again(self) -> None:
        """Names of pieces that have become known get their chips; ``refresh`` then moves what is below."""
        for part in self.parts:
            if isinstance(part, AnswerPart):
                part.decorate_again()

    def part_at(self, y: float) -> tuple[int, Part]:
        """The part at *y*, or the nearest one above it."""
        number = 0
        for position, part in enumerate(self.parts):
            if part.y <= y:
                number = position
        return number, self.parts[number]

    def piece_at(self, point: QPointF) -> str:
        """Id of the piece under *point*; empty for none."""
        _, part = self.part_at(point.y())
        return part.piece_at(point - QPointF(0, part.y))

    def piece_ids(self) -> list[str]:
        """Pieces shown in the turn, in order."""
        return [piece_id for part in self.parts for piece_id, _ in part.pieces()]

    def words(self) -> str:
        """What a screen reader says for the whole turn."""
        return "\n".join(words for part in self.parts if (words := part.words()))

    def _show_text(self, part: AnswerPart, key: Hashable) -> int:
        assert isinstance(key, tuple)
        item = self.turn.items[key[1]]
        assert isinstance(item, TextItem)
        working = self.turn.status == "working" and self.turn.waiting is None
        streaming = working and key[1] == len(self.turn.items) - 1
        ended = part.streaming and not streaming
        part.streaming = part.streaming or streaming
        top = part.set_text(item.text)
        if ended or not streaming:
            part.end()
        return max(top, 0) if ended else top

    def _wanted(self) -> Iterator[tuple[Hashable, Callable[[], Part]]]:
        """Key and maker of each part, from top to bottom; a part with the same key is kept."""
        turn, around = self.turn, self._around
        if turn.round > 1:
            yield ("divider", turn.round), lambda: DividerPart(turn.round)
        if turn.user_text or turn.attachments:
            found = tuple(map(around.piece, turn.attachments))
            yield (
                ("user", turn.user_text, turn.attachments, tuple(piece is not None for piece in found)),
                lambda: UserPart(turn.user_text, turn.attachments, around.piece, around.decorate),
            )
        running = [item.call_id for item in turn.items if isinstance(item, ToolItem) and _is_open(item)]
        newest = running[-1] if running else ""
        for position, item in enumerate(turn.items):
            if isinstance(item, TextItem):
                if item.text.strip():
                    yield ("text", position), lambda: AnswerPart(around.decorate)
            else:
                yield from self._wanted_of_tool(item, newest)
        if turn.waiting is not None:
            yield self._wanted_ask(turn.waiting)
        if turn.trouble is not None:
            title = "The answer didn't finish" if turn.items else "No answer came"
            yield from self._wanted_trouble(f"trouble:{turn.id}", WidgetSpec(trouble=turn.trouble, title=title))
        for notice in turn.notices:
            yield ("notice", notice), lambda text=notice: NotePart(text, "info")  # type: ignore[misc]
        if turn.phase in _PHASES and turn.status in ("waiting", "working"):
            words, icon = _PHASES[turn.phase]
            yield ("phase", turn.phase), lambda: NotePart(words, icon)
        elif self._is_thinking():
            yield ("thinking",), lambda: NotePart("Thinking…")
        if turn.status == "stopped" and not any(isinstance(i, ToolItem) and i.status == "stopped" for i in turn.items):
            yield ("stopped",), lambda: NotePart("You stopped this", "stop")
        if turn.answered_by and turn.status in ("done", "failed", "stopped"):
            yield ("by", turn.answered_by), lambda: NotePart(turn.answered_by)

    def _wanted_ask(self, waiting: Waiting) -> tuple[Hashable, Callable[[], Part]]:
        key, editing = f"ask:{self.turn.id}", self.turn.id in self._around.editing
        self.specs[key] = WidgetSpec(waiting=waiting, editing=editing)
        thumbs = len(pieces_of(waiting, self._around.by_index))
        seen = (waiting.message, waiting.cost, waiting.trouble, waiting.options, waiting.preview is None)
        return (
            (key, editing, thumbs, seen),
            lambda: WidgetPart(
                key, lambda width: AskCard.height_for(waiting, editing, width, thumbs), lambda: waiting.message
            ),
        )

    def _wanted_of_tool(self, item: ToolItem, newest: str) -> Iterator[tuple[Hashable, Callable[[], Part]]]:
        if _is_open(item) and item.status == "queued" and self.turn.waiting is not None:
            return  # the card that asks stands for it
        if _is_open(item):
            folded = self._around.folded.get(item.call_id, item.call_id != newest)
            key = f"card:{item.call_id}"
            self.specs[key] = WidgetSpec(item=item, folded=folded)
            yield (
                (key, folded),
                lambda: WidgetPart(key, lambda width: ToolCard.height_for(item, folded, width), lambda: item.sentence),
            )
            return
        found = tuple(piece for piece in map(self._around.piece, item.piece_ids) if piece is not None)
        if item.status != "failed" or found:
            shapes = tuple((piece.id, piece.width, piece.height, piece.missing) for piece in found)
            yield (
                ("results", item.call_id, item.status, item.sentence, item.model, item.seconds, item.message, shapes),
                lambda: ResultsPart(item, self._around.piece),
            )
        if item.status == "done" and item.draft:
            key = f"draft:{item.call_id}"
            self.specs[key] = WidgetSpec(item=item, draft=True)
            yield (key,), lambda: WidgetPart(key, DraftCard.height_for, lambda: "Open in the editor")
        if item.status == "failed":
            trouble = item.trouble or Trouble(item.message or "The tool stopped before it was done.")
            spec = WidgetSpec(item=item, trouble=trouble, title=failure_title(item.sentence))
            yield from self._wanted_trouble(f"trouble:{item.call_id}", spec)

    def _wanted_trouble(self, key: str, spec: WidgetSpec) -> Iterator[tuple[Hashable, Callable[[], Part]]]:
        trouble = spec.trouble
        assert trouble is not None
        self.specs[key] = spec
        yield (
            (key, trouble),
            lambda: WidgetPart(key, lambda width: TroubleCard.height_for(trouble, width), lambda: trouble.what),
        )

    def _is_thinking(self) -> bool:
        """Working, and nothing on screen says so."""
        turn = self.turn
        if turn.status not in ("waiting", "working") or turn.waiting is not None:
            return False
        if any(_is_open(item) for item in turn.items):
            return False
        last = turn.items[-1] if turn.items else None
        return not (isinstance(last, TextItem) and last.text.strip())


Ranges = Callable[[int], Callable[[int], tuple[int, int] | None]]


def _is_open(item: TextItem | ToolItem) -> bool:
    return isinstance(item, ToolItem) and item.status in _OPEN


def failure_title(sentence: str) -> str:
    """Heading of a failed call: ``Painting 4 images didn't finish``."""
    return f"{sentence} didn't finish"


def estimate(turn: Turn, piece: Callable[[str], Piece | None], width_px: int) -> int:
    """Height that *turn* will roughly have, without laying it out."""
    line = 22
    letters = max(20, width_px // 7)
    height = TOP_PX + (30 if turn.round > 1 else 0)
    if turn.user_text or turn.attachments:
        lines = len(turn.user_text) // min(letters, 74) + turn.user_text.count("\n") + 1
        height += lines * line + 20 + (72 if turn.attachments else 0)
    for item in turn.items:
        height += 16
        if isinstance(item, TextItem):
            height += (len(item.text) // letters + item.text.count("\n") + 1) * line
        elif item.status in _OPEN:
            height += 272
        else:
            found = [known for known in map(piece, item.piece_ids[:9]) if known is not None]
            height += 20 + (8 + height_of(justify([aspect_of(p) for p in found], width_px)) if found else 0)
            height += 160 if item.status == "failed" else 48 if item.draft else 0
    height += 160 if turn.trouble is not None else 0
    height += 340 if turn.waiting is not None else 0
    return height + 26 * (len(turn.notices) + bool(turn.answered_by))
