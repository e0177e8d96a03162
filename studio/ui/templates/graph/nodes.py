"""One node of the graph. Ports belong to it and are painted by it: fewer items make a quicker scene."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.ui.gallery.peaks import peaks
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.guard import guarded
from studio.ui.templates.graph import facts as f
from studio.ui.templates.graph import look
from studio.ui.templates.graph.facts import NodeFacts, PortFacts, Side
from studio.ui.theme import theme, tokens

PLAIN_BELOW: Final = 0.5
"""Below this zoom a node is a coloured box with its title."""
BOX_BELOW: Final = 0.2
_MARGIN: Final = 26.0
_RADIUS: Final = float(tokens.value("radius.card"))
_PICTURE_RADIUS: Final = float(tokens.value("radius.picture"))
_PORT: Final = float(tokens.value("size.node.port"))
_PORT_INNER: Final = 7.0
_HOT_PORT: Final = 12.0
_HIT: Final = 11.0
_MARK: Final = 16.0
_SEMIBOLD: Final = 600


class StageRun(NamedTuple):
    """How a stage of a run stands.

    Attributes:
        fraction: 0–1; None while it is not known.
        state: ``queued``, ``running``, ``waiting_for_user``, ``completed``, ``failed``, ``skipped`` …
        items: the same of every item of a batch, as fraction and state.
    """

    fraction: float | None
    state: str
    items: Sequence[tuple[float | None, str]] = ()


_STATE_KEYS: Final[Mapping[str, str]] = {
    "running": "accent.base", "waiting_for_user": "status.warning", "partial_failure": "status.warning",
    "completed": "status.success", "failed": "status.danger",
}  # fmt: skip


class NodeItem(QGraphicsItem):
    """A stage, or the inputs. The scene tells it what to show; it never changes the document."""

    def __init__(self, facts: NodeFacts) -> None:
        super().__init__()
        self.facts = facts
        self.results: tuple[Path, ...] = ()
        self.words: tuple[str, ...] = ()
        self.cost = ""
        self.run: StageRun | None = None
        self.sweep = 0.0
        self.chosen = False
        self.hovered = False
        self.ringed = False
        self.fitting: frozenset[tuple[Side, str]] | None = None
        """While something is dragged: the ports that it fits; None otherwise."""
        self.hot: tuple[Side, str] | None = None
        self.cards = facts.kind == "batch"
        self._room: float | None = None
        self._body = f.body_of(facts, 0, False, 0)
        self.setZValue(2)

    # --- what it shows -------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The stage, or ``INPUTS``."""
        return self.facts.id

    @property
    def width(self) -> float:
        """In units."""
        return float(self.facts.width)

    @property
    def height(self) -> float:
        """In units."""
        return self._body.height

    @property
    def box(self) -> QRectF:
        """The node itself, in its own units."""
        return QRectF(0, 0, self.width, self.height)

    def set_facts(self, facts: NodeFacts) -> None:
        """Show other facts."""
        if facts != self.facts:
            self.facts = facts
            self.cards = facts.kind == "batch"
            self._measure()

    def set_results(self, results: Sequence[Path], words: str = "") -> None:
        """Show what the last run made: pictures, films, a sound, or the beginning of a text."""
        wanted = tuple(look.elided(line, "caption", self.width - 2 * f.PAD) for line in _two_lines(words, self.width))
        if (tuple(results), wanted) != (self.results, self.words):
            self.results, self.words = tuple(results), wanted
            self._measure()

    def set_room(self, room: float | None) -> None:
        """Take at most so much height for pictures; None: as much as they want."""
        if room != self._room:
            self._room = room
            if self.results:
                self._measure()

    def set_run(self, run: StageRun | None) -> None:
        """Show how far it is."""
        if run != self.run:
            self.run = run
            self.update()

    def mark(self, **state: Any) -> None:
        """Set ``chosen``, ``hovered``, ``ringed``, ``fitting``, ``hot`` or ``cost`` and repaint if one is different."""
        changed = False
        for name, value in state.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
                changed = True
        if changed:
            self.update()

    def _measure(self) -> None:
        self.prepareGeometryChange()
        pictures = [path for path in self.results if path.suffix.lower() not in f.SOUNDS]
        sound = len(pictures) < len(self.results)
        self._body = f.body_of(self.facts, len(pictures), sound, len(self.words), room=self._room)
        self.update()

    # --- ports ---------------------------------------------------------------------------------

    def port_spot(self, side: Side, name: str) -> QPointF:
        """Return the middle of a port in the scene; the title row for what has none."""
        port = self.facts.port(side, name)
        row = port.row if port is not None else -1
        y = f.HEADER + f.ABOVE_ROWS + row * f.ROW + f.ROW / 2 if row >= 0 else f.HEADER / 2
        return self.pos() + QPointF(0 if side == "in" else self.width, y)

    def port_at(self, scene_spot: QPointF, reach: float = _HIT) -> PortFacts | None:
        """Return the port near a place in the scene."""
        for port in self.facts.ports:
            spot = self.port_spot(port.side, port.name)
            if abs(spot.x() - scene_spot.x()) <= reach and abs(spot.y() - scene_spot.y()) <= min(reach, f.ROW / 2):
                return port
        return None

    # --- Qt ------------------------------------------------------------------------------------

    @guarded(QRectF())
    def boundingRect(self) -> QRectF:
        """The node with its mark, tab, cards, ports and ring."""
        return QRectF(-_MARGIN / 2, -_MARGIN, self.width + _MARGIN, self.height + 1.5 * _MARGIN)

    @guarded(QPainterPath())
    def shape(self) -> QPainterPath:
        """The node itself."""
        path = QPainterPath()
        path.addRect(self.box)
        return path

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint it, with less detail when it is small."""
        zoom = abs(painter.worldTransform().m11()) / theme().scale
        if zoom < BOX_BELOW:
            self._paint_box(painter)
        elif zoom < PLAIN_BELOW:
            self._paint_plain(painter, zoom)
        else:
            self._paint_whole(painter)

    # --- painting ------------------------------------------------------------------------------

    def _outline(self) -> QPen:
        theme()
        if self.chosen:
            return QPen(look.color("accent.base"), 2)
        if self.facts.to_fix:
            return QPen(look.color("status.danger"), 1.25)
        if self.facts.kind == "interactive":
            return QPen(look.color("status.warningBorder"), 1.25)
        return QPen(look.color("border.strong" if self.hovered else "border.default"), 1)

    def _fill(self) -> QColor:
        return look.color("bg.card")

    def _paint_box(self, painter: QPainter) -> None:
        theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(self.box, look.color("accent.base") if self.chosen else color_in_overview(self.facts))

    def _paint_plain(self, painter: QPainter, zoom: float) -> None:
        theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(self.box, self._fill())
        band = QRectF(0, 0, 6, self.height)
        painter.fillRect(band, color_in_overview(self.facts))
        painter.setPen(self._outline())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.box)
        painter.setFont(look.font("title"))
        painter.setPen(look.color("text.primary"))
        words = look.elided(self.facts.title, "title", self.width - 20)
        painter.drawText(QPointF(14, look.baseline("title", f.HEADER / 2)), words)
        self._paint_pictures(painter)
        if self.facts.to_fix or self.facts.to_look:
            self._paint_mark(painter)
        self._paint_progress(painter)

    def _paint_whole(self, painter: QPainter) -> None:
        shade = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.cards:
            self._paint_cards(painter)
        if self.facts.tab:
            self._paint_tab(painter)
        painter.setPen(self._outline())
        painter.setBrush(self._fill())
        inset = 0.5
        painter.drawRoundedRect(self.box.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
        self._paint_header(painter)
        self._paint_words(painter)
        self._paint_pictures(painter)
        self._paint_sound(painter)
        self._paint_strips(painter)
        self._paint_progress(painter)
        if self.run is not None and self.run.state == "skipped":
            veil = QColor(look.color("bg.canvas"))
            veil.setAlphaF(0.55)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(self.box, _RADIUS, _RADIUS)
        self._paint_ports(painter)
        if self.facts.to_fix or self.facts.to_look:
            self._paint_mark(painter)
        if self.ringed:
            width = 3 if shade.is_high_contrast else 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("focus.ring"), width))
            painter.drawRoundedRect(self.box.adjusted(-4, -4, 4, 4), _RADIUS + 4, _RADIUS + 4)

    def _paint_cards(self, painter: QPainter) -> None:
        theme()
        painter.setPen(QPen(look.color("border.default"), 1))
        painter.setBrush(look.color("bg.panel"))
        for up, inset in ((8, 8), (4, 4)):
            painter.drawRoundedRect(QRectF(inset + 0.5, 0.5 - up, self.width - 2 * inset - 1, 40), _RADIUS, _RADIUS)

    def _paint_tab(self, painter: QPainter) -> None:
        theme()
        words = look.elided(self.facts.tab, "small", self.width - 46, middle=True)  # “if … failed”
        width = look.width_of(words, "small") + 32
        box = QRectF(12.5, 0.5 - f.TAB, width, f.TAB + 8)
        painter.setPen(QPen(look.color("border.default"), 1))
        painter.setBrush(look.color("fill.hover"))
        painter.drawRoundedRect(box, 6, 6)
        middle = QPointF(box.left() + 13, -f.TAB / 2 + 1)
        painter.setPen(QPen(look.color("text.secondary"), 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawConvexPolygon(
            [middle + QPointF(0, -5), middle + QPointF(5, 0), middle + QPointF(0, 5), middle + QPointF(-5, 0)]
        )
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.primary"))
        painter.drawText(QPointF(box.left() + 24, look.baseline("small", middle.y())), words)

    def _paint_header(self, painter: QPainter) -> None:
        _shade, facts, width = theme(), self.facts, self.width
        color = "status.warning" if not facts.known else f.COLOR_OF_KIND[facts.media]
        if facts.kind == "inputs":
            color = "text.secondary"
        look.icon(painter, facts.icon, 14, color, QPointF(10, 7))
        right = width - 8
        if facts.kind in ("fixed", "batch", "interactive"):
            name, key = {"fixed": ("lock", "text.muted"), "batch": ("layers", "text.secondary")}.get(
                facts.kind, ("hand", "status.warning")
            )
            right -= 14
            look.icon(painter, name, 14, key, QPointF(right, 7))
        if facts.times > 1:
            said = f"×{facts.times}"
            right -= look.width_of(said, "caption") + 5
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text.secondary"))
            painter.drawText(QPointF(right, look.baseline("caption", 14)), said)
        painter.setFont(look.font("bodyStrong", _SEMIBOLD))
        painter.setPen(look.color("text.primary"))
        title = look.elided(facts.title, "bodyStrong", right - 36, _SEMIBOLD)
        painter.drawText(QPointF(31, look.baseline("bodyStrong", 14, _SEMIBOLD)), title)
        room = width - 2 * f.PAD
        if self.cost:
            wide = look.width_of(self.cost, "caption")
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text.secondary"))
            painter.drawText(QPointF(width - f.PAD - wide, look.baseline("caption", 34)), self.cost)
            look.icon(painter, "spark", 12, "currency.spark", QPointF(width - f.PAD - wide - 15, 28))
            room -= wide + 20
        painter.setFont(look.font("monoSmall"))
        painter.setPen(look.color("text.secondary"))
        line = look.elided(facts.line, "monoSmall", room)
        painter.drawText(QPointF(f.PAD + 1, look.baseline("monoSmall", 34)), line)

    def _paint_ports(self, painter: QPainter) -> None:
        theme()
        ground, primary = look.color("bg.canvas"), look.color("text.secondary")
        painter.setFont(look.font("caption"))
        dragging = self.fitting is not None
        outs = {port.row: look.width_of(port.words, "caption") for port in self.facts.ports if port.side == "out"}
        for port in self.facts.ports:
            y = f.HEADER + f.ABOVE_ROWS + port.row * f.ROW + f.ROW / 2
            is_in = port.side == "in"
            x = 0.0 if is_in else self.width
            key = (port.side, port.name)
            fits = not dragging or (self.fitting is not None and key in self.fitting)
            color = look.color(f.COLOR_OF_KIND[port.kind]) if fits else look.faded()
            hot = self.hot == key or (dragging and fits)
            if dragging and fits:
                glow = look.mixed(color, look.color("bg.card"), 0.35)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(glow)
                painter.drawEllipse(QPointF(x, y), _HOT_PORT - 2, _HOT_PORT - 2)
            grown = _HOT_PORT - _PORT if hot else 0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawEllipse(QPointF(x, y), (_PORT + grown) / 2, (_PORT + grown) / 2)
            if port.wired or (dragging and fits):
                painter.setBrush(color)
                painter.drawEllipse(QPointF(x, y), (_PORT_INNER + grown) / 2, (_PORT_INNER + grown) / 2)
            else:
                painter.setPen(QPen(color, 1.5))
                painter.drawEllipse(QPointF(x, y), (_PORT_INNER + grown) / 2 - 0.75, (_PORT_INNER + grown) / 2 - 0.75)
            painter.setPen(primary if fits else look.faded())
            base = look.baseline("caption", y)
            if is_in:
                room = self.width - 24 - (outs.get(port.row, -8.0) + 8)
                painter.drawText(QPointF(13, base), look.elided(port.words, "caption", max(30.0, room)))
            else:
                words = look.elided(port.words, "caption", self.width - 30)
                painter.drawText(QPointF(self.width - 13 - look.width_of(words, "caption"), base), words)

    def _paint_words(self, painter: QPainter) -> None:
        if not self.words:
            return
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text.muted"))
        top = self._body.tops["words"]
        for number, line in enumerate(self.words):
            painter.drawText(QPointF(f.PAD + 1, look.baseline("caption", top + (number + 0.5) * f.LINE)), line)

    def _paint_pictures(self, painter: QPainter) -> None:
        count = self._body.pictures
        if not count:
            return
        theme()
        shown = [path for path in self.results if path.suffix.lower() not in f.SOUNDS][:count]
        top, whole = self._body.tops["pictures"], self.width - 2 * f.PAD
        wide = whole if count == 1 else (whole - f.THUMB_GAP) / 2
        tall = f.LARGE_THUMB if count == 1 and not self._body.small else f.SMALL_THUMB
        ratio = 1.0 if look.scale_of(painter) <= 1 else 2.0 if look.scale_of(painter) <= 2 else 4.0
        size = QSize(round(wide), round(tall))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, path in enumerate(shown):
            x = f.PAD + (number % 2) * (wide + f.THUMB_GAP)
            y = top + (number // 2) * (tall + f.THUMB_GAP)
            box = QRectF(x, y, size.width(), size.height())
            picture = thumbnails().get(path, size, ratio, radius_px=round(_PICTURE_RADIUS))
            if picture is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("fill.placeholder"))
                painter.drawRoundedRect(box, _PICTURE_RADIUS, _PICTURE_RADIUS)
            else:
                painter.drawPixmap(box, picture, QRectF(picture.rect()))
            if count == 1 and path.suffix.lower() in (".mp4", ".mov", ".webm", ".m4v"):
                self._paint_play(painter, box.center())

    def _paint_play(self, painter: QPainter, middle: QPointF) -> None:
        theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("overlay.badge"))
        painter.drawEllipse(middle, 14, 14)
        painter.setBrush(look.color("overlay.badgeText"))
        painter.drawConvexPolygon([middle + QPointF(-3.5, -5.5), middle + QPointF(6, 0), middle + QPointF(-3.5, 5.5)])

    def _paint_sound(self, painter: QPainter) -> None:
        if not self._body.sound:
            return
        path = next(path for path in self.results if path.suffix.lower() in f.SOUNDS)
        found = peaks().get(path)
        box = QRectF(f.PAD, self._body.tops["sound"], self.width - 2 * f.PAD, f.WAVE)
        count = int(box.width() // 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("media.audio"))
        for number in range(count):
            first = int(number * len(found) / count) if found else 0
            last = max(first + 1, int((number + 1) * len(found) / count)) if found else 0
            loud = max(found[first:last], default=0.0) if found else 0.0
            tall = max(2.0, loud * box.height())
            painter.drawRoundedRect(QRectF(box.left() + number * 5, box.center().y() - tall / 2, 2.5, tall), 1.2, 1.2)

    def _paint_strips(self, painter: QPainter) -> None:
        shade = theme()
        for number, (name, words) in enumerate(self.facts.strips):
            box = QRectF(f.PAD, self._body.tops[f"strip{number}"], self.width - 2 * f.PAD, f.STRIP)
            line = QPen(look.color("status.warningBorder"), 1) if shade.is_high_contrast else QPen(Qt.PenStyle.NoPen)
            painter.setPen(line)
            painter.setBrush(look.color("status.warningFill"))
            painter.drawRoundedRect(box, 6, 6)
            look.icon(painter, name, 12, "status.warning", QPointF(box.left() + 9, box.center().y() - 6))
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("status.warning"))
            painter.drawText(QPointF(box.left() + 27, look.baseline("caption", box.center().y())), words)

    def _paint_progress(self, painter: QPainter) -> None:
        run = self.run
        if run is None or run.state == "skipped":
            return
        theme()
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(f.PAD, f.HEADER - 3, self.width - 2 * f.PAD, 3)
        entries = list(run.items) or [(run.fraction, run.state)]
        gap = 2.0 if len(entries) > 1 else 0.0
        wide = (whole.width() - gap * (len(entries) - 1)) / len(entries)
        for number, (fraction, state) in enumerate(entries):
            box = QRectF(whole.left() + number * (wide + gap), whole.top(), wide, 3)
            painter.fillRect(box, look.color("fill.track"))
            color = look.color(_STATE_KEYS.get(state, "text.muted"))
            if state == "completed":
                painter.fillRect(box, color)
            elif state == "running" and fraction is None:
                painter.fillRect(QRectF(box.left() + self.sweep * 0.72 * wide, box.top(), wide * 0.28, 3), color)
            elif fraction is not None:
                painter.fillRect(QRectF(box.left(), box.top(), wide * max(0.0, min(1.0, fraction)), 3), color)
            elif state in ("failed", "waiting_for_user", "partial_failure"):
                painter.fillRect(box, color)

    def _paint_mark(self, painter: QPainter) -> None:
        theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width - 3, 2)
        painter.setPen(QPen(look.color("bg.canvas"), 1.5))
        painter.setBrush(look.color("status.danger" if self.facts.to_fix else "status.warning"))
        painter.drawEllipse(middle, _MARK / 2, _MARK / 2)
        painter.setPen(QPen(look.color("status.onSolid"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(middle + QPointF(0, -4), middle + QPointF(0, 0.8))
        painter.drawPoint(middle + QPointF(0, 4))


def color_in_overview(facts: NodeFacts) -> QColor:
    """Return the colour of a node where only its box is shown."""
    theme()
    if facts.kind == "inputs":
        return look.color("border.strong")
    if facts.kind == "interactive" or not facts.known:
        return look.color("status.warning")
    return look.color(f.COLOR_OF_KIND[facts.media])


def _two_lines(words: str, width: float) -> list[str]:
    """Break the beginning of a text into two lines."""
    said = " ".join(words.split())
    if not said:
        return []
    room = width - 2 * f.PAD
    line = ""
    for word in said.split(" "):
        wider = f"{line} {word}".strip()
        if line and look.width_of(wider, "caption") > room:
            return [line, said[len(line) :].strip()]
        line = wider
        if len(line) > 200:
            break
    return [line]
